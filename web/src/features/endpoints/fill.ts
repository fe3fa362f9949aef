import type { SeriesPoint } from '../../api/types';

const points_limit = 2_000;

/** The server sends the steps that had traffic. Between them nothing was asked: no requests, and no latency. */
export function filled(points: SeriesPoint[], step_ms: number): SeriesPoint[] {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || step_ms <= 0 || (last.t_ms - first.t_ms) / step_ms > points_limit) return points;
  const all: SeriesPoint[] = [];
  for (const point of points) {
    const before = all.at(-1);
    for (let t_ms = (before?.t_ms ?? point.t_ms) + step_ms; before && t_ms < point.t_ms; t_ms += step_ms) {
      all.push({ t_ms, requests: 0, errors: 0, p50_ms: null, p99_ms: null, version: before.version });
    }
    all.push(point);
  }
  return all;
}
