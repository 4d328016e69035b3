package engine

import (
	"context"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Compute works numbers out without storing them: for a scope that is not kept,
// or a period without an id of its own, such as a year to date. Periods without
// a number are left out. A KPI in a warehouse has only what was delivered. The periods need ids that differ.
func (e *Engine) Compute(ctx context.Context, d *kpi.Definition, m kpi.Measure, s kpi.Scope, periods []kpi.Period, asOf kpi.Millis) ([]kpi.Observation, error) {
	return e.ComputeAll(ctx, d, m, []kpi.Scope{s}, periods, asOf)
}

// ComputeAll is Compute for several scopes in one query; their ids need to differ, and
// the observations carry them.
func (e *Engine) ComputeAll(ctx context.Context, d *kpi.Definition, m kpi.Measure, scopes []kpi.Scope, periods []kpi.Period, asOf kpi.Millis) ([]kpi.Observation, error) {
	if d.Warehouse != nil { // only its source asks, when it runs
		return nil, nil
	}
	st, err := e.snapshot(ctx, asOf)
	if err != nil {
		return nil, err
	}
	w := &wanted{cells: map[cellKey]kpi.Touch{}, scopes: scopes, periods: periods}
	for _, s := range scopes {
		for _, p := range periods {
			w.cells[cellKey{s.ID, p.ID}] = kpi.Touch{}
		}
	}
	all, err := e.totals(ctx, d, []kpi.Measure{m}, w, st)
	if err != nil {
		return nil, err
	}
	totals := all[0]
	var out []kpi.Observation
	for _, s := range scopes {
		for _, p := range w.periodsOf(d, m) {
			c := cellKey{s.ID, p.ID}
			o, ok := e.observation(d, m, s, p, totals[c], st)
			if t := totals[c]; t != nil && t.refused != "" {
				o, ok = refuse(o, t.refused), true
			}
			if ok {
				if strings.Contains(p.ID, "@") { // to date: what is still running is never final
					o.State = kpi.Open
				}
				o.DefinitionHash, o.AsOf, o.Revision = d.Hash, asOf, 1
				out = append(out, o)
			}
		}
	}
	return out, nil
}
