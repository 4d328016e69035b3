package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/kpid/kpid/kpi"
)

// Warehouse is a company's own database.
type Warehouse interface {
	Form() kpi.SQLForm
	// Query and Columns are those of Store, with arguments marked by Form.
	Query(ctx context.Context, query string, args []any, each func(scan func(dest ...any) error) error) error
	Columns(ctx context.Context, query string, args []any) ([]string, error)
}

// AwayError is a question that a KPI computed elsewhere cannot answer here.
type AwayError struct{ KPI, Source string }

// Error says where the units are.
func (e *AwayError) Error() string {
	return fmt.Sprintf("the units of %s stay in the database of the source %q; only their sums are here", e.KPI, e.Source)
}

// Ask computes a KPI in its warehouse, for every scope that is kept and the periods
// that reach into from..asOf. Nothing is stored; numerators and denominators are all
// that comes home.
func (e *Engine) Ask(ctx context.Context, d *kpi.Definition, w Warehouse, from, asOf kpi.Millis) (kpi.Totals, error) {
	out := kpi.Totals{KPI: d.ID, Hash: d.Hash}
	scopes := e.scopesOf(d.ID)
	for _, s := range scopes {
		out.Scopes = append(out.Scopes, s.ID)
	}
	var periods []kpi.Period
	for _, g := range d.Grains {
		for _, p := range e.cfg.Calendar.Between(g, from, asOf) {
			periods, out.Periods = append(periods, p), append(out.Periods, p.ID)
		}
	}
	all := &wanted{periods: periods, scopes: scopes}
	for _, group := range e.together(d, d.Measures) {
		first := d.Measures[group[0]]
		b := batch{of: d, away: w, periods: all.periodsOf(d, first), scopes: scopes}
		for _, i := range group {
			b.measures = append(b.measures, d.Measures[i])
		}
		var err error
		if b.have, err = e.columnsAway(ctx, b); err != nil {
			return out, fmt.Errorf("measure %s: %w", first.ID, err)
		}
		totals, err := e.read(ctx, b, instantState{asOf: asOf})
		if err != nil {
			return out, fmt.Errorf("measure %s: %w", first.ID, err)
		}
		for k, m := range b.measures {
			out.List = append(out.List, listed(d.ID, m.ID, totals[k])...)
		}
	}
	return out, nil
}

// columnsAway are those of the SQL, held against what its measures need.
func (e *Engine) columnsAway(ctx context.Context, b batch) (map[string]bool, error) {
	query, args, err := e.bound(b.of, e.probe(b.away.Form()), b.measures[0], "SELECT * FROM unit WHERE 1 = 0", 0)
	if err != nil {
		return nil, err
	}
	columns, err := b.away.Columns(ctx, query, args)
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, c := range columns {
		have[c] = true
	}
	for _, m := range b.measures {
		for _, c := range required(m.Agg) {
			if !have[own(have, c, m)] {
				return nil, fmt.Errorf("the SQL returns no column %q, which agg %q needs; it returns %v", c, m.Agg, columns)
			}
		}
	}
	for _, c := range []string{"currency", "balance", "invited"} {
		if have[c] {
			return nil, fmt.Errorf("the SQL returns the column %q, which needs every unit here; work it out in the SQL and leave it out", c)
		}
	}
	return have, nil
}

// listed puts totals in a fixed order.
func listed(kpiID, measure string, totals map[cellKey]*total) []kpi.Total {
	var out []kpi.Total
	for c, t := range totals {
		out = append(out, kpi.Total{Cell: kpi.Cell{KPI: kpiID, Scope: c.scope, Period: c.period}, Measure: measure,
			Num: t.num, Den: t.den, Units: t.units, Nonzero: t.nonzero, Pending: t.pending, Excluded: t.excluded})
	}
	slices.SortFunc(out, func(a, b kpi.Total) int {
		if a.Scope != b.Scope {
			return int(a.Scope - b.Scope)
		}
		return slices.Compare([]string{a.Period}, []string{b.Period})
	})
	return out
}

// delivered gives the totals that a warehouse answered, by measure.
func (e *Engine) delivered(ctx context.Context, d *kpi.Definition, measures []kpi.Measure) ([]map[cellKey]*total, error) {
	list, err := e.cfg.Store.Totals(ctx, d.ID, d.Hash)
	if err != nil {
		return nil, err
	}
	out := make([]map[cellKey]*total, len(measures))
	for i, m := range measures {
		out[i] = map[cellKey]*total{}
		for _, t := range list {
			if t.Measure == m.ID {
				out[i][cellKey{t.Scope, t.Period}] = &total{num: t.Num, den: t.Den, units: t.Units, nonzero: t.Nonzero, pending: t.Pending, excluded: t.Excluded}
			}
		}
	}
	return out, nil
}

// workAway collects the cells of a KPI whose answers changed, or may become final by
// time alone. A definition that the warehouse was not asked by yet has none: its
// numbers stay what they are until it is.
func (e *Engine) workAway(ctx context.Context, d *kpi.Definition, st instantState) (*wanted, error) {
	w := &wanted{cells: map[cellKey]kpi.Touch{}}
	asked, err := e.cfg.Store.AskedBy(ctx, d.ID)
	if err != nil || asked != d.Hash {
		return w, err
	}
	periods := map[string]kpi.Period{}
	known := map[int64]bool{}
	for _, s := range e.scopesOf(d.ID) {
		known[s.ID] = true
	}
	add := func(c kpi.Cell, t kpi.Touch) {
		p, err := e.cfg.Calendar.Period(c.Period)
		if err == nil && known[c.Scope] && p.Starts < st.asOf && hasGrain(d, p.Grain) {
			periods[p.ID] = p
			w.cells[cellKey{c.Scope, p.ID}] = t
		}
	}
	definition, rest, err := e.cfg.Store.Basis(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	if st.all || definition != d.Hash || rest != e.Basis(d.ID) {
		list, err := e.cfg.Store.Totals(ctx, d.ID, d.Hash)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			add(t.Cell, kpi.Touch{})
		}
	}
	unsettled, err := e.cfg.Store.Unsettled(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range unsettled {
		add(c, kpi.Touch{})
	}
	if w.done, err = e.cfg.Store.Touched(ctx, d.ID); err != nil {
		return nil, err
	}
	for _, t := range w.done {
		add(t.Cell, t)
	}
	w.collect(e, d, periods)
	return w, nil
}
