import { useApi } from '../../api/query';
import type { RegisteredModel } from '../../api/types';
import { commands } from '../../lib/commands';
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
import { Aliases } from './Aliases';

const fields = { sort: field(sorting, null) };

const newest_of = (model: RegisteredModel): number =>
  Math.max(0, ...(model.latest_versions ?? []).map((each) => Number(each.version)), ...(model.aliases ?? []).map((each) => Number(each.version)));

const columns: Column<RegisteredModel>[] = [
  { accessorKey: 'name', header: 'Name', cell: ({ row }) => <A to={links.model(row.original.name)}>{row.original.name}</A>, meta: { width: 200 } },
  { id: 'about', accessorFn: (model) => model.description ?? '', header: 'What it is', enableSorting: false, cell: ({ getValue }) => <span className="quiet">{getValue<string>()}</span> },
  {
    id: 'newest', accessorFn: newest_of, header: 'Newest', meta: { width: 88, align: 'right' },
    cell: ({ row, getValue }) => (getValue<number>() > 0 ? <A to={links.model_version(row.original.name, getValue<number>())}>v{getValue<number>()}</A> : <span className="quiet">none</span>),
  },
  { id: 'aliases', header: 'Aliases', enableSorting: false, meta: { width: 232 }, cell: ({ row }) => <Aliases model={row.original.name} aliases={row.original.aliases ?? []} /> },
  { id: 'updated', accessorFn: (model) => Number(model.last_updated_timestamp), header: 'Updated', cell: ({ getValue }) => <Time ms={getValue<number>()} relative />, meta: { width: 120, align: 'right' } },
];

export function ModelsPage() {
  const models = useApi('/ajax-api/2.0/mlflow/registered-models/search', {}, { query: { max_results: 200 } });
  const [state, set_state] = useUrlState(fields);
  return (
    <Page title="Models" what="What was trained and kept: numbered versions, and aliases that say which version does which job." command={commands.models()}>
      <Answer of={models}>
        {({ registered_models: list = [] }) => {
          // Prompts are registered models too, with this tag; they have their own place.
          const kept = list.filter((model) => !model.tags?.some((tag) => tag.key === 'mlflow.prompt.is_prompt' && tag.value === 'true'));
          return kept.length === 0 ? (
            <Empty title="No model is registered yet" command="mlflow.sklearn.log_model(model, name='model', registered_model_name='demand')">
              Register one from MLflow code as below, or let a pipeline's register step do it.
            </Empty>
          ) : (
            <Section title="All models">
              <DataTable label="Models" rows={kept} columns={columns} row_id={(model) => model.name} sorting={state.sort} on_sort={(sort) => set_state({ sort })} min_width={760} />
            </Section>
          );
        }}
      </Answer>
      <History title="Aliases moved" type="version.aliased" />
    </Page>
  );
}
