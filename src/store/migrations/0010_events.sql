CREATE TABLE events (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again, also after retention removed the newest
  at_ms   BIGINT NOT NULL,
  type    TEXT NOT NULL,
  subject TEXT NOT NULL,
  project TEXT NOT NULL,
  actor   TEXT NOT NULL,
  payload TEXT NOT NULL,                      -- a JSON object
  cause   BIGINT                              -- the id of the event that led to this one; may be gone by retention
);
CREATE INDEX events_by_type ON events (type, id);
CREATE INDEX events_by_subject ON events (subject, id);
CREATE INDEX events_by_project ON events (project, id);
CREATE INDEX events_by_time ON events (at_ms);

CREATE TABLE event_cursors (
  consumer TEXT PRIMARY KEY,
  last_id  BIGINT NOT NULL                    -- every event up to this one was handled
);
