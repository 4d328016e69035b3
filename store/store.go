package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

// Config of a store.
type Config struct {
	// DSN is "sqlite:PATH" or "postgres://…".
	DSN string
	// Now is the clock that stamps rows.
	Now func() kpi.Millis
	// Calendar gives the local day of usage events.
	Calendar kpi.Calendar
	// By is the account that runs kpid: who made a version when the files do not say.
	By string
	// Reader is the PostgreSQL role that KPI SQL runs as; "" is kpid's own. SQLite
	// needs none.
	Reader string
	// ReadOnly opens for reading: no lock, no migration, no writer.
	ReadOnly bool
}

// Store is an open database with its schema up to date.
type Store struct {
	cfg     Config
	dialect dialect
	writing sync.Mutex // one transaction at a time
	w       *sqlx.DB   // the one writer; nil when read-only
	r       *sqlx.DB   // readers
	k       *sqlx.DB   // readers for KPI SQL, which see facts only
	reader  string     // PostgreSQL: the role KPI SQL runs as; "" is our own
	lock    *fileLock  // SQLite
	claimed *sqlx.Conn // PostgreSQL: holds the writer lock
}

// ErrReadOnly is returned by writes on a store opened for reading.
var ErrReadOnly = errors.New("store is open for reading only")

// Open opens the store, takes the process lock (SQLite) and brings the schema up to date.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Now == nil {
		return nil, errors.New("store: Config.Now is required")
	}
	switch {
	case strings.HasPrefix(cfg.DSN, "sqlite:"):
		return openSQLite(ctx, cfg, strings.TrimPrefix(cfg.DSN, "sqlite:"))
	case strings.HasPrefix(cfg.DSN, "postgres://"), strings.HasPrefix(cfg.DSN, "postgresql://"):
		return openPostgres(ctx, cfg)
	}
	scheme, _, _ := strings.Cut(cfg.DSN, ":")
	return nil, fmt.Errorf("store: dsn starts with %q; allowed are sqlite:PATH and postgres://…", scheme)
}

// Close releases the connections and the lock.
func (s *Store) Close() error {
	var errs []error
	if s.k != nil && s.k != s.r {
		errs = append(errs, s.k.Close())
	}
	if s.r != nil && s.r != s.w {
		errs = append(errs, s.r.Close())
	}
	if s.claimed != nil {
		// a pooled connection keeps its session when it is closed, so the lock is let
		// go by name; a connection that broke has let go of it already
		_, _ = s.claimed.ExecContext(context.Background(), "SELECT pg_advisory_unlock_all()")
		_ = s.claimed.Close()
	}
	if s.w != nil {
		errs = append(errs, s.dialect.settle(s.w), s.w.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
	}
	return errors.Join(errs...)
}

// Guarded says whether KPI SQL that somebody else wrote may be run: it can
// read facts and do nothing else.
func (s *Store) Guarded() bool { return s.dialect.name() == "sqlite" || s.reader != "" }

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.dialect.name() }

// transact runs f in one write transaction; it commits when f returns nil. Within a
// process there is one at a time, on PostgreSQL, too: sources that run side by side
// give the same text the same code.
func (s *Store) transact(ctx context.Context, f func(*sqlx.Tx) error) (err error) {
	if s.w == nil {
		return ErrReadOnly
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.hold(ctx); err != nil {
		return err
	}
	tx, err := s.w.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if p := recover(); p != nil {
			_ = tx.Rollback()
			panic(p)
		}
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
