package kpi

import "math"

// TakeBaseline computes the baseline a target would freeze from what is known
// now; ok is false while its periods are not all over or none has a value. Only
// a change in a span has one to freeze. Over means past grace and maturity and
// not waiting for anything: a baseline of half the periods would be kept for
// good.
func TakeBaseline(in Input, t Target) (b Baseline, ok bool) {
	if t.Expr == nil || t.Expr.In.N == 0 || t.baselineMethod() != "pooled" {
		return Baseline{}, false
	}
	s := newSeries(in)
	last, k := s.before(t)
	if !s.settled(s.Calendar.nth(s.grain, last)) || last > s.newest() {
		return Baseline{}, false
	}
	for _, r := range s.ended {
		if r.index > last-int64(k) && r.index <= last && r.State != Final {
			return Baseline{}, false
		}
	}
	return s.pooledBaseline(t)
}

// baseline is what a change is measured from, with a notice when the frozen one
// would now come out differently; reason is why there is none.
func (s *series) baseline(t *Target, e *Expr, w window) (b Baseline, notice, reason string) {
	ok := false
	switch {
	case t.baselineMethod() == "value":
		b, ok = Baseline{Value: *t.Baseline.Value}, true
	case e.YoY, e.Per == "" && t.baselineMethod() == "same_period_last_year":
		b, ok = s.yearAgo(w.rows)
	case e.Per != "":
		b, ok, reason = s.previous(e.Per, w)
	default:
		b, notice, ok = s.frozen(*t)
	}
	switch {
	case reason != "":
	case !ok:
		reason = "baseline_missing"
	case e.Unit == "%" && b.Value == 0:
		reason = "zero_baseline"
	case e.Unit == "%" && b.Value < 0:
		reason = "negative_baseline"
	}
	return b, notice, reason
}

func (t Target) baselineMethod() string {
	if t.Baseline == nil || t.Baseline.Method == "" {
		return "pooled"
	}
	return t.Baseline.Method
}

// frozen is the stored baseline of a target or, until there is one, what it
// would be now.
func (s *series) frozen(t Target) (b Baseline, notice string, ok bool) {
	now, known := s.pooledBaseline(t)
	b, stored := s.Baselines[t.Hash]
	if !stored {
		return now, "", known
	}
	if known && math.Abs(now.Value-b.Value) > 0.5*math.Pow(10, -float64(s.Measure.Digits)) {
		was, is := s.Measure.FormatPair(b.Value, now.Value)
		notice = "the baseline " + was + " was restated to " + is + " and waits to be accepted"
	}
	return b, notice, true
}

// before is the index of the last period that ends on or before a target's
// start, and how many with it make the baseline: six weeks, three months, else
// one period.
func (s *series) before(t Target) (last int64, k int) {
	k = map[Grain]int{Week: 6, Month: 3}[s.grain]
	if t.Baseline != nil && t.Baseline.Periods > 0 {
		k = t.Baseline.Periods
	}
	return s.Calendar.index(s.grain, dayNumber(t.Expr.From)) - 1, max(k, 1)
}

func (s *series) pooledBaseline(t Target) (Baseline, bool) {
	last, k := s.before(t)
	return s.Measure.baselineOf(s.last(last, k))
}

// yearAgo pools the same periods of the year before.
func (s *series) yearAgo(rows []*row) (Baseline, bool) {
	var ago []*row
	for _, r := range rows {
		if then, ok := s.byIndex[r.index-s.grain.perYear()]; ok {
			ago = append(ago, then)
		}
	}
	return s.Measure.baselineOf(ago)
}

// previous pools the period before the one that a judged period lies in.
func (s *series) previous(g Grain, w window) (b Baseline, ok bool, reason string) {
	if g.coarseness() < s.grain.coarseness() {
		return Baseline{}, false, "grain"
	}
	rows, _, _ := s.within(g, s.Calendar.index(g, s.endDay(w)-1)-1)
	b, ok = s.Measure.baselineOf(rows)
	return b, ok, ""
}

// coarseness orders the grains, week first.
func (g Grain) coarseness() int {
	for i, known := range Grains() {
		if g == known {
			return i
		}
	}
	return -1
}

func (m Measure) baselineOf(rows []*row) (Baseline, bool) {
	p := m.pool(rows)
	if p.value == nil {
		return Baseline{}, false
	}
	return Baseline{
		Value: *p.value, Num: p.num, Den: p.den,
		Periods: []string{p.periods[0], p.periods[len(p.periods)-1]},
	}, true
}
