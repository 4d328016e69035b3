package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Newest lists the newest units of a row's judged period, at most so many, each with
// the segment of a dimension it was in. It is kept until the data changes.
func (r *reader) Newest(ctx context.Context, q dashboards.Query, row scorecard.Row, by string, limit int) (*scorecard.Newest, error) {
	d, ok := r.Definition(row.ID)
	switch {
	case !ok || row.Period == nil:
		return &scorecard.Newest{}, nil
	case q.KnownAt != 0:
		return &scorecard.Newest{Says: "Records are kept as they are now; how they were then is not known."}, nil
	}
	if segment := segmentOf(q, row); segment != "all" {
		q.Segment = segment
	}
	question := dashboards.Question{Query: q, KPI: d.ID, Measure: row.Measure, Period: *row.Period, Limit: limit}
	return kept(ctx, r, fmt.Sprint("newest ", question, " ", by), func() (*scorecard.Newest, error) { return r.newest(ctx, d, question, by) })
}

func (r *reader) newest(ctx context.Context, d *kpi.Definition, q dashboards.Question, by string) (*scorecard.Newest, error) {
	x, err := r.explained(ctx, d, q)
	if err != nil {
		return nil, err
	}
	if err := x.number(ctx); err != nil {
		return nil, err
	}
	var units []engine.Unit
	says, err := inBudget(ctx, d, pageBudget, func(ctx context.Context) (err error) {
		units, err = r.app.engine.Units(ctx, d, x.m, x.scope, x.period, x.obs != nil && x.obs.Trailing != nil, x.asOf)
		return err
	})
	var away *engine.AwayError
	if errors.As(err, &away) {
		return &scorecard.Newest{Says: away.Error()}, nil
	}
	if err != nil || says != "" {
		return &scorecard.Newest{Says: says}, err
	}
	out := &scorecard.Newest{All: len(units)}
	slices.SortStableFunc(units, newer)
	at := map[string]kpi.Millis{}
	for _, u := range units[:min(q.Limit, len(units))] {
		out.Rows = append(out.Rows, scorecard.NewestUnit{UnitRow: unitRow(u), When: u.At})
		if u.At != nil {
			at[u.Unit] = *u.At
		}
	}
	if by == "" || by == byProduct || len(at) == 0 {
		return out, nil
	}
	segments, err := r.app.store.SegmentsAt(ctx, by, at)
	for i := range out.Rows {
		out.Rows[i].Segment = segments[out.Rows[i].Unit]
	}
	return out, err
}

// newer puts the newest first, those without an instant last, and equal ones in the
// order of their names.
func newer(a, b engine.Unit) int {
	switch {
	case a.At == nil || b.At == nil:
		if (a.At == nil) == (b.At == nil) {
			return 0
		}
		if a.At == nil {
			return 1
		}
		return -1
	case *a.At > *b.At:
		return -1
	case *a.At < *b.At:
		return 1
	}
	return 0
}
