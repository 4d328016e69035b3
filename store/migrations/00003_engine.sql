-- What the engine keeps. Observations, verdicts and revisions are append-only:
-- the triggers of the next migration refuse UPDATE and DELETE on them.

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  source TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('ingest', 'evaluate', 'replay')),
  as_of INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  result TEXT CHECK (result IN ('ok', 'partial', 'failed', 'held')),
  complete INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
  complete_through INTEGER,
  pages INTEGER NOT NULL DEFAULT 0,
  rows INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  vendor_total INTEGER,
  message TEXT NOT NULL DEFAULT '',
  heartbeat_at INTEGER
) STRICT;
CREATE INDEX run_source ON run (source, id);

CREATE TABLE source_state (
  source TEXT NOT NULL,
  stream TEXT NOT NULL,
  cursor TEXT NOT NULL,
  complete_through INTEGER,
  PRIMARY KEY (source, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE raw_record (
  source TEXT NOT NULL,
  stream TEXT NOT NULL,
  key TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  body BLOB NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (source, stream, key, seen_at)
) STRICT;

CREATE TABLE rejected_record (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  source TEXT NOT NULL,
  stream TEXT NOT NULL,
  locator TEXT NOT NULL,
  field TEXT NOT NULL,
  found TEXT NOT NULL,
  allowed TEXT NOT NULL,
  body TEXT NOT NULL,
  resolved_at INTEGER,
  UNIQUE (source, stream, locator, field, found)
) STRICT;

CREATE TABLE fact_revision (
  fact TEXT NOT NULL,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  body TEXT NOT NULL,
  superseded_at INTEGER NOT NULL,
  PRIMARY KEY (fact, source, id, revision)
) STRICT, WITHOUT ROWID;

-- the first instant of a fact per product: tells a true zero from "never connected"
CREATE TABLE first_fact (
  fact TEXT NOT NULL,
  product TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (fact, product)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_alias (
  source TEXT NOT NULL,
  alias TEXT NOT NULL,
  canonical_id TEXT NOT NULL,
  rule TEXT NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (source, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_alias (
  source TEXT NOT NULL,
  alias TEXT NOT NULL,
  canonical_id TEXT NOT NULL,
  rule TEXT NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (source, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_segment (
  account_id TEXT NOT NULL,
  segment TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  PRIMARY KEY (account_id, segment, valid_from)
) STRICT, WITHOUT ROWID;

-- the work list: cells a record reached since they were last evaluated
CREATE TABLE touched (
  kpi TEXT NOT NULL,
  scope_id INTEGER NOT NULL,
  period TEXT NOT NULL,
  late INTEGER NOT NULL,
  corrected INTEGER NOT NULL,
  PRIMARY KEY (kpi, scope_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE scope (
  id INTEGER PRIMARY KEY,
  portfolio TEXT NOT NULL,
  product TEXT NOT NULL,
  segment TEXT NOT NULL,
  UNIQUE (portfolio, product, segment)
) STRICT;

CREATE TABLE observation (
  kpi TEXT NOT NULL,
  measure TEXT NOT NULL,
  scope_id INTEGER NOT NULL,
  period TEXT NOT NULL,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  num REAL,
  den REAL,
  value REAL,
  n INTEGER,
  ci_lo REAL,
  ci_hi REAL,
  bound_lo REAL,
  bound_hi REAL,
  pending INTEGER NOT NULL,
  excluded INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'provisional', 'maturing', 'final')),
  restated INTEGER NOT NULL CHECK (restated IN (0, 1)),
  reason TEXT,
  as_of INTEGER NOT NULL,
  definition_hash TEXT NOT NULL,
  run INTEGER NOT NULL,
  cause TEXT,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (kpi, measure, scope_id, period, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX observation_unsettled ON observation (kpi, scope_id, period) WHERE state <> 'final';

CREATE VIEW observation_now AS
  SELECT * FROM observation o
  WHERE NOT EXISTS (SELECT 1 FROM observation l WHERE l.kpi = o.kpi AND l.measure = o.measure
    AND l.scope_id = o.scope_id AND l.period = o.period AND l.revision > o.revision);

CREATE TABLE verdict (
  kpi TEXT NOT NULL,
  measure TEXT NOT NULL,
  scope_id INTEGER NOT NULL,
  period TEXT NOT NULL,
  revision INTEGER NOT NULL,
  target_hash TEXT NOT NULL,
  raw_status TEXT NOT NULL,
  status TEXT NOT NULL,
  displayed TEXT NOT NULL,
  pending TEXT,
  caps TEXT NOT NULL,
  detail TEXT NOT NULL,
  sentence TEXT NOT NULL,
  run INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (kpi, measure, scope_id, period, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE config_version (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('definition', 'target', 'scorecard', 'portfolio', 'segment', 'params', 'source', 'baseline')),
  key TEXT NOT NULL,
  hash TEXT NOT NULL,
  body TEXT NOT NULL,
  since INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  by TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX config_version_key ON config_version (kind, key, id);
