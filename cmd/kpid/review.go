package main

import (
	"context"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Review of a quarter, with what was first reported beside what is known now.
func (r *reader) Review(ctx context.Context, q dashboards.Query, quarter kpi.Period) (*scorecard.Review, error) {
	if q.Segment == "" {
		q.Segment = "all"
	}
	version, err := r.app.store.DataVersion(ctx)
	if err != nil {
		return nil, err
	}
	key := q
	key.Week = quarter.ID
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(version)
	if done, ok := r.reviews[key]; ok {
		return done, nil
	}
	week := r.app.cal.Containing(kpi.Week, quarter.Ends-1)
	if week.Ends > quarter.Ends {
		week = r.app.cal.Prev(week)
	}
	q.Week = week.ID
	in, err := r.input(ctx, q, week, version)
	if err != nil {
		return nil, err
	}
	for i := range in.KPIs {
		if in.KPIs[i].First, err = r.first(ctx, in.KPIs[i]); err != nil {
			return nil, err
		}
	}
	out := scorecard.BuildReview(in, quarter)
	r.reviews[key] = &out
	return &out, nil
}

// first is the series of a row as it was first reported.
func (r *reader) first(ctx context.Context, k scorecard.KPI) ([]kpi.Observation, error) {
	if len(k.Observations) == 0 {
		return nil, nil
	}
	like := k.Observations[0]
	all, err := r.app.store.FirstReported(ctx, like.KPI, like.Scope)
	var out []kpi.Observation
	for _, o := range all {
		if o.Measure == like.Measure && grainOf(o.Period) == grainOf(like.Period) {
			out = append(out, o)
		}
	}
	return out, err
}
