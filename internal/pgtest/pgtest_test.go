package pgtest

import (
	"context"
	"net/url"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestEachOpenIsAnEmptyDatabaseOfItsOwn(t *testing.T) {
	ctx := context.Background()
	tables := func(dsn string) (n int) {
		c, err := pgx.Connect(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(ctx)
		if err := c.QueryRow(ctx, "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(ctx, "CREATE TABLE mark (id BIGINT)"); err != nil {
			t.Fatal(err)
		}
		return n
	}
	a, b := Open(t), Open(t)
	if a == b {
		t.Fatalf("both databases are %s", a)
	}
	for _, dsn := range []string{a, b} {
		if n := tables(dsn); n != 0 {
			t.Errorf("%s starts with %d tables, want 0", dsn, n)
		}
	}
	if n := tables(Open(t)); n != 0 {
		t.Errorf("a later database starts with %d tables, want 0", n)
	}
}

func TestClusterLeavesNothingBehind(t *testing.T) {
	dsn, hold, err := start()
	if err != nil {
		missing(t, err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	dir := u.Query().Get("host")
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("the running cluster has no folder: %v", err)
	}
	if err := hold.Close(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
}

func TestRequired(t *testing.T) {
	for _, c := range []struct {
		list string
		want bool
	}{
		{"", false},
		{"chromium promtool", false},
		{"postgresql", false},
		{"chromium postgres promtool", true},
		{"chromium,postgres", true},
	} {
		if got := required(c.list, "postgres"); got != c.want {
			t.Errorf("required(%q) = %v, want %v", c.list, got, c.want)
		}
	}
}
