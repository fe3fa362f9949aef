// The runs table: which columns there are, which are shown first, what the server is asked.
import type { Run } from '../../api/types';
import type { Sorting } from '../../lib/url_state';

/** `metrics.rmse`, `params.max_depth`: columns carry the names the filter language uses. */
export interface RunColumns {
  metrics: string[];
  params: string[];
}

const internal = /^(mlflow\.|system\/)/;

export function columns_of(runs: Run[]): RunColumns {
  const metrics = new Map<string, number>();
  const params = new Map<string, number>();
  const add = (times: Map<string, number>, key: string) => times.set(key, (times.get(key) ?? 0) + 1);
  for (const run of runs) {
    for (const { key } of run.data.metrics ?? []) if (!internal.test(key)) add(metrics, key);
    for (const { key } of run.data.params ?? []) add(params, key);
  }
  const most_first = (times: Map<string, number>) => [...times].sort((a, b) => b[1] - a[1]).map(([key]) => key);
  return { metrics: most_first(metrics), params: most_first(params) };
}

const shown_at_first = { metrics: 3, params: 2 };

/** The metrics most runs have, and the params that tell the runs apart. */
export function default_columns(runs: Run[], { metrics, params }: RunColumns): string[] {
  const distinct = new Map(params.map((key) => [key, new Set(runs.map((run) => param_of(run, key))).size]));
  const telling = params.filter((key) => (distinct.get(key) ?? 0) > 1);
  const chosen = telling.length > 0 ? telling : params;
  return [
    ...metrics.slice(0, shown_at_first.metrics).map((key) => `metrics.${key}`),
    ...chosen.slice(0, shown_at_first.params).map((key) => `params.${key}`),
  ];
}

export const metric_of = (run: Run, key: string): number | undefined =>
  run.data.metrics?.find((each) => each.key === key)?.value;
export const param_of = (run: Run, key: string): string | undefined =>
  run.data.params?.find((each) => each.key === key)?.value;
export const tag_of = (run: Run, key: string): string | undefined => run.data.tags?.find((each) => each.key === key)?.value;

export const run_name = (run: Run): string =>
  run.info.run_name || tag_of(run, 'mlflow.runName') || run.info.run_id.slice(0, 8);

/** Column → `order_by` of runs/search; names that are not plain words go in backticks. */
export function order_by(sort: Sorting | null): string[] {
  if (!sort) return ['attributes.start_time DESC'];
  const direction = sort.descending ? 'DESC' : 'ASC';
  const [, kind, key] = /^(metrics|params|tags)\.(.*)$/.exec(sort.by) ?? [];
  if (!kind || !key) return [`attributes.${sort.by} ${direction}`];
  return [`${kind}.${/^\w+$/.test(key) ? key : `\`${key}\``} ${direction}`];
}

export const run_duration_ms = (run: Run): number | null =>
  run.info.end_time ? run.info.end_time - run.info.start_time : null;

/** Keys whose values differ between runs. */
export function differing(runs: Run[], keys: string[], value_of: (run: Run, key: string) => unknown): Set<string> {
  return new Set(keys.filter((key) => new Set(runs.map((run) => value_of(run, key))).size > 1));
}
