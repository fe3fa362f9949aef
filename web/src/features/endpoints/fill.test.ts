import { expect, it } from 'vitest';

import { filled } from './fill';

const point = (t_ms: number, requests: number) => ({ t_ms, requests, errors: 0, p50_ms: 1, p99_ms: 2, version: 3 });

it('tells silence between two steps with traffic', () => {
  const all = filled([point(1_000, 5), point(4_000, 2)], 1_000);
  expect(all.map((each) => [each.t_ms, each.requests, each.p50_ms])).toEqual([[1_000, 5, 1], [2_000, 0, null], [3_000, 0, null], [4_000, 2, 1]]);
});

it('leaves steps that follow each other as they are', () => {
  const steps = [point(0, 1), point(1_000, 1)];
  expect(filled(steps, 1_000)).toEqual(steps);
  expect(filled([], 1_000)).toEqual([]);
  expect(filled([point(0, 1), point(1e12, 1)], 1_000)).toHaveLength(2);
});
