// What the events say about a model's versions: how each was evaluated, who held an alias when.
import type { JsonObject, MaruEvent } from '../../api/types';

export interface Evaluation {
  event_id: number;
  at_ms: number;
  version: string;
  metrics: Record<string, number>;
  failed: number;
  champion: string | null;
  champion_metrics: Record<string, number>;
}

const object = (value: unknown): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};

const numbers = (value: unknown): Record<string, number> =>
  Object.fromEntries(Object.entries(object(value)).filter((each): each is [string, number] => typeof each[1] === 'number'));

/** The evaluations of one model, as the events come. */
export function evaluations_of(events: MaruEvent[], model: string): Evaluation[] {
  return events
    .filter((event) => event.type === 'version.evaluated' && event.payload['model'] === model)
    .map((event) => {
      const champion = object(event.payload['champion']);
      return {
        event_id: event.id,
        at_ms: event.at_ms,
        version: String(event.payload['version']),
        metrics: numbers(event.payload['metrics']),
        failed: Number(object(event.payload['checks'])['failed'] ?? 0),
        champion: champion['version'] === undefined || champion['version'] === null ? null : String(champion['version']),
        champion_metrics: numbers(champion['metrics']),
      };
    });
}

export interface Reign {
  alias: string;
  version: string;
  from_ms: number;
  /** null: still. */
  to_ms: number | null;
  event_id: number;
  actor: string;
}

/** Who held each alias from when to when, newest first. Takes events in any order. */
export function reigns_of(events: MaruEvent[], model: string): Reign[] {
  const moves = events
    .filter((event) => event.type === 'version.aliased' && event.payload['model'] === model)
    .sort((a, b) => a.id - b.id);
  const open = new Map<string, Reign>();
  const all: Reign[] = [];
  for (const event of moves) {
    const alias = String(event.payload['alias']);
    const last = open.get(alias);
    if (last) last.to_ms = event.at_ms;
    open.delete(alias);
    if (event.payload['removed'] === true) continue;
    const reign: Reign = { alias, version: String(event.payload['version']), from_ms: event.at_ms, to_ms: null, event_id: event.id, actor: event.actor };
    open.set(alias, reign);
    all.push(reign);
  }
  return all.reverse();
}
