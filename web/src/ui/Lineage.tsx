import { useMemo } from 'react';

import { useApi } from '../api/query';
import type { LineageResponse } from '../api/types';
import { label_of, link_of } from '../lib/links';
import { Answer } from './Answer';
import { Graph, type GraphNode } from './Graph';
import { Section } from './Page';

const words: Record<string, string> = {
  dataset: 'data set',
  dataset_version: 'data set',
  feature_view: 'features',
  feature_service: 'service',
  run: 'run',
  model_version: 'model',
  endpoint: 'endpoint',
  prediction: 'prediction',
  pipeline_run: 'pipeline run',
  monitor: 'monitor',
};

/** A node's own id within its kind, whether the server sends `run/abc` or `abc`. */
const own_id = (node: { kind: string; id: string; name: string }): string =>
  node.id.startsWith(`${node.kind}/`) ? node.id.slice(node.kind.length + 1) : node.id;

interface Thing {
  kind: string;
  id: string;
}

interface LineageProps extends Thing {
  title?: string;
  /** What it stands on, where its own edges are not kept: an endpoint on the version it serves, a prediction on the version that gave it. */
  via?: Thing;
}

/** The graph of one thing with another standing on it. */
function joined(graph: LineageResponse, via: Thing, thing: Thing): LineageResponse {
  const is = (each: Thing) => (node: LineageResponse['nodes'][number]) => node.kind === each.kind && own_id(node) === each.id;
  const from = graph.nodes.find(is(via));
  if (!from || graph.nodes.some(is(thing))) return graph;
  const node = { id: `${thing.kind}/${thing.id}`, kind: thing.kind, name: thing.id, label: '' };
  return { nodes: [...graph.nodes, node], edges: [...graph.edges, { from: from.id, to: node.id, relation: 'served' }] };
}

/** Where a thing came from and what came of it. `kind` and `id` as in lineage: model_version, demand/3. */
export function Lineage({ kind, id, title = 'Lineage', via }: LineageProps) {
  const root = via ?? { kind, id };
  const lineage = useApi('/api/v1/lineage', {}, { query: { node: `${root.kind}/${root.id}`, direction: via ? 'up' : 'both' } });
  return (
    <Section title={title} note="what it came from, and what came of it">
      <Answer of={lineage} lines={3} missing={<Alone />}>
        {(answer) => {
          const graph = via ? joined(answer, via, { kind, id }) : answer;
          return graph.nodes.length > 1 ? <Picture graph={graph} kind={kind} id={id} /> : <Alone />;
        }}
      </Answer>
    </Section>
  );
}

const Alone = () => <p className="quiet">Nothing is linked to it yet.</p>;

function Picture({ graph, kind, id }: { graph: LineageResponse; kind: string; id: string }) {
  const nodes = useMemo<GraphNode[]>(
    () =>
      graph.nodes.map((node) => {
        const own = own_id(node);
        const named = node.label && node.label !== own && node.label !== node.id;
        const text = named ? node.label : label_of(node.kind, own);
        return {
          id: node.id,
          kind: words[node.kind] ?? node.kind.replace(/_/g, ' '),
          name: text,
          to: link_of(node.kind, own),
          here: node.kind === kind && own === id,
        };
      }),
    [graph, kind, id],
  );
  return <Graph label="Lineage" nodes={nodes} edges={graph.edges} />;
}
