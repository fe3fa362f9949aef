import type { JsonObject, TimeMs } from './common';

export interface MaruEvent {
  id: number;
  at_ms: TimeMs;
  type: string;
  subject: string;
  project: string;
  actor: string;
  payload: JsonObject;
  cause: number | null;
}

/** An event and what led to it, the nearest cause first. */
export interface CausesResponse {
  event: MaruEvent;
  causes: MaruEvent[];
}

export interface EventsResponse {
  events: MaruEvent[];
}
