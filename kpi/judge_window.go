package kpi

// window is what one verdict is about: a period and the final rows that make
// its number. reason says why they cannot.
type window struct {
	period Period
	rows   []Observation
	reason string
}

// window gives the rows a target looks at when row is the newest final one. ok
// is false when row completes no period of the target.
func (s *series) window(t *Target, row Observation) (w window, ok bool) {
	w = window{period: s.period(row), rows: []Observation{row}}
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
	case e.Over.N > 0 && e.Trailing:
		return s.trailing(w, e.Over), true
	case e.Over.N > 0:
		grain := map[byte]Grain{'w': Week, 'm': Month, 'q': Quarter, 'h': Half, 'y': Year}[e.Over.Unit]
		return s.calendarWindow(t, w, grain, false)
	}
	w.rows = s.last(w.period, s.smooth(t, e))
	return w, true
}

// smooth is how many periods a verdict pools: four for weekly levels and
// changes, one otherwise, unless the target says it.
func (s *series) smooth(t *Target, e *Expr) int {
	switch {
	case e.Kind == CountKind || !s.Measure.poolable():
		return 1
	case t.Smooth != nil:
		return max(1, *t.Smooth)
	case s.Definition != nil && s.Definition.Cadence == Week && s.grain == Week:
		return 4
	}
	return 1
}

// last are the final rows of the k calendar periods that end with p; missing
// ones are skipped.
func (s *series) last(p Period, k int) []Observation {
	var rows []Observation
	for i := k - 1; i >= 0; i-- {
		if o, ok := s.byID[s.Calendar.shift(p, -int64(i)).ID]; ok {
			rows = append(rows, o)
		}
	}
	return rows
}

// within are the final rows of the periods that make up a coarser one. A period
// that straddles a border, as weeks do, belongs where its last day lies; exact
// says that none did.
func (s *series) within(p Period) (rows []Observation, missing int, exact bool) {
	exact = true
	for _, sub := range s.Calendar.Between(s.grain, p.Starts, p.Ends) {
		exact = exact && sub.Starts >= p.Starts && sub.Ends <= p.Ends
		if sub.Ends > p.Ends {
			continue
		}
		if o, ok := s.byID[sub.ID]; ok && o.Value != nil {
			rows = append(rows, o)
		} else {
			missing++
		}
	}
	return rows, missing, exact
}

// calendarWindow is the latest period of a grain that is over when w's is. A
// period that was judged by another target is not judged again, and one before
// the series began is not judged at all.
func (s *series) calendarWindow(t *Target, w window, g Grain, add bool) (window, bool) {
	if g == s.grain {
		return w, true
	}
	p := s.Calendar.Containing(g, w.period.Ends-1)
	if p.Ends > w.period.Ends {
		p = s.Calendar.Prev(p)
	}
	rows, missing, exact := s.within(p)
	if !exact {
		w.reason = "grain"
		return w, true
	}
	if then := s.inForce(p.Ends); len(rows) == 0 || then == nil || then.Hash != t.Hash {
		return w, false
	}
	out := window{period: p, rows: rows}
	if add {
		if missing > 0 {
			out.reason = "missing_sub_periods"
		}
		out.rows = []Observation{s.Measure.add(p, rows)}
	}
	return out, true
}

// add sums finer rows into one of a coarser period, as a count does. Its
// interval is Byar's where the rows have one.
func (m Measure) add(p Period, rows []Observation) Observation {
	o := rows[len(rows)-1]
	o.Period, o.Starts, o.Ends = p.ID, p.Starts, p.Ends
	o.Value = total(rows, func(o Observation) *float64 { return o.Value })
	o.Num = total(rows, func(o Observation) *float64 { return o.Num })
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
	return o
}

// trailing are the final rows of the span that ends with w's period; the span
// must be a whole number of periods.
func (s *series) trailing(w window, span Span) window {
	start := s.Calendar.Sub(w.period.Ends, span)
	first := s.Calendar.Containing(s.grain, start)
	if first.Starts != start {
		w.reason = "span"
		return w
	}
	w.rows = nil
	for _, o := range s.finals {
		if o.Starts >= start && o.Ends <= w.period.Ends {
			w.rows = append(w.rows, o)
		}
	}
	return w
}
