import { Button } from '@mantine/core';
import { useParams, useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';

import { useApi, useSend } from '../../api/query';
import type { PipelineResponse, PipelineRunSummary } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, duration, nothing } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer, Trouble } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Graph } from '../../ui/Graph';
import { State } from '../../ui/Mark';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { edges_of } from './progress';

export function PipelinePage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const router = useRouter();
  const pipeline = useApi('/api/v1/pipelines/{name}', { name });
  const start = useSend('POST /api/v1/pipelines/{name}/runs', ['/api/v1/pipelines/{name}', '/api/v1/pipelines']);
  const run = () => start.mutate({ params: { name } }, { onSuccess: (made) => made.id && router.history.push(links.pipeline_run(made.id)) });
  return (
    <Page
      title={name}
      trail={[['Pipelines', links.pipelines()]]}
      actions={
        <Button onClick={run} loading={start.isPending} disabled={!pipeline.data}>
          Run now
        </Button>
      }
      command={commands.run_pipeline(name)}
    >
      {start.error && <Trouble error={start.error} />}
      <Answer of={pipeline} missing={<Empty title={`There is no pipeline ${name}`} command={commands.apply()} />}>
        {(answer) => <Loaded pipeline={answer} />}
      </Answer>
    </Page>
  );
}

const columns: Column<PipelineRunSummary>[] = [
  { id: 'id', header: 'Run', cell: ({ row }) => <A to={links.pipeline_run(row.original.id)}>{row.original.id}</A>, meta: { width: 136 } },
  { id: 'state', header: 'State', cell: ({ row }) => <State state={row.original.state} />, meta: { width: 112 } },
  { id: 'why', header: 'Started by', cell: ({ row }) => (row.original.cause ? <A to={links.event(row.original.cause)} className="quiet">event {row.original.cause}</A> : <span className="quiet">{row.original.actor || 'somebody'}</span>), meta: { width: 120 } },
  { id: 'reason', header: '', cell: ({ row }) => <span className="quiet" title={row.original.reason ?? ''}>{row.original.reason}</span> },
  { id: 'started', header: 'Started', cell: ({ row }) => <Time ms={row.original.started_ms} />, meta: { width: 152, align: 'right' } },
  { id: 'took', header: 'Took', cell: ({ row }) => (row.original.started_ms && row.original.finished_ms ? duration(row.original.finished_ms - row.original.started_ms) : nothing), meta: { width: 88, align: 'right' } },
];

function Loaded({ pipeline }: { pipeline: PipelineResponse }) {
  const rules = useApi('/api/v1/rules');
  const starters = (rules.data?.rules ?? []).filter((rule) =>
    rule.do.some((action) => action !== null && typeof action === 'object' && !Array.isArray(action) && action['run'] === pipeline.name),
  );
  const nodes = useMemo(() => pipeline.steps.map((step) => ({ id: step.name, kind: step.kind, name: step.name })), [pipeline.steps]);
  const edges = useMemo(() => edges_of(pipeline.steps), [pipeline.steps]);
  return (
    <>
      <Facts
        facts={[
          ['Project', pipeline.project],
          ['Steps', count(pipeline.steps.length)],
          ['Runs', count(pipeline.runs.length)],
          ['Started by rules', starters.length > 0 && <span className="tags">{starters.map((rule) => <A key={rule.name} to={links.rule(rule.name)}>{rule.name}</A>)}</span>],
        ]}
      />
      <Section title="Steps">
        <Graph label="Steps" nodes={nodes} edges={edges} />
      </Section>
      <Section title="Runs" note="newest first">
        {pipeline.runs.length > 0 ? (
          <DataTable label="Runs" rows={pipeline.runs} columns={columns} row_id={(run) => String(run.id)} min_width={720} />
        ) : (
          <p className="quiet">It has never run.</p>
        )}
      </Section>
    </>
  );
}
