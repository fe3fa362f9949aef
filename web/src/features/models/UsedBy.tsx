import { useApi } from '../../api/query';
import { links } from '../../lib/links';
import { A } from '../../ui/A';

/** The endpoints that answer with this model, or with this version of it. */
export function UsedBy({ model, version }: { model: string; version?: string }) {
  const endpoints = useApi('/api/v1/endpoints');
  const users = (endpoints.data?.endpoints ?? []).filter(
    (each) => each.model === model && (version === undefined || String(each.version) === version),
  );
  if (users.length === 0) return <span className="quiet">no endpoint</span>;
  return (
    <span className="tags">
      {users.map((each) => (
        <A key={each.name} to={links.endpoint(each.name)}>
          {each.name}
        </A>
      ))}
    </span>
  );
}
