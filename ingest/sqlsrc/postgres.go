package sqlsrc

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/kpid/kpid/kpi"
)

// postgres speaks to PostgreSQL and, in its simple protocol, to Redshift.
type postgres struct{ redshift bool }

func (p postgres) open(dsn string) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the address of the database is none: write postgres://user@host/database, the password in it or in the environment")
	}
	if p.redshift {
		cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	}
	cfg.RuntimeParams["application_name"] = "kpid"
	return stdlib.OpenDB(*cfg), nil
}

// readOnly looks at what the role may do. A read-only transaction is no barrier: a
// statement lifts it, and a superuser's COPY runs programs within one.
func (p postgres) readOnly(ctx context.Context, db *sql.DB) error {
	const grant = "; let an administrator make one: CREATE ROLE kpid_source LOGIN; GRANT SELECT ON … TO kpid_source"
	mighty := "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
	if p.redshift {
		mighty = "SELECT usesuper OR usecreatedb FROM pg_user WHERE usename = current_user"
	}
	var yes bool
	if err := db.QueryRowContext(ctx, mighty).Scan(&yes); err != nil {
		return fmt.Errorf("what the role may do cannot be read: %w", err)
	} else if yes {
		return errors.New("the role may do more than read: it is a superuser or may make roles or databases" + grant)
	}
	if !p.redshift {
		err := db.QueryRowContext(ctx, `SELECT COUNT(*) > 0 FROM pg_roles WHERE rolname IN ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files', 'pg_write_all_data')
			AND pg_has_role(current_user, oid, 'MEMBER')`).Scan(&yes)
		if err != nil {
			return err
		} else if yes {
			return errors.New("the role may run programs, or read or write files or all data, on the server" + grant)
		}
	}
	var table string
	err := db.QueryRowContext(ctx, `SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
		  AND (pg_get_userbyid(c.relowner) = current_user OR has_table_privilege(c.oid, 'INSERT') OR has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE'))
		ORDER BY 1 LIMIT 1`).Scan(&table)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("what the role may do cannot be read: %w", err)
	}
	return fmt.Errorf("the role may change the table %s%s", table, grant)
}

func (p postgres) begin(ctx context.Context, db *sql.DB, limit time.Duration) (*sql.Tx, error) {
	level := sql.LevelRepeatableRead
	if p.redshift {
		level = sql.LevelSerializable
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: level, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	// the server ends it, too: what we hang up on may go on there
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET statement_timeout = %d", limit.Milliseconds())); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

func (postgres) late(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "57014" // query_canceled
}

func (postgres) mark(n int, instant bool) string {
	if instant {
		return fmt.Sprintf("CAST($%d AS TIMESTAMPTZ)", n)
	}
	return fmt.Sprintf("CAST($%d AS BIGINT)", n)
}

// form of PostgreSQL; Redshift has no VALUES where a table may stand.
func (p postgres) form() kpi.SQLForm {
	form := kpi.LocalForm()
	form.Mark = func(n int) string { return fmt.Sprintf("$%d", n) }
	form.Union = p.redshift
	return form
}

func (postgres) instant(at time.Time) any { return at }

func (postgres) value(kind string, v any) (string, bool) {
	if at, ok := v.(time.Time); ok {
		switch kind {
		case "TIMESTAMPTZ":
			return quoted(at.UTC().Format(time.RFC3339Nano))
		case "DATE":
			return quoted(at.Format(time.DateOnly))
		}
		return quoted(at.Format("2006-01-02T15:04:05.999999999"))
	}
	switch kind {
	case "BYTEA":
		return "null", v == nil
	case "NUMERIC":
		return number(v)
	case "JSON", "JSONB":
		return document(v)
	}
	return scalar(v)
}
