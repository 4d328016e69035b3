-- Money given back and credit given: a guardrail of conversion and retention, which
-- both can be bought.
CREATE TABLE refund_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  account_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  subscription_ref TEXT,
  given_at INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('refund', 'credit')),
  reason TEXT,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW refund AS
  SELECT source, id, updated_at, account_id, product_id, subscription_ref, given_at, amount, currency, kind, reason
  FROM refund_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX refund_at ON refund_row (given_at);
CREATE INDEX refund_account_id ON refund_row (account_id);
