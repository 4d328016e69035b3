CREATE TRIGGER register_no_update BEFORE UPDATE ON register BEGIN SELECT RAISE(ABORT, 'register is append-only'); END;
CREATE TRIGGER register_no_delete BEFORE DELETE ON register BEGIN SELECT RAISE(ABORT, 'register is append-only'); END;
CREATE TRIGGER register_no_replace BEFORE INSERT ON register
  WHEN EXISTS (SELECT 1 FROM register o WHERE o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'register is append-only'); END;
CREATE TRIGGER objective_no_update BEFORE UPDATE ON objective BEGIN SELECT RAISE(ABORT, 'objective is append-only'); END;
CREATE TRIGGER objective_no_delete BEFORE DELETE ON objective BEGIN SELECT RAISE(ABORT, 'objective is append-only'); END;
CREATE TRIGGER objective_no_replace BEFORE INSERT ON objective
  WHEN EXISTS (SELECT 1 FROM objective o WHERE o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'objective is append-only'); END;
CREATE TRIGGER checklist_item_no_update BEFORE UPDATE ON checklist_item BEGIN SELECT RAISE(ABORT, 'checklist_item is append-only'); END;
CREATE TRIGGER checklist_item_no_delete BEFORE DELETE ON checklist_item BEGIN SELECT RAISE(ABORT, 'checklist_item is append-only'); END;
CREATE TRIGGER checklist_item_no_replace BEFORE INSERT ON checklist_item
  WHEN EXISTS (SELECT 1 FROM checklist_item o WHERE o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'checklist_item is append-only'); END;
CREATE TRIGGER bet_case_no_update BEFORE UPDATE ON bet_case BEGIN SELECT RAISE(ABORT, 'bet_case is append-only'); END;
CREATE TRIGGER bet_case_no_delete BEFORE DELETE ON bet_case BEGIN SELECT RAISE(ABORT, 'bet_case is append-only'); END;
CREATE TRIGGER bet_case_no_replace BEFORE INSERT ON bet_case
  WHEN EXISTS (SELECT 1 FROM bet_case o WHERE o.source = NEW.source AND o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'bet_case is append-only'); END;
