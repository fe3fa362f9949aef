import { useEffect, useState } from 'react';

import type { TimeMs } from '../api/types';
import { nothing } from '../lib/format';
import { ago, local_time, on_clock_moved, utc_time, window_name } from '../lib/time';

/** Local time, UTC on hover; `relative` says how long ago and keeps saying it. */
export function Time({ ms, relative = false, seconds = false }: { ms?: TimeMs | null; relative?: boolean; seconds?: boolean }) {
  const [, again] = useState(0);
  useEffect(() => {
    if (!relative) return;
    const show = () => again((count) => count + 1);
    const timer = setInterval(show, 20_000);
    const forget = on_clock_moved(show);
    return () => {
      clearInterval(timer);
      forget();
    };
  }, [relative]);
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return <span className="quiet">{nothing}</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={`${local_time(ms, true)} local\n${utc_time(ms)}`}>
      {relative ? ago(ms) : local_time(ms, seconds)}
    </time>
  );
}

/** A half-open window of time, `2011-07` or both ends; windows are cut in UTC. */
export function Window({ start_ms, end_ms }: { start_ms: TimeMs; end_ms: TimeMs }) {
  return (
    <time dateTime={new Date(start_ms).toISOString()} title={`from ${utc_time(start_ms)}\nuntil ${utc_time(end_ms)}`}>
      {window_name(start_ms, end_ms)}
    </time>
  );
}
