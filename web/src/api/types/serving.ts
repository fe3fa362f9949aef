import type { DatasetRef, Json, JsonObject, TimeMs } from './common';

export interface EndpointSummary {
  name: string;
  model: string;
  alias: string | null;
  version: number | null;
  state: 'loading' | 'ready' | 'failed' | string;
  reason: string | null;
  flavor: string | null;
  features: string | null;
  requests: number;
  errors: number;
  rate_per_s: number;
  p50_ms: number | null;
  p99_ms: number | null;
  swaps: number;
  loaded_ms: TimeMs | null;
  /** The share of its answers that it keeps. */
  log_sample?: number;
}

export interface EndpointsResponse {
  endpoints: EndpointSummary[];
}

export interface TensorSpec {
  name: string;
  datatype: string;
  shape: number[];
}

export interface EndpointResponse extends EndpointSummary {
  platform?: string;
  inputs: TensorSpec[];
  outputs: TensorSpec[];
}

export interface SeriesPoint {
  t_ms: TimeMs;
  requests: number;
  errors: number;
  p50_ms: number | null;
  p99_ms: number | null;
  version: number | null;
}

export interface SeriesResponse {
  step_ms: number;
  points: SeriesPoint[];
  swaps: { t_ms: TimeMs; version: number }[];
}

/** What the V2 inference protocol answers. */
export interface InferResponse {
  id?: string;
  model_name: string;
  model_version?: string;
  outputs: { name: string; datatype: string; shape: number[]; data: (number | string | boolean)[] }[];
}

export interface PredictionSummary {
  request_id: string;
  endpoint: string;
  model: string;
  version: number;
  event_ms: TimeMs;
  inputs: JsonObject;
  output: Json;
  truth: Json;
}

export interface PredictionsResponse {
  predictions: PredictionSummary[];
}

/** With where its model came from, as far as that is still known. */
export interface PredictionResponse extends PredictionSummary {
  trained_on?: DatasetRef[];
  run_id?: string | null;
}
