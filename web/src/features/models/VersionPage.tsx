import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';

import { useApi } from '../../api/query';
import type { ModelVersion } from '../../api/types';
import { commands } from '../../lib/commands';
import { number, plural, share } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { Lineage } from '../../ui/Lineage';
import { State } from '../../ui/Mark';
import { Noun } from '../../ui/Noun';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { Why } from '../../ui/Why';
import { evaluations_of } from './story';
import { UsedBy } from './UsedBy';

export function VersionPage() {
  const { name, version } = useParams({ strict: false }) as { name: string; version: string };
  const answer = useApi('/ajax-api/2.0/mlflow/model-versions/get', {}, { query: { name, version } });
  const model = useApi('/ajax-api/2.0/mlflow/registered-models/get', {}, { query: { name } });
  const aliases = (model.data?.registered_model.aliases ?? []).filter((each) => String(each.version) === version);
  return (
    <Page
      title={`${name} v${version}`}
      trail={[
        ['Models', links.models()],
        [name, links.model(name)],
      ]}
      state={aliases.length > 0 && <span className="tags">{aliases.map((each) => <span key={each.alias} className="tag accent">{each.alias}</span>)}</span>}
      command={[commands.why(`${name}/${version}`), commands.create_endpoint(name, name, aliases[0]?.alias ?? 'champion')]}
    >
      <Answer of={answer} missing={<Empty title={`${name} has no version ${version}`} command={commands.model(name)} />}>
        {({ model_version }) => <Loaded version={model_version} />}
      </Answer>
      {aliases[0] && <Why thing={`${name}@${aliases[0].alias}`} title={`Why it is ${aliases[0].alias}`} />}
      <Lineage kind="model_version" id={`${name}/${version}`} />
      <History subject={`model/${name}/${version}`} />
    </Page>
  );
}

function Loaded({ version }: { version: ModelVersion }) {
  const state = version.status ?? 'READY';
  return (
    <>
      <Facts
        facts={[
          ['State', <State state={state} />],
          ['Stage', version.current_stage !== 'None' && version.current_stage],
          ['From run', version.run_id && <Noun kind="run" id={version.run_id} />],
          ['Used by', <UsedBy model={version.name} version={version.version} />],
          ['Source', version.source && <code>{version.source}</code>],
          ['Tags', (version.tags ?? []).length > 0 && version.tags?.map((tag) => `${tag.key}: ${tag.value}`).join(', ')],
          ['Created', <Time ms={Number(version.creation_timestamp)} />],
        ]}
      />
      {version.description && <p className="page-what">{version.description}</p>}
      <Evaluated version={version} />
      {version.run_id && <RunMetrics run_id={version.run_id} />}
    </>
  );
}

interface Judged {
  metric: string;
  value: number;
  champion: number | undefined;
}

const judged_columns: Column<Judged>[] = [
  { id: 'metric', header: 'Metric', cell: ({ row }) => row.original.metric, meta: { width: 160 } },
  { id: 'value', header: 'This version', cell: ({ row }) => number(row.original.value), meta: { width: 136, align: 'right' } },
  { id: 'champion', header: 'Champion then', cell: ({ row }) => number(row.original.champion), meta: { width: 136, align: 'right' } },
  {
    id: 'change', header: 'Change', meta: { width: 104, align: 'right' },
    cell: ({ row: { original: each } }) =>
      each.champion ? `${each.value > each.champion ? '+' : '−'}${share(Math.abs(each.value / each.champion - 1))}` : '',
  },
  { id: 'rest', header: '' },
];

/** How it did against the champion of that day. */
function Evaluated({ version }: { version: ModelVersion }) {
  const events = useApi('/api/v1/events', {}, { query: { type: 'version.evaluated', limit: 500, order: 'desc' } });
  const newest = useMemo(
    () => evaluations_of(events.data?.events ?? [], version.name).find((each) => each.version === version.version),
    [events.data, version],
  );
  if (!newest) return null;
  const rows = Object.entries(newest.metrics).map(([metric, value]) => ({ metric, value, champion: newest.champion_metrics[metric] }));
  return (
    <Section
      title="Evaluation"
      note={
        <>
          {newest.champion ? <>against <Noun kind="model_version" id={`${version.name}/${newest.champion}`} />, </> : 'the first of its kind, '}
          {newest.failed === 0 ? 'no check failed' : `${plural(newest.failed, 'check')} failed`}
        </>
      }
      actions={<A to={links.event(newest.event_id)}>The event</A>}
    >
      <DataTable label="Evaluation" rows={rows} columns={judged_columns} row_id={(row) => row.metric} min_width={560} />
    </Section>
  );
}

function RunMetrics({ run_id }: { run_id: string }) {
  const run = useApi('/ajax-api/2.0/mlflow/runs/get', {}, { query: { run_id } });
  const metrics = run.data?.run.data.metrics ?? [];
  if (metrics.length === 0) return null;
  return (
    <Section title="Metrics of its run" actions={<A to={links.run(run_id)}>The run</A>}>
      <div className="facts big">
        {metrics.slice(0, 24).map((metric) => (
          <dl key={metric.key}>
            <dt>{metric.key}</dt>
            <dd>{number(metric.value)}</dd>
          </dl>
        ))}
      </div>
    </Section>
  );
}
