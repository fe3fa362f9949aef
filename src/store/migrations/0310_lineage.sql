CREATE TABLE lineage_edges (
  from_kind TEXT NOT NULL,
  from_id   TEXT NOT NULL,
  to_kind   TEXT NOT NULL,
  to_id     TEXT NOT NULL,
  relation  TEXT NOT NULL,
  at_ms     BIGINT NOT NULL,
  PRIMARY KEY (from_kind, from_id, to_kind, to_id, relation)
);
CREATE INDEX lineage_edges_back ON lineage_edges (to_kind, to_id);
