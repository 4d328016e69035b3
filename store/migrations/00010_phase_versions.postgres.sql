-- A named change of a process chart is decided by a person, so it is kept like a target.
ALTER TABLE config_version DROP CONSTRAINT config_version_kind_check;
ALTER TABLE config_version ADD CONSTRAINT config_version_kind_check
  CHECK (kind IN ('definition', 'target', 'scorecard', 'portfolio', 'segment', 'params', 'source', 'baseline', 'phase'));
