package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

// revised keeps what people write: rows are only ever added, the newest revision
// of an id stands. R is a row, T what it says.
type revised[R, T any] struct {
	table   string
	columns []string // beside those that all have
	read    func(R) (T, error)
	said    func(*T) *kpi.Said
	same    func(a, b T) bool
	values  func(T) []any // of columns
	join    func(now, was T) T
	taken   func(have, next T) bool // that next may not be new beside have; nil: it always may
}

func (k revised[R, T]) list() []string {
	return append([]string{"id", "revision", "portfolio", "kpi", "text", "links", "author", "recorded_at"}, k.columns...)
}

// all of a portfolio, as they stand.
func (k revised[R, T]) all(ctx context.Context, q sqlx.ExtContext, portfolio string) ([]T, error) {
	var rows []R
	query := "SELECT " + strings.Join(k.list(), ", ") + " FROM " + k.table + " WHERE portfolio = ? ORDER BY id, revision"
	if err := sqlx.SelectContext(ctx, q, &rows, q.(interface{ Rebind(string) string }).Rebind(query), portfolio); err != nil {
		return nil, err
	}
	var out []T
	for _, r := range rows {
		now, err := k.read(r)
		if err != nil {
			return nil, err
		}
		if last := len(out) - 1; last >= 0 && k.said(&out[last]).ID == k.said(&now).ID {
			out[last] = k.join(now, out[last])
			continue
		}
		out = append(out, now)
	}
	return out, nil
}

func (k revised[R, T]) save(ctx context.Context, s *Store, next T) (stands T, err error) {
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		all, err := k.all(ctx, tx, k.said(&next).Portfolio)
		if err != nil {
			return err
		}
		said := k.said(&next)
		if said.ID == 0 {
			for i := range all {
				if k.same(all[i], next) && k.said(&all[i]).Author == said.Author {
					stands = all[i]
					return nil
				}
			}
			for i := range all {
				if k.taken != nil && k.taken(all[i], next) {
					stands = all[i]
					return kpi.ErrStale
				}
			}
			if said.ID, err = scalar[int64](ctx, tx, "SELECT COALESCE(MAX(id), 0) + 1 FROM "+k.table); err != nil {
				return err
			}
			said.Revision = 0
		} else {
			err := fmt.Errorf("%s %d: %w", k.table, said.ID, kpi.ErrNoNote)
			for i := range all {
				if k.said(&all[i]).ID == said.ID {
					stands, err = all[i], nil
				}
			}
			if err != nil || k.same(stands, next) {
				return err
			}
			if k.said(&stands).Revision != said.Revision {
				return kpi.ErrStale
			}
		}
		said.Revision++
		said.RecordedAt = s.cfg.Now()
		row := append([]any{said.ID, said.Revision, said.Portfolio, said.KPI, said.Text, writeLinks(said.Links), said.Author, int64(said.RecordedAt)}, k.values(next)...)
		if err := insertMany(ctx, tx, k.table, k.list(), [][]any{row}, ""); err != nil {
			return err
		}
		if said.Revision > 1 {
			next = k.join(next, stands)
		}
		stands = next
		return nil
	})
	return stands, err
}

func (r saidRow) said() (kpi.Said, error) {
	said := kpi.Said{ID: r.ID, Revision: r.Revision, Portfolio: r.Portfolio, KPI: r.KPI, Text: r.Text, Links: []string{}, Author: r.Author, RecordedAt: r.RecordedAt}
	if err := json.Unmarshal([]byte(r.Links), &said.Links); err != nil {
		return said, fmt.Errorf("links %q: %w", r.Links, err)
	}
	return said, nil
}

func writeLinks(links []string) string {
	if len(links) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(links) // strings always marshal
	return string(text)
}
