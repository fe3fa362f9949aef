import { Page } from '../ui/Page';

/** The last resort: a page that threw says what, and the rest of the house stays. */
export function Broken({ error }: { error: Error }) {
  const is_stale = /dynamically imported module|Importing a module script failed/.test(error.message);
  return (
    <Page title={is_stale ? 'Maru was updated' : 'This page broke'}>
      <p className="page-what">
        {is_stale ? 'The server has newer pages than this tab.' : error.message}{' '}
        <button type="button" className="link-button" onClick={() => location.reload()}>
          Load it again
        </button>
      </p>
    </Page>
  );
}
