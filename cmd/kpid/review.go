package main

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Review of a quarter, with what was first reported beside what is known now.
func (r *reader) Review(ctx context.Context, q dashboards.Query, quarter kpi.Period) (*scorecard.Review, error) {
	week := r.app.cal.Ended(kpi.Week, quarter.Ends)
	return kept(ctx, r, fmt.Sprintf("review %s %+v", quarter.ID, q), func() (*scorecard.Review, error) {
		in, err := r.whole(ctx, q, week)
		if err != nil {
			return nil, err
		}
		for i := range in.KPIs {
			if in.KPIs[i].First, err = r.first(ctx, in.KPIs[i]); err != nil {
				return nil, err
			}
		}
		out := scorecard.BuildReview(in, quarter)
		return &out, nil
	})
}

// Standing counts the statuses of the weeks up to one.
func (r *reader) Standing(ctx context.Context, q dashboards.Query, weeks int) ([]scorecard.Counts, error) {
	week, err := r.week(q.Week)
	if err != nil {
		return nil, err
	}
	return kept(ctx, r, fmt.Sprintf("standing %d %s %+v", weeks, week.ID, q), func() ([]scorecard.Counts, error) {
		in, err := r.whole(ctx, q, week)
		return scorecard.Standing(in, weeks), err
	})
}

// whole is the input of a scorecard.
func (r *reader) whole(ctx context.Context, q dashboards.Query, week kpi.Period) (scorecard.Input, error) {
	if q.Segment == "" {
		q.Segment = "all"
	}
	q.Week = week.ID
	version, err := r.app.store.DataVersion(ctx)
	if err != nil {
		return scorecard.Input{}, err
	}
	return r.input(ctx, q, week, version)
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
		if o.Measure == like.Measure && kpi.GrainOf(o.Period) == kpi.GrainOf(like.Period) {
			out = append(out, o)
		}
	}
	return out, err
}
