import type { PipelineRunResponse, StepRun, StepShape } from '../../api/types';
import { duration } from '../../lib/format';
import { without_shortcuts } from '../../lib/layers';

/** The order of steps, as few lines as say it. */
export const edges_of = (steps: StepShape[]): { from: string; to: string }[] =>
  without_shortcuts(steps.flatMap((step) => (step.after ?? []).map((from) => ({ from, to: step.name }))));

/** What a step is doing, in a few words: `7 of 12 candidates`, `21 s`, `from the cache`. */
export function step_note(step: StepRun, now_ms: number): string {
  if (step.state === 'running') {
    if (step.progress_text) return step.progress_text;
    if (step.progress) return `${Math.round(step.progress * 100)} %`;
    return step.started_ms ? duration(Math.max(0, now_ms - step.started_ms)) : 'running';
  }
  if (step.cached) return 'from the cache';
  if (step.started_ms && step.finished_ms) return duration(step.finished_ms - step.started_ms);
  return step.state;
}

export const is_over = (run: { state: string }): boolean => ['succeeded', 'failed', 'cancelled'].includes(run.state);

/** The step a reader most likely wants to see: the one that failed, else what runs, else the last that ran. */
export function interesting_step(run: PipelineRunResponse): string | undefined {
  const failed = run.steps.find((step) => step.state === 'failed');
  const running = run.steps.find((step) => step.state === 'running');
  const done = run.steps.filter((step) => step.state === 'succeeded').at(-1);
  return (failed ?? running ?? done ?? run.steps[0])?.name;
}
