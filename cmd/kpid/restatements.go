package main

import (
	"context"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Restatements of a row's series, at its cadence and within the time its chart shows,
// newest period first.
func (r *reader) Restatements(ctx context.Context, q dashboards.Query, row scorecard.Row) ([]scorecard.Restatement, error) {
	r, err := r.asKnown(ctx, q.KnownAt)
	if err != nil {
		return nil, err
	}
	a := r.app
	d, ok := r.Definition(row.ID)
	if !ok {
		return nil, nil
	}
	m, _ := d.Measure(row.Measure)
	scope, ok := a.engine.Scope(d.ID, q.Portfolio, q.Product, segmentOf(q, row))
	if !ok {
		return nil, nil
	}
	week, err := r.week(q.Week)
	if err != nil {
		return nil, err
	}
	all, err := a.store.Restated(ctx, d.ID, m.ID, scope.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	since := a.charted(d.CadenceOf(m), week)
	var revisions []kpi.Observation
	for _, o := range all {
		if kpi.GrainOf(o.Period) == d.CadenceOf(m) && o.Starts >= since && o.Ends <= week.Ends && (a.knownAt == 0 || o.RecordedAt <= a.knownAt) {
			revisions = append(revisions, o)
		}
	}
	out := scorecard.Restatements(m, revisions)
	return out, r.decided(ctx, d, out)
}

// charted is where the chart of a week begins: twelve months for weeks and months,
// two years for quarters and four for what is longer.
func (a *app) charted(g kpi.Grain, week kpi.Period) kpi.Millis {
	years := map[kpi.Grain]int{kpi.Week: 1, kpi.Month: 1, kpi.Quarter: 2}[g]
	if years == 0 {
		years = 4
	}
	p := a.cal.Containing(kpi.Month, week.Ends-1)
	return a.cal.Sub(p.Ends, kpi.Span{N: 12 * years, Unit: 'm'})
}

// decided adds who changed the definition, and why, to what was restated by that.
func (r *reader) decided(ctx context.Context, d *kpi.Definition, all []scorecard.Restatement) error {
	if len(all) == 0 {
		return nil
	}
	versions, err := r.app.versionsOf(ctx, "definition", d.ID)
	for i := range all {
		if all[i].Cause != "new definition" {
			continue
		}
		for n, v := range versions {
			if v.Hash == all[i].Hash {
				all[i].Version, all[i].By, all[i].Reason = n+1, v.By, v.Reason
			}
		}
	}
	return err
}
