import { expect, it } from 'vitest';

import type { MaruEvent } from '../../api/types';
import { evaluations_of, reigns_of } from './story';

const event = (id: number, type: string, payload: MaruEvent['payload']): MaruEvent => ({
  id, at_ms: id * 1000, type, subject: '', project: '', actor: 'rule champion', payload, cause: null,
});

it('tells who held an alias when, in whatever order events come', () => {
  const moved = [
    event(3, 'version.aliased', { model: 'demand', version: 2, alias: 'champion' }),
    event(1, 'version.aliased', { model: 'demand', version: 1, alias: 'champion' }),
    event(2, 'version.aliased', { model: 'other', version: 9, alias: 'champion' }),
    event(4, 'version.aliased', { model: 'demand', version: 2, alias: 'champion', removed: true }),
  ];
  expect(reigns_of(moved, 'demand').map(({ version, from_ms, to_ms }) => [version, from_ms, to_ms])).toEqual([
    ['2', 3000, 4000],
    ['1', 1000, 3000],
  ]);
});

it('reads evaluations, with and without a champion to meet', () => {
  const events = [
    event(1, 'version.evaluated', { model: 'demand', version: 1, metrics: { rmse: 61 }, checks: { failed: 0 }, champion: null }),
    event(2, 'version.evaluated', { model: 'demand', version: 2, metrics: { rmse: 60, note: 'x' }, checks: { failed: 1 }, champion: { version: 1, metrics: { rmse: 80 } } }),
  ];
  expect(evaluations_of(events, 'demand')).toMatchObject([
    { version: '1', champion: null, metrics: { rmse: 61 } },
    { version: '2', champion: '1', champion_metrics: { rmse: 80 }, failed: 1, metrics: { rmse: 60 } },
  ]);
});
