package kpi

import "strings"

// Input is everything Judge needs for one KPI, measure and scope.
type Input struct {
	Calendar     Calendar
	Definition   *Definition
	Measure      Measure
	Targets      []Target            // of this KPI, measure and segment; the one in force is picked by Since/Until
	Observations []Observation       // judged grain, latest revisions, in time order
	Baselines    map[string]Baseline // frozen baselines by Target.Hash
	Others       []Series            // the other measures that parts of a target name
	Units        []Unit              // the capabilities of a target that is a ramp from ga
	GA           Date                // general availability, where the series is of one capability
	AsOf         Millis              // the clock
	Through      Millis              // periods ending after this are not looked at (the page's week end); 0: AsOf
	Young        bool                // also judge the newest ended period by its bounds, though older ones are final
	Stale        bool                // a feeding source is overdue by two cadences: the last verdict becomes no_data
}

// Series is another measure of the KPI in the same scope.
type Series struct {
	Measure      Measure
	Observations []Observation       // at the measure's own judged grain, in time order
	Baselines    map[string]Baseline // by Target.Hash
}

// Unit is one capability with its own series.
type Unit struct {
	ID, Name     string
	GA           Date // general availability
	Observations []Observation
}

// Judge replays the history of a series and gives one verdict for each final
// period, in time order. A series without a final period gives one verdict:
// the newest ended period by its bounds, or no_data. The last element is the
// verdict of now.
//
// A target that counts per, or pools over, a calendar period coarser than the
// series gives one verdict for each such period, at the first final row that
// completes it. The last verdict becomes no_data, and keeps its number, when a
// source is stale or when two whole periods after it should be final by now and
// the newest of them has no observation.
func Judge(in Input) []Verdict {
	s := newSeries(in)
	if len(s.finals) == 0 && s.open() == nil {
		return []Verdict{s.unsettled()}
	}
	out := s.history(true)
	if v, ok := s.young(); ok {
		if len(out) > 0 {
			publish(&v, out[len(out)-1])
		}
		out = append(out, v)
	}
	if len(out) == 0 {
		out = append(out, s.tooEarly())
	}
	s.outdate(&out[len(out)-1])
	for i := range out {
		out[i].Sentence = s.sentence(&out[i])
	}
	return out
}

// history judges each row that gets a verdict, one for each period; hysteresis
// makes each depend on the one before.
func (s *series) history(hysteresis bool) []Verdict {
	var out []Verdict
	for _, r := range s.judgeable() {
		t := s.inForce(s.endDay(s.alone(r)))
		w, ok := s.window(t, r)
		if !ok || len(out) > 0 && out[len(out)-1].Period == w.period.ID {
			continue
		}
		v := s.judge(t, w)
		if hysteresis && len(out) > 0 {
			publish(&v, out[len(out)-1])
		}
		out = append(out, v)
	}
	return out
}

// now is the raw verdict of now without the history that leads to it.
func (s *series) now() Verdict {
	rows := s.judgeable()
	for i := len(rows) - 1; i >= 0; i-- {
		t := s.inForce(s.endDay(s.alone(rows[i])))
		if w, ok := s.window(t, rows[i]); ok {
			v := s.judge(t, w)
			s.outdate(&v)
			v.Sentence = s.sentence(&v)
			return v
		}
	}
	if len(s.finals) > 0 {
		return s.tooEarly()
	}
	return s.unsettled()
}

// outdate takes the last verdict back when nothing new arrives.
func (s *series) outdate(v *Verdict) {
	switch {
	case s.Stale:
		s.withhold(v, "source_late")
	case v.State != Open && s.gap():
		s.withhold(v, "gap")
	}
}

// judge gives the raw verdict of a window. Published is the same until the
// history says otherwise.
func (s *series) judge(t *Target, w window) Verdict {
	v := s.facts(t, w)
	if t != nil && s.hasParts(t) {
		return s.judgeParts(t, w, v)
	}
	l, status, reason := s.prepare(t, w, &v)
	if status != "" {
		return ungraded(v, status, reason)
	}
	v.Raw = l.status(*v.Value)
	v.Attainment = l.attainment(*v.Value)
	v.Uncertain = l.uncertain(v.Raw, v.CI)
	if v.N != nil && *v.N < int64(s.Measure.SureN) {
		v.Uncertain = true
		v.Notice = join(v.Notice, "n "+FormatCount(*v.N)+" is few, "+FormatCount(int64(s.Measure.SureN))+" would be sure")
	}
	if l.capped(*v.Value) {
		over := "above the ceiling of " + s.Measure.withUnit(s.Measure.line(*l.ceiling, 0), *l.ceiling)
		v.Notice = join(v.Notice, over)
	}
	v.Published = v.Raw
	return v
}

// join adds to a notice.
func join(notice, more string) string { return strings.TrimPrefix(notice+"; "+more, "; ") }

// prepare draws the lines, wherever there are any, and says why the verdict
// cannot be graded; status is empty when it can.
func (s *series) prepare(t *Target, w window, v *Verdict) (l lines, status Status, reason string) {
	status, reason = s.ungraded(t, w, *v)
	if t == nil || w.reason != "" || s.notStarted(t, w) {
		return l, status, reason
	}
	l, missing := s.lines(t, w, v)
	switch {
	case missing == tooYoung:
		l.fill(v)
		if status == "" {
			status, reason = MaturingNow, missing
		}
	case missing == "":
		l.fill(v)
	case status == "":
		status, reason = NotEnoughData, missing
	}
	return l, status, reason
}

