import { expect, it } from 'vitest';

import type { StepRun } from '../../api/types';
import { interesting_step, step_note } from './progress';

const step = (name: string, change: Partial<StepRun>): StepRun => ({
  name, kind: 'automl', after: [], state: 'pending', attempt: 1, cached: false, progress: null, started_ms: null, finished_ms: null, output: null, error: null, ...change,
});

it('says what a step is doing', () => {
  expect(step_note(step('a', { state: 'running', progress: 0.5, progress_text: '6 of 12' }), 0)).toBe('6 of 12');
  expect(step_note(step('a', { state: 'running', progress: 0.25 }), 0)).toBe('25 %');
  expect(step_note(step('a', { state: 'running', started_ms: 1_000 }), 22_000)).toBe('21 s');
  expect(step_note(step('a', { state: 'succeeded', cached: true, started_ms: 0, finished_ms: 1 }), 0)).toBe('from the cache');
  expect(step_note(step('a', { state: 'succeeded', started_ms: 1, finished_ms: 9_201 }), 0)).toBe('9.2 s');
  expect(step_note(step('a', {}), 0)).toBe('pending');
});

it('opens the step somebody came to see', () => {
  const run = (steps: StepRun[]) => ({ id: '1', pipeline: 'train', state: 'running' as const, reason: null, cause: null, started_ms: 0, finished_ms: null, steps });
  const [done, running, failed] = [step('data', { state: 'succeeded' }), step('search', { state: 'running' }), step('forest', { state: 'failed' })];
  expect(interesting_step(run([done, running, failed]))).toBe('forest');
  expect(interesting_step(run([done, running]))).toBe('search');
  expect(interesting_step(run([done, step('x', {})]))).toBe('data');
  expect(interesting_step(run([]))).toBeUndefined();
});
