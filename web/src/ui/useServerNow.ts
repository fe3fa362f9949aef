import { useSyncExternalStore } from 'react';

import { on_clock_moved, server_now } from '../lib/time';

const step_ms = 1_000;

function follow(again: () => void): () => void {
  const timer = setInterval(again, step_ms);
  const forget = on_clock_moved(again);
  return () => {
    clearInterval(timer);
    forget();
  };
}

/** The server's time to the second, kept current. */
export const useServerNow = (): number =>
  useSyncExternalStore(follow, () => Math.floor(server_now() / step_ms) * step_ms);
