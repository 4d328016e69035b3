package main

import (
	"context"
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// rare adds what a process chart of few cases a period is drawn of: of a count
// when each event happened, of a share its coarser grains. Others need neither.
func (r *reader) rare(ctx context.Context, q dashboards.Query, segment string, k *scorecard.KPI) error {
	a, d, m := r.app, k.Definition, k.Measure
	final := slices.DeleteFunc(slices.Clone(k.Observations), func(o kpi.Observation) bool { return o.State != kpi.Final })
	if len(final) == 0 || !m.Sparse(final) {
		return nil
	}
	if m.Agg != kpi.Count {
		judged := d.CadenceOf(m)
		for _, g := range []kpi.Grain{kpi.Month, kpi.Quarter, kpi.Half, kpi.Year} {
			if g == judged || !d.Keeps(m, g) {
				continue
			}
			obs, err := a.series(ctx, d, m, q.Portfolio, q.Product, segment, g)
			if err != nil {
				return err
			}
			k.Wider = append(k.Wider, scorecard.Wider{Grain: g, Observations: obs})
		}
		return nil
	}
	s, ok := a.engine.Scope(d.ID, q.Portfolio, q.Product, segment)
	if !ok {
		return nil
	}
	all := kpi.Period{ID: "all", Grain: d.CadenceOf(m), Starts: final[0].Starts, Ends: final[len(final)-1].Ends}
	if d.Warehouse != nil || a.knownAt != 0 { // the days of its events stay where they are
		return nil
	}
	units, err := a.engine.Units(ctx, d, m, s, all, false, a.now())
	for _, u := range units {
		if u.Excluded != "" || u.At == nil || u.Num == nil {
			continue
		}
		for range int(*u.Num) {
			k.Events = append(k.Events, *u.At)
		}
	}
	return err
}
