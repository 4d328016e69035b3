CREATE TRIGGER bet_result_no_update BEFORE UPDATE ON bet_result BEGIN SELECT RAISE(ABORT, 'bet_result is append-only'); END;
CREATE TRIGGER bet_result_no_delete BEFORE DELETE ON bet_result BEGIN SELECT RAISE(ABORT, 'bet_result is append-only'); END;
CREATE TRIGGER bet_result_no_replace BEFORE INSERT ON bet_result
  WHEN EXISTS (SELECT 1 FROM bet_result o WHERE o.source = NEW.source AND o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'bet_result is append-only'); END;
