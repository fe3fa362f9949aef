import { links } from '../lib/links';

export interface Found {
  label: string;
  kind: string;
  to: string;
}

const found_limit = 12;

/** How well a name answers the words: whole, start, start of a word, inside, letters in order; null if not. */
function score(label: string, words: string): number | null {
  const name = label.toLowerCase();
  if (name === words) return 0;
  if (name.startsWith(words)) return 1;
  if (new RegExp(`[^a-z0-9]${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`).test(name)) return 2;
  if (name.includes(words)) return 3;
  let at = -1;
  for (const letter of words) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return null;
  }
  return 4;
}

/** The nouns that answer the words, best first; ids of runs, predictions and events can be pasted whole. */
export function rank(nouns: Found[], typed: string): Found[] {
  const words = typed.trim().toLowerCase();
  if (words === '') return nouns.slice(0, found_limit);
  const scored = nouns
    .map((noun, order) => ({ noun, order, at: score(noun.label, words) ?? score(`${noun.kind} ${noun.label}`, words) }))
    .filter((each): each is { noun: Found; order: number; at: number } => each.at !== null);
  scored.sort((a, b) => a.at - b.at || a.order - b.order);
  const ids: Found[] = [];
  if (/^[0-9a-f]{32}$/.test(words)) ids.push({ label: words, kind: 'run', to: links.run(words) });
  if (/^\d+$/.test(words)) ids.push({ label: `#${words}`, kind: 'event', to: links.event(words) });
  if (/^[\w-]{12,}$/.test(typed.trim())) {
    ids.push({ label: typed.trim(), kind: 'prediction', to: links.prediction(typed.trim()) });
  }
  return [...scored.map((each) => each.noun), ...ids].slice(0, found_limit);
}
