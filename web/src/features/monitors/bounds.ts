import type { MonitorResult, Thresholds } from '../../api/types';

/** Larger is better for these; for the rest, errors, smaller is. */
const larger_is_better = /^(r2|accuracy|f1|precision|recall|roc_auc|auc)$/;

/** Where a metric becomes an alert in this window: its own limit, or so many times worse than the baseline. */
export function bound_of(metric: string, result: MonitorResult, thresholds: Thresholds | null | undefined): number | null {
  const limit = thresholds?.limits?.[metric];
  const baseline = result.baseline?.[metric];
  const worse = thresholds?.worse;
  const better = larger_is_better.test(metric);
  const relative = worse && baseline ? (better ? baseline / worse : baseline * worse) : null;
  if (limit === undefined) return relative;
  if (relative === null) return limit;
  return better ? Math.max(limit, relative) : Math.min(limit, relative);
}

/** The metrics a monitor computed in any window, in the order of its checks. */
export function metrics_of(checks: string[], results: MonitorResult[]): string[] {
  const seen = new Set(results.flatMap((result) => Object.keys(result.metrics ?? {})));
  const checked = checks.filter((check) => seen.has(check));
  return checked.length > 0 ? checked : [...seen];
}

/** Every input that ever drifted, those that did most often first. */
export function ever_drifted(results: MonitorResult[]): string[] {
  const times = new Map<string, number>();
  for (const result of results) for (const name of result.drift?.drifted ?? []) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([name]) => name);
}
