import { Checkbox } from '@mantine/core';

import type { Run } from '../../api/types';
import { aligned, duration, nothing } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import type { Column } from '../../ui/DataTable';
import { State } from '../../ui/Mark';
import { Time } from '../../ui/Time';
import { metric_of, param_of, run_duration_ms, run_name } from './table';

/** Fixed columns first, then those the reader chose. Column ids are what `order_by` takes. */
export function run_table_columns(shown: string[], runs: Run[], picked: ReadonlySet<string>, toggle: (run_id: string) => void): Column<Run>[] {
  return [
    {
      id: 'pick',
      header: '',
      enableSorting: false,
      meta: { width: 32 },
      cell: ({ row }) => (
        <Checkbox size="xs" aria-label={`Compare ${run_name(row.original)}`} checked={picked.has(row.original.info.run_id)} onChange={() => toggle(row.original.info.run_id)} />
      ),
    },
    { id: 'run_name', accessorFn: run_name, header: 'Run', cell: ({ row }) => <A to={links.run(row.original.info.run_id)}>{run_name(row.original)}</A>, meta: { width: 184 } },
    ...shown.map((id) => chosen(id, runs)),
    { id: 'status', accessorFn: (run) => run.info.status, header: 'State', cell: ({ getValue }) => <State state={getValue<string>()} />, meta: { width: 100 } },
    { id: 'start_time', accessorFn: (run) => run.info.start_time, header: 'Started', cell: ({ getValue }) => <Time ms={getValue<number>()} relative />, meta: { width: 104, align: 'right' } },
    { id: 'duration', accessorFn: run_duration_ms, header: 'Took', enableSorting: false, cell: ({ getValue }) => duration(getValue<number | null>()), meta: { width: 72, align: 'right' } },
  ];
}

function chosen(id: string, runs: Run[]): Column<Run> {
  const key = id.slice(id.indexOf('.') + 1);
  const is_metric = id.startsWith('metrics.');
  const show = is_metric ? aligned(runs.map((run) => metric_of(run, key))) : undefined;
  return {
    id,
    header: key,
    accessorFn: (run) => (is_metric ? metric_of(run, key) : param_of(run, key)),
    cell: ({ getValue }) => (show ? show(getValue<number | undefined>()) : (getValue<string | undefined>() ?? nothing)),
    meta: { align: 'right', width: 104 },
  };
}
