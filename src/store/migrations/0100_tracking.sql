-- Experiments, runs and what is logged to them. A run has a number for joins (`runs.number`) and MLflow's id for people.

CREATE TABLE experiments (
  id                INTEGER PRIMARY KEY,
  name              TEXT NOT NULL UNIQUE,
  artifact_location TEXT NOT NULL,
  lifecycle         TEXT NOT NULL,       -- active, deleted
  created_ms        BIGINT NOT NULL,
  updated_ms        BIGINT NOT NULL
);

CREATE TABLE experiment_tags (
  experiment_id BIGINT NOT NULL REFERENCES experiments (id),
  key           TEXT NOT NULL,
  value         TEXT NOT NULL,
  PRIMARY KEY (experiment_id, key)
) WITHOUT ROWID;

CREATE TABLE runs (
  number        INTEGER PRIMARY KEY,
  run_id        TEXT NOT NULL UNIQUE,
  experiment_id BIGINT NOT NULL REFERENCES experiments (id),
  name          TEXT NOT NULL,
  user_id       TEXT NOT NULL,
  status        TEXT NOT NULL,           -- RUNNING, SCHEDULED, FINISHED, FAILED, KILLED
  lifecycle     TEXT NOT NULL,
  started_ms    BIGINT NOT NULL,
  ended_ms      BIGINT,
  deleted_ms    BIGINT,
  artifact_uri  TEXT NOT NULL
);
CREATE INDEX runs_by_experiment ON runs (experiment_id, started_ms DESC, run_id);

CREATE TABLE run_params (
  run   BIGINT NOT NULL REFERENCES runs (number),
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run, key)
) WITHOUT ROWID;

CREATE TABLE run_tags (
  run   BIGINT NOT NULL REFERENCES runs (number),
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE INDEX run_tags_by_value ON run_tags (key, value, run);

-- Every point, clustered as it is read: one run's one metric in order of step. NaN is (0, is_nan = 1): a key cannot hold it.
-- No foreign key here: the writer knows that the run exists, and these are the hot rows.
CREATE TABLE run_metrics (
  run          BIGINT NOT NULL,
  key          TEXT NOT NULL,
  step         BIGINT NOT NULL,
  timestamp_ms BIGINT NOT NULL,
  value        DOUBLE PRECISION NOT NULL,
  is_nan       INTEGER NOT NULL,
  PRIMARY KEY (run, key, step, timestamp_ms, value, is_nan)
) WITHOUT ROWID;

-- The newest point of each metric by (step, timestamp, value): what a search filters, sorts and shows.
CREATE TABLE latest_metrics (
  run          BIGINT NOT NULL,
  key          TEXT NOT NULL,
  step         BIGINT NOT NULL,
  timestamp_ms BIGINT NOT NULL,
  value        DOUBLE PRECISION NOT NULL,
  is_nan       INTEGER NOT NULL,
  PRIMARY KEY (run, key)
) WITHOUT ROWID;

-- A data set as a client described it; the same (name, digest) is one row within an experiment.
CREATE TABLE run_datasets (
  id            INTEGER PRIMARY KEY,
  experiment_id BIGINT NOT NULL REFERENCES experiments (id),
  name          TEXT NOT NULL,
  digest        TEXT NOT NULL,
  source_type   TEXT NOT NULL,
  source        TEXT NOT NULL,
  schema        TEXT,
  profile       TEXT,
  UNIQUE (experiment_id, name, digest)
);
CREATE TABLE run_inputs (
  run        BIGINT NOT NULL REFERENCES runs (number),
  dataset_id BIGINT NOT NULL REFERENCES run_datasets (id),
  PRIMARY KEY (run, dataset_id)
) WITHOUT ROWID;
CREATE INDEX run_inputs_by_dataset ON run_inputs (dataset_id, run);
CREATE TABLE run_input_tags (
  run        BIGINT NOT NULL,
  dataset_id BIGINT NOT NULL,
  key        TEXT NOT NULL,
  value      TEXT NOT NULL,
  PRIMARY KEY (run, dataset_id, key)
) WITHOUT ROWID;

-- Logged models that a run read (input) or made (output).
CREATE TABLE run_models (
  run       BIGINT NOT NULL REFERENCES runs (number),
  direction TEXT NOT NULL,               -- input, output
  model_id  TEXT NOT NULL,
  step      BIGINT NOT NULL,
  PRIMARY KEY (run, direction, model_id, step)
) WITHOUT ROWID;

CREATE TABLE logged_models (
  model_id       TEXT PRIMARY KEY,
  experiment_id  BIGINT NOT NULL REFERENCES experiments (id),
  name           TEXT NOT NULL,
  type           TEXT NOT NULL,
  source_run_id  TEXT NOT NULL,
  artifact_uri   TEXT NOT NULL,
  status         INTEGER NOT NULL,       -- 0 unspecified, 1 pending, 2 ready, 3 upload failed
  status_message TEXT NOT NULL,
  lifecycle      TEXT NOT NULL,
  created_ms     BIGINT NOT NULL,
  updated_ms     BIGINT NOT NULL
);
CREATE INDEX logged_models_by_experiment ON logged_models (experiment_id, created_ms DESC, model_id);
CREATE INDEX logged_models_by_run ON logged_models (source_run_id);
CREATE TABLE logged_model_params (
  model_id TEXT NOT NULL REFERENCES logged_models (model_id),
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (model_id, key)
) WITHOUT ROWID;
CREATE TABLE logged_model_tags (
  model_id TEXT NOT NULL REFERENCES logged_models (model_id),
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (model_id, key)
) WITHOUT ROWID;
CREATE TABLE logged_model_metrics (
  model_id       TEXT NOT NULL,
  key            TEXT NOT NULL,
  timestamp_ms   BIGINT NOT NULL,
  step           BIGINT NOT NULL,
  run_id         TEXT NOT NULL,
  dataset_name   TEXT NOT NULL,          -- "" when not measured on a data set
  dataset_digest TEXT NOT NULL,
  value          DOUBLE PRECISION NOT NULL,
  is_nan         INTEGER NOT NULL,
  PRIMARY KEY (model_id, key, timestamp_ms, step, run_id, dataset_name, dataset_digest)
) WITHOUT ROWID;

-- Files of runs and models: the path below mlflow-artifacts:/ to the blob with its bytes.
CREATE TABLE artifact_files (
  path       TEXT PRIMARY KEY,
  sha256     TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  created_ms BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX artifact_files_by_blob ON artifact_files (sha256);
