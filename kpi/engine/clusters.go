package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/kpid/kpid/kpi"
)

// group gathers the units of one cell for the aggregates whose number or
// interval the database cannot work out. Units come ordered by cluster.
type group struct {
	total
	cluster string
	nums    []float64
	dens    []float64
	values  []float64
	lives   []kpi.Lifetime
	binary  bool // every unit is 0/1 out of 1: a share after all
	strata  map[string][2]int64
	balance map[string]int64 // minor units by currency
}

// unitRow is one counted unit as the SQL returns it, for one of the measures
// that share the SQL.
type unitRow struct {
	period, cluster     string
	scope               int64
	num, den, value     *float64
	pending             int64
	excluded            *string
	currency, stratum   *string
	population, invited *int64
	censored, balance   *int64
	horizon             *float64
	rateless            string // why money could not be converted
}

// readUnits fetches the units one by one and gives them to the group of their
// cell, for each measure.
func (e *Engine) readUnits(ctx context.Context, b batch, supply relations, st instantState) ([]map[cellKey]*total, error) {
	float := func(name string) string {
		if !b.have[name] {
			return "CAST(NULL AS DOUBLE PRECISION)"
		}
		return "CAST(" + name + " AS DOUBLE PRECISION)"
	}
	text := func(name string) string { return column(b.have, name, "CAST(NULL AS TEXT)") }
	whole := func(name string) string { return column(b.have, name, "CAST(NULL AS BIGINT)") }
	cluster := column(b.have, "cluster", "unit")
	tail := "SELECT period, scope, " + cluster + ", " + float("value") + ", " +
		column(b.have, "pending", "0") + ", " + text("excluded") + ", " + text("currency") + ", " + text("stratum") + ", " +
		whole("population") + ", " + whole("invited") + ", " + whole("censored") + ", " + whole("balance") + ", " + float("horizon")
	columns, nums, dens := b.fractions()
	for _, c := range columns {
		tail += ", " + float(c)
	}
	query, args, err := e.bound(b.of, supply, b.measures[0], tail+"\nFROM unit ORDER BY period, scope, "+cluster+", unit", st.asOf)
	if err != nil {
		return nil, err
	}
	opens := map[string]kpi.Millis{}
	for _, p := range supply.periods {
		opens[p.ID] = e.opens(b.of, b.measures[0], p)
	}
	groups := make([]map[cellKey]*group, len(b.measures))
	for i := range groups {
		groups[i] = map[cellKey]*group{}
	}
	fractions := make([]*float64, len(columns))
	err = e.query(ctx, b.of, query, args, func(scan func(...any) error) error {
		var u unitRow
		dest := []any{&u.period, &u.scope, &u.cluster, &u.value, &u.pending, &u.excluded, &u.currency, &u.stratum, &u.population, &u.invited,
			&u.censored, &u.balance, &u.horizon}
		for i := range fractions {
			dest = append(dest, &fractions[i])
		}
		if err := scan(dest...); err != nil {
			return err
		}
		if u.currency != nil && u.excluded == nil {
			u.rateless = e.convertAll(*u.currency, opens[u.period], fractions)
		}
		for i, m := range b.measures {
			u.num, u.den = fractions[nums[i]], fractions[dens[i]]
			if u.num == nil && columns[nums[i]] != "num" {
				continue
			}
			if err := groupOf(groups[i], u).add(m, u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]map[cellKey]*total, len(groups))
	for i := range groups {
		out[i] = make(map[cellKey]*total, len(groups[i]))
		for key, g := range groups[i] {
			if err := g.close(b.measures[i], b.have); err != nil {
				return nil, err
			}
			out[i][key] = &g.total
		}
	}
	return out, nil
}

// fractions lists the columns that some measure takes for num or den, and the
// places of each measure's own among them.
func (b batch) fractions() (columns []string, nums, dens []int) {
	place := func(name string) int {
		if i := slices.Index(columns, name); i >= 0 {
			return i
		}
		columns = append(columns, name)
		return len(columns) - 1
	}
	for _, m := range b.measures {
		nums = append(nums, place(own(b.have, "num", m)))
		dens = append(dens, place(own(b.have, "den", m)))
	}
	return columns, nums, dens
}

// convertAll brings amounts to the reporting currency, or says why it cannot.
func (e *Engine) convertAll(currency string, at kpi.Millis, amounts []*float64) string {
	ppm, ok := e.cfg.Rate(currency, at)
	if !ok {
		return fmt.Sprintf("no rate for %s on %s", currency, at)
	}
	for _, v := range amounts {
		convert(v, ppm)
	}
	return ""
}

func groupOf(groups map[cellKey]*group, u unitRow) *group {
	key := cellKey{u.scope, u.period}
	g := groups[key]
	if g == nil {
		g = &group{binary: true, strata: map[string][2]int64{}, balance: map[string]int64{}}
		groups[key] = g
	}
	return g
}

// add takes a unit in, and refuses what the aggregate cannot use.
func (g *group) add(m kpi.Measure, u unitRow) error {
	if u.excluded != nil {
		g.excluded++
		return nil
	}
	if u.balance != nil {
		g.balance[deref(u.currency)] += *u.balance
	}
	if u.rateless != "" {
		g.reason = u.rateless
		return nil
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
	if u.num != nil && *u.num != 0 {
		g.nonzero++
	}
	// a unit of a share that has succeeded cannot change any more
	if u.pending == 1 && !(m.Agg == kpi.Share && u.num != nil && *u.num != 0) {
		g.pending++
	}
	switch m.Agg {
	case kpi.Mean, kpi.NPS, kpi.Median:
		if u.value == nil {
			return fmt.Errorf("unit %s of %s has no value and is not left out", u.cluster, u.period)
		}
		g.addValue(u)
		return nil
	case kpi.Count, kpi.Sum, kpi.Distinct:
		if u.den == nil {
			u.den = new(float64)
		}
	}
	if u.num == nil || u.den == nil {
		return fmt.Errorf("unit %s of %s has neither num and den nor a value", u.cluster, u.period)
	}
	g.addFraction(u)
	return nil
}

func (g *group) addValue(u unitRow) {
	g.values = append(g.values, *u.value)
	life := kpi.Lifetime{Took: *u.value, Censored: u.censored != nil && *u.censored == 1}
	life.Open = life.Censored && u.pending == 1
	if u.horizon != nil {
		life.Horizon = *u.horizon
	}
	g.lives = append(g.lives, life)
}

// addFraction adds a unit to its cluster; the units of one come together.
func (g *group) addFraction(u unitRow) {
	g.binary = g.binary && *u.den == 1 && (*u.num == 0 || *u.num == 1)
	if n := len(g.nums); n > 0 && g.cluster == u.cluster {
		g.nums[n-1] += *u.num
		g.dens[n-1] += *u.den
		return
	}
	g.cluster = u.cluster
	g.nums, g.dens = append(g.nums, *u.num), append(g.dens, *u.den)
}

// unbalanced says by how much what must add up to nothing does not, "" when all does.
func (g *group) unbalanced() string {
	text := ""
	for _, c := range slices.Sorted(maps.Keys(g.balance)) {
		if off := g.balance[c]; off != 0 {
			text += fmt.Sprintf(", %s %+d", c, off)
		}
	}
	if text == "" {
		return ""
	}
	return "opening, movements and closing differ by" + text[1:] + " minor units"
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// convert minor units at a rate in millionths, rounded half to even. The
// amounts are whole and below 2^53, so float64 holds them exactly.
func convert(v *float64, ppm int64) {
	if v != nil {
		*v = float64(roundHalfEven(int64(*v), ppm))
	}
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
