package kpi

import "math"

// lines are the limits a value is held against, in display units, as they stand
// at the end of the judged period (kpi-definitions 3.2).
type lines struct {
	kind         Kind
	dir          Direction
	strict       bool
	floor, warn  float64
	stretch      *float64
	floorFinal   float64
	stretchFinal *float64
	top          *float64 // what exceeding takes; nil: nothing does
	ceiling      *float64
	pace         *float64
	baseline     *Baseline
	early        bool    // too early for off_track ...
	worst        float64 // ... unless the value is beyond this

	// grade replaces the comparison with the lines in kinds that judge by more
	// than one value; reached is then the attainment.
	grade   func(v float64) Status
	reached *float64
	budget  *float64
}

// lines draws the limits of the target in force; reason is why there are none.
func (s *series) lines(t *Target, w window, v *Verdict) (l lines, reason string) {
	e, reason := s.choose(t, w)
	if reason != "" {
		return lines{}, reason
	}
	l = lines{
		kind: e.Kind, dir: e.Dir, strict: t.Strict || e.Strict(),
		floor: e.Floor, stretch: e.Stretch, ceiling: t.Ceiling,
	}
	if l.dir == 0 {
		l.dir = s.Measure.Direction
	}
	if t.Expr.Kind == ChangeKind && e.Kind != ChangeKind { // chosen by a baseline: show it
		b, _, _ := s.baseline(t, t.Expr, w)
		l.baseline = &b
	}
	switch e.Kind {
	case LevelKind:
		l.warn = l.floor - float64(l.dir)*s.warnDistance(t, l)
	case CountKind:
		l.count(e)
	case RampKind:
		return l, s.ramp(&l, t, e, w)
	case TrendKind:
		return l, s.trend(&l, e, w)
	case SLOKind:
		s.objective(&l, e, w, v)
		return l, ""
	case JudgedKind:
		l.judged(e)
		return l, ""
	case ChangeKind:
		b, notice, reason := s.baseline(t, e, w)
		if reason != "" {
			return lines{}, reason
		}
		v.Notice = notice
		l.change(e, b, s.pace(e, w))
		return l, ""
	}
	l.floorFinal, l.stretchFinal, l.top = l.floor, l.stretch, l.stretch
	return l, ""
}

// choose is the expression that holds for the size of the baseline: the first
// alternative that fits, else the target's own.
func (s *series) choose(t *Target, w window) (*Expr, string) {
	if len(t.When) == 0 {
		return t.Expr, ""
	}
	b, _, reason := s.baseline(t, t.Expr, w)
	if reason != "" {
		return nil, reason
	}
	return t.at(b.Value), ""
}

// at is the expression for a baseline of this size.
func (t *Target) at(baseline float64) *Expr {
	for _, alt := range t.When {
		gte := alt.BaselineGTE == nil || baseline >= *alt.BaselineGTE
		lt := alt.BaselineLT == nil || baseline < *alt.BaselineLT
		if gte && lt && alt.Expr != nil {
			return alt.Expr
		}
	}
	return t.Expr
}

// warnDistance is how far a level may lie from its floor and be at risk: as the
// target says, at most five points (half the room left) for a rate that cannot
// pass 100 %, five percent of the floor otherwise.
func (s *series) warnDistance(t *Target, l lines) float64 {
	if t.Warn != nil {
		return *t.Warn
	}
	bounded := s.Measure.Unit == "%" && !s.Measure.Unbounded && l.floor >= 0 && l.floor < 100 &&
		(l.stretch == nil || *l.stretch >= 0 && *l.stretch <= 100)
	switch {
	case !bounded:
		return 0.05 * math.Abs(l.floor)
	case l.dir == Up:
		return min(5, (100-l.floor)/2)
	}
	return min(5, l.floor/2)
}

// count draws the limits of a count. Of an upper limit none at all exceeds; a
// range where fewer is better has its own stretch.
func (l *lines) count(e *Expr) {
	slack := max(1, 0.25*l.floor)
	if l.dir == Up {
		l.warn = max(l.floor-slack, min(1, l.floor))
		return
	}
	l.warn = l.floor + slack
	if e.Cmp != "" && l.stretch == nil {
		l.stretch = new(float64)
	}
}

