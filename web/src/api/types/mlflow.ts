// MLflow's REST shapes (2.0), as its own server answers them: proto3 JSON, so empty lists may be left out.
import type { TimeMs } from './common';

export interface Experiment {
  experiment_id: string;
  name: string;
  artifact_location?: string;
  lifecycle_stage: string;
  creation_time?: TimeMs;
  last_update_time?: TimeMs;
  tags?: KeyValue[];
}

export interface KeyValue {
  key: string;
  value: string;
}

export interface Metric {
  key: string;
  value: number;
  timestamp: TimeMs;
  step: number;
}

export interface Run {
  info: {
    run_id: string;
    run_name?: string;
    experiment_id: string;
    user_id?: string;
    status: 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
    start_time: TimeMs;
    end_time?: TimeMs;
    artifact_uri?: string;
    lifecycle_stage: string;
  };
  data: { metrics?: Metric[]; params?: KeyValue[]; tags?: KeyValue[] };
  inputs?: { dataset_inputs?: { dataset: { name: string; digest: string }; tags?: KeyValue[] }[] };
}

export interface FileInfo {
  path: string;
  is_dir: boolean;
  file_size?: number;
}

export interface RegisteredModel {
  name: string;
  creation_timestamp: TimeMs;
  last_updated_timestamp: TimeMs;
  description?: string;
  latest_versions?: ModelVersion[];
  tags?: KeyValue[];
  aliases?: { alias: string; version: string }[];
}

export interface ModelVersion {
  name: string;
  version: string;
  creation_timestamp: TimeMs;
  last_updated_timestamp?: TimeMs;
  current_stage?: string;
  description?: string;
  source?: string;
  run_id?: string;
  status?: string;
  status_message?: string;
  tags?: KeyValue[];
  aliases?: string[];
}

export interface ExperimentsSearchResponse {
  experiments?: Experiment[];
  next_page_token?: string;
}
export interface ExperimentGetResponse {
  experiment: Experiment;
}
export interface RunsSearchResponse {
  runs?: Run[];
  next_page_token?: string;
}
export interface RunGetResponse {
  run: Run;
}
export interface MetricHistoryResponse {
  metrics?: Metric[];
  next_page_token?: string;
}
export interface ArtifactsResponse {
  root_uri?: string;
  files?: FileInfo[];
}
export interface ModelsSearchResponse {
  registered_models?: RegisteredModel[];
  next_page_token?: string;
}
export interface ModelGetResponse {
  registered_model: RegisteredModel;
}
export interface VersionsSearchResponse {
  model_versions?: ModelVersion[];
  next_page_token?: string;
}
export interface VersionGetResponse {
  model_version: ModelVersion;
}
