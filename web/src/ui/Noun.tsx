import { label_of, link_of } from '../lib/links';
import type { Part } from '../lib/sentence';
import { A } from './A';

/** A thing by its name, leading to its page. */
export function Noun({ kind, id, label }: { kind: string; id: string; label?: string }) {
  const to = link_of(kind, id);
  const text = label ?? label_of(kind, id);
  return to ? <A to={to}>{text}</A> : <span>{text}</span>;
}

/** A sentence whose nouns are links. */
export function Sentence({ parts }: { parts: Part[] }) {
  return (
    <>
      {parts.map((part, index) => {
        if (typeof part === 'string') return <span key={index}>{part}</span>;
        return part.to ? (
          <A key={index} to={part.to}>
            {part.noun}
          </A>
        ) : (
          <span key={index}>{part.noun}</span>
        );
      })}
    </>
  );
}