// change draws the paced limits between the baseline and what is due at the
// end. In the first half the whole stretch is needed to exceed, in the first
// quarter only a fall as large as the promised gain is off track.
func (l *lines) change(e *Expr, b Baseline, pace float64) {
	due := func(size float64) float64 {
		if e.Unit == "%" {
			return b.Value * (1 + float64(l.dir)*size/100)
		}
		return b.Value + float64(l.dir)*size
	}
	toward := func(final float64) float64 { return b.Value + pace*(final-b.Value) }
	l.baseline, l.pace = &b, &pace
	l.floorFinal = due(e.Floor)
	gain := math.Abs(l.floorFinal - b.Value)
	l.floor = toward(l.floorFinal)
	l.warn = b.Value + 0.7*pace*(l.floorFinal-b.Value)
	l.early, l.worst = pace < 0.25, b.Value-float64(l.dir)*gain
	if e.Stretch == nil {
		return
	}
	final := due(*e.Stretch)
	now := toward(final)
	l.stretchFinal, l.stretch, l.top = &final, &now, &now
	if pace < 0.5 {
		l.top = &final
	}
}

// pace is the share of a change that is due at a period's end, in local days.
func (s *series) pace(e *Expr, w window) float64 {
	at := s.endDay(w)
	var first, end int64
	switch {
	case e.YoY:
		return 1
	case e.Per != "":
		i := s.Calendar.index(e.Per, at-1)
		first, end = s.Calendar.firstDay(e.Per, i), s.Calendar.firstDay(e.Per, i+1)
	default:
		first, end = dayNumber(e.From), dayNumber(e.From.plus(e.In, 1))
	}
	return float64(min(at, end)-first) / float64(end-first)
}

// status grades a value. All comparisons are on oriented, unrounded numbers.
func (l lines) status(v float64) Status {
	if l.grade != nil {
		return l.grade(v)
	}
	dir := float64(l.dir)
	tol := 1e-9 * max(1, math.Abs(l.floor))
	u := dir * v
	switch {
	case l.top != nil && u >= dir**l.top-tol && !l.capped(v):
		return Exceeding
	case u > dir*l.floor+tol, !l.strict && u >= dir*l.floor-tol:
		return OnTrack
	case u >= dir*l.warn-tol:
		return AtRisk
	case l.early && u >= dir*l.worst-tol:
		return AtRisk
	}
	return OffTrack
}

// capped says whether a value would exceed but for the ceiling.
func (l lines) capped(v float64) bool {
	return l.ceiling != nil && l.dir == Up && v > *l.ceiling && l.top != nil && v >= *l.top-1e-9*max(1, math.Abs(l.floor))
}

// attainment is the share of the promise that is kept, unclipped; nil where the
// promise is zero or has no share.
func (l lines) attainment(v float64) *float64 {
	num, den := v, l.floor
	switch {
	case l.grade != nil:
		return l.reached
	case l.kind == RampKind:
		den = l.floorFinal
	case l.kind == ChangeKind:
		num, den = v-l.baseline.Value, l.floorFinal-l.baseline.Value
	case l.kind == CountKind && l.dir == Down:
		return nil
	case l.dir == Down:
		num, den = l.floor, v
	}
	if den == 0 {
		return nil
	}
	a := num / den
	return &a
}

// uncertain says whether an interval contains a line that bounds the status.
func (l lines) uncertain(s Status, ci *Interval) bool {
	if l.grade != nil {
		return false
	}
	bounds := map[Status][]*float64{
		Exceeding: {l.top},
		OnTrack:   {l.top, &l.floor},
		AtRisk:    {&l.floor, &l.warn},
		OffTrack:  {&l.warn},
	}
	for _, line := range bounds[s] {
		if ci != nil && line != nil && *line >= ci[0] && *line <= ci[1] {
			return true
		}
	}
	return false
}

// fill copies the lines into a verdict.
func (l lines) fill(v *Verdict) {
	v.Kind, v.Budget = l.kind, l.budget
	if l.kind == JudgedKind {
		return
	}
	floor, warn, final := l.floor, l.warn, l.floorFinal
	v.FloorNow, v.FloorFinal = &floor, &final
	if l.grade == nil {
		v.WarnNow = &warn
	}
	v.StretchNow, v.StretchFinal = l.stretch, l.stretchFinal
	v.Baseline, v.Pace = l.baseline, l.pace
}
