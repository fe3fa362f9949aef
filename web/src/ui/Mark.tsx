// States are told by shape and word as well as colour.
import type { ReactNode } from 'react';

export type Tone = 'ok' | 'busy' | 'warning' | 'alert' | 'empty' | 'plain';

const tones: Record<string, Tone> = {
  ok: 'ok', ready: 'ok', succeeded: 'ok', finished: 'ok', passed: 'ok', acted: 'ok', READY: 'ok', FINISHED: 'ok',
  busy: 'busy', running: 'busy', queued: 'busy', loading: 'busy', RUNNING: 'busy', SCHEDULED: 'busy',
  warning: 'warning', warned: 'warning', warn: 'warning', drifted: 'warning', KILLED: 'warning',
  alert: 'alert', failed: 'alert', error: 'alert', FAILED: 'alert',
  pending: 'empty', skipped: 'empty', cancelled: 'empty', held: 'empty', ignored: 'empty', empty: 'empty',
};

export const tone_of_state = (state: string | null | undefined): Tone => tones[state ?? ''] ?? 'plain';

const shapes: Record<Tone, ReactNode> = {
  ok: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  busy: (
    <>
      <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 2.500a3.5 3.5 0 0 1 0 7z" fill="currentColor" />
    </>
  ),
  warning: <path d="M6 1.8 10.8 10.200H1.200z" fill="currentColor" />,
  alert: <path d="M6 1 11 6 6 11 1 6z" fill="currentColor" />,
  empty: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  plain: <circle cx="6" cy="6" r="2.2" fill="currentColor" />,
};

export function Mark({ tone, size = 12 }: { tone: Tone; size?: number }) {
  return (
    <svg className={`mark tone-${tone}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[tone]}
    </svg>
  );
}

/** A mark and its word. */
export function State({ state, label }: { state: string | null | undefined; label?: string }) {
  const tone = tone_of_state(state);
  return (
    <span className={`state tone-${tone}`}>
      <Mark tone={tone} />
      <span>{label ?? (state || 'unknown').toLowerCase()}</span>
    </span>
  );
}
