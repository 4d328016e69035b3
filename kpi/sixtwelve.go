package kpi

import "strings"

// The 6-12 view: six weeks beside twelve months, each with its counterpart of the
// year before, and the box scores under them (Bryar and Carr, Working Backwards).

// Weeks and months of the view.
const (
	sixWeeks     = 6
	twelveMonths = 12
)

// Figure is what a series says of a period, in stored units. Of a share or ratio
// the fraction counts, so that a longer span is a sum over a sum and never a mean
// of what lies within it; of the others the value.
type Figure struct{ Num, Den, Value *float64 }

// Figure of an observation. One whose number is not published has none, though
// its fraction is known: a young cohort's rate would be taken for a low one.
func (o Observation) Figure() (Figure, bool) {
	return Figure{o.Num, o.Den, o.Value}, o.Value != nil
}

// SixTwelve is the view of a week. Missing is nil, never 0. Values are in display
// units.
type SixTwelve struct {
	Week   Period
	Weeks  []Pair // six, oldest first; the year ago is 364 days earlier
	Months []Pair // the twelve that have ended with the week, oldest first
	Boxes  Boxes
	// Points says that the changes are differences in display units: points of a
	// rate or an index. Else they are relative, 0.1 for 10 % more.
	Points bool
}

// Pair is a period with its counterpart of the year before.
type Pair struct {
	Period, Ago    Period
	Value, YearAgo *float64
}

// Boxes are the scores under the two panels.
type Boxes struct {
	LastWeek, WoW, YoY *float64
	MTD, MTDYoY        *float64
	QTD, QTDYoY        *float64
	YTD, YTDYoY        *float64
}

// SixTwelvePeriods lists the periods the view of a week asks for: weeks, months,
// to-date spans, and those of the year before.
func (c Calendar) SixTwelvePeriods(week Period) []Period {
	var out []Period
	for _, p := range append(c.sixWeeks(week), c.twelveMonths(week)...) {
		out = append(out, p, c.YearAgo(p))
	}
	for _, g := range []Grain{Month, Quarter, Year} {
		p := c.ToDate(g, week.Ends)
		out = append(out, p, c.ToDateYearAgo(p))
	}
	return out
}

func (c Calendar) sixWeeks(last Period) []Period {
	out := make([]Period, sixWeeks)
	for i, p := sixWeeks-1, last; i >= 0; i, p = i-1, c.Prev(p) {
		out[i] = p
	}
	return out
}

// twelveMonths are the last ones that have ended when the week has.
func (c Calendar) twelveMonths(week Period) []Period {
	p := c.Ended(Month, week.Ends)
	out := make([]Period, twelveMonths)
	for i := twelveMonths - 1; i >= 0; i, p = i-1, c.Prev(p) {
		out[i] = p
	}
	return out
}

// SixTwelve builds the view of a week from what at gives for each of the
// SixTwelvePeriods; ok is false for a period without a number.
func (m Measure) SixTwelve(c Calendar, week Period, at func(Period) (f Figure, ok bool)) SixTwelve {
	value := func(p Period) *float64 {
		f, ok := at(p)
		if !ok {
			return nil
		}
		return m.displayed(f)
	}
	pairs := func(periods []Period) []Pair {
		out := make([]Pair, len(periods))
		for i, p := range periods {
			ago := c.YearAgo(p)
			out[i] = Pair{p, ago, value(p), value(ago)}
		}
		return out
	}
	s := SixTwelve{Week: week, Weeks: pairs(c.sixWeeks(week)), Months: pairs(c.twelveMonths(week)), Points: m.inPoints()}
	last := s.Weeks[sixWeeks-1]
	s.Boxes.LastWeek = last.Value
	s.Boxes.WoW = m.change(last.Value, s.Weeks[sixWeeks-2].Value)
	s.Boxes.YoY = m.change(last.Value, last.YearAgo)
	toDate := func(g Grain) (now, yoy *float64) {
		p := c.ToDate(g, week.Ends)
		now = value(p)
		return now, m.change(now, value(c.ToDateYearAgo(p)))
	}
	s.Boxes.MTD, s.Boxes.MTDYoY = toDate(Month)
	s.Boxes.QTD, s.Boxes.QTDYoY = toDate(Quarter)
	s.Boxes.YTD, s.Boxes.YTDYoY = toDate(Year)
	return s
}

// displayed is the value of a figure, re-pooled where it is a fraction.
func (m Measure) displayed(f Figure) *float64 {
	if (m.Agg == Share || m.Agg == Ratio) && f.Num != nil && f.Den != nil {
		if *f.Den <= 0 {
			return nil
		}
		v := m.Display(m.Quotient(*f.Num, *f.Den))
		return &v
	}
	if f.Value == nil {
		return nil
	}
	v := m.Display(*f.Value)
	return &v
}

// inPoints: rates and index scores change by points, amounts and lengths of time
// by percent.
func (m Measure) inPoints() bool {
	return m.Unit == "%" || m.Unit == "pts" || strings.HasPrefix(m.Unit, "/") || m.Unit == Rag
}

// change from an earlier value; nil when either is missing or nothing can be
// divided by.
func (m Measure) change(now, before *float64) *float64 {
	if now == nil || before == nil {
		return nil
	}
	if m.inPoints() {
		d := *now - *before
		return &d
	}
	if *before <= 0 {
		return nil
	}
	d := *now / *before - 1
	return &d
}
