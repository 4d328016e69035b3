-- What is carried from pack to pack, what a portfolio is to reach, and the checklist of a
-- director's first year. Each row is a revision; the newest one of an id stands. at and due
-- are days of the company's zone, YYYY-MM-DD; '' is none.
CREATE TABLE register (
  id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  portfolio TEXT NOT NULL,
  kpi TEXT NOT NULL,
  bet TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('decision', 'risk', 'escalation', 'ask')),
  state TEXT NOT NULL CHECK (
    kind = 'decision' AND state IN ('proposed', 'decided', 'reversed') OR
    kind = 'risk' AND state IN ('open', 'mitigated', 'happened', 'closed') OR
    kind = 'escalation' AND state IN ('open', 'answered', 'withdrawn') OR
    kind = 'ask' AND state IN ('open', 'granted', 'declined')),
  owner TEXT NOT NULL,
  at TEXT NOT NULL CHECK (length(at) = 10),
  due TEXT NOT NULL CHECK (length(due) IN (0, 10)),
  text TEXT NOT NULL CHECK (text <> ''),
  links TEXT NOT NULL,
  author TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (id, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX register_portfolio ON register (portfolio, id, revision);

-- A row with a parent is a key result of it: a target of a KPI.
CREATE TABLE objective (
  id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  portfolio TEXT NOT NULL,
  kpi TEXT NOT NULL,
  parent INTEGER NOT NULL,
  owner TEXT NOT NULL,
  due TEXT NOT NULL CHECK (length(due) = 10),
  state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'dropped')),
  measure TEXT NOT NULL,
  expr TEXT NOT NULL,
  text TEXT NOT NULL,
  links TEXT NOT NULL,
  author TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (id, revision),
  CHECK (parent > 0 AND kpi <> '' OR parent = 0 AND kpi = '' AND measure = '' AND expr = '' AND text <> '')
) STRICT, WITHOUT ROWID;
CREATE INDEX objective_portfolio ON objective (portfolio, id, revision);

CREATE TABLE checklist_item (
  id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  portfolio TEXT NOT NULL,
  kpi TEXT NOT NULL,
  item TEXT NOT NULL,
  due TEXT NOT NULL CHECK (length(due) = 10),
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
  at TEXT NOT NULL CHECK (length(at) = CASE WHEN state = 'open' THEN 0 ELSE 10 END),
  text TEXT NOT NULL CHECK (text <> ''),
  links TEXT NOT NULL,
  author TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (id, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX checklist_item_portfolio ON checklist_item (portfolio, id, revision);

-- The business case of a bet, beside what its vendor says: amounts in minor units.
CREATE TABLE bet_case (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  line TEXT NOT NULL CHECK (line IN ('expected', 'realised', 'evidence')),
  minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  digits INTEGER NOT NULL CHECK (digits BETWEEN 0 AND 4),
  at TEXT NOT NULL CHECK (length(at) = 10),
  text TEXT NOT NULL,
  links TEXT NOT NULL,
  author TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (source, id, revision),
  CHECK (line = 'evidence' AND currency = '' AND minor = 0 OR line <> 'evidence' AND length(currency) = 3)
) STRICT, WITHOUT ROWID;
