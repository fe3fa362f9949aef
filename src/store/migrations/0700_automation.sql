CREATE TABLE pipelines (
  name       TEXT PRIMARY KEY,
  project    TEXT NOT NULL,
  spec       TEXT NOT NULL,             -- JSON
  defined_ms BIGINT NOT NULL
);

CREATE TABLE pipeline_runs (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  pipeline      TEXT NOT NULL,
  project       TEXT NOT NULL,
  state         TEXT NOT NULL,          -- queued | running | succeeded | failed | cancelled
  reason        TEXT NOT NULL,
  params        TEXT NOT NULL,          -- JSON
  spec          TEXT NOT NULL,          -- the pipeline as it was when the run was asked for
  actor         TEXT NOT NULL,
  cause         BIGINT,                 -- the event that asked for it
  started_event BIGINT NOT NULL,        -- pipeline.started, the cause of all that the run does
  request_key   TEXT UNIQUE,            -- asked twice with one key is one run
  created_ms    BIGINT NOT NULL,
  started_ms    BIGINT,
  finished_ms   BIGINT
);
CREATE INDEX pipeline_runs_by_pipeline ON pipeline_runs (pipeline, id);
CREATE INDEX pipeline_runs_by_state ON pipeline_runs (state, id);

CREATE TABLE pipeline_steps (
  run_id      BIGINT NOT NULL REFERENCES pipeline_runs (id),
  position    BIGINT NOT NULL,          -- in the order of the pipeline's steps
  name        TEXT NOT NULL,
  state       TEXT NOT NULL,            -- waiting | running | succeeded | failed | cancelled | skipped
  attempt     BIGINT NOT NULL,
  cached      BIGINT NOT NULL,          -- 1: the output is that of an earlier run
  fingerprint TEXT NOT NULL,
  output      TEXT NOT NULL,            -- JSON
  error       TEXT NOT NULL,
  started_ms  BIGINT,
  finished_ms BIGINT,
  PRIMARY KEY (run_id, position)
);

-- Outputs that a step marked `cache` may use again.
CREATE TABLE step_cache (
  fingerprint TEXT PRIMARY KEY,
  output      TEXT NOT NULL,
  run_id      BIGINT NOT NULL,
  stored_ms   BIGINT NOT NULL
);
CREATE INDEX step_cache_by_age ON step_cache (stored_ms);

CREATE TABLE rules (
  name        TEXT PRIMARY KEY,
  project     TEXT NOT NULL,
  definition  TEXT NOT NULL,            -- JSON, as written
  since_event BIGINT NOT NULL,          -- it sees later events only
  last_due_ms BIGINT NOT NULL,          -- of its schedule: the last tick given, or when it was defined
  defined_ms  BIGINT NOT NULL
);

CREATE TABLE rule_evaluations (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  rule     TEXT NOT NULL,
  event_id BIGINT NOT NULL,
  at_ms    BIGINT NOT NULL,
  verdict  TEXT NOT NULL,               -- acted | held | skipped | failed
  sentence TEXT NOT NULL,
  reason   TEXT NOT NULL,
  "values" TEXT NOT NULL,               -- JSON: every name the condition mentions, as seen
  cause    BIGINT NOT NULL,             -- the rule.evaluated event, 0 when there is none
  UNIQUE (rule, event_id)
);
CREATE INDEX rule_evaluations_by_rule ON rule_evaluations (rule, id);
CREATE INDEX rule_evaluations_by_event ON rule_evaluations (event_id);

CREATE TABLE rule_actions (
  rule      TEXT NOT NULL,
  event_id  BIGINT NOT NULL,
  position  BIGINT NOT NULL,            -- in the rule's `do`
  arguments TEXT NOT NULL,              -- JSON
  state     TEXT NOT NULL,              -- started | done | failed
  attempts  BIGINT NOT NULL,
  result    TEXT NOT NULL,              -- JSON
  error     TEXT NOT NULL,
  PRIMARY KEY (rule, event_id, position)
);
