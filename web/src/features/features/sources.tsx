import type { FeatureView } from '../../api/types';
import { links } from '../../lib/links';
import { A } from '../../ui/A';

/** What a view is computed from. */
export const sources_of = (view: FeatureView): string[] =>
  view.sources && view.sources.length > 0 ? view.sources : view.source ? [view.source] : [];

export function Sources({ view }: { view: FeatureView }) {
  return (
    <span className="tags">
      {sources_of(view).map((name) => (
        <A key={name} to={links.dataset(name)}>
          {name}
        </A>
      ))}
    </span>
  );
}
