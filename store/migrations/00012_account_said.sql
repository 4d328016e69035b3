-- What a source calls the account of a row, where that is not the account's own id: a
-- match that is made, moved or taken back finds its rows by it.
CREATE TABLE account_said (
  source TEXT NOT NULL,
  fact TEXT NOT NULL,
  id TEXT NOT NULL,
  alias TEXT NOT NULL,
  PRIMARY KEY (source, fact, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_said_alias ON account_said (source, alias);
