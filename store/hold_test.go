package store_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/kpid/kpid/internal/pgtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// TestLostWriterLock holds that a store whose connection was cut takes the lock again
// before it writes, and writes nothing when another one has it by then.
func TestLostWriterLock(t *testing.T) {
	dsn := pgtest.Open(t)
	cfg := store.Config{DSN: dsn, Calendar: kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday, FiscalStart: 1}, Now: func() kpi.Millis { return 1 }}
	ours, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	admin, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	cut := func() {
		t.Helper()
		var n int
		if err := admin.QueryRow("SELECT COUNT(pg_terminate_backend(l.pid, 5000)) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()").Scan(&n); err != nil || n != 1 {
			t.Fatalf("%d connections were cut, %v", n, err)
		}
	}
	write := func(s *store.Store) error {
		_, err := s.BeginEvaluation(t.Context(), 1)
		return err
	}
	cut()
	if err := write(ours); err != nil {
		t.Fatalf("after the cut: %v", err)
	}
	if _, err := store.Open(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "in use by another kpid") {
		t.Fatalf("the lock was not taken again: %v", err)
	}
	cut()
	theirs, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	for range 2 { // and it stays so
		if err := write(ours); err == nil || !strings.Contains(err.Error(), "in use by another kpid") {
			t.Errorf("two write at once: %v", err)
		}
	}
	if err := write(theirs); err != nil {
		t.Error(err)
	}
}
