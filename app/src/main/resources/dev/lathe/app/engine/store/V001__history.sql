-- The history: runs and what was measured in them. Append-only: triggers at the end refuse changes and deletions.
-- Times are milliseconds since 1970-01-01 UTC. "variant" in blocks and facts is the key that the run's plan gave to a candidate.

CREATE TABLE runs (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  created_ms   INTEGER NOT NULL,
  model_path   TEXT NOT NULL,
  model_sha256 TEXT NOT NULL,
  request_key  TEXT NOT NULL,
  plan         TEXT NOT NULL CHECK (json_valid(plan)),
  environment  TEXT NOT NULL CHECK (json_valid(environment))
) STRICT;
CREATE INDEX runs_by_request ON runs (request_key, seq);

CREATE TABLE run_states (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  run    INTEGER NOT NULL REFERENCES runs (seq),
  state  TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'cancelled')),
  at_ms  INTEGER NOT NULL,
  result TEXT CHECK (result IS NULL OR json_valid(result))
) STRICT;
CREATE INDEX run_states_by_run ON run_states (run, seq);

CREATE TABLE run_tombstones (
  run   INTEGER PRIMARY KEY REFERENCES runs (seq),
  at_ms INTEGER NOT NULL
) STRICT;

CREATE VIEW kept_runs AS
  SELECT r.*, s.state, s.result
  FROM runs r JOIN run_states s ON s.seq = (SELECT max(seq) FROM run_states WHERE run = r.seq)
  WHERE r.seq NOT IN (SELECT run FROM run_tombstones);

CREATE TABLE blocks (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  run        INTEGER NOT NULL REFERENCES runs (seq),
  variant    TEXT NOT NULL,
  fork       INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  batch      INTEGER NOT NULL,
  sequence   INTEGER NOT NULL,
  n          INTEGER NOT NULL,
  encoding   TEXT NOT NULL,
  samples    BLOB NOT NULL,
  wall_ns    INTEGER NOT NULL,
  cpu_ns     INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  UNIQUE (run, variant, fork, kind, batch, sequence)
) STRICT;

CREATE TABLE facts (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  run     INTEGER NOT NULL REFERENCES runs (seq),
  variant TEXT NOT NULL,
  fork    INTEGER NOT NULL,
  name    TEXT NOT NULL,
  json    TEXT NOT NULL CHECK (json_valid(json)),
  at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX facts_by_name ON facts (run, variant, fork, name, seq);

CREATE TABLE scores (
  seq            INTEGER PRIMARY KEY AUTOINCREMENT,
  run            INTEGER NOT NULL REFERENCES runs (seq),
  variant        TEXT NOT NULL,
  dataset_sha256 TEXT NOT NULL,
  selection      TEXT NOT NULL,
  json           TEXT NOT NULL CHECK (json_valid(json)),
  at_ms          INTEGER NOT NULL
) STRICT;
CREATE INDEX scores_by_variant ON scores (variant, dataset_sha256, selection, seq);
CREATE INDEX scores_by_run ON scores (run, seq);

CREATE TABLE events (
  run   INTEGER NOT NULL REFERENCES runs (seq),
  seq   INTEGER NOT NULL,
  json  TEXT NOT NULL CHECK (json_valid(json)),
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT;

CREATE TABLE variants (
  seq           INTEGER PRIMARY KEY AUTOINCREMENT,
  id            TEXT NOT NULL,
  parent_sha256 TEXT NOT NULL,
  name          TEXT NOT NULL,
  path          TEXT NOT NULL,
  sha256        TEXT NOT NULL,
  size_bytes    INTEGER NOT NULL,
  recipe        TEXT NOT NULL CHECK (json_valid(recipe)),
  steps         TEXT NOT NULL CHECK (json_valid(steps)),
  provenance    TEXT NOT NULL CHECK (json_valid(provenance)),
  created_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX variants_by_id ON variants (id, seq);

CREATE VIEW latest_variants AS
  SELECT v.* FROM variants v WHERE v.seq = (SELECT max(seq) FROM variants WHERE id = v.id);

CREATE TRIGGER runs_kept BEFORE DELETE ON runs BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER runs_unchanged BEFORE UPDATE ON runs BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER blocks_kept BEFORE DELETE ON blocks BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER blocks_unchanged BEFORE UPDATE ON blocks BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER facts_kept BEFORE DELETE ON facts BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER facts_unchanged BEFORE UPDATE ON facts BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER scores_kept BEFORE DELETE ON scores BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER scores_unchanged BEFORE UPDATE ON scores BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER variants_kept BEFORE DELETE ON variants BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER variants_unchanged BEFORE UPDATE ON variants BEGIN SELECT raise(ABORT, 'append-only'); END;
