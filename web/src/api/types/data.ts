import type { CheckCounts, DatasetRef, JsonObject, TimeMs } from './common';

export interface DatasetSummary {
  name: string;
  project: string;
  description: string;
  latest_version: number;
  rows: number;
  columns: number;
  updated_ms: TimeMs;
}

export interface DatasetsResponse {
  datasets: DatasetSummary[];
}

export interface DatasetVersionSummary {
  version: number;
  rows: number;
  content_hash: string;
  created_ms: TimeMs;
  created_by?: string;
  checks: CheckCounts;
  source: JsonObject;
}

export interface DatasetResponse extends DatasetSummary {
  versions: DatasetVersionSummary[];
}

export interface ColumnSchema {
  name: string;
  type: string;
  nullable: boolean;
}

export interface ValueCount {
  value: string;
  count: number;
}

export interface ColumnProfile {
  name: string;
  type: string;
  count: number;
  null_count: number;
  distinct: number;
  nan_count?: number;
  inf_count?: number;
  zeros?: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  std: number | null;
  quantiles?: Partial<Record<string, number | null>>;
  mean_length?: number | null;
  histogram?: { edges: number[]; counts: number[] };
  top_values?: ValueCount[];
}

/** Columns by name as the server keeps them, or already a list. */
export interface Profile {
  rows: number;
  columns: ColumnProfile[] | Record<string, Omit<ColumnProfile, 'name'>>;
}

export interface CheckResult {
  expect: string;
  kind: string;
  columns: string[];
  severity: 'warn' | 'error';
  passed: boolean;
  observed: string;
  rows_checked: number;
  failing_rows: number;
  sample: { row: number; value: string }[];
  message: string;
}

export interface DatasetVersionResponse {
  name: string;
  version: number;
  rows: number;
  content_hash: string;
  created_ms: TimeMs;
  created_by?: string;
  source: JsonObject;
  /** Written "rides/1", or taken apart. */
  parents?: (string | DatasetRef)[];
  schema: ColumnSchema[];
  profile: Profile;
  checks: CheckResult[];
}

export interface RowsResponse {
  columns: { name: string; type: string }[];
  rows: (string | number | boolean | null)[][];
}

export interface LineageNode {
  id: string;
  kind: string;
  name: string;
  label: string;
  link?: string;
}

export interface LineageEdge {
  from: string;
  to: string;
  relation: string;
}

export interface LineageResponse {
  nodes: LineageNode[];
  edges: LineageEdge[];
}

export interface FeatureView {
  name: string;
  entity: string;
  /** Empty where a query reads several `sources`. */
  source: string;
  sources?: string[];
  sql?: string;
  kind: string;
  ttl_ms: number | null;
  features: { name: string; type: string; definition: string }[];
  online: { rows: number; newest_ms: TimeMs | null; materialized_to_ms: TimeMs | null } | null;
}

export interface FeaturesResponse {
  sources: { name: string; dataset?: string; path?: string; timestamp?: string; created?: string }[];
  entities: { name: string; keys: string[] }[];
  views: FeatureView[];
  on_demand: { name: string; features?: { name: string; definition: string }[] }[];
  services: { name: string; views: string[]; features: string[] }[];
}

export interface OnlineFeaturesResponse {
  features: string[];
  rows: {
    entity: JsonObject;
    values: (string | number | boolean | null)[];
    event_ms: (TimeMs | null)[];
  }[];
}
