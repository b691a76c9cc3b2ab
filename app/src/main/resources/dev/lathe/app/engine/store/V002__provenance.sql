-- When a run ended and in what words, what it refers to, and the rest of the history append-only too.

ALTER TABLE run_states ADD COLUMN outcome TEXT;
UPDATE run_states SET outcome = json_extract(result, '$.winner') WHERE result IS NOT NULL;

-- What must stay while the run is kept: variants by id, bundles by path (relative to the workspace where inside of it).
CREATE TABLE run_uses (
  run   INTEGER NOT NULL REFERENCES runs (seq),
  kind  TEXT NOT NULL CHECK (kind IN ('variant', 'bundle')),
  name  TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (run, kind, name)
) STRICT;

-- Of runs that were recorded before this table was there: what their results and scores name. Where a relative path
-- began is not known; inside of the workspace there were none.
INSERT OR IGNORE INTO run_uses
  SELECT s.run, 'variant', json_extract(v.value, '$.id'), s.at_ms
  FROM run_states s, json_each(s.result, '$.variants') v
  WHERE s.result IS NOT NULL AND json_extract(v.value, '$.id') IS NOT NULL;
INSERT OR IGNORE INTO run_uses SELECT run, 'variant', variant, at_ms FROM scores;
INSERT OR IGNORE INTO run_uses
  SELECT run, 'bundle', json_extract(result, '$.bundle'), at_ms FROM run_states
  WHERE json_extract(result, '$.bundle') LIKE '/%' OR json_extract(result, '$.bundle') LIKE '_:%';

DROP VIEW kept_runs;
CREATE VIEW kept_runs AS
  SELECT r.*, s.state, s.result, s.outcome, s.at_ms AS state_ms
  FROM runs r JOIN run_states s ON s.seq = (SELECT max(seq) FROM run_states WHERE run = r.seq)
  WHERE r.seq NOT IN (SELECT run FROM run_tombstones);

CREATE TRIGGER run_states_kept BEFORE DELETE ON run_states BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER run_states_unchanged BEFORE UPDATE ON run_states BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER run_tombstones_kept BEFORE DELETE ON run_tombstones BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER run_tombstones_unchanged BEFORE UPDATE ON run_tombstones BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER run_uses_kept BEFORE DELETE ON run_uses BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER run_uses_unchanged BEFORE UPDATE ON run_uses BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER events_unchanged BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'append-only'); END;
