import type { Metric } from '../../api/types';

/** Several histories on one axis of steps: the newest value of a step wins, missing steps are null. */
export function align(histories: Metric[][]): { steps: number[]; values: (number | null)[][] } {
  const by_step = histories.map((history) => {
    const newest = new Map<number, Metric>();
    for (const metric of history) {
      const step = Number(metric.step);
      const known = newest.get(step);
      if (!known || Number(metric.timestamp) >= Number(known.timestamp)) newest.set(step, metric);
    }
    return newest;
  });
  const steps = [...new Set(by_step.flatMap((each) => [...each.keys()]))].sort((a, b) => a - b);
  const values = by_step.map((each) =>
    steps.map((step) => {
      const value = Number(each.get(step)?.value ?? NaN);
      return Number.isFinite(value) ? value : null;
    }),
  );
  return { steps, values };
}
