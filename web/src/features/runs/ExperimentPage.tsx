import { Button, TextInput } from '@mantine/core';
import { useParams, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';

import { useApi } from '../../api/query';
import type { Run } from '../../api/types';
import { commands, origin } from '../../lib/commands';
import { links } from '../../lib/links';
import { field, list, sorting, text } from '../../lib/url_state';
import { Answer } from '../../ui/Answer';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Page, Section } from '../../ui/Page';
import { useUrlState } from '../../ui/useUrlState';
import { ColumnPicker } from './ColumnPicker';
import { run_table_columns } from './run_columns';
import { columns_of, default_columns, order_by } from './table';

const fields = { filter: field(text, ''), sort: field(sorting, null), columns: field(list, [] as string[]) };
const runs_limit = 1000;
const none: Run[] = [];

export function ExperimentPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const experiment = useApi('/ajax-api/2.0/mlflow/experiments/get', {}, { query: { experiment_id: id } });
  const name = experiment.data?.experiment.name ?? `Experiment ${id}`;
  const note = experiment.data?.experiment.tags?.find((tag) => tag.key === 'mlflow.note.content')?.value;
  const [state, set_state] = useUrlState(fields);
  if (experiment.error?.is_missing) {
    return (
      <Page title={name} trail={[['Experiments', links.experiments()]]}>
        <Empty title="There is no such experiment" command={commands.experiments()} />
      </Page>
    );
  }
  return (
    <Page title={name} trail={[['Experiments', links.experiments()]]} what={note} command={commands.runs(name, state.filter)}>
      <Runs id={id} state={state} set_state={set_state} />
    </Page>
  );
}

interface RunsProps {
  id: string;
  state: { filter: string; sort: ReturnType<typeof sorting.decode> | null; columns: string[] };
  set_state: (change: Partial<{ filter: string; sort: any; columns: string[] }>) => void;
}

function Runs({ id, state, set_state }: RunsProps) {
  const router = useRouter();
  const body = { experiment_ids: [id], filter: state.filter, order_by: order_by(state.sort ?? null), max_results: runs_limit };
  const answer = useApi('POST /ajax-api/2.0/mlflow/runs/search', {}, { body });
  const [picked, set_picked] = useState<ReadonlySet<string>>(new Set());
  const runs = answer.data?.runs ?? none;
  const known = useMemo(() => columns_of(runs), [runs]);
  const shown = useMemo(
    () => (state.columns.length > 0 ? state.columns : default_columns(runs, known)),
    [state.columns, runs, known],
  );
  const columns = useMemo(
    () =>
      run_table_columns(shown, runs, picked, (run_id) =>
        set_picked((now) => {
          const next = new Set(now);
          if (!next.delete(run_id)) next.add(run_id);
          return next;
        }),
      ),
    [shown, runs, picked],
  );
  const wide = 492 + shown.length * 104;
  return (
    <Section
      title="Runs"
      note={answer.data ? (runs.length === runs_limit ? `the first ${runs_limit}` : String(runs.length)) : undefined}
      actions={
        <>
          <ColumnPicker known={known} shown={shown} on_change={(next) => set_state({ columns: next })} />
          <Button size="compact-sm" disabled={picked.size < 2} onClick={() => router.history.push(links.compare([...picked]))}>
            Compare{picked.size > 0 ? ` ${picked.size}` : ''}
          </Button>
        </>
      }
    >
      <Filter value={state.filter} on_change={(filter) => set_state({ filter })} />
      <Answer of={answer} lines={8}>
        {() =>
          runs.length === 0 ? (
            state.filter ? (
              <p className="quiet">No run answers this filter.</p>
            ) : (
              <Empty title="No runs yet" command={[`export MLFLOW_TRACKING_URI=${origin()}`, 'python train.py']}>
                Runs appear here as they start; their metrics as they are logged.
              </Empty>
            )
          ) : (
            <DataTable label="Runs" rows={runs} columns={columns} row_id={(run) => run.info.run_id} sorting={state.sort ?? null} on_sort={(sort) => set_state({ sort })} sorted_by_server min_width={wide} />
          )
        }
      </Answer>
    </Section>
  );
}

function Filter({ value, on_change }: { value: string; on_change: (filter: string) => void }) {
  const [words, set_words] = useState(value);
  useEffect(() => set_words(value), [value]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        on_change(words.trim());
      }}
    >
      <div className="filters">
        <TextInput
          className="grow"
          aria-label="Filter"
          placeholder="metrics.rmse < 70 and params.max_depth = '6'"
          value={words}
          onChange={(event) => set_words(event.currentTarget.value)}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mono)', fontSize: 13 } }}
        />
        <Button type="submit" variant="default">
          Filter
        </Button>
        {value && (
          <Button variant="subtle" onClick={() => on_change('')}>
            Clear
          </Button>
        )}
      </div>
    </form>
  );
}
