import { expect, it } from 'vitest';

import { rank, type Found } from './rank';

const nouns: Found[] = ['Monitors', 'demand', 'demand_live', 'live_demand', 'train_data'].map((label) => ({ label, kind: 'x', to: `/${label}` }));
const found = (words: string) => rank(nouns, words).map((each) => each.label);

it('puts the whole name first, then starts, then words, then letters in order', () => {
  expect(found('demand')).toEqual(['demand', 'demand_live', 'live_demand']);
  expect(found('live')).toEqual(['live_demand', 'demand_live']);
  expect(found('tdata')).toContain('train_data');
  expect(found('zzz')).toEqual([]);
});

it('takes ids that were pasted', () => {
  expect(rank(nouns, '812')).toContainEqual({ label: '#812', kind: 'event', to: '/events/812' });
  const run = 'a'.repeat(32);
  expect(rank(nouns, run)[0]).toEqual({ label: run, kind: 'run', to: `/runs/${run}` });
  expect(rank(nouns, '0192-abcdef-0123').at(-1)?.kind).toBe('prediction');
});

it('shows the rooms before anything is typed', () => {
  expect(found('')).toEqual(nouns.map((each) => each.label));
});
