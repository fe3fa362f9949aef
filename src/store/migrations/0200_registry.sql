-- Registered models, their versions, aliases, tags. A model has a number for joins, so that a rename touches one row.

CREATE TABLE models (
  number      INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  description TEXT,
  created_ms  BIGINT NOT NULL,
  updated_ms  BIGINT NOT NULL,
  last_version BIGINT NOT NULL           -- numbers are never given twice, also after a deletion
);
CREATE TABLE model_tags (
  model BIGINT NOT NULL REFERENCES models (number),
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model, key)
) WITHOUT ROWID;
CREATE INDEX model_tags_by_value ON model_tags (key, value, model);

CREATE TABLE model_versions (
  model            BIGINT NOT NULL REFERENCES models (number),
  version          BIGINT NOT NULL,
  stage            TEXT NOT NULL,        -- None, Staging, Production, Archived
  description      TEXT,
  user_id          TEXT NOT NULL,
  source           TEXT NOT NULL,
  storage_location TEXT NOT NULL,
  run_id           TEXT NOT NULL,
  run_link         TEXT NOT NULL,
  model_id         TEXT NOT NULL,
  status           INTEGER NOT NULL,     -- 0 pending, 1 ready, 2 failed
  status_message   TEXT NOT NULL,
  created_ms       BIGINT NOT NULL,
  updated_ms       BIGINT NOT NULL,
  PRIMARY KEY (model, version)
) WITHOUT ROWID;
CREATE INDEX model_versions_by_run ON model_versions (run_id);
CREATE TABLE model_version_tags (
  model   BIGINT NOT NULL,
  version BIGINT NOT NULL,
  key     TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY (model, version, key)
) WITHOUT ROWID;

CREATE TABLE model_aliases (
  model   BIGINT NOT NULL REFERENCES models (number),
  alias   TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (model, alias)
) WITHOUT ROWID;
-- Every move of an alias, so that "previous" has an answer and history can be shown.
CREATE TABLE model_alias_history (
  id      INTEGER PRIMARY KEY,
  model   BIGINT NOT NULL,
  alias   TEXT NOT NULL,
  version BIGINT,                        -- empty: the alias was removed
  at_ms   BIGINT NOT NULL,
  actor   TEXT NOT NULL
);
CREATE INDEX model_alias_history_by_alias ON model_alias_history (model, alias, id);
