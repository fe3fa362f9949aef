// Times are shown in the reader's zone and carry UTC for hovering. "Now" is the server's: a demo may live in 2011.
import type { TimeMs } from '../api/types';
import { nothing } from './format';

let offset_ms = 0;
const listeners = new Set<() => void>();

/** Told by every status answer. Small differences are the network's and are ignored. */
export function set_server_now(now_ms: TimeMs): void {
  const difference = now_ms - Date.now();
  const next = Math.abs(difference) < 5_000 ? 0 : difference;
  const moved = Math.abs(next - offset_ms) > 1_000;
  offset_ms = next;
  if (moved) for (const listener of listeners) listener();
}

/** For whoever shows how long ago something was: called when the server's clock was learned or moved. */
export function on_clock_moved(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const server_now = (): TimeMs => Date.now() + offset_ms;

/** Whether the server lives at another time than this browser. */
export const clock_is_moved = (): boolean => Math.abs(offset_ms) > 3_600_000;

const pad = (value: number) => String(value).padStart(2, '0');

/** 2011-08-01 00:03, local; seconds when asked. ISO order sorts and reads the same everywhere. */
export function local_time(ms: TimeMs | null | undefined, seconds = false): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return nothing;
  const at = new Date(ms);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  return seconds ? `${day} ${time}:${pad(at.getSeconds())}` : `${day} ${time}`;
}

export function utc_time(ms: TimeMs | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return nothing;
  return `${new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+Z$/, '')} UTC`;
}

/** 12 s ago, 5 min ago, 3 h ago, 2 d ago; further away the date itself. */
export function ago(ms: TimeMs | null | undefined, now: TimeMs = server_now()): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return nothing;
  const past = now - ms;
  if (past < -86_400_000) return local_time(ms).slice(0, 10);
  if (past < -60_000) return local_time(ms);
  if (past < 5_000) return 'just now';
  if (past < 60_000) return `${Math.floor(past / 1000)} s ago`;
  if (past < 3_600_000) return `${Math.floor(past / 60_000)} min ago`;
  if (past < 86_400_000) return `${Math.floor(past / 3_600_000)} h ago`;
  if (past < 14 * 86_400_000) return `${Math.floor(past / 86_400_000)} d ago`;
  return local_time(ms).slice(0, 10);
}

/** Times inside a text of the server's, `2011-06-01T00:00:00.089Z`, as times are shown everywhere else. */
export const with_local_times = (text: string): string =>
  text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g, (iso) => local_time(Date.parse(iso)));

const day_ms = 86_400_000;

/**
 * A window [start, end) by its shortest true name, in UTC because windows are cut there:
 * 2011-07 for a calendar month, 2011-07-04 for a day, else both ends.
 */
export function window_name(start_ms: TimeMs, end_ms: TimeMs): string {
  const start = new Date(start_ms);
  const iso = start.toISOString();
  const is_midnight = start_ms % day_ms === 0;
  const next_month = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
  if (is_midnight && start.getUTCDate() === 1 && end_ms === next_month) return iso.slice(0, 7);
  if (is_midnight && end_ms - start_ms === day_ms) return iso.slice(0, 10);
  const end = new Date(end_ms).toISOString();
  const same_day = iso.slice(0, 10) === end.slice(0, 10);
  const shown = (text: string) => text.slice(0, 16).replace('T', ' ');
  if (is_midnight && end_ms % day_ms === 0) return `${iso.slice(0, 10)} – ${end.slice(0, 10)}`;
  return `${shown(iso)} – ${same_day ? end.slice(11, 16) : shown(end)}`;
}
