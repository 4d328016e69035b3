-- Usage events are dense, so their dimensions are coded as integers and every
-- event is folded, in the transaction that stores it, into account x event x day.

CREATE TABLE code (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('account', 'user', 'product', 'event')),
  text TEXT NOT NULL,
  UNIQUE (kind, text)
) STRICT;

CREATE TABLE product_event_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  account INTEGER NOT NULL,
  person INTEGER NOT NULL,
  product INTEGER NOT NULL,
  name INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  quantity REAL NOT NULL,
  success INTEGER NOT NULL CHECK (success IN (0, 1)),
  is_bot INTEGER NOT NULL CHECK (is_bot IN (0, 1)),
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

-- finds the events of one cell when a change makes it necessary to rebuild it
CREATE INDEX product_event_cell ON product_event_row (product, name, account, occurred_at);

-- code 0 stands for "not given"
CREATE VIEW product_event AS
  SELECT e.source, e.id, e.updated_at, a.text AS account_id, u.text AS user_id, p.text AS product_id,
         n.text AS name, e.occurred_at, e.received_at, e.quantity, e.success, e.is_bot
  FROM product_event_row e
  JOIN code p ON p.id = e.product
  JOIN code n ON n.id = e.name
  LEFT JOIN code a ON a.id = e.account
  LEFT JOIN code u ON u.id = e.person
  WHERE e.gone_at IS NULL AND e.fault IS NULL;

CREATE TABLE usage_day_cell (
  name INTEGER NOT NULL,
  day INTEGER NOT NULL,
  product INTEGER NOT NULL,
  account INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  successes INTEGER NOT NULL,
  quantity REAL NOT NULL,
  success_quantity REAL NOT NULL,
  first_at INTEGER NOT NULL,
  first_success_at INTEGER,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (name, day, product, account)
) STRICT, WITHOUT ROWID;

CREATE VIEW usage_day AS
  SELECT d.day, p.text AS product_id, n.text AS name, a.text AS account_id, d.uses, d.successes,
         d.quantity, d.success_quantity, d.first_at, d.first_success_at, d.last_at
  FROM usage_day_cell d
  JOIN code n ON n.id = d.name
  JOIN code p ON p.id = d.product
  LEFT JOIN code a ON a.id = d.account;
