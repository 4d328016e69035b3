-- Reports as they were frozen. The name is a word of PostgreSQL, so it is quoted. Two freezes of the same bytes are one.
CREATE TABLE "freeze" (
  id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
  portfolio TEXT NOT NULL,
  period TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  body TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  by TEXT NOT NULL,
  UNIQUE (portfolio, period, sha256)
) STRICT;

-- What people wrote in place of a generated section of a review. Each row is a revision;
-- numbers are what its references showed then, as JSON.
CREATE TABLE narrative (
  portfolio TEXT NOT NULL,
  period TEXT NOT NULL,
  section TEXT NOT NULL CHECK (section IN ('headline', 'happened', 'learned', 'changes', 'asked')),
  revision INTEGER NOT NULL,
  text TEXT NOT NULL,
  numbers TEXT NOT NULL,
  author TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (portfolio, period, section, revision)
) STRICT, WITHOUT ROWID;
