package engine

import (
	"context"
	"fmt"
	"math"

	"github.com/kpid/kpid/kpi"
)

// Member puts a product into a scope of a test.
type Member struct {
	Scope            int64
	Product, Segment string
}

// Sums is what the units of one scope and period come to.
type Sums struct {
	Num, Den                 float64
	Value, BoundLo, BoundHi  float64 // NaN: none
	N, Pending, Excluded, In int64
	Reason                   string
}

// SumsOf runs every measure over any members, one query for each SQL text: by
// measure, then by scope and period.
func (e *Engine) SumsOf(ctx context.Context, d *kpi.Definition, periods []kpi.Period, in []Member, asOf kpi.Millis) (map[string]map[string]Sums, error) {
	number := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	out := map[string]map[string]Sums{}
	for _, group := range e.together(d, d.Measures) {
		first := d.Measures[group[0]]
		b := batch{of: d, have: e.columns[d.ID+"/"+first.ID]}
		for _, i := range group {
			b.measures = append(b.measures, d.Measures[i])
		}
		r := relations{}
		for _, p := range periods {
			if d.Keeps(first, p.Grain) {
				r.periods = append(r.periods, p)
			}
		}
		r.rates = e.rates(d, first, r.periods)
		for _, x := range in {
			r.members = append(r.members, member{x.Scope, x.Product, x.Segment})
		}
		all, err := e.run(ctx, b, r, instantState{asOf: asOf})
		if err != nil {
			return nil, err
		}
		for k, i := range group {
			sums := map[string]Sums{}
			for c, t := range all[k] {
				sums[fmt.Sprintf("%d %s", c.scope, c.period)] = Sums{t.num, t.den, number(t.value), number(t.boundLo), number(t.boundHi), t.n, t.pending, t.excluded, t.units, t.reason + t.refused}
			}
			out[d.Measures[i].ID] = sums
		}
	}
	return out, nil
}
