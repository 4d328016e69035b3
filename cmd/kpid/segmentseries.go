package main

import (
	"context"
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
)

// bySegment gives the series of each value, in one query: stored where they are kept,
// else worked out as of the last evaluation.
func (r *reader) bySegment(ctx context.Context, q dashboards.Query, d *kpi.Definition, m kpi.Measure, by string, values []string, periods []kpi.Period) (series [][]kpi.Observation, says string, err error) {
	a := r.app
	scopes, stored := make([]kpi.Scope, len(values)), 0
	for i, v := range values {
		s := kpi.Scope{Portfolio: q.Portfolio, Product: q.Product, Segment: v}
		if by == byProduct {
			s.Product, s.Segment = v, "all"
		}
		have, ok := a.engine.Scope(d.ID, s.Portfolio, s.Product, s.Segment)
		if ok {
			s, stored = have, stored+1
		} else {
			s.ID = int64(-1 - i) // of no stored scope
		}
		scopes[i] = s
	}
	type gathered struct {
		obs  []kpi.Observation
		says string
	}
	read := func() (g gathered, err error) {
		if a.knownAt != 0 {
			g.obs, err = a.store.ObservationsOfAt(ctx, d.ID, m.ID, storedIDs(scopes), periods[0].Starts, a.knownAt)
			return g, err
		}
		// a capability that is not kept where others are is one of another node
		if stored == len(values) || stored > 0 && strings.HasPrefix(by, "capability") {
			g.obs, err = a.store.ObservationsOf(ctx, d.ID, m.ID, storedIDs(scopes), periods[0].Starts)
			return g, err
		}
		asOf, ok, err := a.store.Evaluated(ctx)
		if err != nil || !ok {
			return g, err
		}
		g.says, err = inBudget(ctx, d, pageBudget, func(ctx context.Context) (err error) {
			g.obs, err = a.engine.ComputeAll(ctx, d, m, scopes, periods, asOf)
			return err
		})
		return g, err
	}
	all, err := kept(ctx, r, strings.Join([]string{"segments", d.ID, m.ID, q.Portfolio, q.Product, by, periods[len(periods)-1].ID}, " "), read)
	if err != nil {
		return nil, "", err
	}
	series = make([][]kpi.Observation, len(values))
	for _, o := range all.obs {
		for i, s := range scopes {
			if s.ID == o.Scope && kpi.GrainOf(o.Period) == d.CadenceOf(m) {
				series[i] = append(series[i], o)
			}
		}
	}
	return series, all.says, nil
}

// storedIDs are the ids of the scopes whose numbers are kept.
func storedIDs(scopes []kpi.Scope) []int64 {
	ids := []int64{}
	for _, s := range scopes {
		if s.ID > 0 {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// stored says whether numbers of a dimension are kept.
func (r *reader) stored(q dashboards.Query, d *kpi.Definition, by string, values []string) bool {
	return by == byProduct || slices.ContainsFunc(values, func(v string) bool {
		_, ok := r.app.engine.Scope(d.ID, q.Portfolio, q.Product, v)
		return ok
	})
}
