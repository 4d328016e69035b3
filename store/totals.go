package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
)

// Totals are what a warehouse answered for a KPI by a definition.
func (s *Store) Totals(ctx context.Context, kpiID, hash string) ([]kpi.Total, error) {
	var out []kpi.Total
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT kpi, measure, scope_id, period, num, den, units, nonzero, pending, excluded FROM warehouse_total WHERE kpi = ? AND hash = ? ORDER BY measure, scope_id, period"), kpiID, hash)
	if err != nil {
		return nil, fmt.Errorf("totals of %s: %w", kpiID, err)
	}
	return out, nil
}

// AskedBy is the hash of the definition a warehouse was last asked by; "" is never.
func (s *Store) AskedBy(ctx context.Context, kpiID string) (string, error) {
	return scalar[string](ctx, s.r, "SELECT COALESCE(MAX(hash), '') FROM warehouse_asked WHERE kpi = ?", kpiID)
}

// saveTotals keeps the answer of a warehouse and puts the cells where it differs from
// the one before on the work list.
func (p *page) saveTotals(ctx context.Context, in ingest.Page, counts *ingest.Counts) error {
	t := in.Totals
	if t == nil {
		return nil
	}
	type key struct {
		measure string
		cell    kpi.Cell
	}
	type stored struct {
		kpi.Total
		Hash string `db:"hash"`
	}
	before := map[key]stored{}
	err := chunks(t.Periods, 500, func(part []string) error {
		var rows []stored
		err := p.tx.SelectContext(ctx, &rows, p.tx.Rebind("SELECT kpi, measure, scope_id, period, num, den, units, nonzero, pending, excluded, hash FROM warehouse_total WHERE kpi = ? AND period IN ("+marks(len(part))+")"),
			append([]any{t.KPI}, anys(part)...)...)
		for _, r := range rows {
			before[key{r.Measure, r.Cell}] = r
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("totals of %s: %w", t.KPI, err)
	}
	touched := map[kpi.Cell]bool{}
	var rows [][]any
	for _, now := range t.List {
		k := key{now.Measure, now.Cell}
		was, had := before[k]
		delete(before, k)
		if had && was.Total == now && was.Hash == t.Hash {
			counts.Duplicates++
			continue
		}
		if touched[now.Cell] = true; had {
			counts.Changed++
		} else {
			counts.New++
		}
		rows = append(rows, []any{t.KPI, now.Measure, now.Scope, now.Period, now.Num, now.Den, now.Units, now.Nonzero, now.Pending, now.Excluded, t.Hash, p.run.id})
	}
	err = insertMany(ctx, p.tx, "warehouse_total", []string{"kpi", "measure", "scope_id", "period", "num", "den", "units", "nonzero", "pending", "excluded", "hash", "run"}, rows,
		`ON CONFLICT (kpi, measure, scope_id, period) DO UPDATE SET num = excluded.num, den = excluded.den, units = excluded.units, nonzero = excluded.nonzero,
			pending = excluded.pending, excluded = excluded.excluded, hash = excluded.hash, run = excluded.run`)
	if err != nil {
		return fmt.Errorf("keep the totals of %s: %w", t.KPI, err)
	}
	for k := range before { // units there were, and are no more
		if !slices.Contains(t.Scopes, k.cell.Scope) {
			continue
		}
		touched[k.cell] = true
		counts.Gone++
		if _, err := p.tx.ExecContext(ctx, p.tx.Rebind("DELETE FROM warehouse_total WHERE kpi = ? AND measure = ? AND scope_id = ? AND period = ?"), t.KPI, k.measure, k.cell.Scope, k.cell.Period); err != nil {
			return fmt.Errorf("drop totals of %s: %w", t.KPI, err)
		}
	}
	if _, err := p.tx.ExecContext(ctx, p.tx.Rebind("INSERT INTO warehouse_asked (kpi, hash, run) VALUES (?, ?, ?) ON CONFLICT (kpi) DO UPDATE SET hash = excluded.hash, run = excluded.run"), t.KPI, t.Hash, p.run.id); err != nil {
		return err
	}
	return p.touch(ctx, touched)
}

// touch puts cells on the work list.
func (p *page) touch(ctx context.Context, cells map[kpi.Cell]bool) error {
	var rows [][]any
	for c := range cells {
		rows = append(rows, []any{c.KPI, c.Scope, c.Period, 0, 0})
	}
	return insertMany(ctx, p.tx, "touched", []string{"kpi", "scope_id", "period", "late", "corrected"}, rows, "ON CONFLICT (kpi, scope_id, period) DO NOTHING")
}
