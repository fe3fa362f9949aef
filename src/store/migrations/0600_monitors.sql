CREATE TABLE monitors (
  name            TEXT PRIMARY KEY,
  project         TEXT NOT NULL,
  spec            TEXT NOT NULL,     -- a JSON object, as MonitorSpec writes it
  status          TEXT NOT NULL,     -- ok, warning or alert: of the newest result
  closed_until_ms BIGINT             -- the end of the newest window closed in its time; null before the first
);

CREATE TABLE monitor_results (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  monitor         TEXT NOT NULL,     -- results outlive their monitor
  window_start_ms BIGINT NOT NULL,
  window_end_ms   BIGINT NOT NULL,
  status          TEXT NOT NULL,
  summary         TEXT NOT NULL,     -- a JSON object: all but the columns
  columns         TEXT NOT NULL,     -- a JSON object: column to what drift said of it
  event_id        BIGINT NOT NULL    -- of monitor.evaluated
);
CREATE INDEX monitor_results_by_window ON monitor_results (monitor, window_start_ms, id);
