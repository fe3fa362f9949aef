import { expect, it } from 'vitest';

import { action_text, actions_text, clauses_of, results_of, short_values } from './rule_text';

it('says what a rule does', () => {
  expect(action_text({ run: 'train' })).toBe('run train');
  expect(action_text({ alias: 'champion', to: 'previous' })).toBe('alias champion, to previous');
  expect(action_text({ arguments: { run: 'train' }, state: 'done', result: { run: 6 } })).toBe('run train');
  expect(actions_text([{ run: 'train' }, 'notify'])).toBe('run train; notify');
  expect(actions_text(null)).toBe('');
});

it('knows where what it did led', () => {
  const done = [{ arguments: { run: 'train' }, result: { pipeline: 'train', run: 6 } }, { arguments: { alias: 'champion' }, result: { model: 'demand', alias: 'champion', version: 15 } }, { arguments: { notify: 'team' }, result: {} }];
  expect(results_of(done)).toEqual([{ kind: 'pipeline_run', id: '6' }, { kind: 'model_version', id: 'demand/15' }]);
  expect(results_of(null)).toEqual([]);
});

it('keeps values to what fits a line', () => {
  expect(short_values({ rmse: 61.25, champion: '{"version":11}', model: 'demand', on: { a: 1 }, none: null })).toEqual([['rmse', '61.25'], ['model', 'demand']]);
});

it('writes only the clauses there are', () => {
  const rule = { name: 'r', kind: 'action' as const, on: ['a.b', 'c.d'], given: null, when: 'x > 1', select: null, do: [{ run: 'train' }], at_most: '1 per 7d', last: null };
  expect(clauses_of(rule)).toEqual([['on', 'a.b, c.d'], ['when', 'x > 1'], ['do', 'run train'], ['at most', '1 per 7d']]);
});
