package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// The schema is written once, in SQLite's types; the dialect translates type
// words and table options. A step that cannot be said in both languages has
// one file each, NNNNN_name.sqlite.sql and NNNNN_name.postgres.sql. A released
// file is never edited: a change is a new file.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// dialect is what differs between the two databases.
type dialect interface {
	name() string
	ddl(string) string
	hints() hints
	settle(*sqlx.DB) error
}

// hints to the planner, said at the start of a transaction; "" says nothing.
type hints struct{ query, page string }

func migrate(ctx context.Context, db *sqlx.DB, d dialect) error {
	steps, err := migrations(d)
	if err != nil {
		return err
	}
	opts := []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true)}
	kind := goose.DialectSQLite3
	if d.name() == "postgres" {
		kind = goose.DialectPostgres
		// several replicas may start at once: one migrates, the others wait
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(kind, db.DB, nil, opts...)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	newest := steps[len(steps)-1].Version
	if have > newest {
		return fmt.Errorf("the store has schema version %d, this kpid knows %d: it was written by a newer kpid, use that one", have, newest)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the store: %w", err)
	}
	return nil
}

// upToDate refuses to read a schema that another kpid wrote: a reader migrates nothing.
func upToDate(ctx context.Context, db *sqlx.DB, d dialect) error {
	steps, err := migrations(d)
	if err != nil {
		return err
	}
	var have int64
	if err := db.GetContext(ctx, &have, "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version"); err != nil {
		return nil // not a store yet; the first question says what is wrong
	}
	switch newest := steps[len(steps)-1].Version; {
	case have < newest:
		return fmt.Errorf("the store has schema version %d, this kpid needs %d: run kpid ingest, or kpid serve without --read-only, which bring it up to date", have, newest)
	case have > newest:
		return fmt.Errorf("the store has schema version %d, this kpid knows %d: it was written by a newer kpid, use that one", have, newest)
	}
	return nil
}

func migrations(d dialect) ([]*goose.Migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out []*goose.Migration
	for _, name := range names {
		parts := strings.Split(path.Base(name), ".")
		if len(parts) == 3 && parts[1] != d.name() {
			continue
		}
		number, _, _ := strings.Cut(parts[0], "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number", name)
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		ddl := d.ddl(string(text))
		out = append(out, goose.NewGoMigration(version, &goose.GoFunc{
			RunTx: func(ctx context.Context, tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, ddl)
				return err
			},
		}, nil))
	}
	return out, nil
}
