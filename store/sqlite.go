package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3" // also the driver "sqlite3"
)

// Options go into the DSN, because a PRAGMA run by hand reaches one pooled
// connection only; a misspelt one is ignored in silence, so they are read back.
const (
	sqliteWriter = "_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=5000&_foreign_keys=on&_recursive_triggers=1"
	sqliteReader = "mode=ro&_query_only=on&_busy_timeout=5000"
)

// sqliteOldest has the fix of the WAL-reset race that corrupted databases since 3.7.0.
const sqliteOldest = "3.51.3"

type sqlite struct{}

func (sqlite) name() string { return "sqlite" }

// settle folds the write-ahead log into the file, so that a copy of it is whole.
func (sqlite) settle(db *sqlx.DB) error {
	_, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

func (sqlite) ddl(text string) string { return text }

func (sqlite) hints() hints { return hints{} }

func openSQLite(ctx context.Context, cfg Config, path string) (*Store, error) {
	s := &Store{cfg: cfg, dialect: sqlite{}}
	if !cfg.ReadOnly {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("store folder: %w", err)
		}
		lock, err := takeLock(path + ".lock")
		if err != nil {
			return nil, err
		}
		s.lock = lock
		if err := s.openSQLiteWriter(ctx, path); err != nil {
			return nil, closing(s, err)
		}
	}
	var err error
	if s.r, err = sqlx.Open("sqlite3", "file:"+escapePath(path)+"?"+sqliteReader); err != nil {
		return nil, closing(s, err)
	}
	s.r.SetMaxOpenConns(4)
	if cfg.ReadOnly {
		if err := upToDate(ctx, s.r, s.dialect); err != nil {
			return nil, closing(s, err)
		}
	}
	closed, err := hidden(ctx, s.r)
	if err != nil {
		return nil, closing(s, fmt.Errorf("open %s: %w", path, err))
	}
	s.k = openSQLiteFacts(path, closed)
	s.k.SetMaxOpenConns(4)
	return s, nil
}

func (s *Store) openSQLiteWriter(ctx context.Context, path string) error {
	// created here so that the file has its rights before anything is in it
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("store file: %w", err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	w, err := sqlx.Open("sqlite3", "file:"+escapePath(path)+"?"+sqliteWriter)
	if err != nil {
		return err
	}
	w.SetMaxOpenConns(1)
	s.w = w
	if err := checkPragmas(ctx, w); err != nil {
		return fmt.Errorf("open %s: %w", path, damage(err))
	}
	if s.lock.dirty {
		if err := quickCheck(ctx, w); err != nil {
			return fmt.Errorf("open %s: %w", path, damage(err))
		}
		s.lock.dirty = false
	}
	return migrate(ctx, w, s.dialect)
}

// checkPragmas reads back what the DSN asked for and refuses to run otherwise.
func checkPragmas(ctx context.Context, db *sqlx.DB) error {
	var version string
	if err := db.GetContext(ctx, &version, "SELECT sqlite_version()"); err != nil {
		return err
	}
	if versionLess(version, sqliteOldest) {
		return fmt.Errorf("SQLite %s has a bug that can corrupt the database; %s or later is needed", version, sqliteOldest)
	}
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "recursive_triggers": "1",
	} {
		var got string
		if err := db.GetContext(ctx, &got, "PRAGMA "+pragma); err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("PRAGMA %s is %s, not %s: the database cannot keep its promises", pragma, got, want)
		}
	}
	return nil
}

// errDamaged says what to do about a file that SQLite cannot trust.
var errDamaged = errors.New("the file is damaged or no database; restore a backup, it is left as it is")

// quickCheck runs after a process died with the file open. A damaged database
// opens and takes writes without a word, so it is asked.
func quickCheck(ctx context.Context, db *sqlx.DB) error {
	var found []string
	if err := db.SelectContext(ctx, &found, "PRAGMA quick_check(3)"); err != nil {
		return err
	}
	if len(found) != 1 || found[0] != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, strings.Join(found, "; "))
	}
	return nil
}

// damage adds the way out to what SQLite says of a file it cannot read.
func damage(err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB) {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return err
}

func versionLess(a, b string) bool {
	var x, y [3]int
	_, _ = fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	_, _ = fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

// escapePath keeps ? # and % of a file name out of the URI syntax.
func escapePath(p string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(p)
}

func closing(s *Store, err error) error {
	_ = s.Close()
	return err
}
