package main

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
)

// SixTwelve gives the 6-12 view of a week: weeks and months as they are stored,
// the spans to date worked out from the facts, for they are not kept. A series
// that is not kept at all is worked out as a whole.
func (r *reader) SixTwelve(ctx context.Context, q dashboards.Query, kpiID, measure string) (*kpi.SixTwelve, error) {
	a := r.app
	d, ok := r.Definition(kpiID)
	if !ok {
		return nil, fmt.Errorf("there is no KPI %q", kpiID)
	}
	m, ok := d.Measure(measure)
	if !ok {
		return nil, fmt.Errorf("%s has no measure %q", kpiID, measure)
	}
	if q.Segment == "" {
		q.Segment = "all"
	}
	week, err := r.week(q.Week)
	if err != nil {
		return nil, err
	}
	known := map[string]kpi.Observation{}
	scope, kept := a.engine.Scope(d.ID, q.Portfolio, q.Product, q.Segment)
	if !kept {
		scope = kpi.Scope{Portfolio: q.Portfolio, Product: q.Product, Segment: q.Segment}
	}
	var missing []kpi.Period
	var stored []string
	for _, p := range a.cal.SixTwelvePeriods(week) {
		if _, err := a.cal.Period(p.ID); err == nil && kept {
			stored = append(stored, p.ID)
		} else {
			missing = append(missing, p)
		}
	}
	if len(stored) > 0 {
		obs, err := a.store.Observations(ctx, d.ID, scope.ID, stored)
		if err != nil {
			return nil, err
		}
		for _, o := range obs {
			if o.Measure == m.ID {
				known[o.Period] = o
			}
		}
	}
	obs, err := a.engine.Compute(ctx, d, m, scope, missing, a.now())
	if err != nil {
		return nil, err
	}
	for _, o := range obs {
		known[o.Period] = o
	}
	view := m.SixTwelve(a.cal, week, func(p kpi.Period) (kpi.Figure, bool) { return known[p.ID].Figure() })
	return &view, nil
}
