package sqlsrc

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/kpid/kpid/kpi"
)

// lite reads a SQLite file.
type lite struct{}

// opener gives connections of a driver of our own, whose hook no other shares.
type opener struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func (o opener) Connect(context.Context) (driver.Conn, error) { return o.driver.Open(o.dsn) }
func (o opener) Driver() driver.Driver                        { return o.driver }

// open lets nothing but reading through: mode=ro alone lets ATTACH make files, and
// query_only is undone by a PRAGMA.
func (lite) open(path string) (*sql.DB, error) {
	d := &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		c.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
		c.RegisterAuthorizer(authorize)
		return nil
	}}
	dsn := (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "mode=ro&_busy_timeout=5000"}).String()
	return sql.OpenDB(opener{dsn, d}), nil
}

func authorize(op int, _, second, _ string) int {
	switch op {
	case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION, 33: // 33 is SQLITE_RECURSIVE
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_FUNCTION:
		if !strings.EqualFold(second, "load_extension") {
			return sqlite3.SQLITE_OK
		}
	}
	return sqlite3.SQLITE_DENY
}

// readOnly is what open made it.
func (lite) readOnly(ctx context.Context, db *sql.DB) error {
	var n int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master").Scan(&n); err != nil {
		return fmt.Errorf("the file cannot be read as SQLite: %w", err)
	}
	return nil
}

func (lite) begin(ctx context.Context, db *sql.DB, _ time.Duration) (*sql.Tx, error) {
	return db.BeginTx(ctx, nil)
}

func (lite) late(error) bool { return false } // it is in this process: only we end a query

func (lite) form() kpi.SQLForm { return kpi.LocalForm() }

func (lite) mark(int, bool) string { return "?" }

// instant is written as SQLite's own functions write it.
func (lite) instant(at time.Time) any { return at.Format(time.DateTime) }

func (lite) value(kind string, v any) (string, bool) {
	switch at := v.(type) {
	case time.Time: // of a column that is declared as one
		if strings.EqualFold(kind, "DATE") {
			return quoted(at.Format(time.DateOnly))
		}
		return quoted(at.UTC().Format(time.RFC3339Nano))
	case []byte:
		if strings.EqualFold(kind, "BLOB") {
			return "null", false
		}
	}
	return scalar(v)
}
