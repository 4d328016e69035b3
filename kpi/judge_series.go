package kpi

import "math"

// series is the input of one Judge call with what is looked up often. Periods
// are numbered, so that neighbours, years and spans are arithmetic on local days
// and clocks are looked at only where a period is made.
type series struct {
	Input
	through Millis
	grain   Grain
	ended   []*row // periods that ended by through, in time order
	finals  []*row // the final ones of them
	byIndex map[int64]*row
	running *row // of the period that is not over at the clock; nil when a past one is looked at
}

// row is an observation with the index of its period.
type row struct {
	Observation
	index int64
}

func newSeries(in Input) *series {
	s := &series{Input: in, through: in.AsOf, byIndex: map[int64]*row{}, grain: Month}
	if in.Through != 0 {
		s.through = min(in.Through, in.AsOf)
	}
	if in.Definition != nil && in.Definition.Cadence != "" {
		s.grain = in.Definition.Cadence
	}
	for _, o := range in.Observations {
		running := in.Through == 0 && o.Starts < s.AsOf && o.Ends > s.AsOf
		if o.Ends > s.through && !running {
			continue
		}
		g, i, err := s.Calendar.locate(o.Period)
		if err != nil { // no id of this calendar: go by its start
			g, i = s.grain, s.Calendar.index(s.grain, s.Calendar.Day(o.Starts))
		}
		s.grain = g
		r := &row{o, i}
		if running {
			s.running = r
			continue
		}
		s.ended = append(s.ended, r)
		if o.State == Final {
			s.finals = append(s.finals, r)
			s.byIndex[i] = r
		}
	}
	return s
}

// alone is the window of a single row.
func (s *series) alone(r *row) window {
	return window{
		period: Period{ID: r.Period, Grain: s.grain, Starts: r.Starts, Ends: r.Ends},
		index:  r.index, rows: []*row{r}, newest: r,
	}
}

// endDay is the first local day after a window's period.
func (s *series) endDay(w window) int64 { return s.Calendar.firstDay(w.period.Grain, w.index+1) }

// newest is the index of the last period that ended by through.
func (s *series) newest() int64 {
	return s.Calendar.index(s.grain, s.Calendar.Day(s.Calendar.clamp(s.through))) - 1
}

// inForce is the target of the local day before a period's end. Of several the
// one that started last wins.
func (s *series) inForce(endDay int64) *Target {
	day := civil(endDay - 1)
	var found *Target
	for i := range s.Targets {
		t := &s.Targets[i]
		since := !t.Since.IsZero() && day.Before(t.Since)
		until := !t.Until.IsZero() && !day.Before(t.Until)
		if since || until || t.Expr == nil || found != nil && t.Since.orFirst().Before(found.Since.orFirst()) {
			continue
		}
		found = t
	}
	return found
}

func (d Date) orFirst() Date {
	if d.IsZero() {
		return Date{minYear, 1, 1}
	}
	return d
}

// settled says whether a period's grace and maturity have passed.
func (s *series) settled(p Period) bool {
	due := p.Ends
	if d := s.Definition; d != nil {
		due = max(due, p.Ends+Millis(d.Mature))
		if d.Grace.N > 0 {
			due = max(due, s.Calendar.Add(p.Ends, d.Grace))
		}
	}
	return due <= s.AsOf
}

// gap says whether two or more whole periods after the last final one should be
// final by now while the newest of them has no observation at all. One that is
// there but waits for a source or a maturing unit is late, not missing.
func (s *series) gap() bool {
	last, i := s.finals[len(s.finals)-1].index, s.newest()
	for i >= last+2 && !s.settled(s.Calendar.nth(s.grain, i)) {
		i--
	}
	return i >= last+2 && s.ended[len(s.ended)-1].index < i
}

// pooled is one number made of several observations, in display units.
type pooled struct {
	periods  []string
	value    *float64
	num, den *float64
	n        *int64
	ci       *Interval
	restated bool
}

// pool makes one number of consecutive periods: sums over sums for shares and
// ratios, the mean of the periods for everything else and for series without
// numerators. Rows without a value are left out. One row is itself, with the
// interval it was stored with; of several, shares and counts get an interval if
// the newest has one (a census has none). n adds up, except where a unit may
// come again in the next period (ratios, distinct): there the largest counts.
func (m Measure) pool(rows []*row) pooled {
	var p pooled
	var used []*row
	for _, o := range rows {
		if o.Value != nil {
			used = append(used, o)
			p.periods = append(p.periods, o.Period)
			p.restated = p.restated || o.Restated
		}
	}
	if len(used) == 0 {
		if len(rows) == 1 { // a maturing row has bounds, fraction and n before a value
			p.num, p.den, p.n, p.restated = rows[0].Num, rows[0].Den, rows[0].N, rows[0].Restated
		}
		return p
	}
	last := used[len(used)-1]
	p.num, p.den = total(used, func(o *row) *float64 { return o.Num }), total(used, func(o *row) *float64 { return o.Den })
	p.n = m.units(used)
	if len(used) == 1 {
		p.value, p.ci = m.shown(*last.Value), m.interval(last.CILo, last.CIHi)
		return p
	}
	fraction := (m.Agg == Share || m.Agg == Ratio || m.Agg == NPS) && p.num != nil && p.den != nil
	switch {
	case fraction && *p.den == 0:
		return p
	case fraction:
		p.value = m.shown(m.Quotient(*p.num, *p.den))
	default:
		p.value = m.shown(*total(used, func(o *row) *float64 { return o.Value }) / float64(len(used)))
	}
	if last.CILo != nil && last.CIHi != nil {
		p.ci = m.pooledInterval(p, len(used))
	}
	return p
}

// pooledInterval is the interval of a pooled share, or of the mean of k counts.
func (m Measure) pooledInterval(p pooled, k int) *Interval {
	switch {
	case m.Agg == Share && p.num != nil && p.den != nil:
		if lo, hi, ok := Wilson(*p.num, *p.den); ok {
			return m.interval(m.Range(lo, hi))
		}
	case m.Agg == Count:
		lo, hi := Byar(*p.value * float64(k))
		if finite(lo) {
			return &Interval{lo / float64(k), hi / float64(k)}
		}
	}
	return nil
}

// units is the n of several rows; nil when one of them does not tell.
func (m Measure) units(rows []*row) *int64 {
	var n int64
	for _, o := range rows {
		if o.N == nil {
			return nil
		}
		if m.Agg == Ratio || m.Agg == Distinct {
			n = max(n, *o.N)
		} else {
			n += *o.N
		}
	}
	return &n
}

// total adds a column; nil when a row has none.
func total(rows []*row, column func(*row) *float64) *float64 {
	xs := make([]float64, len(rows))
	for i, o := range rows {
		v := column(o)
		if v == nil {
			return nil
		}
		xs[i] = *v
	}
	v := sum(xs)
	return &v
}

func (m Measure) scale() float64 {
	if m.Scale == 0 {
		return 1
	}
	return m.Scale
}

func (m Measure) shown(v float64) *float64 {
	v = m.Display(v)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// interval is a stored pair of limits in display units; nil unless both are there.
func (m Measure) interval(lo, hi *float64) *Interval {
	if lo == nil || hi == nil {
		return nil
	}
	return &Interval{m.Display(*lo), m.Display(*hi)}
}
