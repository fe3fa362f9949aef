import { describe, expect, it } from 'vitest';

import type { MonitorResult } from '../../api/types';
import { bound_of, ever_drifted, metrics_of } from './bounds';
import { compared_columns, verdict_text } from './columns';

const result = (change: Partial<MonitorResult>): MonitorResult => ({
  id: 1, window_start_ms: 0, window_end_ms: 1, rows: 1, truths: 1, drift: { share: 0, drifted: [] }, metrics: { rmse: 90 }, baseline: { rmse: 80 }, status: 'ok', version: 1, ...change,
});

describe('where a metric becomes an alert', () => {
  it('is a factor over the baseline, or a limit, whichever comes first', () => {
    expect(bound_of('rmse', result({}), { worse: 1.25 })).toBe(100);
    expect(bound_of('rmse', result({}), { worse: 1.25, limits: { rmse: 95 } })).toBe(95);
    expect(bound_of('r2', result({ baseline: { r2: 0.8 } }), { worse: 1.25 })).toBeCloseTo(0.64);
    expect(bound_of('rmse', result({ baseline: null }), { worse: 1.25 })).toBeNull();
    expect(bound_of('rmse', result({}), undefined)).toBeNull();
  });
});

it('lists the metrics checked, and the inputs that ever drifted', () => {
  const results = [result({ drift: { share: 0.2, drifted: ['hum'] } }), result({ drift: { share: 0.4, drifted: ['temp', 'hum'] }, metrics: { rmse: 1, mae: 1 } })];
  expect(metrics_of(['drift', 'mae'], results)).toEqual(['mae']);
  expect(metrics_of(['drift'], results)).toEqual(['rmse', 'mae']);
  expect(ever_drifted(results)).toEqual(['hum', 'temp']);
});

it('says what was judged, by what limit, and the rest', () => {
  const column = { name: 'temp', type: 'numerical', method: 'anderson_darling', threshold: 0.02, drifted: true, reason: 'missing', edges: [], labels: [], reference_counts: [], current_counts: [] };
  expect(verdict_text({ ...column, score: 0.35, effect_size: 0.35, p_value: 6e-72 })).toBe('anderson darling: effect 0.35, limit 0.02, p 6.0e-72, by missing');
  expect(verdict_text({ ...column, score: 0.01, p_value: 0.01, threshold: 0.05, drifted: false })).toBe('anderson darling: p 0.01, limit 0.05');
  expect(verdict_text({ ...column, method: 'psi', score: 0.4, p_value: null, threshold: 0.1, reason: '' })).toBe('psi: distance 0.4, limit 0.1');
});

describe('compared columns', () => {
  const base = { type: 'numerical', method: 'ks', score: 0, p_value: 0, threshold: 0.05 };
  it('are read both ways the server writes them, drifted first', () => {
    const listed = compared_columns({ columns: [
      { ...base, name: 'hum', drifted: false, reference: { edges: [0, 1], counts: [4] }, current: { counts: [5] } },
      { ...base, name: 'temp', drifted: true, reference: { values: ['a', 2], counts: [1, 2] }, current: { counts: [3, 4] } },
    ] });
    expect(listed.map((each) => [each.name, each.labels, each.edges, each.current_counts])).toEqual([
      ['temp', ['a', '2'], [], [3, 4]],
      ['hum', [], [0, 1], [5]],
    ]);
    const named = compared_columns({ columns: { temp: { ...base, drifted: true, labels: ['x'], reference_counts: [1], current_counts: [2] } } });
    expect(named).toMatchObject([{ name: 'temp', labels: ['x'], reference_counts: [1], current_counts: [2] }]);
  });
});
