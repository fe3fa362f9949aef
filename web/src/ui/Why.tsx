import { useApi } from '../api/query';
import { links } from '../lib/links';
import { A } from './A';
import { Answer } from './Answer';
import { Mark } from './Mark';
import { Section } from './Page';
import { Time } from './Time';

/** How a thing came to be, one cause a line: what `maru why` prints. */
export function Why({ thing, title }: { thing: string; title: string }) {
  const why = useApi('/api/v1/why', {}, { query: { thing } });
  return (
    <Section title={title} note="each line is the cause of the one above it">
      <Answer of={why} lines={4} missing={<p className="quiet">The event log does not say.</p>}>
        {({ lines }) =>
          lines.length === 0 ? (
            <p className="quiet">The event log does not say.</p>
          ) : (
            <ol className="chain">
              {lines.map((line, index) => (
                <li key={`${line.event_id} ${index}`}>
                  <Mark tone={index === 0 ? 'ok' : 'plain'} />
                  {index > 0 && <div className="chain-because">because</div>}
                  <div>{line.text.replace(/\s+#\d+$/, '').replace(/ on \d{4}-\d\d-\d\dT[\d:.]+Z$/, '')}</div>
                  {line.event_id && (
                    <div className="hint">
                      <A to={links.event(line.event_id)}>event {line.event_id}</A>
                      {line.at_ms && (
                        <>
                          , <Time ms={line.at_ms} seconds />
                        </>
                      )}
                    </div>
                  )}
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </Section>
  );
}
