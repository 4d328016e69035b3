package main

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run kpid: the test binary becomes it when called so.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kpid": func() { os.Exit(Main()) }})
}

// database opens a store's database beside kpid, without any of its code.
func database(dsn string) (*sql.DB, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		return sql.Open("sqlite3", "file:"+path+"?mode=ro&_busy_timeout=10000")
	}
	return sql.Open("pgx", dsn)
}

// query gives the rows of one statement as text: cells joined by |, null as _.
func query(db *sql.DB, statement string) ([]string, error) {
	rows, err := db.Query(statement)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", statement, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out []string
	for rows.Next() {
		cells, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := rows.Scan(at...); err != nil {
			return nil, err
		}
		out = append(out, join(cells))
	}
	return out, rows.Err()
}

func join(cells []any) string {
	var out []string
	for _, c := range cells {
		switch v := c.(type) {
		case nil:
			out = append(out, "_")
		case []byte:
			out = append(out, string(v))
		default:
			out = append(out, fmt.Sprint(v))
		}
	}
	return strings.Join(out, "|")
}

// rows is query for tests.
func rows(t testing.TB, db *sql.DB, statement string) []string {
	t.Helper()
	out, err := query(db, statement)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// missing ends a test that lacks a program: a skip in one line, or a failure
// where KPID_REQUIRE names it.
func missing(t testing.TB, word, skipped string) {
	t.Helper()
	if slices.Contains(strings.FieldsFunc(os.Getenv("KPID_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), word) {
		t.Fatalf("KPID_REQUIRE names %s and it is not installed", word)
	}
	t.Skipf("%s is not installed: %s", word, skipped)
}
