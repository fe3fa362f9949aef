import { useApi } from '../../api/query';
import type { DatasetSummary } from '../../api/types';
import { commands } from '../../lib/commands';
import { count } from '../../lib/format';
import { links } from '../../lib/links';
import { field, sorting } from '../../lib/url_state';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { useUrlState } from '../../ui/useUrlState';

const fields = { sort: field(sorting, null) };

const columns: Column<DatasetSummary>[] = [
  { accessorKey: 'name', header: 'Name', cell: ({ row }) => <A to={links.dataset(row.original.name)}>{row.original.name}</A>, meta: { width: 200 } },
  { accessorKey: 'description', header: 'What it is', enableSorting: false },
  {
    accessorKey: 'latest_version', header: 'Newest', meta: { align: 'right', width: 88 },
    cell: ({ row: { original: each } }) => <A to={links.dataset_version(each.name, each.latest_version)}>v{each.latest_version}</A>,
  },
  { accessorKey: 'rows', header: 'Rows', cell: ({ getValue }) => count(getValue<number>()), meta: { align: 'right', width: 104 } },
  { accessorKey: 'columns', header: 'Columns', meta: { align: 'right', width: 88 } },
  { accessorKey: 'updated_ms', header: 'Updated', cell: ({ getValue }) => <Time ms={getValue<number>()} relative />, meta: { align: 'right', width: 120 } },
];

export function DatasetsPage() {
  const datasets = useApi('/api/v1/datasets');
  const [state, set_state] = useUrlState(fields);
  return (
    <Page
      title="Data sets"
      what="Data under version: the same content is the same version, for ever, so a model can always name what taught it."
      command={commands.datasets()}
    >
      <Answer of={datasets}>
        {(answer) =>
          answer.datasets.length === 0 ? (
            <Empty title="No data set yet" command={commands.add_dataset('rides', 'data/hour.csv.gz')}>
              Name a CSV, Parquet or JSONL file, or list it under sources in maru.yaml and apply the project. Its schema,
              statistics and checks will be here.
            </Empty>
          ) : (
            <Section title="All data sets">
              <DataTable label="Data sets" rows={answer.datasets} columns={columns} row_id={(each) => each.name} sorting={state.sort} on_sort={(sort) => set_state({ sort })} min_width={720} />
            </Section>
          )
        }
      </Answer>
      <History title="New data" type="dataset.version" />
    </Page>
  );
}
