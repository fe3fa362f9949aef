import { useState } from 'react';

/** Copies and says so for a moment. */
export function Copy({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [done, set_done] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set_done(true);
      setTimeout(() => set_done(false), 1500);
    } catch {
      // no clipboard on plain http from another machine: the text can still be selected
    }
  };
  return (
    <button type="button" className="copy" onClick={() => void copy()} aria-live="polite">
      {done ? 'Copied' : label}
    </button>
  );
}
