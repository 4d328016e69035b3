package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/mattn/go-sqlite3"
)

// KPI SQL may come from a user, so it gets connections of its own that can do
// nothing but read facts. Flags do not hold it: query_only is undone by a PRAGMA,
// and a read-only file does not keep ATTACH from making another one. What holds
// is SQLite's authorizer, and on PostgreSQL the grants of a role together with
// the list of functions that package catalog lets a KPI call: one that changes
// settings could give the role up.

// readable lists what KPI SQL may read: the views of the facts with the tables
// and views below them, and what the store derives.
func readable() []string {
	out := []string{"code", "usage_day", "usage_day_cell", "account_segment", "bet_outcome", "bet_result", "capability_event", "capability_target",
		"incident_review", "lift_reading"}
	for _, name := range fact.Names() {
		out = append(out, name, name+"_row")
	}
	return out
}

// connector opens connections with a hook, without registering a driver for the
// whole process.
type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// openSQLiteFacts opens a pool of connections for KPI SQL, which may not read the
// hidden tables. They are named, and not the open ones, because the authorizer
// is asked for the names of common table expressions, too.
func openSQLiteFacts(path string, hidden []string) *sqlx.DB {
	d := &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		c.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
		c.RegisterAuthorizer(func(op int, first, second, _ string) int { return authorize(op, first, second, hidden) })
		return nil
	}}
	return sqlx.NewDb(sql.OpenDB(connector{"file:" + escapePath(path) + "?" + sqliteReader, d}), "sqlite3")
}

// hidden lists the tables of a database that KPI SQL may not read.
func hidden(ctx context.Context, db *sqlx.DB) ([]string, error) {
	var all []string
	if err := db.SelectContext(ctx, &all, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(name string) bool { return slices.Contains(readable(), name) }), nil
}

// authorize allows reading, and nothing that writes, attaches or sets.
func authorize(op int, first, second string, hidden []string) int {
	switch op {
	case sqlite3.SQLITE_SELECT, 33: // 33 is SQLITE_RECURSIVE, which the driver has no name for
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_TRANSACTION: // BEGIN and its end around a query
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_FUNCTION:
		if strings.EqualFold(second, "load_extension") || strings.EqualFold(second, "fts3_tokenizer") {
			return sqlite3.SQLITE_DENY
		}
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_READ:
		if !slices.Contains(hidden, first) && !strings.HasPrefix(first, "sqlite_") && !strings.HasPrefix(first, "pragma_") {
			return sqlite3.SQLITE_OK
		}
	}
	return sqlite3.SQLITE_DENY
}

// useReader lets PostgreSQL run KPI SQL as a role that can only read. The role's
// grants are looked at, for a read-only transaction is no barrier: SET lifts it.
func (s *Store) useReader(ctx context.Context, role string) error {
	var r struct {
		Found   bool `db:"found"`
		Mighty  bool `db:"mighty"`
		Member  bool `db:"member"`
		Writes  int  `db:"writes"`
		Servers int  `db:"servers"`
	}
	err := s.r.GetContext(ctx, &r, `SELECT TRUE AS found, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS mighty,
		pg_has_role(current_user, oid, 'MEMBER') AS member,
		(SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
		    AND (c.relowner = a.oid OR has_table_privilege(a.oid, c.oid, 'INSERT') OR has_table_privilege(a.oid, c.oid, 'UPDATE')
		      OR has_table_privilege(a.oid, c.oid, 'DELETE') OR has_table_privilege(a.oid, c.oid, 'TRUNCATE'))) AS writes,
		(SELECT COUNT(*) FROM pg_roles g WHERE g.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
		    AND pg_has_role(a.oid, g.oid, 'MEMBER')) AS servers
		FROM pg_roles a WHERE rolname = $1`, role)
	how := fmt.Sprintf("; an administrator runs: CREATE ROLE %s NOLOGIN; GRANT %s TO CURRENT_USER (as the role kpid signs in with)", role, role)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("store: there is no role %q to run KPI SQL as%s", role, how)
	case err != nil:
		return fmt.Errorf("store: role %s: %w", role, err)
	case r.Mighty || r.Writes > 0 || r.Servers > 0:
		return fmt.Errorf("store: the role %q can do more than read (administrator rights %v, tables it can change %d, server files or programs %d); KPI SQL is not run as it", role, r.Mighty, r.Writes, r.Servers)
	case !r.Member:
		return fmt.Errorf("store: kpid may not become the role %q%s", role, how)
	}
	s.reader = role
	return s.grant(ctx)
}

// grant gives the role what KPI SQL may read, and takes nothing for granted.
func (s *Store) grant(ctx context.Context) error {
	if s.w == nil {
		return nil
	}
	var have []string
	if err := s.r.SelectContext(ctx, &have, "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND relkind IN ('r', 'v')"); err != nil {
		return err
	}
	for _, name := range readable() {
		if !slices.Contains(have, name) {
			continue
		}
		if _, err := s.w.ExecContext(ctx, "GRANT SELECT ON "+name+" TO "+quoteName(s.reader)); err != nil {
			return fmt.Errorf("store: let %s read %s: %w", s.reader, name, err)
		}
	}
	return nil
}

func quoteName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
