CREATE TABLE feature_projects (
  project     TEXT PRIMARY KEY,
  definitions TEXT NOT NULL,       -- JSON, the project file's own form
  updated_ms  BIGINT NOT NULL
);

-- Pushed rows that are in Parquet.
CREATE TABLE feature_segments (
  source         TEXT NOT NULL,
  first_sequence BIGINT NOT NULL,
  last_sequence  BIGINT NOT NULL,
  file           TEXT NOT NULL,    -- below DIR/lake/sources
  row_count      BIGINT NOT NULL,
  created_ms     BIGINT NOT NULL,
  PRIMARY KEY (source, first_sequence)
);
