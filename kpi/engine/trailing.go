package engine

import (
	"context"
	"maps"

	"github.com/kpid/kpid/kpi"
)

// widen replaces the totals of cells that take the number of a longer window:
// the span that ends with the period. Which do is decided scope by scope, so
// that a small product looks back a year while its portfolio need not.
func (e *Engine) widen(ctx context.Context, d *kpi.Definition, m kpi.Measure, w *wanted, st instantState, out map[cellKey]*total) error {
	wide := map[string]kpi.Period{}
	scopes := map[int64]bool{}
	taken := map[cellKey]bool{}
	for _, p := range w.periodsOf(d, m) {
		if !m.Trailing.At(p.Grain) {
			continue
		}
		for _, s := range w.scopes {
			c := cellKey{s.ID, p.ID}
			if _, ok := w.cells[c]; !ok || !tooFew(out[c], m.Trailing.Below) {
				continue
			}
			taken[c], scopes[s.ID], wide[p.ID] = true, true, e.trailing(m, p)
		}
	}
	if len(taken) == 0 {
		return nil
	}
	var periods []kpi.Period
	for p := range maps.Values(wide) {
		periods = append(periods, p)
	}
	sortPeriods(periods)
	var some []kpi.Scope
	for _, s := range w.scopes {
		if scopes[s.ID] {
			some = append(some, s)
		}
	}
	longer, err := e.read(ctx, batch{of: d, measures: []kpi.Measure{m}, have: e.columns[d.ID+"/"+m.ID], periods: periods, scopes: some}, st)
	if err != nil {
		return err
	}
	for c := range taken {
		if t := longer[0][c]; t != nil {
			t.trailing = true
			out[c] = t
		}
	}
	return nil
}

// trailing is the period with its start moved back to the window's.
func (e *Engine) trailing(m kpi.Measure, p kpi.Period) kpi.Period {
	p.Starts = min(p.Starts, e.cfg.Calendar.Sub(p.Ends, m.Trailing.Span))
	return p
}

func tooFew(t *total, below int) bool {
	return below == 0 || t == nil || t.units < int64(below)
}
