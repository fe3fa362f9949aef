import { useParams } from '@tanstack/react-router';

import { useApi } from '../../api/query';
import type { FeaturesResponse } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, duration } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { Lineage } from '../../ui/Lineage';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { Sources } from './sources';

interface Definition {
  name: string;
  type?: string;
  definition: string;
}

const columns: Column<Definition>[] = [
  { id: 'name', header: 'Feature', cell: ({ row }) => row.original.name, meta: { width: 200 } },
  { id: 'definition', header: 'Definition', cell: ({ row }) => <code>{row.original.definition}</code> },
  { id: 'type', header: 'Type', cell: ({ row }) => <span className="quiet">{row.original.type ?? ''}</span>, meta: { width: 104 } },
];

export function ViewPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const features = useApi('/api/v1/features');
  return (
    <Page title={name} trail={[['Features', links.features()]]} command={[commands.features(), commands.post('/api/v1/features/materialize', JSON.stringify({ views: [name] }))]}>
      <Answer of={features}>{(answer) => <Loaded name={name} all={answer} />}</Answer>
      <Lineage kind="feature_view" id={name} />
      <History subject={`feature_view/${name}`} />
    </Page>
  );
}

function Loaded({ name, all }: { name: string; all: FeaturesResponse }) {
  const view = all.views.find((each) => each.name === name);
  const on_demand = all.on_demand.find((each) => each.name === name);
  const services = all.services.filter((each) => each.views.includes(name));
  if (!view && !on_demand) return <Empty title={`There is no feature view ${name}`} command={commands.features()} />;
  const definitions: Definition[] = view?.features ?? on_demand?.features ?? [];
  return (
    <>
      <Facts
        facts={[
          ['Kind', view?.kind ?? 'on demand, computed from the request'],
          ['Entity', view?.entity],
          ['From', view && <Sources view={view} />],
          ['Valid for', view?.ttl_ms ? duration(view.ttl_ms) : null],
          ['Online rows', view?.online ? count(view.online.rows) : null],
          ['Newest value', view?.online && <Time ms={view.online.newest_ms} relative />],
          ['Materialised to', view?.online && <Time ms={view.online.materialized_to_ms} />],
          ['Used by', services.length > 0 && <span className="tags">{services.map((each) => <A key={each.name} to={links.feature_service(each.name)}>{each.name}</A>)}</span>],
        ]}
      />
      <Section title="Features">
        {view?.sql && <pre className="code-block">{view.sql}</pre>}
        <DataTable label="Features" rows={definitions} columns={columns} row_id={(row) => row.name} min_width={560} />
      </Section>
    </>
  );
}
