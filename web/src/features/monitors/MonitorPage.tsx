import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';

import { useApi } from '../../api/query';
import type { MonitorResponse, MonitorResult } from '../../api/types';
import { commands } from '../../lib/commands';
import { aligned, count, number, share } from '../../lib/format';
import { links, link_of } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { State } from '../../ui/Mark';
import { Facts, Page, Section } from '../../ui/Page';
import { Series, type Line } from '../../ui/Series';
import { Window } from '../../ui/Time';
import { bound_of, ever_drifted, metrics_of } from './bounds';
import { DriftGrid } from './DriftGrid';

export function MonitorPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const monitor = useApi('/api/v1/monitors/{name}', { name });
  return (
    <Page
      title={name}
      trail={[['Monitors', links.monitors()]]}
      state={monitor.data && <State state={monitor.data.status} />}
      command={[commands.monitor(name), commands.get(`/api/v1/monitors/${encodeURIComponent(name)}`)]}
    >
      <Answer of={monitor} missing={<Empty title={`There is no monitor ${name}`} command={commands.monitors()} />}>
        {(answer) => <Loaded monitor={answer} />}
      </Answer>
      <History subject={`monitor/${name}`} />
    </Page>
  );
}

function Loaded({ monitor }: { monitor: MonitorResponse }) {
  const oldest_first = useMemo(() => [...monitor.results].sort((a, b) => a.window_start_ms - b.window_start_ms), [monitor.results]);
  const metrics = metrics_of(monitor.checks, oldest_first);
  const watches_drift = monitor.checks.includes('drift');
  const reference_link = monitor.reference === 'training' ? null : link_of('dataset', monitor.reference);
  return (
    <>
      <Facts
        facts={[
          ['Watches', <A to={links.endpoint(monitor.endpoint)}>{monitor.endpoint}</A>],
          ['For', monitor.checks.join(', ')],
          ['Against', reference_link ? <A to={reference_link}>{monitor.reference}</A> : 'what the serving version was trained on'],
          ['Each', monitor.window],
          ['Truth from', monitor.truth],
          ['Alert when', <Limits monitor={monitor} />],
        ]}
      />
      {oldest_first.length === 0 ? (
        <Empty title="No window has closed yet">
          The first result comes when a whole window ({monitor.window}) of requests has passed. Send requests, or move a demo's clock forward.
        </Empty>
      ) : (
        <>
          {metrics.map((metric) => (
            <MetricSection key={metric} metric={metric} monitor={monitor} results={oldest_first} />
          ))}
          {watches_drift && <DriftSection monitor={monitor} results={oldest_first} />}
          <Windows monitor={monitor} metrics={metrics} />
        </>
      )}
    </>
  );
}

function Limits({ monitor: { thresholds, checks } }: { monitor: MonitorResponse }) {
  const said: string[] = [];
  if (checks.includes('drift') && thresholds?.drift_share !== undefined) said.push(`${share(thresholds.drift_share)} of inputs drift`);
  if (checks.some((check) => check !== 'drift') && thresholds?.worse !== undefined) said.push(`${number(thresholds.worse)} times worse than the baseline`);
  for (const [metric, limit] of Object.entries(thresholds?.limits ?? {})) said.push(`${metric} past ${number(limit)}`);
  return said.length > 0 ? <>{said.join(', or ')}</> : null;
}

const middle = (result: MonitorResult) => (result.window_start_ms + result.window_end_ms) / 2;

/** Where the version that answered changed. */
function version_marks(results: MonitorResult[]) {
  return results.flatMap((result, index) =>
    index > 0 && result.version !== null && result.version !== results[index - 1]?.version
      ? [{ x: (middle(results[index - 1]!) + middle(result)) / 2, label: `v${result.version}` }]
      : [],
  );
}

interface PictureProps {
  monitor: MonitorResponse;
  results: MonitorResult[];
}

function MetricSection({ metric, monitor, results }: PictureProps & { metric: string }) {
  const lines = useMemo<Line[]>(
    () => [
      { label: metric, values: results.map((result) => result.metrics?.[metric] ?? null), points: true, width: 2 },
      { label: 'baseline', values: results.map((result) => result.baseline?.[metric] ?? null), color: 'quiet', dashed: true },
      { label: 'alert from', values: results.map((result) => bound_of(metric, result, monitor.thresholds)), color: 'alert', dashed: true, width: 1.25 },
    ],
    [metric, results, monitor.thresholds],
  );
  const x = useMemo(() => results.map(middle), [results]);
  const marks = useMemo(() => version_marks(results), [results]);
  return (
    <Section title={`${metric} by window`} note="the baseline is what each version scored when it was trained">
      <Series label={`${metric} by window`} x={x} lines={lines} marks={marks} height={260} />
    </Section>
  );
}

function DriftSection({ monitor, results }: PictureProps) {
  const drifted = useMemo(() => ever_drifted(results), [results]);
  return (
    <Section title="Which inputs drifted when">
      {drifted.length > 0 ? <DriftGrid monitor={monitor.name} columns={drifted} results={results} /> : <p className="quiet">None has, in any window.</p>}
    </Section>
  );
}

function Windows({ monitor, metrics }: { monitor: MonitorResponse; metrics: string[] }) {
  const columns = useMemo<Column<MonitorResult>[]>(() => {
    const shows = new Map(metrics.map((metric) => [metric, aligned(monitor.results.map((each) => each.metrics?.[metric]))]));
    const show = (metric: string) => shows.get(metric) ?? number;
    return [
      { id: 'window', header: 'Window', cell: ({ row }) => <A to={links.monitor_result(monitor.name, row.original.id)}><Window start_ms={row.original.window_start_ms} end_ms={row.original.window_end_ms} /></A>, meta: { width: 144 } },
      { id: 'status', header: 'State', cell: ({ row }) => <State state={row.original.status} />, meta: { width: 96 } },
      ...metrics.flatMap((metric): Column<MonitorResult>[] => [
        { id: metric, header: metric, cell: ({ row }) => show(metric)(row.original.metrics?.[metric]), meta: { width: 88, align: 'right' } },
        { id: `${metric} baseline`, header: 'baseline', cell: ({ row }) => <span className="quiet">{show(metric)(row.original.baseline?.[metric])}</span>, meta: { width: 88, align: 'right' } },
      ]),
      ...(monitor.checks.includes('drift')
        ? [
            { id: 'share', header: 'Drifted', cell: ({ row }: { row: { original: MonitorResult } }) => share(row.original.drift?.share), meta: { width: 80, align: 'right' as const } },
            { id: 'drifted', header: 'Inputs', cell: ({ row }: { row: { original: MonitorResult } }) => <span className="quiet">{row.original.drift?.drifted.join(', ')}</span> },
          ]
        : []),
      { id: 'rows', header: 'Rows', cell: ({ row }) => count(row.original.rows), meta: { width: 80, align: 'right' } },
      { id: 'truths', header: 'Truths', cell: ({ row }) => count(row.original.truths), meta: { width: 80, align: 'right' } },
      { id: 'version', header: 'Version', cell: ({ row }) => (row.original.version ? `v${row.original.version}` : ''), meta: { width: 80, align: 'right' } },
    ];
  }, [monitor, metrics.join()]);
  return (
    <Section title="Windows" note="newest first">
      <DataTable label="Windows" rows={[...monitor.results].sort((a, b) => b.window_start_ms - a.window_start_ms)} columns={columns} row_id={(each) => String(each.id)} min_width={720} />
    </Section>
  );
}
