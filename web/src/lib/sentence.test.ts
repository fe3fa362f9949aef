import { describe, expect, it } from 'vitest';

import type { MaruEvent } from '../api/types';
import { sentence_of, sentence_text, tone_of } from './sentence';

const event = (type: string, subject: string, payload: MaruEvent['payload']): MaruEvent => ({
  id: 1, at_ms: 0, type, subject, project: 'bikes', actor: '', payload, cause: null,
});
const said = (type: string, payload: MaruEvent['payload'], subject = 'x/y') => sentence_text(sentence_of(event(type, subject, payload)));

describe('events as sentences', () => {
  it.each([
    ['dataset.version', { dataset: 'rides', version: 2, rows: 4343, new: { rows: 1464 }, checks: { failed: 1 } }, 'rides v2 has 4,343 rows, 1,464 of them new, 1 check failed'],
    ['version.aliased', { model: 'demand', version: 4, alias: 'champion', previous_version: 3 }, 'demand v4 is champion, it was demand v3'],
    ['version.aliased', { model: 'demand', version: 4, alias: 'champion', removed: true }, 'demand v4 is no longer champion'],
    ['endpoint.swapped', { endpoint: 'demand', model: 'demand', version: 4, previous_version: 3, load_ms: 38 }, 'demand now serves demand v4 instead of demand v3, loaded in 38 ms'],
    ['endpoint.window', { endpoint: 'demand', requests: 1, errors: { count: 2 }, latency: { p50: 0.4, p99: 2 } }, 'demand answered 1 request, p50 0.4 ms, p99 2 ms, 2 errors'],
    ['rule.acted', { rule: 'champion', actions: [{ alias: 'champion' }], reason: '61.2 < 84.9 × 0.98' }, 'Rule champion acted: alias champion (61.2 < 84.9 × 0.98)'],
    ['rule.acted', { rule: 'r', actions: [{ arguments: { run: 'train' }, state: 'done', result: { run: 6 } }] }, 'Rule r acted: run train'],
    ['monitor.evaluated', { monitor: 'live', rmse: 90, drift: { share: 0, drifted: [] } }, 'live looked at a window: rmse 90'],
    ['monitor.evaluated', { monitor: 'live', window: { start: Date.UTC(2011, 6, 1), end: Date.UTC(2011, 7, 1) }, rmse: 118.4, baseline: { rmse: 80.1 }, drift: { share: 0.43, drifted: ['temp', 'atemp', 'hum'] } }, 'live looked at 2011-07: rmse 118.4 against 80.1, 43 % drifted (temp, atemp, hum)'],
    ['monitor.evaluated', { monitor: 'live', window: { start: '2011-07-01T00:00:00Z', end: '2011-08-01T00:00:00Z' }, drift: { share: 0, drifted: [] } }, 'live looked at 2011-07: no drift'],
    ['pipeline.failed', { pipeline: 'train', run: 'r1', reason: 'step sklearn: exit status 1' }, 'Pipeline train run r1 failed: step sklearn: exit status 1'],
  ])('%s', (type, payload, sentence) => expect(said(type, payload)).toBe(sentence));

  it('links its nouns', () => {
    const parts = sentence_of(event('version.created', 'model/demand/4', { model: 'demand', version: 4, run_id: 'abcdef0123' }));
    expect(parts).toContainEqual({ noun: 'demand v4', to: '/models/demand/versions/4' });
    expect(parts).toContainEqual({ noun: 'abcdef01', to: '/runs/abcdef0123' });
  });

  it('speaks of types it has never heard of, and survives payloads that lack everything', () => {
    expect(said('prompt.version', {}, 'prompt/greeting')).toBe('greeting · prompt version');
    for (const type of ['version.evaluated', 'monitor.evaluated', 'rule.acted', 'dataset.version', 'endpoint.window']) {
      expect(said(type, {})).not.toBe('');
    }
  });
});

it('marks what went wrong', () => {
  expect(tone_of(event('pipeline.failed', '', {}))).toBe('alert');
  expect(tone_of(event('monitor.evaluated', '', { status: 'warning' }))).toBe('warning');
  expect(tone_of(event('version.aliased', '', {}))).toBe('ok');
  expect(tone_of(event('run.started', '', {}))).toBe('plain');
});
