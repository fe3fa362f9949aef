// The bones every page shares: what it is, then sections, last the command line that does the same.
import { useEffect, type ReactNode } from 'react';

import { A } from './A';
import { CommandLine } from './CommandLine';

interface PageProps {
  title: string;
  /** What kind of thing this is, with the way back up: [['Models', '/models'], …]. */
  trail?: [label: string, to: string][];
  state?: ReactNode;
  /** One sentence: what the reader is looking at. */
  what?: ReactNode;
  actions?: ReactNode;
  command?: string | string[];
  children: ReactNode;
}

export function Page({ title, trail = [], state, what, actions, command, children }: PageProps) {
  useEffect(() => {
    document.title = title === 'Maru' ? 'Maru' : `${title} · Maru`;
  }, [title]);
  const lines = command === undefined ? [] : typeof command === 'string' ? [command] : command;
  return (
    <article className="page">
      <header className="page-head">
        {trail.length > 0 && (
          <nav className="trail" aria-label="Where this is">
            {trail.map(([label, to]) => (
              <A key={to} to={to}>
                {label}
              </A>
            ))}
          </nav>
        )}
        <div className="page-title">
          <h1>{title}</h1>
          {state}
          {actions && <div className="page-actions">{actions}</div>}
        </div>
        {what && <p className="page-what">{what}</p>}
      </header>
      {children}
      {lines.length > 0 && (
        <Section title="From the command line">
          <CommandLine lines={lines} />
        </Section>
      )}
    </article>
  );
}

interface SectionProps {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Section({ title, note, actions, children }: SectionProps) {
  return (
    <section className="section" aria-label={title}>
      <div className="section-head">
        <h2>{title}</h2>
        {note && <span className="section-note">{note}</span>}
        {actions && <div className="section-actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** Facts about a thing, label over value, on one grid. Facts without a value are left out. */
export function Facts({ facts }: { facts: [label: string, value: ReactNode][] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false);
  return (
    <dl className="facts">
      {known.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
