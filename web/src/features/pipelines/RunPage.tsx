import { Button } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';

import { useApi, useSend } from '../../api/query';
import type { PipelineRunResponse, StepRun } from '../../api/types';
import { commands } from '../../lib/commands';
import { duration } from '../../lib/format';
import { links } from '../../lib/links';
import { field, text } from '../../lib/url_state';
import { A } from '../../ui/A';
import { Answer, Trouble } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { Graph } from '../../ui/Graph';
import { History } from '../../ui/History';
import { Lineage } from '../../ui/Lineage';
import { State, tone_of_state } from '../../ui/Mark';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { useServerNow } from '../../ui/useServerNow';
import { useUrlState } from '../../ui/useUrlState';
import { edges_of, interesting_step, is_over, step_note } from './progress';
import { StepLog } from './StepLog';

const fields = { step: field(text, '') };
// Progress inside a step is not an event; only a run that is going is asked again.
const refresh_ms = 2_000;

export function RunPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const first = useApi('/api/v1/pipeline-runs/{id}', { id });
  const going = first.data !== undefined && !is_over(first.data);
  const run = useApi('/api/v1/pipeline-runs/{id}', { id }, { refresh_ms: going ? refresh_ms : false });
  const cancel = useSend('POST /api/v1/pipeline-runs/{id}/cancel', ['/api/v1/pipeline-runs/{id}']);
  const name = run.data?.pipeline;
  return (
    <Page
      title={name ? `${name}, run ${id}` : `Run ${id}`}
      trail={name ? [['Pipelines', links.pipelines()], [name, links.pipeline(name)]] : [['Pipelines', links.pipelines()]]}
      state={run.data && <State state={run.data.state} />}
      actions={
        going && (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ params: { id } })}>
            Cancel
          </Button>
        )
      }
      command={[...(run.data?.cause ? [commands.why(`#${run.data.cause}`)] : []), commands.get(`/api/v1/pipeline-runs/${id}`)]}
    >
      {cancel.error && <Trouble error={cancel.error} />}
      <Answer of={run} missing={<Empty title={`There is no pipeline run ${id}`} />}>
        {(answer) => <Loaded run={answer} />}
      </Answer>
      <Lineage kind="pipeline_run" id={id} />
      <History subject={`pipeline_run/${id}`} />
    </Page>
  );
}

function Loaded({ run }: { run: PipelineRunResponse }) {
  const [state, set_state] = useUrlState(fields);
  const chosen = run.steps.find((step) => step.name === (state.step || interesting_step(run)));
  const now_ms = useServerNow();
  const nodes = run.steps.map((step) => ({
    id: step.name,
    kind: step.kind,
    name: step.name,
    note: step_note(step, now_ms),
    tone: tone_of_state(step.state),
    here: step.name === chosen?.name,
    on_select: () => set_state({ step: step.name }),
  }));
  const edges = useMemo(() => edges_of(run.steps), [run.steps]);
  const end_ms = run.finished_ms ?? (is_over(run) ? null : now_ms);
  return (
    <>
      {run.reason && <p className="page-what">{run.reason}</p>}
      <Facts
        facts={[
          ['Pipeline', <A to={links.pipeline(run.pipeline)}>{run.pipeline}</A>],
          ['Started', <Time ms={run.started_ms} seconds />],
          [is_over(run) ? 'Took' : 'Running for', run.started_ms && end_ms ? duration(end_ms - run.started_ms) : null],
          ['Why', run.cause ? <A to={links.event(run.cause)}>event {run.cause}</A> : run.actor || 'somebody asked'],
        ]}
      />
      <Section title="Steps" note="choose one to see its log">
        <Graph label="Steps" nodes={nodes} edges={edges} />
      </Section>
      {chosen && <Step run={run} step={chosen} />}
    </>
  );
}

/** What a step gave, as text; nouns the house knows become links. */
function Step({ run, step }: { run: PipelineRunResponse; step: StepRun }) {
  const output = step.output !== null && typeof step.output === 'object' && !Array.isArray(step.output) ? step.output : {};
  const [dataset, model, version, run_id] = [output['dataset'], output['model'], output['version'], output['run_id']];
  return (
    <Section title={step.name} note={<State state={step.state} />}>
      <Facts
        facts={[
          ['Kind', step.kind],
          ['Started', step.started_ms && <Time ms={step.started_ms} seconds />],
          ['Took', step.started_ms && step.finished_ms ? duration(step.finished_ms - step.started_ms) : null],
          ['Attempt', step.attempt > 1 && step.attempt],
          ['Cache', step.cached && 'what it was given had not changed'],
          ['Data set', dataset && version ? <A to={links.dataset_version(String(dataset), String(version))}>{`${dataset} v${version}`}</A> : null],
          ['Model', model && version ? <A to={links.model_version(String(model), String(version))}>{`${model} v${version}`}</A> : null],
          ['Run', run_id ? <A to={links.run(String(run_id))}>{String(run_id).slice(0, 8)}</A> : null],
        ]}
      />
      {step.error && <p className="trouble">{step.error}</p>}
      <StepLog run_id={run.id} step={step} />
      {Object.keys(output).length > 0 && (
        <details>
          <summary className="hint">What it gave</summary>
          <pre className="code-block">{JSON.stringify(output, null, 2)}</pre>
        </details>
      )}
    </Section>
  );
}
