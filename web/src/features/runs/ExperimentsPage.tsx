import { useApi } from '../../api/query';
import type { Experiment } from '../../api/types';
import { commands, origin } from '../../lib/commands';
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

const note_of = (experiment: Experiment) => experiment.tags?.find((tag) => tag.key === 'mlflow.note.content')?.value ?? '';

const columns: Column<Experiment>[] = [
  { accessorKey: 'name', header: 'Name', cell: ({ row }) => <A to={links.experiment(row.original.experiment_id)}>{row.original.name}</A>, meta: { width: 240 } },
  { id: 'note', accessorFn: note_of, header: 'What it is', cell: ({ getValue }) => <span className="quiet">{getValue<string>()}</span>, enableSorting: false },
  { accessorKey: 'experiment_id', header: 'Id', meta: { width: 72, align: 'right' } },
  { id: 'updated', accessorFn: (each) => each.last_update_time ?? each.creation_time, header: 'Updated', cell: ({ getValue }) => <Time ms={getValue<number>()} relative />, meta: { width: 128, align: 'right' } },
  { id: 'created', accessorFn: (each) => each.creation_time, header: 'Created', cell: ({ getValue }) => <Time ms={getValue<number>()} />, meta: { width: 152, align: 'right' } },
];

export function ExperimentsPage() {
  const experiments = useApi('/ajax-api/2.0/mlflow/experiments/search', {}, { query: { max_results: 1000 } });
  const [state, set_state] = useUrlState(fields);
  const only_default = experiments.data?.experiments?.every((each) => each.experiment_id === '0') ?? experiments.data !== undefined;
  return (
    <Page title="Experiments" what="Runs by the question they answer. MLflow code logs here as it is." command={commands.experiments()}>
      <Answer of={experiments}>
        {({ experiments: list = [] }) => (
          <>
            {list.length > 0 && (
              <Section title="All experiments">
                <DataTable label="Experiments" rows={list} columns={columns} row_id={(each) => each.experiment_id} sorting={state.sort} on_sort={(sort) => set_state({ sort })} min_width={760} />
              </Section>
            )}
            {only_default && (
              <Empty title="Log a first run" command={[`export MLFLOW_TRACKING_URI=${origin()}`, 'python train.py']}>
                Point the MLflow client here; with autolog a scikit-learn or XGBoost script needs no other change.
              </Empty>
            )}
          </>
        )}
      </Answer>
      <History title="Finished runs" type="run.finished" />
    </Page>
  );
}
