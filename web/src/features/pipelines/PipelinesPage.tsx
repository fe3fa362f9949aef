import { useApi } from '../../api/query';
import type { PipelineSummary } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, duration, nothing } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { State } from '../../ui/Mark';
import { Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';

const columns: Column<PipelineSummary>[] = [
  { id: 'name', header: 'Name', cell: ({ row }) => <A to={links.pipeline(row.original.name)}>{row.original.name}</A>, meta: { width: 168 } },
  { id: 'project', header: 'Project', cell: ({ row }) => <span className="quiet">{row.original.project}</span> },
  { id: 'steps', header: 'Steps', cell: ({ row }) => count(row.original.steps), meta: { width: 72, align: 'right' } },
  { id: 'state', header: 'Newest run', cell: ({ row }) => { const last = row.original.last_run; return last ? <A to={links.pipeline_run(last.id)} className="plain-link"><State state={last.state} /></A> : <span className="quiet">{nothing}</span>; }, meta: { width: 120 } },
  { id: 'started', header: 'Started', cell: ({ row }) => <Time ms={row.original.last_run?.started_ms} relative />, meta: { width: 120, align: 'right' } },
  { id: 'took', header: 'Took', cell: ({ row }) => { const last = row.original.last_run; return last?.started_ms && last.finished_ms ? duration(last.finished_ms - last.started_ms) : nothing; }, meta: { width: 88, align: 'right' } },
];

export function PipelinesPage() {
  const pipelines = useApi('/api/v1/pipelines');
  return (
    <Page title="Pipelines" what="Steps from data to a registered model. Each remembers what it was given, so that what did not change is not done again.">
      <Answer of={pipelines}>
        {(answer) =>
          answer.pipelines.length === 0 ? (
            <Empty title="No pipeline yet" command={commands.apply()}>
              Write steps under pipelines in maru.yaml (training_set, validate, automl, command, evaluate, register) and apply the project.
            </Empty>
          ) : (
            <Section title="All pipelines">
              <DataTable label="Pipelines" rows={answer.pipelines} columns={columns} row_id={(each) => each.name} min_width={720} />
            </Section>
          )
        }
      </Answer>
      <History title="Started" type="pipeline.started" />
    </Page>
  );
}
