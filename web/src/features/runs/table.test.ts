import { describe, expect, it } from 'vitest';

import type { Metric, Run } from '../../api/types';
import { align } from './align';
import { columns_of, default_columns, differing, order_by, param_of } from './table';

const run = (id: string, metrics: Record<string, number>, params: Record<string, string>): Run => ({
  info: { run_id: id, experiment_id: '1', status: 'FINISHED', start_time: 0, lifecycle_stage: 'active' },
  data: {
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 0, step: 0 })),
    params: Object.entries(params).map(([key, value]) => ({ key, value })),
  },
});
const runs = [run('a', { rmse: 1, 'system/cpu': 2 }, { depth: '3', seed: '7' }), run('b', { rmse: 2, mae: 1 }, { depth: '4', seed: '7' })];

describe('columns', () => {
  it('are the metrics and params that are there', () => {
    expect(columns_of(runs)).toEqual({ metrics: ['rmse', 'mae'], params: ['depth', 'seed'] });
  });
  it('start with the params that tell runs apart', () => {
    expect(default_columns(runs, columns_of(runs))).toEqual(['metrics.rmse', 'metrics.mae', 'params.depth']);
    expect(default_columns([runs[0]!], columns_of([runs[0]!]))).toContain('params.seed');
  });
  it('know what differs', () => {
    expect([...differing(runs, ['depth', 'seed'], param_of)]).toEqual(['depth']);
  });
});

describe('sorting is asked of the server', () => {
  it.each([
    [null, 'attributes.start_time DESC'],
    [{ by: 'metrics.rmse', descending: false }, 'metrics.rmse ASC'],
    [{ by: 'metrics.val/rmse', descending: true }, 'metrics.`val/rmse` DESC'],
    [{ by: 'params.max depth', descending: false }, 'params.`max depth` ASC'],
    [{ by: 'start_time', descending: true }, 'attributes.start_time DESC'],
  ])('%j', (sort, asked) => expect(order_by(sort)).toEqual([asked]));
});

describe('histories on one axis', () => {
  const point = (step: number, value: number, timestamp = 0): Metric => ({ key: 'loss', step, value, timestamp });
  it('meet at steps, and miss where there is nothing', () => {
    expect(align([[point(0, 3), point(2, 1)], [point(1, 2)]])).toEqual({ steps: [0, 1, 2], values: [[3, null, 1], [null, 2, null]] });
  });
  it('take the newest value of a step, and skip what is no number', () => {
    expect(align([[point(0, 9, 1), point(0, 4, 5), point(0, 7, 3), point(1, NaN)]]).values).toEqual([[4, null]]);
  });
});
