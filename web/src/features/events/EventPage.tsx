import { useParams } from '@tanstack/react-router';

import { useApi } from '../../api/query';
import type { MaruEvent } from '../../api/types';
import { commands } from '../../lib/commands';
import { links, subject_parts } from '../../lib/links';
import { sentence_of, sentence_text, tone_of } from '../../lib/sentence';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { EventList } from '../../ui/History';
import { Mark } from '../../ui/Mark';
import { Noun, Sentence } from '../../ui/Noun';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';

export function EventPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const event = useApi('/api/v1/events/{id}', { id });
  const causes = useApi('/api/v1/events/{id}/causes', { id });
  return (
    <Page title={`Event ${id}`} trail={[['Events', links.events()]]} command={commands.why(`#${id}`)}>
      <Answer of={event} missing={<Empty title={`There is no event ${id}`} command={commands.events()} />}>
        {(answer) => (
          <>
            <p className="page-what">
              <Sentence parts={sentence_of(answer)} />.
            </p>
            <About event={answer} />
            <Section title="Why" note="each line is the cause of the one above it">
              <Answer of={causes} lines={3}>
                {(chain) => <Chain event={answer} causes={chain.causes} />}
              </Answer>
            </Section>
            <Effects event={answer} />
            <Section title="What it carried">
              <pre className="code-block" tabIndex={0}>{JSON.stringify(answer.payload, null, 2)}</pre>
            </Section>
          </>
        )}
      </Answer>
    </Page>
  );
}

function About({ event }: { event: MaruEvent }) {
  const { kind, id } = subject_parts(event.subject);
  return (
    <Facts
      facts={[
        ['At', <Time ms={event.at_ms} seconds />],
        ['Type', <A to={`${links.events()}?type=${event.type}`}>{event.type}</A>],
        ['About', id ? <Noun kind={kind} id={id} /> : event.subject],
        ['By', event.actor],
        ['Project', event.project],
      ]}
    />
  );
}

/** The event, what caused it, what caused that. */
function Chain({ event, causes }: { event: MaruEvent; causes: MaruEvent[] }) {
  const rest = causes.filter((each) => each.id !== event.id);
  const chain = [event, ...rest.sort((a, b) => b.id - a.id)];
  if (chain.length === 1) return <p className="quiet">Nothing in here caused it: it came from outside.</p>;
  return (
    <ol className="chain">
      {chain.map((each, index) => (
        <li key={each.id}>
          <Mark tone={tone_of(each)} />
          {index > 0 && <div className="chain-because">because</div>}
          <div>
            <Sentence parts={sentence_of(each)} />
          </div>
          <div className="hint">
            <A to={links.event(each.id)}>
              {each.type} {each.id}
            </A>
            , <Time ms={each.at_ms} seconds />
          </div>
        </li>
      ))}
    </ol>
  );
}

const looked_through = 200;

/** What followed directly, among the events right after it. */
function Effects({ event }: { event: MaruEvent }) {
  const later = useApi('/api/v1/events', {}, { query: { after: event.id, limit: looked_through, order: 'asc' } });
  const effects = (later.data?.events ?? []).filter((each) => each.cause === event.id);
  if (effects.length === 0) return null;
  return (
    <Section title="What followed" note={sentence_text(sentence_of(event))}>
      <EventList events={effects} relative={false} />
    </Section>
  );
}
