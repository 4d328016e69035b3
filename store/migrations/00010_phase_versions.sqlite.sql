-- A named change of a process chart is decided by a person, so it is kept like a
-- target. SQLite cannot alter a CHECK: the table is written anew, row for row.
CREATE TABLE config_version_new (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('definition', 'target', 'scorecard', 'portfolio', 'segment', 'params', 'source', 'baseline', 'phase')),
  key TEXT NOT NULL,
  hash TEXT NOT NULL,
  body TEXT NOT NULL,
  since INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  by TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
INSERT INTO config_version_new (id, kind, key, hash, body, since, recorded_at, by, reason)
  SELECT id, kind, key, hash, body, since, recorded_at, by, reason FROM config_version ORDER BY id;
DROP TABLE config_version;
ALTER TABLE config_version_new RENAME TO config_version;
CREATE INDEX config_version_key ON config_version (kind, key, id);
CREATE TRIGGER config_version_no_update BEFORE UPDATE ON config_version BEGIN SELECT RAISE(ABORT, 'config_version is append-only'); END;
CREATE TRIGGER config_version_no_delete BEFORE DELETE ON config_version BEGIN SELECT RAISE(ABORT, 'config_version is append-only'); END;
