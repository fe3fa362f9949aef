import { useApi } from '../api/query';
import type { MaruEvent } from '../api/types';
import { links } from '../lib/links';
import { sentence_of, tone_of } from '../lib/sentence';
import { A } from './A';
import { Answer } from './Answer';
import { Mark } from './Mark';
import { Sentence } from './Noun';
import { Section } from './Page';
import { Time } from './Time';

/** Events as sentences, newest first, each leading to its own page. */
export function EventList({ events, relative = true }: { events: MaruEvent[]; relative?: boolean }) {
  return (
    <ol className="events">
      {events.map((event) => (
        <li key={event.id}>
          <Mark tone={tone_of(event)} />
          <span className="event-sentence">
            <Sentence parts={sentence_of(event)} />
          </span>
          <span className="event-when">
            <A to={links.event(event.id)} className="quiet" aria-label={`Event ${event.id}`}>
              <Time ms={event.at_ms} relative={relative} />
            </A>
          </span>
        </li>
      ))}
    </ol>
  );
}

interface HistoryProps {
  title?: string;
  /** Subject as in events: `model/demand/3`. */
  subject?: string;
  type?: string;
  /** Kept by the page where the server's filter is coarser. */
  keep?: (event: MaruEvent) => boolean;
  limit?: number;
}

export function History({ title = 'History', subject, type, keep, limit = 12 }: HistoryProps) {
  const events = useApi('/api/v1/events', {}, { query: { subject, type, limit: keep ? 200 : limit, order: 'desc' } });
  const all = subject ? `${links.events()}?subject=${encodeURIComponent(subject)}` : `${links.events()}?type=${type ?? ''}`;
  return (
    <Section title={title} actions={<A to={all}>All events</A>}>
      <Answer of={events} lines={4}>
        {(answer) => {
          const kept = (keep ? answer.events.filter(keep) : answer.events).slice(0, limit);
          return kept.length > 0 ? <EventList events={kept} /> : <p className="quiet">Nothing has happened to it yet.</p>;
        }}
      </Answer>
    </Section>
  );
}
