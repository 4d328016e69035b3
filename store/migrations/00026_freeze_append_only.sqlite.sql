CREATE TRIGGER freeze_no_update BEFORE UPDATE ON "freeze" BEGIN SELECT RAISE(ABORT, 'freeze is append-only'); END;
CREATE TRIGGER freeze_no_delete BEFORE DELETE ON "freeze" BEGIN SELECT RAISE(ABORT, 'freeze is append-only'); END;
CREATE TRIGGER freeze_no_replace BEFORE INSERT ON "freeze"
  WHEN EXISTS (SELECT 1 FROM "freeze" o WHERE o.id = NEW.id OR o.portfolio = NEW.portfolio AND o.period = NEW.period AND o.sha256 = NEW.sha256)
  BEGIN SELECT RAISE(ABORT, 'freeze is append-only'); END;
CREATE TRIGGER narrative_no_update BEFORE UPDATE ON narrative BEGIN SELECT RAISE(ABORT, 'narrative is append-only'); END;
CREATE TRIGGER narrative_no_delete BEFORE DELETE ON narrative BEGIN SELECT RAISE(ABORT, 'narrative is append-only'); END;
CREATE TRIGGER narrative_no_replace BEFORE INSERT ON narrative
  WHEN EXISTS (SELECT 1 FROM narrative o WHERE o.portfolio = NEW.portfolio AND o.period = NEW.period AND o.section = NEW.section AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'narrative is append-only'); END;
