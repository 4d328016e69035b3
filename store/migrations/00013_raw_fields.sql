-- Which fields of a record were kept: a mapping that reads others cannot be tried on it.
CREATE TABLE raw_fields (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  stream TEXT NOT NULL,
  fields TEXT NOT NULL,
  UNIQUE (source, stream, fields)
) STRICT;
ALTER TABLE raw_record ADD COLUMN fields INTEGER NOT NULL DEFAULT 0;
CREATE INDEX raw_record_seen ON raw_record (source, stream, seen_at, key);
