// A layered drawing of a small directed graph (Sugiyama's four steps, for graphs of tens of nodes): break cycles,
// longest-path layers, order by median against crossings, then coordinates. Pure; the same graph is always drawn
// the same way, so a picture does not jump when its data is asked again.

export interface GraphInput {
  nodes: { id: string }[];
  edges: { from: string; to: string }[];
}

export interface Size {
  width: number;
  height: number;
  /** Free space between layers, and between neighbours in a layer. */
  layer_gap: number;
  node_gap: number;
}

export interface Placed {
  id: string;
  layer: number;
  x: number;
  y: number;
}

export interface Drawing {
  nodes: Map<string, Placed>;
  /** Each edge's corner points, first at the source's far side, last at the target's near side. */
  edges: { from: string; to: string; points: [number, number][] }[];
  width: number;
  height: number;
}

export type Direction = 'right' | 'down';

interface Vertex {
  id: string;
  layer: number;
  order: number;
  is_bend: boolean;
}

/** Edges of unknown nodes and self-loops dropped, doubles joined, cycles broken at the edge that closes them. */
function acyclic({ nodes, edges }: GraphInput): { from: string; to: string }[] {
  const known = new Set(nodes.map((node) => node.id));
  const seen = new Set<string>();
  const out = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const key = `${from}\u0000${to}`;
    if (from === to || !known.has(from) || !known.has(to) || seen.has(key)) continue;
    seen.add(key);
    out.set(from, [...(out.get(from) ?? []), to]);
  }
  const kept: { from: string; to: string }[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string) => {
    state.set(id, 'open');
    for (const to of out.get(id) ?? []) {
      if (state.get(to) === 'open') continue;
      kept.push({ from: id, to });
      if (!state.has(to)) visit(to);
    }
    state.set(id, 'done');
  };
  for (const node of nodes) if (!state.has(node.id)) visit(node.id);
  return kept;
}

function layer_numbers(input: GraphInput, edges: { from: string; to: string }[]): Map<string, number> {
  const incoming = new Map<string, string[]>();
  for (const { from, to } of edges) incoming.set(to, [...(incoming.get(to) ?? []), from]);
  const layers = new Map<string, number>();
  const layer_of = (id: string): number => {
    const known = layers.get(id);
    if (known !== undefined) return known;
    const layer = Math.max(-1, ...(incoming.get(id) ?? []).map(layer_of)) + 1;
    layers.set(id, layer);
    return layer;
  };
  for (const node of input.nodes) layer_of(node.id);
  // Sources move next to their nearest reader: short edges read better than a tall first layer.
  for (const node of input.nodes) {
    if (incoming.has(node.id)) continue;
    const targets = edges.filter((edge) => edge.from === node.id).map((edge) => layers.get(edge.to)!);
    if (targets.length > 0) layers.set(node.id, Math.min(...targets) - 1);
  }
  return layers;
}

