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

export interface EventsResponse {
  events: MaruEvent[];
}
