package sqlsrc

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/kpid/kpid/kpi"
)

// mysql speaks to MySQL and MariaDB.
type mysql struct{}

func (mysql) open(dsn string) (*sql.DB, error) {
	cfg, err := driver.ParseDSN(dsn)
	if err != nil {
		return nil, errors.New("the address of the database is none: write user:password@tcp(host:3306)/database")
	}
	cfg.MultiStatements, cfg.AllowAllFiles, cfg.ParseTime = false, false, false
	cfg.Timeout = 15 * time.Second
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["time_zone"] = "'+00:00'"
	c, err := driver.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(c), nil
}

// reading are the privileges that change nothing.
func reading() string {
	return " usage select show view show databases process replication client slave monitor binlog monitor "
}

// readOnly reads the grants. Functions are refused, too: one may write with the
// rights of who made it.
func (mysql) readOnly(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SHOW GRANTS")
	if err != nil {
		return fmt.Errorf("what the user may do cannot be read: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		what, _, isGrant := strings.Cut(strings.TrimPrefix(line, "GRANT "), " ON ")
		if !isGrant {
			return errors.New("the user has a role; grant it SELECT itself, so that what it may do can be seen: GRANT SELECT ON … TO …")
		}
		for privilege := range strings.SplitSeq(what, ",") {
			name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(privilege)), " (")
			if !strings.Contains(reading(), " "+name+" ") {
				return fmt.Errorf("the user may do more than read: %s; make one that has SELECT only: GRANT SELECT ON … TO …", strings.ToUpper(name))
			}
		}
	}
	return rows.Err()
}

func (mysql) begin(ctx context.Context, db *sql.DB, limit time.Duration) (*sql.Tx, error) {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return nil, err
	}
	ends := fmt.Sprintf("SET SESSION max_execution_time = %d", limit.Milliseconds())
	if strings.Contains(version, "MariaDB") {
		ends = fmt.Sprintf("SET SESSION max_statement_time = %f", limit.Seconds())
	}
	if _, err := db.ExecContext(ctx, ends); err != nil {
		return nil, err
	}
	return db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

// late: MySQL and MariaDB have a number each.
func (mysql) late(err error) bool {
	var my *driver.MySQLError
	return errors.As(err, &my) && (my.Number == 3024 || my.Number == 1969)
}

func (mysql) mark(int, bool) string { return "?" }

// form of MySQL and MariaDB, whose VALUES differ from each other.
func (mysql) form() kpi.SQLForm {
	return kpi.SQLForm{Mark: func(int) string { return "?" }, Text: "CHAR", Whole: "SIGNED", Real: "DOUBLE", Union: true}
}

func (mysql) instant(at time.Time) any { return at.Format("2006-01-02 15:04:05.000000") }

// value: a TIMESTAMP is an instant and the session's zone is UTC; a DATETIME has no
// zone.
func (mysql) value(kind string, v any) (string, bool) {
	text, isBytes := v.([]byte)
	switch {
	case kind == "TIMESTAMP" && isBytes:
		return quoted(strings.Replace(string(text), " ", "T", 1) + "Z")
	case kind == "DATETIME" && isBytes:
		return quoted(strings.Replace(string(text), " ", "T", 1))
	case kind == "JSON":
		return document(v)
	case strings.HasSuffix(kind, "BLOB"), strings.HasSuffix(kind, "BINARY"), kind == "BIT", kind == "GEOMETRY":
		return "null", v == nil
	case isBytes && (strings.HasSuffix(kind, "INT") || kind == "DECIMAL" || kind == "DOUBLE" || kind == "FLOAT" || kind == "YEAR"):
		return number(v)
	}
	return scalar(v)
}
