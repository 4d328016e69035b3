package kpi

// window is what one verdict is about: a period and the final rows that make
// its number. reason says why they cannot.
type window struct {
	period Period
	index  int64 // of the period
	rows   []*row
	newest *row // of the rows, before a count adds them up
	reason string
}

// window gives the rows a target looks at when r is the newest final one. ok
// is false when r completes no period of the target.
func (s *series) window(t *Target, r *row) (w window, ok bool) {
	w = s.alone(r)
	if t == nil {
		return w, true
	}
	e, reason := s.choose(t, w)
	if reason != "" {
		e = t.Expr // baseline_missing is said when the lines are drawn
	}
	switch {
	case e.Kind == CountKind:
		return s.calendarWindow(t, w, e.Per, true)
	case e.Kind == SLOKind:
		return s.budgetWindow(w, e.Over), true
	case e.Kind == JudgedKind:
		return s.latestJudgement(w, e.Over), true
	case !e.smooths(): // a trend looks back by itself, a ramp never
		return w, true
	case e.Over.N > 0 && e.Trailing:
		return s.trailing(w, e.Over), true
	case e.Over.N > 0:
		grain := map[byte]Grain{'w': Week, 'm': Month, 'q': Quarter, 'h': Half, 'y': Year}[e.Over.Unit]
		return s.calendarWindow(t, w, grain, false)
	}
	w.rows = s.last(w.index, s.smooth(t, e))
	return w, true
}

// smooth is how many periods a verdict pools: four for weekly levels and
// changes, one otherwise, unless the target says it.
func (s *series) smooth(t *Target, e *Expr) int {
	switch {
	case !e.smooths() || !s.Measure.poolable():
		return 1
	case t.Smooth != nil:
		return max(1, *t.Smooth)
	case s.Definition != nil && s.Definition.Cadence == Week && s.grain == Week:
		return 4
	}
	return 1
}

// last are the final rows of the k calendar periods that end with the one at
// index i; missing ones are skipped.
func (s *series) last(i int64, k int) []*row {
	var rows []*row
	if len(s.finals) == 0 {
		return nil
	}
	for j := max(i-int64(k)+1, s.finals[0].index); j <= i; j++ {
		if r, ok := s.byIndex[j]; ok {
			rows = append(rows, r)
		}
	}
	return rows
}

// within are the final rows of the periods that make up a coarser one. A period
// that straddles a border, as weeks do, belongs where its last day lies; exact
// says that none did.
func (s *series) within(g Grain, i int64) (rows []*row, missing int, exact bool) {
	c := s.Calendar
	first, end := c.firstDay(g, i), c.firstDay(g, i+1)
	j := c.index(s.grain, first)
	exact = c.firstDay(s.grain, j) == first
	for ; c.firstDay(s.grain, j+1) <= end; j++ {
		if r, ok := s.byIndex[j]; ok && r.Value != nil {
			rows = append(rows, r)
		} else {
			missing++
		}
	}
	return rows, missing, exact && c.firstDay(s.grain, j) == end
}

// calendarWindow is the latest period of a grain that is over when w's is. A
// period that was judged by another target is not judged again, and one before
// the series began is not judged at all.
func (s *series) calendarWindow(t *Target, w window, g Grain, add bool) (window, bool) {
	if g == s.grain {
		return w, true
	}
	end := s.endDay(w)
	i := s.Calendar.index(g, end-1)
	if s.Calendar.firstDay(g, i+1) > end {
		i--
	}
	rows, missing, exact := s.within(g, i)
	if !exact {
		w.reason = "grain"
		return w, true
	}
	then := s.inForce(s.Calendar.firstDay(g, i+1))
	if len(rows) == 0 || then == nil || then.Hash != t.Hash {
		return w, false
	}
	out := window{period: s.Calendar.nth(g, i), index: i, rows: rows, newest: rows[len(rows)-1]}
	if add {
		if missing > 0 {
			out.reason = "missing_sub_periods"
		}
		out.rows = []*row{s.Measure.add(out.period, rows)}
	}
	return out, true
}

// add sums finer rows into one of a coarser period, as a count does. Its
// interval is Byar's where the rows have one.
func (m Measure) add(p Period, rows []*row) *row {
	o := *rows[len(rows)-1]
	o.Period, o.Starts, o.Ends = p.ID, p.Starts, p.Ends
	o.Value = total(rows, func(o *row) *float64 { return o.Value })
	o.Num = total(rows, func(o *row) *float64 { return o.Num })
	o.Den, o.N = nil, m.units(rows)
	for _, r := range rows {
		o.Restated = o.Restated || r.Restated
	}
	if o.CILo != nil && m.Agg == Count && *o.Value >= 0 {
		lo, hi := Byar(*o.Value)
		o.CILo, o.CIHi = &lo, &hi
	} else {
		o.CILo, o.CIHi = nil, nil
	}
	return &o
}

// trailing are the final rows of the span that ends with w's period; the span
// must be a whole number of periods.
func (s *series) trailing(w window, span Span) window {
	start := dayNumber(civil(s.endDay(w)).plus(span, -1))
	first := s.Calendar.index(s.grain, start)
	if s.Calendar.firstDay(s.grain, first) != start {
		w.reason = "span"
		return w
	}
	w.rows = s.last(w.index, int(w.index-first+1))
	return w
}
