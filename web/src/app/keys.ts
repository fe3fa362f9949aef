// Keys for people who do not reach for the mouse: `/` searches, `g` and a letter goes to a room, `?` tells the keys.
import { useEffect } from 'react';

import { all_rooms } from './navigation';

const chord_ms = 1200;

const is_typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

export interface KeyActions {
  go: (to: string) => void;
  search: () => void;
  help: () => void;
}

export function useKeys({ go, search, help }: KeyActions): void {
  useEffect(() => {
    let g_pressed_at = -Infinity;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || is_typing(event.target)) return;
      const in_chord = event.timeStamp - g_pressed_at < chord_ms;
      g_pressed_at = -Infinity;
      const room = in_chord ? all_rooms.find((each) => each.letter === event.key) : undefined;
      if (room) go(room.to);
      else if (event.key === 'g') g_pressed_at = event.timeStamp;
      else if (event.key === '/') search();
      else if (event.key === '?') help();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [go, search, help]);
}
