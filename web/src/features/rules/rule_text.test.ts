import { expect, it } from 'vitest';

import { action_text, actions_text, clauses_of } from './rule_text';

it('says what a rule does', () => {
  expect(action_text({ run: 'train' })).toBe('run train');
  expect(action_text({ alias: 'champion', to: 'previous' })).toBe('alias champion, to previous');
  expect(action_text({ action: 'run', pipeline: 'train', result: { id: 1 } })).toBe('run pipeline train');
  expect(actions_text([{ run: 'train' }, 'notify'])).toBe('run train; notify');
  expect(actions_text(null)).toBe('');
});

it('writes only the clauses there are', () => {
  const rule = { name: 'r', kind: 'action' as const, on: ['a.b', 'c.d'], given: null, when: 'x > 1', select: null, do: [{ run: 'train' }], at_most: '1 per 7d', last: null };
  expect(clauses_of(rule)).toEqual([['on', 'a.b, c.d'], ['when', 'x > 1'], ['do', 'run train'], ['at most', '1 per 7d']]);
});
