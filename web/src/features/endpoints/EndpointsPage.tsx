import { useApi } from '../../api/query';
import type { EndpointSummary } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, duration, nothing, number } from '../../lib/format';
import { links } from '../../lib/links';
import { field, sorting } from '../../lib/url_state';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { State } from '../../ui/Mark';
import { Page, Section } from '../../ui/Page';
import { useUrlState } from '../../ui/useUrlState';

const fields = { sort: field(sorting, null) };

const columns: Column<EndpointSummary>[] = [
  { accessorKey: 'name', header: 'Name', cell: ({ row }) => <A to={links.endpoint(row.original.name)}>{row.original.name}</A> },
  { accessorKey: 'state', header: 'State', cell: ({ row }) => <State state={row.original.state} />, meta: { width: 96 } },
  {
    id: 'serves', accessorFn: (each) => each.model, header: 'Serves', meta: { width: 168 },
    cell: ({ row: { original: each } }) =>
      each.version ? <A to={links.model_version(each.model, each.version)}>{each.model} v{each.version}</A> : <A to={links.model(each.model)}>{each.model}</A>,
  },
  { accessorKey: 'alias', header: 'By alias', cell: ({ getValue }) => getValue<string | null>() ?? <span className="quiet">fixed</span>, meta: { width: 104 } },
  { accessorKey: 'rate_per_s', header: 'Rate /s', cell: ({ getValue }) => number(getValue<number>(), 3), meta: { width: 88, align: 'right' } },
  { accessorKey: 'p50_ms', header: 'p50', cell: ({ getValue }) => duration(getValue<number | null>() || null), meta: { width: 88, align: 'right' } },
  { accessorKey: 'p99_ms', header: 'p99', cell: ({ getValue }) => duration(getValue<number | null>() || null), meta: { width: 88, align: 'right' } },
  { accessorKey: 'requests', header: 'Requests', cell: ({ getValue }) => count(getValue<number>()), meta: { width: 96, align: 'right' } },
  { accessorKey: 'errors', header: 'Errors', cell: ({ getValue }) => count(getValue<number>()), meta: { width: 80, align: 'right' } },
  { accessorKey: 'swaps', header: 'Swaps', cell: ({ getValue }) => getValue<number>() || nothing, meta: { width: 72, align: 'right' } },
];

export function EndpointsPage() {
  const endpoints = useApi('/api/v1/endpoints');
  const [state, set_state] = useUrlState(fields);
  return (
    <Page title="Endpoints" what="Models that answer. An endpoint follows an alias: when the champion changes, it changes without losing a request." command={commands.endpoints()}>
      <Answer of={endpoints}>
        {(answer) =>
          answer.endpoints.length === 0 ? (
            <Empty title="No endpoint yet" command={commands.create_endpoint('demand', 'demand', 'champion')}>
              Name a model and the alias to follow. It then answers the V2 protocol over REST and gRPC, and MLflow's and TF Serving's too.
            </Empty>
          ) : (
            <Section title="All endpoints">
              <DataTable label="Endpoints" rows={answer.endpoints} columns={columns} row_id={(each) => each.name} sorting={state.sort} on_sort={(sort) => set_state({ sort })} min_width={960} />
            </Section>
          )
        }
      </Answer>
      <History title="Swaps" type="endpoint.swapped" />
    </Page>
  );
}
