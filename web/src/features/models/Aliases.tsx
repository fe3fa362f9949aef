import { links } from '../../lib/links';
import { A } from '../../ui/A';

interface AliasesProps {
  model: string;
  aliases: { alias: string; version: string }[];
  /** What to say when there is none. */
  empty?: string;
}

/** Aliases as tags, each leading to the version it points at. */
export function Aliases({ model, aliases, empty = 'none' }: AliasesProps) {
  if (aliases.length === 0) return <span className="quiet">{empty}</span>;
  return (
    <span className="tags">
      {aliases.map(({ alias, version }) => (
        <A key={alias} className={`tag${alias === 'champion' ? ' accent' : ''}`} to={links.model_version(model, version)}>
          {alias} v{version}
        </A>
      ))}
    </span>
  );
}
