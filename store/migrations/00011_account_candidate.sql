-- Accounts as sources know them that do not name accounts: what a match is made by.
CREATE TABLE account_candidate (
  source TEXT NOT NULL,
  alias TEXT NOT NULL,
  name TEXT,
  domain TEXT,
  crm_id TEXT,
  run INTEGER NOT NULL,
  PRIMARY KEY (source, alias)
) STRICT, WITHOUT ROWID;
