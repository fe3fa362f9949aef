// One line an endpoint: what it is asked with, what it answers. `useApi` and `request` take nothing else.
import type * as t from './types';

export interface Responses {
  '/api/v1/status': t.StatusResponse;
  '/api/v1/overview': t.OverviewResponse;
  '/api/v1/config': t.ConfigResponse;
  '/api/v1/why': t.WhyResponse;
  '/api/v1/events': t.EventsResponse;
  '/api/v1/events/{id}': t.MaruEvent;
  '/api/v1/events/{id}/causes': t.CausesResponse;
  '/api/v1/datasets': t.DatasetsResponse;
  '/api/v1/datasets/{name}': t.DatasetResponse;
  '/api/v1/datasets/{name}/versions/{version}': t.DatasetVersionResponse;
  '/api/v1/datasets/{name}/versions/{version}/rows': t.RowsResponse;
  '/api/v1/lineage': t.LineageResponse;
  '/api/v1/features': t.FeaturesResponse;
  'POST /api/v1/features/online': t.OnlineFeaturesResponse;
  '/api/v1/endpoints': t.EndpointsResponse;
  '/api/v1/endpoints/{name}': t.EndpointResponse;
  '/api/v1/endpoints/{name}/series': t.SeriesResponse;
  '/api/v1/endpoints/{name}/predictions': t.PredictionsResponse;
  'POST /v2/models/{name}/infer': t.InferResponse;
  '/api/v1/predictions/{request_id}': t.PredictionResponse;
  '/api/v1/monitors': t.MonitorsResponse;
  '/api/v1/monitors/{name}': t.MonitorResponse;
  '/api/v1/monitors/{name}/results/{id}': t.MonitorResultResponse;
  '/api/v1/pipelines': t.PipelinesResponse;
  '/api/v1/pipelines/{name}': t.PipelineResponse;
  'POST /api/v1/pipelines/{name}/runs': t.PipelineRunSummary;
  '/api/v1/pipeline-runs/{id}': t.PipelineRunResponse;
  'POST /api/v1/pipeline-runs/{id}/cancel': Partial<t.PipelineRunSummary>;
  '/api/v1/pipeline-runs/{id}/steps/{step}/log': string;
  '/api/v1/rules': t.RulesResponse;
  '/api/v1/rules/{name}': t.RuleResponse;
  '/ajax-api/2.0/mlflow/experiments/search': t.ExperimentsSearchResponse;
  '/ajax-api/2.0/mlflow/experiments/get': t.ExperimentGetResponse;
  'POST /ajax-api/2.0/mlflow/runs/search': t.RunsSearchResponse;
  '/ajax-api/2.0/mlflow/runs/get': t.RunGetResponse;
  '/ajax-api/2.0/mlflow/metrics/get-history': t.MetricHistoryResponse;
  '/ajax-api/2.0/mlflow/artifacts/list': t.ArtifactsResponse;
  '/ajax-api/2.0/mlflow/registered-models/search': t.ModelsSearchResponse;
  '/ajax-api/2.0/mlflow/registered-models/get': t.ModelGetResponse;
  '/ajax-api/2.0/mlflow/model-versions/search': t.VersionsSearchResponse;
  '/ajax-api/2.0/mlflow/model-versions/get': t.VersionGetResponse;
}

export type Endpoint = keyof Responses;

type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The `{name}`s of a path, each of which must be given. */
export type PathParams<P extends string> = { [K in Names<P>]: string | number };

export interface Sent {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
}
