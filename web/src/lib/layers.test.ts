import { describe, expect, it } from 'vitest';

import { draw, path_of, without_shortcuts, type GraphInput } from './layers';

const size = { width: 100, height: 40, layer_gap: 50, node_gap: 10 };
const graph = (nodes: string[], pairs: [string, string][]): GraphInput => ({
  nodes: nodes.map((id) => ({ id })),
  edges: pairs.map(([from, to]) => ({ from, to })),
});
const pipeline = graph(['data', 'check', 'search', 'forest', 'compare', 'register'], [
  ['data', 'check'], ['check', 'search'], ['check', 'forest'], ['search', 'compare'], ['forest', 'compare'], ['compare', 'register'], ['data', 'compare'],
]);

/** Any small graph, the same for the same seed. */
function random_graph(seed: number): GraphInput {
  let state = seed;
  const next = (below: number) => (state = (state * 1103515245 + 12345) & 0x7fffffff) % below;
  const nodes = Array.from({ length: 2 + next(12) }, (_, index) => String(index));
  const pairs = Array.from({ length: next(24) }, (): [string, string] => [String(next(nodes.length)), String(next(nodes.length))]);
  return graph(nodes, pairs);
}

describe('a layered drawing', () => {
  it('places every node after those it comes from', () => {
    const { nodes, edges } = draw(pipeline, size);
    for (const { from, to } of edges) expect(nodes.get(from)!.layer).toBeLessThan(nodes.get(to)!.layer);
    expect(nodes.get('compare')!.x).toBeGreaterThan(nodes.get('search')!.x);
  });

  it('never lays one node over another, and stays in its frame', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      for (const direction of ['right', 'down'] as const) {
        const input = random_graph(seed);
        const { nodes, width, height } = draw(input, size, direction);
        expect(nodes.size).toBe(input.nodes.length);
        const all = [...nodes.values()];
        for (const node of all) {
          expect(node.x).toBeGreaterThanOrEqual(-0.01);
          expect(node.y).toBeGreaterThanOrEqual(-0.01);
          expect(node.x + size.width).toBeLessThanOrEqual(width + 0.01);
          expect(node.y + size.height).toBeLessThanOrEqual(height + 0.01);
          for (const other of all) {
            if (other === node) continue;
            const apart = Math.abs(node.x - other.x) >= size.width - 0.01 || Math.abs(node.y - other.y) >= size.height - 0.01;
            expect(apart, `seed ${seed}: ${node.id} over ${other.id}`).toBe(true);
          }
        }
      }
    }
  });

  it('can leave out what longer ways say already', () => {
    const kept = without_shortcuts(pipeline.edges).map(({ from, to }) => `${from} ${to}`);
    expect(kept).not.toContain('data compare');
    expect(kept).toHaveLength(pipeline.edges.length - 1);
    expect(without_shortcuts([{ from: 'a', to: 'b' }, { from: 'b', to: 'a' }])).toHaveLength(2);
  });

  it('is the same each time', () => {
    expect(draw(pipeline, size)).toEqual(draw(pipeline, size));
  });

  it('breaks cycles, and leaves out loops and edges to nowhere', () => {
    const { edges } = draw(graph(['a', 'b'], [['a', 'b'], ['b', 'a'], ['a', 'a'], ['a', 'gone']]), size);
    expect(edges.map(({ from, to }) => [from, to])).toEqual([['a', 'b']]);
  });

  it('draws nothing for nothing', () => {
    expect(draw(graph([], []), size)).toMatchObject({ width: 0, height: 0, edges: [] });
    expect(path_of([])).toBe('');
  });
});
