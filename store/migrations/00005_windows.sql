-- An observation may be the number of a longer window than its period, and a
-- fact's revision may contradict the version that stands instead of being older.
DROP VIEW observation_now;
ALTER TABLE observation ADD COLUMN lookback TEXT;
CREATE VIEW observation_now AS
  SELECT * FROM observation o
  WHERE NOT EXISTS (SELECT 1 FROM observation l WHERE l.kpi = o.kpi AND l.measure = o.measure
    AND l.scope_id = o.scope_id AND l.period = o.period AND l.revision > o.revision);
ALTER TABLE fact_revision ADD COLUMN contradicts INTEGER NOT NULL DEFAULT 0 CHECK (contradicts IN (0, 1));
