import { useApi } from '../../api/query';
import type { FeatureView, FeaturesResponse } from '../../api/types';
import { commands } from '../../lib/commands';
import { count, duration, nothing, plural } from '../../lib/format';
import { label_of, links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { DataTable, type Column } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Graph, type GraphNode } from '../../ui/Graph';
import { History } from '../../ui/History';
import { Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { Sources, sources_of } from './sources';

const view_columns: Column<FeatureView>[] = [
  { id: 'name', header: 'View', cell: ({ row }) => <A to={links.feature_view(row.original.name)}>{row.original.name}</A>, meta: { width: 200 } },
  { id: 'features', header: 'Features', cell: ({ row }) => <span className="quiet" title={names_of(row.original)}>{names_of(row.original)}</span> },
  { id: 'kind', header: 'Kind', cell: ({ row }) => row.original.kind, meta: { width: 96 } },
  { id: 'source', header: 'From', cell: ({ row }) => <Sources view={row.original} />, meta: { width: 104 } },
  { id: 'ttl', header: 'Valid for', cell: ({ row }) => (row.original.ttl_ms ? duration(row.original.ttl_ms) : nothing), meta: { width: 88, align: 'right' } },
  { id: 'online', header: 'Online rows', cell: ({ row }) => count(row.original.online?.rows), meta: { width: 104, align: 'right' } },
  { id: 'newest', header: 'Newest', cell: ({ row }) => <Time ms={row.original.online?.newest_ms} relative />, meta: { width: 112, align: 'right' } },
];

const names_of = (view: FeatureView) => view.features.map((feature) => feature.name).join(', ');

export function FeaturesPage() {
  const features = useApi('/api/v1/features');
  return (
    <Page title="Features" what="Defined once, computed the same for training as of any time and online at the time of asking." command={commands.features()}>
      <Answer of={features}>
        {(answer) =>
          answer.views.length + answer.services.length === 0 ? (
            <Empty title="No feature view yet" command={commands.apply()}>
              Describe sources, entities and features in maru.yaml, such as <code>mean_24h: mean(cnt) over 24h</code>, and apply the project.
            </Empty>
          ) : (
            <Loaded features={answer} />
          )
        }
      </Answer>
      <History title="Materialised" type="feature.materialized" />
    </Page>
  );
}

/** Sources → views → services, as declared. */
function graph_of(features: FeaturesResponse) {
  const views = [...features.views, ...features.on_demand];
  const nodes: GraphNode[] = [
    ...features.sources.map((each) => ({ id: `s/${each.name}`, kind: 'source', name: each.name, note: each.dataset ? label_of('dataset', each.dataset) : each.path, to: links.dataset(each.name) })),
    ...features.views.map((each) => ({ id: `v/${each.name}`, kind: each.kind, name: each.name, note: plural(each.features.length, 'feature'), to: links.feature_view(each.name) })),
    ...features.on_demand.map((each) => ({ id: `v/${each.name}`, kind: 'on demand', name: each.name, note: each.features ? plural(each.features.length, 'feature') : undefined, to: links.feature_view(each.name) })),
    ...features.services.map((each) => ({ id: `z/${each.name}`, kind: 'service', name: each.name, note: plural(each.features.length, 'feature'), to: links.feature_service(each.name) })),
  ];
  const edges = [
    ...features.views.flatMap((each) => sources_of(each).map((source) => ({ from: `s/${source}`, to: `v/${each.name}` }))),
    ...features.services.flatMap((each) => each.views.filter((name) => views.some((view) => view.name === name)).map((name) => ({ from: `v/${name}`, to: `z/${each.name}` }))),
  ];
  return { nodes, edges };
}

function Loaded({ features }: { features: FeaturesResponse }) {
  const { nodes, edges } = graph_of(features);
  return (
    <>
      <Graph label="Sources, views and services" nodes={nodes} edges={edges} />
      <Section title="Views">
        <DataTable label="Feature views" rows={features.views} columns={view_columns} row_id={(view) => view.name} min_width={820} />
      </Section>
      {features.services.length > 0 && (
        <Section title="Services" note="what a model asks for">
          <ul className="events">
            {features.services.map((service) => (
              <li key={service.name} style={{ gridTemplateColumns: '200px minmax(0, 1fr)' }}>
                <A to={links.feature_service(service.name)}>{service.name}</A>
                <span className="quiet">{service.features.join(', ')}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
