package kpi

// Reasons that only some kinds of target give.
const (
	tooYoung    = "too_young"    // a ramp below a third of its first day: maturing
	ratingStale = "rating_stale" // nobody has judged for one and a half times the agreed span: no_data
)

// ramp draws the lines of a share that grows with age (rule 7 of 3.2). At age a
// the floor is Floor * min(1, a/d2), the stretch Floor * a/d1 up to d1 and from
// there straight to Stretch at d2; after d2 both stay. Strict moves the floor:
// the whole of it is due at d1, and before that there is no stretch.
func (s *series) ramp(l *lines, t *Target, e *Expr, w window) (reason string) {
	from := e.From
	if from.IsZero() {
		from = s.GA
	}
	if from.IsZero() {
		return "ga_unknown"
	}
	age := float64(s.endDay(w) - dayNumber(from))
	first, full := float64(e.By[0]), float64(e.By[1])
	l.floorFinal, l.stretchFinal = e.Floor, e.Stretch
	l.floor = e.Floor * min(1, age/full)
	l.stretch = nil
	if e.Stretch != nil {
		height := e.Floor * age / first
		if age > first {
			height = e.Floor + (*e.Stretch-e.Floor)*min(1, (age-first)/(full-first))
		}
		l.stretch = &height
	}
	if l.strict {
		l.strict = false
		l.floor = e.Floor * min(1, age/first)
		if age < first {
			l.stretch = nil
		}
	}
	l.warn, l.top = 0.7*l.floor, l.stretch
	if age < first/3 {
		return tooYoung
	}
	return ""
}

// trendLeast is how few final periods a trend is not judged by, trendTail how
// many of the newest count.
const (
	trendLeast = 6
	trendTail  = 3
)

// trend grades a movement toward a value (rule 5 of 3.2): by the newest three
// periods, the Mann-Kendall test over the span and the signals of the whole
// series' process chart.
func (s *series) trend(l *lines, e *Expr, w window) (reason string) {
	rows := s.observed(w, e.Over)
	if len(rows) < trendLeast {
		return "too_little_history"
	}
	values := s.Measure.column(rows)
	tail := values[len(values)-trendTail:]
	mean := sum(tail) / trendTail
	dir := float64(e.Dir)
	test := MannKendall(values)
	way := dir * float64(test.S)
	significant := test.P < 0.10
	status := AtRisk
	switch {
	case allBeyond(tail, *e.Stretch, e.Dir):
		status = Exceeding
	case way < 0 && significant, s.adverseSignal(w):
		status = OffTrack
	case dir*mean >= dir*e.Floor-1e-9*max(1, dir*e.Floor), way > 0 && significant:
		status = OnTrack
	}
	l.grade = func(float64) Status { return status }
	l.reached = &mean
	l.floorFinal, l.stretchFinal = l.floor, l.stretch
	return ""
}

// observed are the final rows with a value whose periods lie in the span that
// ends with w's.
func (s *series) observed(w window, span Span) []*row {
	first := dayNumber(civil(s.endDay(w)).plus(span, -1))
	var out []*row
	for _, r := range s.finals {
		if r.index <= w.index && r.Value != nil && s.Calendar.firstDay(s.grain, r.index) >= first {
			out = append(out, r)
		}
	}
	return out
}

// column gives the values of rows in display units.
func (m Measure) column(rows []*row) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = m.Display(*r.Value)
	}
	return out
}

func allBeyond(values []float64, line float64, dir Direction) bool {
	for _, v := range values {
		if float64(dir)*(v-line) < -1e-9*max(1, line, -line) {
			return false
		}
	}
	return true
}

// adverseSignal says whether the process chart of the series up to w shows an
// adverse signal in its last three periods.
func (s *series) adverseSignal(w window) bool {
	chart := NewChart(s.points(w.index), ChartOptions{Direction: s.Measure.Direction, Rolling: rolling(s.finals)})
	_, found := chart.Adverse(trendTail, Outside, RunOf8, Near3Of)
	return found
}

// rolling says whether the rows are of windows that overlap.
func rolling(rows []*row) bool {
	return len(rows) > 0 && rows[len(rows)-1].Trailing != nil
}

// ChartPoints are the final single periods of a series that end by an instant,
// in display units, for its process chart: never pooled, a missing one is a gap.
func ChartPoints(in Input, until Millis) []ChartPoint {
	in.Through = until
	s := newSeries(in)
	if len(s.finals) == 0 {
		return nil
	}
	return s.points(s.finals[len(s.finals)-1].index)
}

// points are the final single periods up to an index, gaps included.
func (s *series) points(last int64) []ChartPoint {
	var out []ChartPoint
	if len(s.finals) == 0 {
		return nil
	}
	for i := s.finals[0].index; i <= last; i++ {
		p := ChartPoint{Period: s.Calendar.id(s.grain, i)}
		if r, ok := s.byIndex[i]; ok && r.Value != nil {
			p.Value = s.Measure.shown(*r.Value)
		}
		out = append(out, p)
	}
	return out
}

// objective grades a service level (rule 6 of 3.2) by the share c of the
// allowed failures that are used up, from good and total and never from a
// rounded percentage. An open window is held against the time that has passed.
func (s *series) objective(l *lines, e *Expr, w window, v *Verdict) {
	l.floorFinal, l.stretchFinal = l.floor, nil
	if v.Value == nil {
		return
	}
	used := (100 - *v.Value) / (100 - e.Floor)
	if v.Num != nil && v.Den != nil && *v.Den > 0 && s.Measure.Agg != Sum {
		used = (*v.Den - *v.Num) * 100 / (*v.Den * (100 - e.Floor))
	}
	l.budget, l.reached = &used, &used
	elapsed := s.elapsed(w, e.Over)
	const tol = 1e-9
	l.grade = func(float64) Status {
		switch {
		case used > 1+tol:
			return OffTrack
		case elapsed < 1 && used > elapsed*(1+tol):
			return AtRisk
		case elapsed < 1 || used > 0.25+tol:
			return OnTrack
		}
		return Exceeding
	}
	if elapsed >= 1 {
		most := e.Floor + 0.75*(100-e.Floor)
		l.stretch, l.stretchFinal = &most, &most
	}
}

// elapsed is the share of a window's time that has passed.
func (s *series) elapsed(w window, span Span) float64 {
	starts := s.Calendar.Midnight(civil(s.endDay(w)).plus(span, -1))
	return min(1, float64(s.AsOf-starts)/float64(w.period.Ends-starts))
}

// judged grades the light that people set. With at least amber, amber is what
// was asked for, so it is on track; without, it is at risk.
func (l *lines) judged(e *Expr) {
	l.grade = func(v float64) Status {
		switch {
		case v > 0.75, v > 0.25 && e.Least == "amber":
			return OnTrack
		case v > 0.25:
			return AtRisk
		}
		return OffTrack
	}
}
