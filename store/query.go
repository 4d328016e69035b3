package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Query runs a KPI's SQL, with ? for its arguments, on a connection that cannot
// write. each is called for every row; the row's columns are scanned by it.
func (s *Store) Query(ctx context.Context, query string, args []any, each func(scan func(dest ...any) error) error) error {
	return s.reading(ctx, query, args, func(rows *sql.Rows) error {
		for rows.Next() {
			if err := each(rows.Scan); err != nil {
				return err
			}
		}
		return nil
	})
}

// Columns prepares a query and names its columns without running it to an end.
func (s *Store) Columns(ctx context.Context, query string, args []any) (columns []string, err error) {
	err = s.reading(ctx, query, args, func(rows *sql.Rows) (err error) {
		columns, err = rows.Columns()
		return err
	})
	return columns, err
}

// Table reads anything that is kept, every column as the driver gives it: for
// tests, which look where no page does.
func (s *Store) Table(ctx context.Context, query string, args []any) ([][]any, error) {
	rows, err := s.r.QueryxContext(ctx, s.r.Rebind(query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]any
	for rows.Next() {
		row, err := rows.SliceScan()
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// reading holds a query to reading (reading.go says how).
func (s *Store) reading(ctx context.Context, query string, args []any, f func(*sql.Rows) error) error {
	tx, err := s.k.BeginTxx(ctx, &sql.TxOptions{ReadOnly: s.dialect.name() == "postgres"})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if hint := s.dialect.hints().query; hint != "" {
		if _, err := tx.ExecContext(ctx, hint); err != nil {
			return err
		}
	}
	if s.reader != "" {
		if _, err := tx.ExecContext(ctx, "SET LOCAL ROLE "+quoteName(s.reader)); err != nil {
			return fmt.Errorf("become %s: %w", s.reader, err)
		}
	}
	rows, err := tx.QueryContext(ctx, s.k.Rebind(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := f(rows); err != nil {
		return err
	}
	return rows.Err()
}

// Optimize refreshes the planner's statistics after much has been written.
func (s *Store) Optimize(ctx context.Context) error {
	if s.w == nil {
		return ErrReadOnly
	}
	statement := "ANALYZE"
	if s.dialect.name() == "sqlite" {
		statement = "PRAGMA optimize = 0x10002"
	}
	_, err := s.w.ExecContext(ctx, statement)
	return err
}

// Version changes with all that pages show: with DataVersion, and with every note,
// action and part of a narrative that is written and every report that is frozen.
func (s *Store) Version(ctx context.Context) (string, error) {
	data, err := s.DataVersion(ctx)
	if err != nil {
		return "", err
	}
	var written int64
	if err := s.r.GetContext(ctx, &written, `SELECT (SELECT COUNT(*) FROM note) + (SELECT COUNT(*) FROM action) + (SELECT COUNT(*) FROM narrative) + (SELECT COUNT(*) FROM "freeze")`); err != nil || written == 0 {
		return data, err
	}
	return fmt.Sprintf("%s.%d", data, written), nil
}

// DataVersion changes with every run that ended, and with every review and lift that a
// person enters; scorecards and metrics are kept by it.
func (s *Store) DataVersion(ctx context.Context) (string, error) {
	row := struct {
		Runs  int64 `db:"runs"`
		Ended int64 `db:"ended"`
		Said  int64 `db:"said"`
	}{}
	err := s.r.GetContext(ctx, &row, `SELECT COALESCE(MAX(id), 0) AS runs, COUNT(ended_at) AS ended,
		(SELECT COUNT(*) FROM incident_review) + (SELECT COUNT(*) FROM lift_reading) AS said FROM run`)
	return fmt.Sprintf("%d.%d.%d", row.Runs, row.Ended, row.Said), err
}
