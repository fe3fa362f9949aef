import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';

import { useApi } from '../../api/query';
import type { ModelVersion } from '../../api/types';
import { commands } from '../../lib/commands';
import { duration, nothing, number } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Lineage } from '../../ui/Lineage';
import { Noun } from '../../ui/Noun';
import { Facts, Page, Section } from '../../ui/Page';
import { Series } from '../../ui/Series';
import { Time } from '../../ui/Time';
import { Why } from '../../ui/Why';
import { useServerNow } from '../../ui/useServerNow';
import { Aliases } from './Aliases';
import { evaluations_of, reigns_of, type Evaluation, type Reign } from './story';
import { UsedBy } from './UsedBy';

const trail: [string, string][] = [['Models', links.models()]];
const events_limit = 500;

export function ModelPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const answer = useApi('/ajax-api/2.0/mlflow/registered-models/get', {}, { query: { name } });
  const versions = useApi('/ajax-api/2.0/mlflow/model-versions/search', {}, { query: { filter: `name = '${name.replace(/'/g, "\\'")}'`, max_results: 1000 } });
  const evaluated = useApi('/api/v1/events', {}, { query: { type: 'version.evaluated', limit: events_limit, order: 'desc' } });
  const aliased = useApi('/api/v1/events', {}, { query: { type: 'version.aliased', limit: events_limit, order: 'desc' } });
  const evaluations = useMemo(() => evaluations_of(evaluated.data?.events ?? [], name), [evaluated.data, name]);
  const reigns = useMemo(() => reigns_of(aliased.data?.events ?? [], name), [aliased.data, name]);
  const list = useMemo(
    () => [...(versions.data?.model_versions ?? [])].sort((a, b) => Number(b.version) - Number(a.version)),
    [versions.data],
  );
  const model = answer.data?.registered_model;
  const holder = model?.aliases?.find((each) => each.alias === 'champion') ?? model?.aliases?.[0];
  const champion = model?.aliases?.find((each) => each.alias === 'champion')?.version ?? list[0]?.version;
  return (
    <Page title={name} trail={trail} what={model?.description} command={[commands.model(name), ...(champion ? [commands.why(`${name}@champion`)] : [])]}>
      <Answer of={answer} missing={<Empty title={`There is no model ${name}`} command={commands.models()} />}>
        {({ registered_model }) => (
          <Facts
            facts={[
              ['Aliases', <Aliases model={name} aliases={registered_model.aliases ?? []} />],
              ['Versions', list.length],
              ['Used by', <UsedBy model={name} />],
              ['Tags', (registered_model.tags ?? []).length > 0 && registered_model.tags?.map((tag) => `${tag.key}: ${tag.value}`).join(', ')],
              ['Created', <Time ms={Number(registered_model.creation_timestamp)} />],
            ]}
          />
        )}
      </Answer>
      <EvaluationChart evaluations={evaluations} />
      <Section title="Versions" note="newest first">
        <Answer of={versions}>
          {() =>
            list.length > 0 ? (
              <Versions name={name} versions={list} evaluations={evaluations} aliases={model?.aliases ?? []} />
            ) : (
              <Empty title="No version yet">A version is made when a run's model is registered, by MLflow code or a register step.</Empty>
            )
          }
        </Answer>
      </Section>
      {holder && <Why thing={`${name}@${holder.alias}`} title={`Why v${holder.version} is ${holder.alias}`} />}
      <Section title="Who held which alias" note="from the event log">
        {reigns.length > 0 ? <Reigns name={name} reigns={reigns} /> : <p className="quiet">No alias was ever set.</p>}
      </Section>
      {champion && <Lineage kind="model_version" id={`${name}/${champion}`} title={`Lineage of v${champion}`} />}
    </Page>
  );
}

