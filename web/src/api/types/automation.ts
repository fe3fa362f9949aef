import type { Json, JsonObject, TimeMs } from './common';

export type RunState = 'queued' | 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';

export interface StepShape {
  name: string;
  kind: string;
  after: string[];
}

export interface PipelineRunSummary {
  id: number | string;
  pipeline: string;
  state: RunState;
  reason: string | null;
  actor?: string;
  cause: number | null;
  started_ms: TimeMs | null;
  finished_ms: TimeMs | null;
}

export interface PipelineSummary {
  name: string;
  project?: string;
  steps: number;
  last_run: PipelineRunSummary | null;
}

export interface PipelinesResponse {
  pipelines: PipelineSummary[];
}

export interface PipelineResponse {
  name: string;
  project?: string;
  steps: StepShape[];
  runs: PipelineRunSummary[];
}

export interface StepRun extends StepShape {
  state: RunState;
  attempt: number;
  cached: boolean;
  /** From 0 to 1. */
  progress: number | null;
  progress_text?: string;
  started_ms: TimeMs | null;
  finished_ms: TimeMs | null;
  output: Json;
  error: string | null;
}

export interface PipelineRunResponse extends PipelineRunSummary {
  params?: JsonObject;
  steps: StepRun[];
}

/** held: the condition did not hold; skipped: it held and a limit said no; ignored: not meant for this rule. */
export type RuleVerdict = 'acted' | 'held' | 'skipped' | 'ignored' | 'failed';

export interface RuleEvaluation {
  id: number;
  event_id: number | null;
  at_ms: TimeMs;
  verdict: RuleVerdict;
  sentence: string;
  values: JsonObject;
  actions: Json;
  reason: string | null;
}

export interface RuleSummary {
  name: string;
  kind: 'selection' | 'action';
  project?: string;
  on: string | string[];
  given: string | null;
  when: string | null;
  select: string | null;
  do: Json[];
  at_most: string | null;
  every?: string | null;
  description?: string | null;
  last: Partial<RuleEvaluation> | null;
}

export interface RulesResponse {
  rules: RuleSummary[];
}

export interface RuleResponse extends RuleSummary {
  evaluations: RuleEvaluation[];
}
