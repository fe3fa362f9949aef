import type { Health, TimeMs } from './common';
import type { MaruEvent } from './events';

export interface StatusResponse {
  version: string;
  uptime_ms: number;
  now_ms: TimeMs;
  data_dir: string;
  http: string;
  grpc: string;
  projects: string[];
  counts: Record<string, number>;
  rss_bytes: number;
}

export type StageId = 'data' | 'features' | 'training' | 'registry' | 'serving' | 'monitoring' | 'automation';

export interface Stage {
  id: StageId;
  title: string;
  state: Health;
  number: number | string | null;
  unit: string;
  label: string;
  link?: string;
}

export interface OverviewResponse {
  stages: Stage[];
  events: MaruEvent[];
}

export interface Setting {
  name: string;
  value: string | number | boolean | null;
  source: string;
  default: string | number | boolean | null;
  help: string;
}

export interface ConfigResponse {
  settings: Setting[];
}

export interface WhyLine {
  text: string;
  event_id?: number | null;
  at_ms?: TimeMs | null;
}

export interface WhyResponse {
  thing: string;
  lines: WhyLine[];
}