/** The metric most versions were judged by. */
function main_metric(evaluations: Evaluation[]): string | null {
  const counts = new Map<string, number>();
  for (const each of evaluations) for (const key of Object.keys(each.metrics)) counts.set(key, (counts.get(key) ?? 0) + 1);
  if (counts.has('rmse')) return 'rmse';
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function EvaluationChart({ evaluations }: { evaluations: Evaluation[] }) {
  const metric = main_metric(evaluations);
  const points = useMemo(() => [...evaluations].sort((a, b) => a.at_ms - b.at_ms), [evaluations]);
  if (!metric || points.length < 2) return null;
  return (
    <Section title="At each evaluation" note={`${metric} of the new version and of the champion it met, on the same data`}>
      <Series
        label={`${metric} at each evaluation`}
        x={points.map((each) => each.at_ms)}
        lines={[
          { label: 'new version', values: points.map((each) => each.metrics[metric] ?? null), points: true },
          { label: 'champion then', values: points.map((each) => each.champion_metrics[metric] ?? null), color: 'quiet', points: true, dashed: true },
        ]}
        height={200}
      />
    </Section>
  );
}

interface VersionsProps {
  name: string;
  versions: ModelVersion[];
  evaluations: Evaluation[];
  aliases: { alias: string; version: string }[];
}

function Versions({ name, versions, evaluations, aliases }: VersionsProps) {
  const metric = main_metric(evaluations);
  const columns = useMemo<Column<ModelVersion>[]>(() => {
    const newest = new Map([...evaluations].reverse().map((each) => [each.version, each]));
    return [
      { id: 'version', header: 'Version', cell: ({ row }) => <A to={links.model_version(name, row.original.version)}>v{row.original.version}</A>, meta: { width: 88 } },
      { id: 'aliases', header: 'Aliases', cell: ({ row }) => <Aliases model={name} aliases={aliases.filter((each) => each.version === row.original.version)} empty="" /> },
      { id: 'stage', header: 'Stage', cell: ({ row }) => <span className="quiet">{row.original.current_stage && row.original.current_stage !== 'None' ? row.original.current_stage : nothing}</span>, meta: { width: 104 } },
      ...(metric ? [{ id: 'metric', header: metric, cell: ({ row }: { row: { original: ModelVersion } }) => number(newest.get(row.original.version)?.metrics[metric]), meta: { width: 96, align: 'right' as const } }] : []),
      { id: 'run', header: 'From run', cell: ({ row }) => (row.original.run_id ? <Noun kind="run" id={row.original.run_id} /> : <span className="quiet">{nothing}</span>), meta: { width: 120, mono: true } },
      { id: 'created', header: 'Created', cell: ({ row }) => <Time ms={Number(row.original.creation_timestamp)} />, meta: { width: 152, align: 'right' } },
    ];
  }, [name, evaluations, aliases, metric]);
  return <DataTable label="Versions" rows={versions} columns={columns} row_id={(each) => each.version} min_width={680} />;
}

function Reigns({ name, reigns }: { name: string; reigns: Reign[] }) {
  const now_ms = useServerNow();
  const columns = useMemo<Column<Reign>[]>(
    () => [
      { id: 'alias', header: 'Alias', cell: ({ row }) => row.original.alias, meta: { width: 120 } },
      { id: 'version', header: 'Version', cell: ({ row }) => <A to={links.model_version(name, row.original.version)}>v{row.original.version}</A>, meta: { width: 88 } },
      { id: 'from', header: 'From', cell: ({ row }) => <Time ms={row.original.from_ms} />, meta: { width: 152 } },
      { id: 'for', header: 'For', cell: ({ row }) => `${duration((row.original.to_ms ?? now_ms) - row.original.from_ms)}${row.original.to_ms === null ? ', still' : ''}`, meta: { width: 136 } },
      { id: 'by', header: 'Set by', cell: ({ row }) => <A to={links.event(row.original.event_id)} className="quiet">{row.original.actor || `event ${row.original.event_id}`}</A> },
    ],
    [name, now_ms],
  );
  return <DataTable label="Alias history" rows={reigns} columns={columns} row_id={(each) => String(each.event_id)} min_width={620} />;
}
