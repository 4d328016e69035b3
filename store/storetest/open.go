// Package storetest opens stores for tests and holds the suite that both
// databases must pass. KPID_TEST_STORE chooses the database of the tests that
// need any store: sqlite (the default) or postgres.
package storetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/internal/pgtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// DSN of an empty database of the chosen kind, gone when the test is.
func DSN(t testing.TB) string {
	t.Helper()
	if os.Getenv("KPID_TEST_STORE") == "postgres" {
		return pgtest.Open(t)
	}
	return "sqlite:" + filepath.Join(t.TempDir(), "kpid.db")
}

// Reader is the role that SQL of users runs as in the database of a DSN that DSN
// gave; "" where none is needed.
func Reader(t testing.TB, dsn string) string {
	t.Helper()
	if strings.HasPrefix(dsn, "sqlite:") {
		return ""
	}
	return pgtest.Reader(t, dsn)
}

// Open gives an empty store that closes with the test.
func Open(t testing.TB, calendar kpi.Calendar, now func() kpi.Millis) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{DSN: DSN(t), Calendar: calendar, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// Calendar most tests use: weeks from Monday, calendar years, UTC.
func Calendar() kpi.Calendar {
	return kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday, FiscalStart: time.January}
}
