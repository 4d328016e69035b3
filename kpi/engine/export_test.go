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

// SumsOf runs a measure over any members in one query, by scope and period.
func (e *Engine) SumsOf(ctx context.Context, d *kpi.Definition, m kpi.Measure, periods []kpi.Period, in []Member, asOf kpi.Millis) (map[string]Sums, error) {
	r := relations{periods: periods, rates: e.rates(d, m, periods)}
	for _, x := range in {
		r.members = append(r.members, member{x.Scope, x.Product, x.Segment})
	}
	b := batch{of: d, measures: []kpi.Measure{m}, have: e.columns[d.ID+"/"+m.ID], periods: periods}
	all, err := e.run(ctx, b, r, instantState{asOf: asOf})
	if err != nil {
		return nil, err
	}
	totals := all[0]
	out := map[string]Sums{}
	number := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	for c, t := range totals {
		out[fmt.Sprintf("%d %s", c.scope, c.period)] = Sums{t.num, t.den, number(t.value), number(t.boundLo), number(t.boundHi), t.n, t.pending, t.excluded, t.units, t.reason + t.refused}
	}
	return out, nil
}
