-- Messages on their way: queued in the transaction that remembers what is told by them.
-- body is the message as JSON; claim says which process tries it now, '' none.
CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('weekly', 'changes', 'steady')),
  notify TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('slack', 'teams', 'email', 'webhook')),
  recipient TEXT NOT NULL,
  portfolio TEXT NOT NULL,
  period TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'failed', 'sent', 'given_up')),
  attempts INTEGER NOT NULL,
  claim TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) STRICT;
CREATE INDEX outbox_waiting ON outbox (notify, state, next_at);

-- What a reader was told of a portfolio last.
CREATE TABLE told (
  notify TEXT NOT NULL,
  recipient TEXT NOT NULL,
  portfolio TEXT NOT NULL,
  body TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (notify, recipient, portfolio)
) STRICT, WITHOUT ROWID;

-- Pages that were written elsewhere, so that they are written again and not anew.
CREATE TABLE published (
  target TEXT NOT NULL,
  page TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  url TEXT NOT NULL,
  hash TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (target, page)
) STRICT, WITHOUT ROWID;
