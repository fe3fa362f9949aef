import type { ReactNode } from 'react';

import { CommandLine } from './CommandLine';

/** A page with nothing on it yet says what would be here and the next thing to do. */
export function Empty({ title, children, command }: { title: string; children?: ReactNode; command?: string | string[] }) {
  const lines = command === undefined ? [] : typeof command === 'string' ? [command] : command;
  return (
    <div className="empty">
      <h3>{title}</h3>
      {children && <p>{children}</p>}
      {lines.length > 0 && <CommandLine lines={lines} />}
    </div>
  );
}
