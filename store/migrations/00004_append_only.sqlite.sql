-- Nothing reported is ever overwritten, and the database itself says so.
-- The insert triggers catch INSERT OR REPLACE, which deletes without firing a delete trigger.
CREATE TRIGGER observation_no_update BEFORE UPDATE ON observation BEGIN SELECT RAISE(ABORT, 'observation is append-only'); END;
CREATE TRIGGER observation_no_delete BEFORE DELETE ON observation BEGIN SELECT RAISE(ABORT, 'observation is append-only'); END;
CREATE TRIGGER observation_no_replace BEFORE INSERT ON observation
  WHEN EXISTS (SELECT 1 FROM observation o WHERE o.kpi = NEW.kpi AND o.measure = NEW.measure AND o.scope_id = NEW.scope_id AND o.period = NEW.period AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'observation is append-only'); END;
CREATE TRIGGER verdict_no_update BEFORE UPDATE ON verdict BEGIN SELECT RAISE(ABORT, 'verdict is append-only'); END;
CREATE TRIGGER verdict_no_delete BEFORE DELETE ON verdict BEGIN SELECT RAISE(ABORT, 'verdict is append-only'); END;
CREATE TRIGGER verdict_no_replace BEFORE INSERT ON verdict
  WHEN EXISTS (SELECT 1 FROM verdict o WHERE o.kpi = NEW.kpi AND o.measure = NEW.measure AND o.scope_id = NEW.scope_id AND o.period = NEW.period AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'verdict is append-only'); END;
CREATE TRIGGER fact_revision_no_update BEFORE UPDATE ON fact_revision BEGIN SELECT RAISE(ABORT, 'fact_revision is append-only'); END;
CREATE TRIGGER fact_revision_no_delete BEFORE DELETE ON fact_revision BEGIN SELECT RAISE(ABORT, 'fact_revision is append-only'); END;
CREATE TRIGGER config_version_no_update BEFORE UPDATE ON config_version BEGIN SELECT RAISE(ABORT, 'config_version is append-only'); END;
CREATE TRIGGER config_version_no_delete BEFORE DELETE ON config_version BEGIN SELECT RAISE(ABORT, 'config_version is append-only'); END;
