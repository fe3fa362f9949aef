import { Button, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

import { useApi } from '../../api/query';
import { commands } from '../../lib/commands';
import { field, integer, text } from '../../lib/url_state';
import { Answer } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { EventList } from '../../ui/History';
import { Page, Section } from '../../ui/Page';
import { useUrlState } from '../../ui/useUrlState';

const fields = { type: field(text, ''), subject: field(text, ''), before: field(integer, 0) };
const page_events = 50;

const types = [
  'alert.raised', 'alert.resolved', 'dataset.version', 'drift.found', 'endpoint.changed', 'endpoint.swapped', 'endpoint.window', 'expectation.failed', 'feature.materialized', 'metrics.logged', 'model.created', 'monitor.evaluated', 'pipeline.failed', 'pipeline.finished', 'pipeline.started', 'pipeline.step', 'prediction.truth', 'project.applied', 'rule.acted', 'rule.evaluated', 'rule.failed', 'run.failed', 'run.finished', 'run.started', 'schedule.tick', 'version.aliased', 'version.created', 'version.evaluated',
];

export function EventsPage() {
  const [state, set_state] = useUrlState(fields);
  const events = useApi('/api/v1/events', {}, {
    query: { type: state.type, subject: state.subject, before: state.before || undefined, limit: page_events, order: 'desc' },
  });
  const list = events.data?.events ?? [];
  const last = list.at(-1);
  return (
    <Page title="Events" what="Everything that happens, in the order it happened. Rules act on these; following a cause backwards tells why." command={commands.events(state.type, state.subject)}>
      <div className="filters">
        <Select label="Type" placeholder="any" data={types.includes(state.type) || !state.type ? types : [state.type, ...types]} value={state.type || null} onChange={(type) => set_state({ type: type ?? '', before: 0 })} searchable clearable w={220} />
        <Subject value={state.subject} on_change={(subject) => set_state({ subject, before: 0 })} />
        {(state.type || state.subject) && (
          <Button variant="subtle" onClick={() => set_state({ type: '', subject: '', before: 0 })}>
            Clear
          </Button>
        )}
      </div>
      <Section title={state.before ? 'Older' : 'Newest'} actions={state.before > 0 && <button type="button" className="link-button" onClick={() => set_state({ before: 0 })}>Back to the newest</button>}>
        <Answer of={events} lines={10}>
          {() =>
            list.length > 0 ? (
              <EventList events={list} relative={!state.before} />
            ) : state.type || state.subject ? (
              <p className="quiet">No event answers this.</p>
            ) : (
              <Empty title="Nothing has happened yet" command={commands.demo()}>
                A run, a data set, a model version, a prediction's truth: each will be an event here, with what caused it.
              </Empty>
            )
          }
        </Answer>
        {list.length === page_events && last && (
          <Button variant="default" style={{ alignSelf: 'flex-start' }} onClick={() => set_state({ before: last.id })}>
            Older
          </Button>
        )}
      </Section>
    </Page>
  );
}

function Subject({ value, on_change }: { value: string; on_change: (subject: string) => void }) {
  const [words, set_words] = useState(value);
  useEffect(() => set_words(value), [value]);
  return (
    <form
      className="grow"
      onSubmit={(event) => {
        event.preventDefault();
        on_change(words.trim());
      }}
    >
      <TextInput label="Subject" placeholder="model/demand/4" value={words} onChange={(event) => set_words(event.currentTarget.value)} onBlur={() => words.trim() !== value && on_change(words.trim())} spellCheck={false} />
    </form>
  );
}
