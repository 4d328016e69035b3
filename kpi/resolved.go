package kpi

import (
	"fmt"
	"strings"
)

// Resolved writes out what a target comes to for the judged period: the baseline
// with its periods, floor, stretch and warn line as numbers, what is due in the
// end, and the pace. m is the measure that was judged. Without a target it is "".
func (v Verdict) Resolved(m Measure) string {
	if v.Target == nil {
		return ""
	}
	parts := []string{v.Target.Text}
	if v.Target.Text == "" {
		parts[0] = v.Target.Expr.String()
	}
	if b := v.Baseline; b != nil {
		if used := v.Target.at(b.Value); used != v.Target.Expr {
			parts = append(parts, "by its baseline "+used.String())
		}
		parts = append(parts, "baseline "+m.exact(b.Value)+span(b.Periods))
	}
	if v.Pace != nil {
		parts = append(parts, "pace "+percent(*v.Pace)+"%")
	}
	now := edges(m, v.FloorNow, v.StretchNow, v.WarnNow)
	final := edges(m, v.FloorFinal, v.StretchFinal, nil)
	if now != "" {
		parts = append(parts, "now "+now)
	}
	if final != "" && final != edges(m, v.FloorNow, v.StretchNow, nil) {
		parts = append(parts, "in full "+final)
	}
	if v.Budget != nil {
		parts = append(parts, "budget used "+percent(*v.Budget)+"%")
	}
	for _, p := range v.Parts {
		if text := p.Resolved(p.Measure); text != "" && v.Kind != RampKind {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "; ")
}

// edges names the lines that there are.
func edges(m Measure, floor, stretch, warn *float64) string {
	var out []string
	for _, edge := range []struct {
		name  string
		value *float64
	}{{"floor", floor}, {"stretch", stretch}, {"warn line", warn}} {
		if edge.value != nil {
			out = append(out, edge.name+" "+m.exact(*edge.value))
		}
	}
	return strings.Join(out, ", ")
}

// exact is a line with two digits more than the measure is shown with.
func (m Measure) exact(v float64) string { return m.withUnit(m.line(v, 2), v) }

// span names the periods a baseline was taken over.
func span(periods []string) string {
	switch n := len(periods); {
	case n == 0:
		return ""
	case periods[0] == periods[n-1]:
		return fmt.Sprintf(" (%s)", periods[0])
	default:
		return fmt.Sprintf(" (%s to %s)", periods[0], periods[n-1])
	}
}
