import type { Json, JsonObject, TimeMs } from './common';

export type Verdict = 'ok' | 'warning' | 'alert';

export interface MonitorResult {
  id: number | string;
  window_start_ms: TimeMs;
  window_end_ms: TimeMs;
  rows: number;
  truths: number;
  drift: { share: number; drifted: string[]; columns?: number } | null;
  metrics: Partial<Record<string, number | null>>;
  baseline: Partial<Record<string, number | null>> | null;
  status: Verdict;
  version: number | null;
}

export interface MonitorSummary {
  name: string;
  endpoint: string;
  reference: string;
  window: string;
  checks: string[];
  status: Verdict | 'empty' | string;
  last: Partial<MonitorResult> | null;
}

export interface MonitorsResponse {
  monitors: MonitorSummary[];
}

export interface MonitorResponse extends MonitorSummary {
  thresholds?: JsonObject | null;
  results: MonitorResult[];
}

export interface DriftColumn {
  name: string;
  type: string;
  method: string;
  score: number | null;
  p_value: number | null;
  threshold: number | null;
  drifted: boolean;
  effect_size?: number | null;
  reason?: string;
  reference: { edges?: number[]; values?: Json[]; counts: number[] };
  current: { counts: number[] };
}

export interface MonitorResultResponse extends MonitorResult {
  monitor?: string;
  columns: DriftColumn[];
}