/** Without the edges that say what longer ways say already: a → c where there is a → b → c. */
export function without_shortcuts<E extends { from: string; to: string }>(edges: E[]): E[] {
  const out = new Map<string, string[]>();
  for (const { from, to } of edges) out.set(from, [...(out.get(from) ?? []), to]);
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (out.get(from) ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
  return edges.filter(({ from, to }) => !(out.get(from) ?? []).some((next) => next !== to && reaches(next, to, new Set([from, next]))));
}

const median = (values: number[]): number => {
  if (values.length === 0) return -1;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Sorts one layer by the median place of its neighbours; vertices without any keep their place. */
function reorder(layer: Vertex[], neighbours: Map<string, Vertex[]>): void {
  const keyed = layer.map((vertex) => {
    const place = median((neighbours.get(vertex.id) ?? []).map((each) => each.order));
    return { vertex, place: place < 0 ? vertex.order : place };
  });
  keyed.sort((a, b) => a.place - b.place || a.vertex.order - b.vertex.order);
  keyed.forEach(({ vertex }, order) => {
    vertex.order = order;
  });
  layer.sort((a, b) => a.order - b.order);
}

export function draw(input: GraphInput, size: Size, direction: Direction = 'right'): Drawing {
  const edges = acyclic(input);
  const layer_by_id = layer_numbers(input, edges);
  const layers: Vertex[][] = [];
  const add = (id: string, layer: number, is_bend: boolean): Vertex => {
    const row = (layers[layer] ??= []);
    const vertex = { id, layer, order: row.length, is_bend };
    row.push(vertex);
    return vertex;
  };
  const vertices = new Map(input.nodes.map((node) => [node.id, add(node.id, layer_by_id.get(node.id)!, false)]));
  for (let index = 0; index < layers.length; index += 1) layers[index] ??= [];

  // Long edges get a bend in every layer they cross.
  const before = new Map<string, Vertex[]>();
  const after = new Map<string, Vertex[]>();
  const link = (from: Vertex, to: Vertex) => {
    after.set(from.id, [...(after.get(from.id) ?? []), to]);
    before.set(to.id, [...(before.get(to.id) ?? []), from]);
  };
  const chains = edges.map(({ from, to }) => {
    const chain = [vertices.get(from)!];
    const last = vertices.get(to)!;
    for (let layer = chain[0]!.layer + 1; layer < last.layer; layer += 1) {
      chain.push(add(`${from}\u0000${to}\u0000${layer}`, layer, true));
    }
    chain.push(last);
    for (let index = 1; index < chain.length; index += 1) link(chain[index - 1]!, chain[index]!);
    return { from, to, chain };
  });
  for (let sweep = 0; sweep < 6; sweep += 1) {
    if (sweep % 2 === 0) for (const layer of layers.slice(1)) reorder(layer, before);
    else for (const layer of layers.slice(0, -1).reverse()) reorder(layer, after);
  }
  return coordinates(layers, chains, size, direction, before, after);
}

function coordinates(
  layers: Vertex[][],
  chains: { from: string; to: string; chain: Vertex[] }[],
  size: Size,
  direction: Direction,
  before: Map<string, Vertex[]>,
  after: Map<string, Vertex[]>,
): Drawing {
  const across_size = direction === 'right' ? size.height : size.width;
  const along_size = direction === 'right' ? size.width : size.height;
  const bend_size = across_size / 3;
  const across = new Map<string, number>(); // centre of each vertex across the layers
  const extent = (vertex: Vertex) => (vertex.is_bend ? bend_size : across_size);
  for (const layer of layers) {
    let at = 0;
    for (const vertex of layer) {
      across.set(vertex.id, at + extent(vertex) / 2);
      at += extent(vertex) + size.node_gap;
    }
  }
  // Pull each vertex towards its neighbours, keeping order and distance.
  const settle = (layer: Vertex[], neighbours: Map<string, Vertex[]>) => {
    const wanted = layer.map((vertex) => {
      const places = (neighbours.get(vertex.id) ?? []).map((each) => across.get(each.id)!);
      return places.length > 0 ? places.reduce((a, b) => a + b, 0) / places.length : across.get(vertex.id)!;
    });
    const placed: number[] = [];
    layer.forEach((vertex, index) => {
      const least =
        index === 0 ? -Infinity : placed[index - 1]! + (extent(layer[index - 1]!) + extent(vertex)) / 2 + size.node_gap;
      placed.push(Math.max(wanted[index]!, least));
    });
    // Overlaps were all pushed one way; move the layer back by the mean of what it was pushed.
    const pushed = placed.reduce((sum, at, index) => sum + at - wanted[index]!, 0) / Math.max(1, placed.length);
    layer.forEach((vertex, index) => across.set(vertex.id, placed[index]! - pushed));
  };
  for (let round = 0; round < 4; round += 1) {
    for (const layer of layers.slice(1)) settle(layer, before);
    for (const layer of layers.slice(0, -1).reverse()) settle(layer, after);
  }
  const all = layers.flat();
  const least = Math.min(...all.map((vertex) => across.get(vertex.id)! - extent(vertex) / 2), Infinity);
  const most = Math.max(...all.map((vertex) => across.get(vertex.id)! + extent(vertex) / 2), -Infinity);
  const shift = Number.isFinite(least) ? least : 0;

  const along = (layer: number) => layer * (along_size + size.layer_gap);
  const point = (on: number, over: number): [number, number] => (direction === 'right' ? [on, over] : [over, on]);
  const nodes = new Map<string, Placed>();
  for (const vertex of all) {
    if (vertex.is_bend) continue;
    const [x, y] = point(along(vertex.layer), across.get(vertex.id)! - shift - across_size / 2);
    nodes.set(vertex.id, { id: vertex.id, layer: vertex.layer, x, y });
  }
  const edges = chains.map(({ from, to, chain }) => ({
    from,
    to,
    points: chain.flatMap((vertex, index) => {
      const over = across.get(vertex.id)! - shift;
      const near = point(along(vertex.layer), over);
      const far = point(along(vertex.layer) + along_size, over);
      if (index === 0) return [far];
      if (index === chain.length - 1) return [near];
      return [near, far];
    }),
  }));
  const length = Math.max(0, layers.length * (along_size + size.layer_gap) - size.layer_gap);
  const breadth = Number.isFinite(most) ? most - shift : 0;
  const [width, height] = point(length, breadth);
  return { nodes, edges, width, height };
}

/** A calm line through the points: straight inside a layer, an S between layers. */
export function path_of(points: [number, number][], direction: Direction = 'right'): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first[0]},${first[1]}`;
  let [x, y] = first;
  rest.forEach(([to_x, to_y], index) => {
    if (index % 2 === 1) path += `L${to_x},${to_y}`;
    else if (direction === 'right') path += `C${(x + to_x) / 2},${y} ${(x + to_x) / 2},${to_y} ${to_x},${to_y}`;
    else path += `C${x},${(y + to_y) / 2} ${to_x},${(y + to_y) / 2} ${to_x},${to_y}`;
    [x, y] = [to_x, to_y];
  });
  return path;
}
