-- What is seen of the form of a source's records: fields that were always there and are
-- not any more, and words that came after the first run.
CREATE TABLE field_seen (
  source TEXT NOT NULL,
  stream TEXT NOT NULL,
  field TEXT NOT NULL,
  first_run INTEGER NOT NULL,
  asked INTEGER NOT NULL,
  present INTEGER NOT NULL,
  gap INTEGER NOT NULL,
  run INTEGER NOT NULL,
  run_present INTEGER NOT NULL,
  present_at INTEGER,
  missing_at INTEGER,
  beside TEXT NOT NULL,
  PRIMARY KEY (source, stream, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE word_seen (
  source TEXT NOT NULL,
  stream TEXT NOT NULL,
  field TEXT NOT NULL,
  word TEXT NOT NULL,
  records INTEGER NOT NULL,
  first_run INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (source, stream, field, word)
) STRICT, WITHOUT ROWID;
