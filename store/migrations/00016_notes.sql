-- What people say about KPIs and promise to do. Each row is a revision; the newest one
-- of an id stands. at and due are days of the company's zone, YYYY-MM-DD.
CREATE TABLE note (
  id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  portfolio TEXT NOT NULL,
  kpi TEXT NOT NULL,
  at TEXT NOT NULL CHECK (length(at) = 10),
  text TEXT NOT NULL,
  links TEXT NOT NULL,
  withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
  author TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (id, revision),
  CHECK (withdrawn = 1 OR text <> '')
) STRICT, WITHOUT ROWID;
CREATE INDEX note_portfolio ON note (portfolio, id, revision);

CREATE TABLE action (
  id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  portfolio TEXT NOT NULL,
  kpi TEXT NOT NULL,
  due TEXT NOT NULL CHECK (length(due) = 10),
  text TEXT NOT NULL CHECK (text <> ''),
  owner TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
  links TEXT NOT NULL,
  author TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (id, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX action_portfolio ON action (portfolio, id, revision);
