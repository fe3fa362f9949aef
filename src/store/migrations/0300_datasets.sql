CREATE TABLE datasets (
  name             TEXT PRIMARY KEY,
  project          TEXT NOT NULL,
  description      TEXT NOT NULL,
  timestamp_column TEXT NOT NULL,
  expectations     TEXT NOT NULL,  -- a JSON array
  updated_ms       BIGINT NOT NULL
);

CREATE TABLE dataset_versions (
  name           TEXT NOT NULL REFERENCES datasets (name),
  version        BIGINT NOT NULL,
  content_hash   TEXT NOT NULL,    -- names the Parquet file too
  row_count      BIGINT NOT NULL,
  column_schema  TEXT NOT NULL,    -- JSON: [{"name", "type", "nullable"}]
  profile        TEXT NOT NULL,    -- a JSON object
  checks         TEXT NOT NULL,    -- a JSON array
  source         TEXT NOT NULL,    -- a JSON object
  parents        TEXT NOT NULL,    -- JSON: ["rides/1"]
  created_ms     BIGINT NOT NULL,
  created_by     TEXT NOT NULL,
  PRIMARY KEY (name, version)
);
