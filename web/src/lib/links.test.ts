import { describe, expect, it } from 'vitest';

import { label_of, link_of, subject_parts } from './links';

describe('nouns lead to their pages', () => {
  it.each([
    ['model', 'demand/3', '/models/demand/versions/3'],
    ['model_version', 'demand/3', '/models/demand/versions/3'],
    ['model', 'demand', '/models/demand'],
    ['model', 'team/demand/3', '/models/team%2Fdemand/versions/3'],
    ['dataset_version', 'rides/2', '/datasets/rides/versions/2'],
    ['run', 'abc', '/runs/abc'],
    ['endpoint', 'a b', '/endpoints/a%20b'],
    ['schedule', 'retrain_on_time', '/rules/retrain_on_time'],
    ['pipeline_run', 'train-8', '/pipeline-runs/train-8'],
  ])('%s %s → %s', (kind, id, page) => expect(link_of(kind, id)).toBe(page));

  it('but not those without one', () => {
    expect(link_of('project', 'bikes')).toBeNull();
    expect(link_of('model', '')).toBeNull();
  });
});

it('takes subjects apart', () => {
  expect(subject_parts('model/demand/3')).toEqual({ kind: 'model', id: 'demand/3' });
  expect(subject_parts('clock')).toEqual({ kind: 'clock', id: '' });
  expect(label_of('model', 'demand/3')).toBe('demand v3');
  expect(label_of('pipeline_run', '8')).toBe('run 8');
});
