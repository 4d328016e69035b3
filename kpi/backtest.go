package kpi

// A proposed target is tried on the past before it is promised: how often would
// it have been met, and what does the process allow?

// Backtest is what a target would have come to.
type Backtest struct {
	Trials  []Trial
	Counts  map[Status]int // of the trials
	Graded  int
	Met     int        // on track or better
	Limits  *Limits    // of the process chart; nil below six periods
	Line    *float64   // the floor the limits were held against; nil where there is none
	Allows  *Assurance // what the process does about it if it stays as it is
	Signals int        // points that stood out: with them the past is not one process
}

// Trial is one period the target is tried on. A change over a span is tried as if
// it had been promised at Start and judged when the span was over.
type Trial struct {
	Start   string // "" where the target has no start
	Verdict Verdict
}

// Try judges the past periods of a series against a target. A change in a span is
// promised anew at the start of each period whose span has ended; the other kinds
// are judged at each final period, without hysteresis, for each is tried alone.
// in.Targets is not looked at.
func Try(in Input, t Target) Backtest {
	t = always(t)
	in.Targets, in.Baselines = []Target{t}, nil
	s := newSeries(in)
	b := Backtest{Counts: map[Status]int{}}
	if t.Expr.Kind == ChangeKind && t.Expr.In.N > 0 {
		b.Trials = s.promises(t)
	} else {
		for _, v := range s.history(false) {
			v.Sentence = s.sentence(&v)
			b.Trials = append(b.Trials, Trial{Verdict: v})
		}
	}
	for _, trial := range b.Trials {
		status := trial.Verdict.Raw
		b.Counts[status]++
		if status.Graded() {
			b.Graded++
		}
		if status.OnTarget() {
			b.Met++
		}
	}
	s.allow(&b)
	return b
}

// promises judges the same change from the start of each period at the end of its
// span. Alternatives by baseline start on the same day.
func (s *series) promises(t Target) []Trial {
	var out []Trial
	if len(s.finals) == 0 {
		return nil
	}
	last := s.finals[len(s.finals)-1]
	for i := s.finals[0].index + 1; ; i++ {
		from := civil(s.Calendar.firstDay(s.grain, i))
		end := dayNumber(from.plus(t.Expr.In, 1))
		if end > s.Calendar.firstDay(s.grain, last.index+1) {
			return out
		}
		in := s.Input
		in.Targets = []Target{started(t, from)}
		in.Through = s.Calendar.Midnight(civil(end))
		in.AsOf, in.Stale = max(in.Through, in.Observations[len(in.Observations)-1].Ends), false
		v := newSeries(in).now()
		if v.Reason != "not_started" {
			out = append(out, Trial{Start: from.String(), Verdict: v})
		}
	}
}

// started is a change promised on another day.
func started(t Target, from Date) Target {
	move := func(e *Expr) *Expr {
		moved := *e
		if moved.In.N > 0 {
			moved.From = from
		}
		return &moved
	}
	t.Expr = move(t.Expr)
	t.Text = t.Expr.String()
	t.When = append([]When(nil), t.When...)
	for i, w := range t.When {
		if w.Expr != nil {
			t.When[i].Expr = move(w.Expr)
		}
	}
	return t
}

// allow holds the limits of the single periods against the floor of the newest
// trial. A floor for several periods together is not one for each of them.
func (s *series) allow(b *Backtest) {
	if len(s.finals) == 0 || len(b.Trials) == 0 {
		return
	}
	chart := NewChart(s.points(s.finals[len(s.finals)-1].index), ChartOptions{Direction: s.Measure.Direction, Rolling: rolling(s.finals)})
	b.Limits, b.Signals = chart.Limits(), len(chart.Signals)
	v := b.Trials[len(b.Trials)-1].Verdict
	if b.Limits == nil || v.FloorNow == nil || v.WarnNow == nil || v.Kind == CountKind && v.Target.Expr.Per != s.grain {
		return
	}
	segment := chart.Segments[len(chart.Segments)-1]
	allows := b.Limits.Assure(segment.Last-segment.First, *v.FloorNow, s.Measure.Direction)
	b.Line, b.Allows = v.FloorNow, &allows
}
