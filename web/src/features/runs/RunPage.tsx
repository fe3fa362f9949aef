import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';

import { useApi, useApis } from '../../api/query';
import type { Run } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, duration, nothing, number } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { Lineage } from '../../ui/Lineage';
import { State } from '../../ui/Mark';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { Artifacts } from './Artifacts';
import { MetricPlot } from './MetricPlot';
import { run_duration_ms, run_name, tag_of } from './table';

const plots_limit = 12;

export function RunPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const answer = useApi('/ajax-api/2.0/mlflow/runs/get', {}, { query: { run_id: id } });
  return (
    <Answer
      of={answer}
      missing={
        <Page title="No such run" trail={[['Experiments', links.experiments()]]}>
          <Empty title={`There is no run ${id}`} command={commands.experiments()} />
        </Page>
      }
    >
      {({ run }) => <Loaded run={run} />}
    </Answer>
  );
}

function Loaded({ run }: { run: Run }) {
  const { info, data } = run;
  const experiment = useApi('/ajax-api/2.0/mlflow/experiments/get', {}, { query: { experiment_id: info.experiment_id } });
  const experiment_name = experiment.data?.experiment.name ?? `Experiment ${info.experiment_id}`;
  const params = data.params ?? [];
  const tags = (data.tags ?? []).filter((tag) => !tag.key.startsWith('mlflow.'));
  const inputs = run.inputs?.dataset_inputs ?? [];
  return (
    <Page
      title={run_name(run)}
      trail={[
        ['Experiments', links.experiments()],
        [experiment_name, links.experiment(info.experiment_id)],
      ]}
      state={<State state={info.status} />}
      what={tag_of(run, 'mlflow.note.content')}
      command={[commands.why(info.run_id), commands.get(`/api/2.0/mlflow/runs/get?run_id=${info.run_id}`)]}
    >
      <Facts
        facts={[
          ['Experiment', <A to={links.experiment(info.experiment_id)}>{experiment_name}</A>],
          ['Started', <Time ms={info.start_time} />],
          ['Took', run_duration_ms(run) === null ? null : duration(run_duration_ms(run))],
          ['By', tag_of(run, 'mlflow.user') ?? info.user_id],
          ['Source', tag_of(run, 'mlflow.source.name')],
          ['Data', inputs.length > 0 && inputs.map(({ dataset }) => <DataInput key={dataset.name + dataset.digest} {...dataset} />)],
          ['Models', <RegisteredFrom run_id={info.run_id} />],
          ['Run id', <code>{info.run_id}</code>],
        ]}
      />
      <Metrics run={run} />
      <div className="columns">
        <Section title="Params" note={params.length > 0 ? count(params.length) : undefined}>
          {params.length > 0 ? <Pairs label="Params" pairs={params} /> : <p className="quiet">None were logged.</p>}
        </Section>
        <Section title="Tags">
          {tags.length > 0 ? <Pairs label="Tags" pairs={tags} /> : <p className="quiet">None were set.</p>}
        </Section>
      </div>
      <Artifacts run_id={info.run_id} />
      <Lineage kind="run" id={info.run_id} />
      <History subject={`run/${info.run_id}`} />
    </Page>
  );
}

/** MLflow's data inputs; those whose digest is one of our versions lead to it. */
function DataInput({ name, digest }: { name: string; digest: string }) {
  const version = /^v?(\d+)$/.exec(digest)?.[1];
  return version ? (
    <A to={links.dataset_version(name, version)}>
      {name} v{version}
    </A>
  ) : (
    <span>{name}</span>
  );
}

function RegisteredFrom({ run_id }: { run_id: string }) {
  const versions = useApi('/ajax-api/2.0/mlflow/model-versions/search', {}, { query: { filter: `run_id = '${run_id}'`, max_results: 20 } });
  const found = (versions.data?.model_versions ?? []).filter((each) => each.run_id === run_id);
  if (found.length === 0) return <span className="quiet">{nothing}</span>;
  return (
    <span className="tags">
      {found.map((each) => (
        <A key={each.name + each.version} to={links.model_version(each.name, each.version)}>
          {each.name} v{each.version}
        </A>
      ))}
    </span>
  );
}

type Pair = { key: string; value: string };
const pair_columns: Column<Pair>[] = [
  { accessorKey: 'key', header: 'Name', cell: ({ getValue }) => <span title={getValue<string>()}>{getValue<string>()}</span> },
  { accessorKey: 'value', header: 'Value', cell: ({ getValue }) => <span title={getValue<string>()}>{getValue<string>()}</span>, meta: { align: 'right' } },
];

function Pairs({ label, pairs }: { label: string; pairs: Pair[] }) {
  return <DataTable label={label} rows={pairs} columns={pair_columns} row_id={(pair) => pair.key} />;
}

function Metrics({ run }: { run: Run }) {
  const metrics = run.data.metrics ?? [];
  const curves = useMemo(() => metrics.filter((metric) => Number(metric.step) > 0).slice(0, plots_limit), [metrics]);
  const histories = useApis(
    '/ajax-api/2.0/mlflow/metrics/get-history',
    {},
    curves.map((metric) => ({ query: { run_id: run.info.run_id, metric_key: metric.key, max_results: 25_000 } })),
  );
  return (
    <Section title="Metrics" note={metrics.length > 0 ? `${count(metrics.length)}, newest values` : undefined}>
      {metrics.length === 0 ? (
        <p className="quiet">None were logged yet.</p>
      ) : (
        <div className="facts big">
          {metrics.slice(0, 40).map((metric) => (
            <dl key={metric.key}>
              <dt>{metric.key}</dt>
              <dd>{number(metric.value)}</dd>
            </dl>
          ))}
        </div>
      )}
      {curves.length > 0 && (
        <div className="columns" style={{ marginTop: 24 }}>
          {curves.map((metric, index) => (
            <MetricPlot key={metric.key} name={metric.key} series={[{ label: run_name(run), points: histories[index]?.data?.metrics ?? [] }]} />
          ))}
        </div>
      )}
    </Section>
  );
}
