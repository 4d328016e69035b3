package engine

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// group gathers the units of one cell for the aggregates whose interval the
// database cannot work out. Units come ordered by cluster.
type group struct {
	total
	cluster string
	nums    []float64
	dens    []float64
	values  []float64
	binary  bool // every unit is 0/1 out of 1: a share after all
	strata  map[string][2]int64
}

// unitRow is one counted unit as the SQL returns it.
type unitRow struct {
	period, cluster     string
	scope               int64
	num, den, value     *float64
	pending             int64
	excluded            *string
	currency, stratum   *string
	population, invited *int64
}

func (e *Engine) readUnits(ctx context.Context, d *kpi.Definition, r relations, m kpi.Measure, have map[string]bool, st instantState) (map[cellKey]*total, error) {
	float := func(name string) string {
		if !have[name] {
			return "CAST(NULL AS DOUBLE PRECISION)"
		}
		return "CAST(" + name + " AS DOUBLE PRECISION)"
	}
	text := func(name string) string { return column(have, name, "CAST(NULL AS TEXT)") }
	whole := func(name string) string { return column(have, name, "CAST(NULL AS BIGINT)") }
	cluster := column(have, "cluster", "unit")
	tail := "SELECT period, scope, " + cluster + ", " + float("num") + ", " + float("den") + ", " + float("value") + ", " +
		column(have, "pending", "0") + ", " + text("excluded") + ", " + text("currency") + ", " + text("stratum") + ", " +
		whole("population") + ", " + whole("invited") + "\nFROM unit ORDER BY period, scope, " + cluster + ", unit"
	query, args, err := e.bound(d, r, m, tail, st.asOf)
	if err != nil {
		return nil, err
	}
	opens := map[string]kpi.Millis{}
	for _, p := range r.periods {
		opens[p.ID] = e.opens(d, p)
	}
	groups := map[cellKey]*group{}
	err = e.cfg.Store.Query(ctx, query, args, func(scan func(...any) error) error {
		var u unitRow
		if err := scan(&u.period, &u.scope, &u.cluster, &u.num, &u.den, &u.value, &u.pending, &u.excluded, &u.currency, &u.stratum, &u.population, &u.invited); err != nil {
			return err
		}
		key := cellKey{u.scope, u.period}
		g := groups[key]
		if g == nil {
			g = &group{binary: true, strata: map[string][2]int64{}}
			groups[key] = g
		}
		return g.add(e, u, opens[u.period])
	})
	if err != nil {
		return nil, err
	}
	out := make(map[cellKey]*total, len(groups))
	for key, g := range groups {
		if err := g.close(m); err != nil {
			return nil, err
		}
		out[key] = &g.total
	}
	return out, nil
}

func (g *group) add(e *Engine, u unitRow, opens kpi.Millis) error {
	if u.excluded != nil {
		g.excluded++
		return nil
	}
	if u.currency != nil {
		ppm, ok := e.cfg.Rate(*u.currency, opens)
		if !ok {
			g.reason = fmt.Sprintf("no rate for %s on %s", *u.currency, opens)
			return nil
		}
		convert(u.num, ppm)
		convert(u.den, ppm)
	}
	if u.stratum != nil {
		var s [2]int64
		if u.population != nil {
			s[0] = *u.population
		}
		if u.invited != nil {
			s[1] = *u.invited
		}
		g.strata[*u.stratum] = s
	}
	g.units++
	g.pending += u.pending
	if u.value != nil {
		g.values = append(g.values, *u.value)
		return nil
	}
	if u.num == nil || u.den == nil {
		return fmt.Errorf("unit %s of %s has neither num and den nor a value", u.cluster, u.period)
	}
	g.binary = g.binary && *u.den == 1 && (*u.num == 0 || *u.num == 1)
	if n := len(g.nums); n > 0 && g.cluster == u.cluster {
		g.nums[n-1] += *u.num
		g.dens[n-1] += *u.den
		return nil
	}
	g.cluster = u.cluster
	g.nums, g.dens = append(g.nums, *u.num), append(g.dens, *u.den)
	return nil
}

// convert minor units at a rate in millionths, rounded half to even. The
// amounts are whole and below 2^53, so float64 holds them exactly.
func convert(v *float64, ppm int64) {
	if v != nil {
		*v = float64(roundHalfEven(int64(*v), ppm))
	}
}

// close turns the gathered units into the number and its interval.
func (g *group) close(m kpi.Measure) error {
	for _, s := range g.strata {
		g.population += s[0]
		g.invited += s[1]
	}
	if m.Agg == kpi.Mean {
		g.n = int64(len(g.values))
		if g.n == 0 {
			return nil
		}
		mean, lo, hi, ok := kpi.MeanT(g.values, g.population)
		g.value = &mean
		if ok {
			g.ciLo, g.ciHi = &lo, &hi
		}
		return finite(mean)
	}
	largest := 0.0
	for i := range g.nums {
		g.num += g.nums[i]
		g.den += g.dens[i]
		largest = max(largest, g.dens[i])
	}
	g.n = int64(len(g.nums))
	if err := finite(g.num, g.den); err != nil || g.den <= 0 {
		return err
	}
	lo, hi, ok := 0.0, 0.0, false
	if g.binary {
		lo, hi, ok = kpi.Wilson(g.num, g.den)
	} else {
		_, lo, hi, ok = kpi.RatioT(g.nums, g.dens)
	}
	if ok {
		g.ciLo, g.ciHi = &lo, &hi
	}
	if m.MaxShare > 0 && largest/g.den > m.MaxShare {
		g.reason = "concentrated"
	}
	return nil
}

// roundHalfEven is minor * ppm / 1,000,000 in integers.
func roundHalfEven(minor, ppm int64) int64 {
	const scale = 1_000_000
	// split so that the product cannot overflow
	whole, rest := minor/scale, minor%scale
	product := rest * ppm
	q, r := product/scale, product%scale
	if r < 0 {
		r, q = r+scale, q-1
	}
	out := whole*ppm + q
	if 2*r > scale || 2*r == scale && out%2 != 0 {
		out++
	}
	return out
}
