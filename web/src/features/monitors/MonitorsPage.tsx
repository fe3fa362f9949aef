import { useApi } from '../../api/query';
import type { MonitorSummary } from '../../api/types';
import { commands } from '../../lib/commands';
import { number, share } from '../../lib/format';
import { links } from '../../lib/links';
import { field, sorting } from '../../lib/url_state';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { State } from '../../ui/Mark';
import { Page, Section } from '../../ui/Page';
import { Window } from '../../ui/Time';
import { useUrlState } from '../../ui/useUrlState';

const fields = { sort: field(sorting, null) };

const columns: Column<MonitorSummary>[] = [
  { accessorKey: 'name', header: 'Name', cell: ({ row }) => <A to={links.monitor(row.original.name)}>{row.original.name}</A> },
  { accessorKey: 'status', header: 'State', cell: ({ row }) => <State state={row.original.status} />, meta: { width: 104 } },
  { accessorKey: 'endpoint', header: 'Watches', cell: ({ row }) => <A to={links.endpoint(row.original.endpoint)}>{row.original.endpoint}</A>, meta: { width: 136 } },
  { id: 'checks', accessorFn: (each) => each.checks.join(', '), header: 'For', meta: { width: 136 } },
  { accessorKey: 'reference', header: 'Against', meta: { width: 112 } },
  { accessorKey: 'window', header: 'Each', meta: { width: 72 } },
  {
    id: 'last', header: 'Newest window', enableSorting: false, meta: { width: 144 },
    cell: ({ row: { original: each } }) =>
      each.last?.window_start_ms !== undefined && each.last.window_end_ms !== undefined && each.last.id !== undefined ? (
        <A to={links.monitor_result(each.name, each.last.id)} className="quiet">
          <Window start_ms={each.last.window_start_ms} end_ms={each.last.window_end_ms} />
        </A>
      ) : (
        <span className="quiet">none yet</span>
      ),
  },
  {
    id: 'found', header: 'Found', enableSorting: false, meta: { width: 152, align: 'right' },
    cell: ({ row: { original: each } }) => found_text(each),
  },
];

/** The one number of the newest window that matters. */
function found_text({ checks, last }: MonitorSummary): string {
  const metric = checks.find((check) => last?.metrics?.[check] !== undefined);
  if (metric) return `${metric} ${number(last?.metrics?.[metric])}`;
  return last?.drift && checks.includes('drift') ? `${share(last.drift.share)} drifted` : '';
}

export function MonitorsPage() {
  const monitors = useApi('/api/v1/monitors');
  const [state, set_state] = useUrlState(fields);
  return (
    <Page title="Monitors" what="What endpoints are asked and how well they answer, window by window, against the data their model learned from." command={commands.monitors()}>
      <Answer of={monitors}>
        {(answer) =>
          answer.monitors.length === 0 ? (
            <Empty title="Nothing is watched yet" command={commands.create_monitor('demand')}>
              Name an endpoint: its inputs are compared with the data its model was trained on, its answers with the truth once that is reported.
            </Empty>
          ) : (
            <Section title="All monitors">
              <DataTable label="Monitors" rows={answer.monitors} columns={columns} row_id={(each) => each.name} sorting={state.sort} on_sort={(sort) => set_state({ sort })} min_width={960} />
            </Section>
          )
        }
      </Answer>
      <History title="What they saw" type="monitor.evaluated" />
    </Page>
  );
}
