import { Switch } from '@mantine/core';
import { useMemo } from 'react';

import { useApis } from '../../api/query';
import type { Run } from '../../api/types';
import { commands } from '../../lib/commands';
import { duration, nothing, number, share } from '../../lib/format';
import { links } from '../../lib/links';
import { field, flag, list } from '../../lib/url_state';
import { A } from '../../ui/A';
import { Waiting } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Page, Section } from '../../ui/Page';
import { useUrlState } from '../../ui/useUrlState';
import { MetricPlot } from './MetricPlot';
import { columns_of, differing, metric_of, param_of, run_duration_ms, run_name } from './table';

const fields = { runs: field(list, [] as string[]), different: field(flag, false) };
const compared_limit = 12;
const curves_limit = 8;

export function ComparePage() {
  const [{ runs: ids, different }, set_state] = useUrlState(fields);
  const asked = ids.slice(0, compared_limit);
  const answers = useApis('/ajax-api/2.0/mlflow/runs/get', {}, asked.map((run_id) => ({ query: { run_id } })));
  const runs = answers.flatMap((answer) => (answer.data ? [answer.data.run] : []));
  const waiting = answers.some((answer) => answer.isPending);
  return (
    <Page
      title={asked.length > 0 ? `${asked.length} runs side by side` : 'Compare runs'}
      trail={[['Experiments', links.experiments()]]}
      command={asked.map((id) => commands.get(`/api/2.0/mlflow/runs/get?run_id=${id}`)).slice(0, 3)}
    >
      {waiting ? (
        <Waiting lines={6} />
      ) : runs.length < 2 ? (
        <Empty title="Choose two runs or more">Tick runs in an experiment's table and press Compare.</Empty>
      ) : (
        <>
          <Switch label="Only what differs" checked={different} onChange={(event) => set_state({ different: event.currentTarget.checked })} />
          <Sides runs={runs} different={different} />
          <Curves runs={runs} />
        </>
      )}
    </Page>
  );
}

interface Row {
  key: string;
  cells: string[];
  notes: string[];
  differs: boolean;
}

function Sides({ runs, different }: { runs: Run[]; different: boolean }) {
  const known = useMemo(() => columns_of(runs), [runs]);
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: 'key', header: '', cell: ({ row }) => <span title={row.original.key}>{row.original.key}</span>, meta: { width: 160 } },
      ...runs.map(
        (run, index): Column<Row> => ({
          id: run.info.run_id,
          header: () => <A to={links.run(run.info.run_id)}>{run_name(run)}</A>,
          cell: ({ row }) => (
            <span className={row.original.differs ? undefined : 'quiet'}>
              {row.original.notes[index] && <span className="quiet">{row.original.notes[index]} </span>}
              {row.original.cells[index]}
            </span>
          ),
          meta: { align: 'right', width: 160 },
        }),
      ),
    ],
    [runs],
  );
  const metric_differs = differing(runs, known.metrics, metric_of);
  const param_differs = differing(runs, known.params, param_of);
  const metrics = known.metrics.map((key): Row => {
    const values = runs.map((run) => metric_of(run, key));
    return { key, cells: values.map((value) => number(value)), notes: values.map((value) => change(values[0], value)), differs: metric_differs.has(key) };
  });
  const params = known.params.map((key): Row => ({ key, cells: runs.map((run) => param_of(run, key) ?? nothing), notes: [], differs: param_differs.has(key) }));
  const about: Row[] = [{ key: 'took', cells: runs.map((run) => duration(run_duration_ms(run))), notes: [], differs: true }];
  const wanted = (row: Row) => !different || row.differs;
  const width = 160 + runs.length * 160;
  return (
    <>
      <Section title="Metrics" note="in brackets: change from the first run">
        <DataTable label="Metrics" rows={[...metrics.filter(wanted), ...about]} columns={columns} row_id={(row) => row.key} min_width={width} />
      </Section>
      <Section title="Params">
        {params.filter(wanted).length > 0 ? (
          <DataTable label="Params" rows={params.filter(wanted)} columns={columns} row_id={(row) => row.key} min_width={width} />
        ) : (
          <p className="quiet">They have the same params.</p>
        )}
      </Section>
    </>
  );
}

/** (−12 %) from the first run to another. */
function change(first: number | undefined, value: number | undefined): string {
  if (first === undefined || value === undefined || first === 0 || first === value) return '';
  const relative = (value - first) / Math.abs(first);
  return `(${relative > 0 ? '+' : '−'}${share(Math.abs(relative))})`;
}

function Curves({ runs }: { runs: Run[] }) {
  const keys = useMemo(() => {
    const stepped = new Set(runs.flatMap((run) => (run.data.metrics ?? []).filter((each) => Number(each.step) > 0).map((each) => each.key)));
    return [...stepped].slice(0, curves_limit);
  }, [runs]);
  const questions = keys.flatMap((metric_key) => runs.map((run) => ({ query: { run_id: run.info.run_id, metric_key, max_results: 25_000 } })));
  const histories = useApis('/ajax-api/2.0/mlflow/metrics/get-history', {}, questions);
  if (keys.length === 0) return null;
  return (
    <Section title="Curves">
      <div className="columns">
        {keys.map((key, row) => (
          <MetricPlot key={key} name={key} series={runs.map((run, column) => ({ label: run_name(run), points: histories[row * runs.length + column]?.data?.metrics ?? [] }))} />
        ))}
      </div>
    </Section>
  );
}
