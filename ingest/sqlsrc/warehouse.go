package sqlsrc

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// Warehouse asks a source's database the questions of KPIs that are computed in it. It
// is closed after use.
type Warehouse struct {
	source  *source
	db      *sql.DB
	dialect dialect
}

// OpenWarehouse connects to the database of a source; a role that may write is refused.
func OpenWarehouse(ctx context.Context, cfg Config) (*Warehouse, error) {
	built, err := New(cfg)
	if err != nil {
		return nil, err
	}
	w := &Warehouse{source: built.(*source)}
	if w.db, w.dialect, err = w.source.open(ctx); err != nil {
		return nil, errors.New(w.source.scrub(err))
	}
	return w, nil
}

// Close ends the connection.
func (w *Warehouse) Close() error { return w.db.Close() }

// Form is how the database writes what stands around a KPI's SQL.
func (w *Warehouse) Form() kpi.SQLForm { return w.dialect.form() }

// Query runs one query in a snapshot of its own and calls each for every row.
func (w *Warehouse) Query(ctx context.Context, query string, args []any, each func(scan func(dest ...any) error) error) error {
	return w.reading(ctx, query, args, func(rows *sql.Rows) error {
		for rows.Next() {
			if err := each(rows.Scan); err != nil {
				return err
			}
		}
		return nil
	})
}

// Columns names the columns of a query.
func (w *Warehouse) Columns(ctx context.Context, query string, args []any) (columns []string, err error) {
	err = w.reading(ctx, query, args, func(rows *sql.Rows) (err error) {
		columns, err = rows.Columns()
		return err
	})
	return columns, err
}

func (w *Warehouse) reading(ctx context.Context, query string, args []any, f func(*sql.Rows) error) error {
	limit := w.source.cfg.Limits.Query
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := w.snapshot(limited, query, args, f)
	switch {
	case err == nil:
		return nil
	case errors.Is(limited.Err(), context.DeadlineExceeded) || w.dialect.late(err):
		return fmt.Errorf("the query took longer than %s", limit)
	}
	return errors.New(w.source.scrub(err))
}

func (w *Warehouse) snapshot(ctx context.Context, query string, args []any, f func(*sql.Rows) error) error {
	tx, err := w.dialect.begin(ctx, w.db, w.source.cfg.Limits.Query)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := f(rows); err != nil {
		return err
	}
	return rows.Err()
}
