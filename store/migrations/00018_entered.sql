-- What people found out about rows that belong to a vendor: the vendor's word stays
-- in its own table, ours stands here. A correction is a new revision; the next
-- migration refuses anything else.
CREATE TABLE incident_review (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('change', 'dependency', 'capacity', 'external', 'unknown')),
  change_ref TEXT,
  text TEXT NOT NULL,
  author TEXT NOT NULL,
  reviewed_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (source, id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE lift_reading (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  measured_lift REAL NOT NULL,
  lift_lo REAL,
  lift_hi REAL,
  verdict TEXT CHECK (verdict IN ('met', 'partly', 'missed', 'harmful', 'not_measured')),
  text TEXT NOT NULL,
  author TEXT NOT NULL,
  measured_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (source, id, revision)
) STRICT, WITHOUT ROWID;
