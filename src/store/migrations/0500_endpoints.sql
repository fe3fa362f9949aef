CREATE TABLE endpoints (
  name       TEXT PRIMARY KEY,
  project    TEXT NOT NULL,
  spec       TEXT NOT NULL,   -- a JSON object: serving::EndpointSpec
  updated_ms BIGINT NOT NULL
);
