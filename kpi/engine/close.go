package engine

import (
	"slices"

	"github.com/kpid/kpid/kpi"
)

// close turns the gathered units of a cell into its number and its interval.
func (g *group) close(m kpi.Measure, have map[string]bool) error {
	for _, s := range g.strata {
		g.population += s[0]
		g.invited += s[1]
	}
	g.refused = g.unbalanced()
	switch m.Agg {
	case kpi.Mean:
		return g.closeMean()
	case kpi.Median:
		return g.closeMedian(m, have["censored"])
	case kpi.NPS:
		return g.closeNPS()
	case kpi.Worst:
		return g.closeWorst(m)
	}
	return g.closeQuotient(m)
}

func (g *group) closeMean() error {
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

// closeMedian is the quantile of type 7 or, where the SQL knows units that have
// not arrived, Kaplan-Meier's.
func (g *group) closeMedian(m kpi.Measure, censored bool) error {
	g.n = int64(len(g.values))
	if g.n == 0 {
		return nil
	}
	if censored {
		g.closeLives(m)
		return nil
	}
	slices.Sort(g.values)
	if v, ok := kpi.Quantile(g.values, m.Quantile); ok {
		g.value = &v
	}
	if lo, hi, ok := kpi.MedianInterval(g.values); ok && m.Quantile == 0.5 {
		g.ciLo, g.ciHi = &lo, &hi
	}
	return finite(g.values...)
}

// closeLives keeps as pending only the units that can still move the number.
// While there are some it is not published, only what it can still become.
func (g *group) closeLives(m kpi.Measure) {
	l := kpi.Lives(g.lives, m.Quantile)
	g.pending = int64(l.Pending)
	g.value, g.ciLo, g.ciHi, g.boundLo, g.boundHi = l.Value, l.Lo, l.Hi, l.BoundLo, l.BoundHi
	switch {
	case l.Value == nil && l.Pending == 0:
		g.reason = "not_reached"
	case l.Events < m.MinEvents:
		g.reason = "too_few_events"
	}
}

// closeNPS counts promoters (1) and detractors (-1) among all answers.
func (g *group) closeNPS() error {
	var promoters, passives, detractors float64
	for _, v := range g.values {
		switch {
		case v > 0:
			promoters++
		case v < 0:
			detractors++
		default:
			passives++
		}
	}
	nps, lo, hi, ok := kpi.NPSInterval(promoters, passives, detractors)
	if !ok {
		return nil
	}
	g.num, g.den, g.n = promoters-detractors, float64(len(g.values)), int64(len(g.values))
	g.value, g.ciLo, g.ciHi = &nps, &lo, &hi
	return nil
}

// closeWorst takes the fraction of the worst cluster; of equals the first.
func (g *group) closeWorst(m kpi.Measure) error {
	g.n = int64(len(g.nums))
	worst := -1
	for i := range g.nums {
		if g.dens[i] <= 0 {
			continue
		}
		if worst < 0 || float64(m.Direction)*(g.nums[i]/g.dens[i]-g.nums[worst]/g.dens[worst]) < 0 {
			worst = i
		}
	}
	if worst < 0 {
		return nil
	}
	g.num, g.den = g.nums[worst], g.dens[worst]
	return finite(g.num, g.den)
}

func (g *group) closeQuotient(m kpi.Measure) error {
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
	switch {
	case m.Interval == "byar":
		lo, hi = kpi.Byar(g.num)
		lo, hi, ok = lo/g.den, hi/g.den, g.num >= 0
	case g.binary:
		lo, hi, ok = kpi.Wilson(g.num, g.den)
	default:
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
