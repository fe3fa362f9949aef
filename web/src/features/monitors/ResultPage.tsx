import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';

import { useApi } from '../../api/query';
import type { MonitorResultResponse } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, number, plural, share } from '../../lib/format';
import { links } from '../../lib/links';
import { window_name } from '../../lib/time';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { Histogram } from '../../ui/Histogram';
import { Mark, State } from '../../ui/Mark';
import { Facts, Page, Section } from '../../ui/Page';
import { Window } from '../../ui/Time';
import { compared_columns, verdict_text, type Compared } from './columns';

export function ResultPage() {
  const { name, id } = useParams({ strict: false }) as { name: string; id: string };
  const result = useApi('/api/v1/monitors/{name}/results/{id}', { name, id });
  const title = result.data ? `${name}, ${window_name(result.data.window_start_ms, result.data.window_end_ms)}` : name;
  return (
    <Page
      title={title}
      trail={[
        ['Monitors', links.monitors()],
        [name, links.monitor(name)],
      ]}
      state={result.data && <State state={result.data.status} />}
      command={commands.get(`/api/v1/monitors/${encodeURIComponent(name)}/results/${id}`)}
    >
      <Answer of={result} lines={8} missing={<Empty title={`${name} has no result ${id}`} command={commands.monitor(name)} />}>
        {(answer) => <Loaded result={answer} monitor={name} />}
      </Answer>
    </Page>
  );
}

function Loaded({ result, monitor }: { result: MonitorResultResponse; monitor: string }) {
  const columns = useMemo(() => compared_columns(result), [result]);
  const drifted = columns.filter((column) => column.drifted);
  const monitor_answer = useApi('/api/v1/monitors/{name}', { name: monitor });
  const endpoint = monitor_answer.data?.endpoint;
  const all = [...(monitor_answer.data?.results ?? [])].sort((a, b) => a.window_start_ms - b.window_start_ms);
  const at = all.findIndex((each) => String(each.id) === String(result.id));
  const [before, after] = [all[at - 1], at >= 0 ? all[at + 1] : undefined];
  return (
    <>
      {(result.reasons ?? []).length > 0 && <p className="page-what">{result.reasons?.map((reason) => reason.replace(/\.?$/, '.')).join(' ')}</p>}
      <Facts
        facts={[
          ['Window', <Window start_ms={result.window_start_ms} end_ms={result.window_end_ms} />],
          ['Endpoint', endpoint && <A to={links.endpoint(endpoint)}>{endpoint}</A>],
          ['Version', result.version && `v${result.version}`],
          ['Rows', count(result.rows)],
          ['Truths', count(result.truths)],
          ...Object.entries(result.metrics ?? {}).map(([metric, value]): [string, string] => {
            const baseline = result.baseline?.[metric];
            return [metric, `${number(value)}${baseline ? ` against ${number(baseline)}` : ''}`];
          }),
          ['Drifted', columns.length > 0 && `${share(drifted.length / columns.length)}, ${drifted.length} of ${columns.length}`],
          ['Event', result.event_id && <A to={links.event(result.event_id)}>{result.event_id}</A>],
          ['Before', before && <A to={links.monitor_result(monitor, before.id)}>{window_name(before.window_start_ms, before.window_end_ms)}</A>],
          ['After', after && <A to={links.monitor_result(monitor, after.id)}>{window_name(after.window_start_ms, after.window_end_ms)}</A>],
        ]}
      />
      {columns.length > 0 && (
        <Section
          title="Inputs"
          note={`${plural(drifted.length, 'input')} left the reference`}
          actions={
            <span className="legend">
              <span>
                <i className="before" />
                reference
              </span>
              <span>
                <i className="now" />
                this window
              </span>
            </span>
          }
        >
          <div className="cards">
            {columns.map((column) => (
              <ColumnCard key={column.name} column={column} />
            ))}
          </div>
        </Section>
      )}
    </>
  );
}

function ColumnCard({ column }: { column: Compared }) {
  const tone = column.drifted ? 'warning' : 'ok';
  return (
    <div>
      <div className="card-head">
        <h3 className="cut" title={column.name}>
          {column.name}
        </h3>
        <span className={`state tone-${tone}`}>
          <Mark tone={tone} size={10} />
          <span>{column.drifted ? 'drifted' : 'as before'}</span>
        </span>
      </div>
      {column.current_counts.length + column.reference_counts.length > 0 && (
        <Histogram
          label={`${column.name}: this window against the reference`}
          edges={column.edges.length > 0 ? column.edges : undefined}
          values={column.labels}
          counts={column.current_counts}
          reference={column.reference_counts}
          tone={column.drifted ? 'warning' : 'plain'}
        />
      )}
      <p className="card-foot">{verdict_text(column)}</p>
    </div>
  );
}
