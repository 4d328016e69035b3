-- What became of each bet, as kpid worked it out from the bet and its KPI's own
-- series. A change is a new revision: the next migration refuses anything else.
CREATE TABLE bet_result (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('met', 'partly', 'missed', 'harmful', 'not_measured', 'pending')),
  expected REAL NOT NULL,
  expected_now REAL NOT NULL,
  lift REAL,
  lift_lo REAL,
  lift_hi REAL,
  how TEXT NOT NULL,
  period TEXT NOT NULL,
  note TEXT NOT NULL,
  run INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (source, id, revision)
) STRICT, WITHOUT ROWID;

CREATE VIEW bet_outcome AS
  SELECT source, id, outcome, expected, expected_now, lift, lift_lo, lift_hi, how, period, note
  FROM bet_result b
  WHERE NOT EXISTS (SELECT 1 FROM bet_result l WHERE l.source = b.source AND l.id = b.id AND l.revision > b.revision);