// facts is a verdict with everything but the judgement.
func (s *series) facts(t *Target, w window) Verdict {
	v := Verdict{
		Period: w.period.ID, Starts: w.period.Starts, Ends: w.period.Ends,
		State: w.newest.State, Target: t,
	}
	if w.newest.Value == nil { // older periods do not stand in for it
		w.rows = []*row{w.newest}
	}
	p := s.Measure.pool(w.rows)
	v.Pooled, v.Restated = p.periods, p.restated
	v.Value, v.Num, v.Den, v.N, v.CI = p.value, p.num, p.den, p.n, p.ci
	if len(v.Pooled) == 0 {
		v.Pooled = []string{w.period.ID}
	}
	return v
}

// ungraded is the first reason not to grade, in the order no_data,
// not_enough_data. A missing baseline comes after these.
func (s *series) ungraded(t *Target, w window, v Verdict) (Status, string) {
	r, reason := w.newest, ""
	if r.Reason != nil {
		reason = *r.Reason
	}
	switch {
	case strings.HasPrefix(reason, "error"):
		return NoData, reason
	case t != nil && t.Expr.Kind == JudgedKind && (r.Value == nil || w.reason == ratingStale):
		return NoData, ratingStale
	case r.Value == nil && reason == "not_reached":
		return NotEnoughData, reason
	case (r.Value == nil || v.Value == nil) && (r.State == Final || r.BoundLo == nil):
		return NoData, "no_value"
	case t == nil:
		return NotEnoughData, "no_target"
	case w.reason != "":
		return NotEnoughData, w.reason
	case s.notStarted(t, w):
		return NotEnoughData, "not_started"
	case reason != "":
		return NotEnoughData, reason
	case s.belowMinimum(t, v):
		return NotEnoughData, "below_minimum"
	}
	return "", ""
}

// notStarted says whether a period ends on or before the start of a change or
// a ramp.
func (s *series) notStarted(t *Target, w window) bool {
	from := t.Expr.From
	if t.Expr.Kind == RampKind && from.IsZero() {
		from = s.GA
	}
	return !from.IsZero() && s.endDay(w) <= dayNumber(from)
}

func (s *series) minN(t *Target) int {
	if t != nil && t.MinN != nil {
		return *t.MinN
	}
	return s.Measure.MinN
}

// belowMinimum compares the units, or the denominator where no n is kept. A
// series that tells neither is not held to a minimum.
func (s *series) belowMinimum(t *Target, v Verdict) bool {
	least := float64(s.minN(t))
	switch {
	case v.N != nil:
		return float64(*v.N) < least
	case v.Den != nil:
		return *v.Den < least
	}
	return false
}

func ungraded(v Verdict, status Status, reason string) Verdict {
	v.Raw, v.Published, v.Pending, v.Reason = status, status, "", reason
	v.Uncertain, v.Attainment = false, nil
	return v
}

// unsettled judges a series without a final period: the newest ended one by the
// bounds of what it can still become, graded when both give the same status.
func (s *series) unsettled() Verdict {
	v := s.unsettledRaw()
	if s.Stale {
		s.withhold(&v, "source_late")
	}
	v.Sentence = s.sentence(&v)
	return v
}

// young is the verdict of a maturing period after the final ones.
func (s *series) young() (Verdict, bool) {
	if !s.Young || len(s.ended) == 0 || s.ended[len(s.ended)-1].State == Final {
		return Verdict{}, false
	}
	return s.unsettledRaw(), true
}

func (s *series) unsettledRaw() Verdict {
	if len(s.ended) == 0 {
		i := s.newest()
		p, t := s.Calendar.nth(s.grain, i), s.inForce(s.Calendar.firstDay(s.grain, i+1))
		v := Verdict{Period: p.ID, Starts: p.Starts, Ends: p.Ends, Pooled: []string{p.ID}, Target: t, State: Open}
		return ungraded(v, NoData, "never")
	}
	r := s.ended[len(s.ended)-1]
	w := s.alone(r)
	t := s.inForce(s.endDay(w))
	if t != nil && t.Expr.Kind != JudgedKind && (t.Expr.Over.N > 0 || t.Expr.Kind == CountKind && t.Expr.Per != s.grain) {
		w.reason = "too_little_history"
	}
	v := s.facts(t, w)
	if t != nil && s.hasParts(t) {
		return s.judgeParts(t, w, v)
	}
	v.Bounds = s.Measure.interval(r.BoundLo, r.BoundHi)
	l, status, reason := s.prepare(t, w, &v)
	if status != "" {
		return ungraded(v, status, reason)
	}
	if v.Bounds == nil {
		return ungraded(v, MaturingNow, "provisional")
	}
	v.Raw = l.status(v.Bounds[0])
	if v.Raw != l.status(v.Bounds[1]) {
		return ungraded(v, MaturingNow, "maturing")
	}
	v.Published = v.Raw
	return v
}

// tooEarly is the verdict of a series whose target needs a longer period than
// any that is over.
func (s *series) tooEarly() Verdict {
	r := s.finals[len(s.finals)-1]
	w := s.alone(r)
	return ungraded(s.facts(s.inForce(s.endDay(w)), w), NotEnoughData, "too_little_history")
}

// withhold takes a verdict back without taking its number away.
func (s *series) withhold(v *Verdict, reason string) {
	*v = ungraded(*v, NoData, reason)
}
