-- Numerators and denominators of KPIs that are computed in a company's own database, as
-- they were last delivered, and by which definition that was asked.
CREATE TABLE warehouse_total (
  kpi TEXT NOT NULL,
  measure TEXT NOT NULL,
  scope_id INTEGER NOT NULL,
  period TEXT NOT NULL,
  num REAL NOT NULL,
  den REAL NOT NULL,
  units INTEGER NOT NULL,
  nonzero INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  excluded INTEGER NOT NULL,
  hash TEXT NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (kpi, measure, scope_id, period)
) STRICT, WITHOUT ROWID;
CREATE TABLE warehouse_asked (
  kpi TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,
  run INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
