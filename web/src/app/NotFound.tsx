import { commands } from '../lib/commands';
import { links } from '../lib/links';
import { A } from '../ui/A';
import { Page } from '../ui/Page';

export function NotFound() {
  return (
    <Page title="There is no such page" command={commands.overview()}>
      <p className="page-what">
        The address names nothing in this house. <A to={links.overview()}>Go to the overview</A>, or press <kbd>/</kbd> and
        search.
      </p>
    </Page>
  );
}
