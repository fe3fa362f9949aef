import type { Json, TimeMs } from './common';

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
  reasons?: string[];
  evaluated_ms?: TimeMs;
  event_id?: number | null;
}

/** When a monitor speaks up: shares of drifted inputs, factors over the baseline, absolute limits. */
export interface Thresholds {
  drift_share?: number;
  drift_share_warning?: number;
  worse?: number;
  worse_warning?: number;
  limits?: Partial<Record<string, number>>;
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
  thresholds?: Thresholds | null;
  truth?: string;
  delay?: string;
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
  p_adjusted?: number | null;
  reference_rows?: number;
  current_rows?: number;
  reference: { edges?: number[]; values?: Json[]; labels?: string[]; counts: number[] };
  current: { counts: number[] };
}

/** The same as the drift report itself writes it: the counts beside each other. */
export interface FlatDriftColumn extends Omit<DriftColumn, 'name' | 'reference' | 'current'> {
  edges?: number[];
  labels?: string[];
  reference_counts?: number[];
  current_counts?: number[];
}

export interface MonitorResultResponse extends MonitorResult {
  monitor?: string;
  columns: DriftColumn[] | Record<string, DriftColumn | FlatDriftColumn>;
}
