/** JSON as the server sends it, where its shape is the user's own. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json | undefined };

/** Milliseconds since 1970-01-01 UTC, by the server's clock (which a demo may have moved). */
export type TimeMs = number;

/** How a thing is doing, from best to worst; `empty` is a thing that has nothing yet. */
export type Health = 'ok' | 'busy' | 'warning' | 'alert' | 'empty';

export interface DatasetRef {
  dataset: string;
  version: number;
}

export interface CheckCounts {
  passed: number;
  failed: number;
  warned: number;
}
