CREATE TRIGGER note_no_update BEFORE UPDATE ON note BEGIN SELECT RAISE(ABORT, 'note is append-only'); END;
CREATE TRIGGER note_no_delete BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'note is append-only'); END;
CREATE TRIGGER note_no_replace BEFORE INSERT ON note
  WHEN EXISTS (SELECT 1 FROM note o WHERE o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'note is append-only'); END;
CREATE TRIGGER action_no_update BEFORE UPDATE ON action BEGIN SELECT RAISE(ABORT, 'action is append-only'); END;
CREATE TRIGGER action_no_delete BEFORE DELETE ON action BEGIN SELECT RAISE(ABORT, 'action is append-only'); END;
CREATE TRIGGER action_no_replace BEFORE INSERT ON action
  WHEN EXISTS (SELECT 1 FROM action o WHERE o.id = NEW.id AND o.revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'action is append-only'); END;
