package scorecard

import (
	"fmt"
	"math"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Check is a measure that warns, with its observations at its own grain.
type Check struct {
	Measure      kpi.Measure
	Grain        kpi.Grain
	Observations []kpi.Observation
}

// Contradiction counts keys of a fact that were delivered with two contents at
// once; the newer was taken.
type Contradiction struct {
	Fact string
	Keys int
}

// Doubts says of the number of one period what a row says beside it.
func Doubts(in Input, k KPI, v kpi.Verdict) []string { return in.doubts(k, v, quality(k, v)) }

// doubts says what makes the row's number less than certain: checks that warn,
// records that contradict each other, too much left out.
func (in Input) doubts(k KPI, v kpi.Verdict, q DQ) []string {
	out := []string{}
	for _, c := range k.Checks {
		if text := in.warned(c); text != "" {
			out = append(out, text)
		}
	}
	for _, c := range k.Contradictions {
		if c.Keys > 0 {
			out = append(out, fmt.Sprintf("%s of %s came with two contents at once; the newer counts", records(c.Keys), strings.ReplaceAll(c.Fact, "_", " ")))
		}
	}
	if q.Warning && q.ExcludedShare != nil {
		out = append(out, fmt.Sprintf("%.1f%% of the units of %s were left out; the rows say why", 100**q.ExcludedShare, v.Period))
	}
	return out
}

func records(n int) string {
	if n == 1 {
		return "1 record"
	}
	return kpi.FormatCount(int64(n)) + " records"
}

// warned gives the words of a check whose newest settled value on this page is
// out of bounds.
func (in Input) warned(c Check) string {
	w := c.Measure.Warns
	o, before, ago := in.newest(c)
	if w == nil || o == nil || o.Value == nil {
		return ""
	}
	v := c.Measure.Display(*o.Value)
	beyond := w.Above != nil && v > *w.Above+1e-9 || w.Below != nil && v < *w.Below-1e-9
	if w.Drops != nil && before != nil && before.Value != nil {
		beyond = beyond || c.Measure.Display(*before.Value)-v > *w.Drops+1e-9
	}
	if w.FallsYoY != nil && ago != nil && ago.Value != nil && *ago.Value > 0 {
		beyond = beyond || 100*(1 - *o.Value / *ago.Value) > *w.FallsYoY+1e-9
	}
	if !beyond {
		return ""
	}
	return strings.NewReplacer("{value}", c.Measure.Format(v), "{num}", part(o.Num), "{den}", part(o.Den),
		"{excluded}", kpi.FormatCount(o.Excluded)).Replace(w.Says) + " (" + o.Period + ")"
}

func part(v *float64) string {
	if v == nil {
		return "–"
	}
	return plainNumber(math.Round(*v*100) / 100)
}

// newest is the newest settled observation of the page, the one of the period
// before it and the one of the year before.
func (in Input) newest(c Check) (o, before, ago *kpi.Observation) {
	by := map[string]*kpi.Observation{}
	for i := range c.Observations {
		x := &c.Observations[i]
		by[x.Period] = x
		if x.State == kpi.Final && x.Ends <= in.Week.Ends && x.Ends <= in.AsOf && (o == nil || x.Starts > o.Starts) {
			o = x
		}
	}
	if o == nil {
		return nil, nil, nil
	}
	p, err := in.Calendar.Period(o.Period)
	if err != nil {
		return o, nil, nil
	}
	return o, by[in.Calendar.Prev(p).ID], by[in.Calendar.YearAgo(p).ID]
}

// Break is where a new version of a definition began: numbers on both sides are
// by the newest one, but what people saw before it was by the old one.
type Break struct {
	Version int        `json:"version"`
	Since   kpi.Millis `json:"-"`
	At      string     `json:"since"`
	By      string     `json:"by"`
	Reason  string     `json:"reason"`
}

// breakIn is the newest version that began within [from, to).
func breakIn(breaks []Break, from, to kpi.Millis) *Break {
	var out *Break
	for i, b := range breaks {
		if b.Since >= from && b.Since < to {
			out = &breaks[i]
		}
	}
	return out
}
