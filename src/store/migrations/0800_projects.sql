CREATE TABLE projects (
  name        TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  root        TEXT NOT NULL,                  -- the folder that relative paths and commands start from
  file        TEXT NOT NULL,
  applied_ms  BIGINT NOT NULL
);

-- What was applied last, one row a resource: plan compares a project file with these.
CREATE TABLE project_resources (
  project TEXT NOT NULL,
  kind    TEXT NOT NULL,
  name    TEXT NOT NULL,
  place   BIGINT NOT NULL,                    -- order in the file
  spec    TEXT NOT NULL,                      -- JSON
  PRIMARY KEY (project, kind, name)
);
