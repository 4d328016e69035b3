package kpitest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
)

// Failure is one expectation that did not hold.
type Failure struct {
	Line     int           `json:"line"`
	What     string        `json:"what"`
	Expected string        `json:"expected"`
	Got      string        `json:"got"`
	Rows     []engine.Unit `json:"rows"`
	zone     *time.Location
	units    bool // there should be some
}

// shownRows is how many units a failure prints; its Rows have all.
const shownRows = 20

// String says what was expected, what came and what that was made of.
func (f Failure) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d: %s\n  expected  %s\n  got       %s", f.Line, f.What, f.Expected, f.Got)
	cells, widths := [][]string{}, []int{}
	for _, u := range f.Rows[:min(len(f.Rows), shownRows)] {
		row := f.row(u)
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len([]rune(c)))
		}
		cells = append(cells, row)
	}
	for _, row := range cells {
		text := ""
		for i, c := range row {
			text += c + strings.Repeat(" ", widths[i]-len([]rune(c))+2)
		}
		b.WriteString("\n  unit      " + strings.TrimRight(text, " "))
	}
	if more := len(f.Rows) - shownRows; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more units", more)
	}
	if len(f.Rows) == 0 && f.units {
		b.WriteString("\n  the SQL returns no unit for this scope and period")
	}
	return b.String()
}

// row is a unit in columns: its name, its numbers, its state, its moment, its source.
func (f Failure) row(u engine.Unit) []string {
	state := ""
	switch {
	case u.Excluded != "":
		state = "left out: " + u.Excluded
	case u.Pending:
		state = "pending"
	}
	moment := ""
	if u.At != nil && f.zone != nil {
		moment = u.At.Time().In(f.zone).Format("2006-01-02T15:04")
	}
	return []string{u.Unit, numbers(u), state, moment, u.Ref}
}

// numbers are 1/2 of a fraction, or the value.
func numbers(u engine.Unit) string {
	switch {
	case u.Value != nil:
		return plain(u.Value)
	case u.Den != nil:
		return plain(u.Num) + "/" + plain(u.Den)
	}
	return plain(u.Num)
}

// unitText is a unit as a line under rows is written.
func unitText(u engine.Unit) string {
	if u.Excluded != "" {
		return u.Unit + " - excluded " + u.Excluded
	}
	return u.Unit + " " + numbers(u)
}

// plain writes a number so that it can be copied into the file; _ is none.
func plain(v *float64) string {
	if v == nil {
		return "_"
	}
	return strconv.FormatFloat(math.Round(*v*1e6)/1e6, 'f', -1, 64)
}

// observationText writes an observation as an eval line is written.
func observationText(ev evaluated, o *kpi.Observation) string {
	if o == nil {
		return "none " + strconv.Quote(ev.def.None)
	}
	shown := func(v *float64) string {
		if v == nil {
			return "none"
		}
		x := ev.measure.Display(*v)
		return plain(&x)
	}
	parts := []string{}
	if o.Num != nil && o.Den != nil {
		parts = append(parts, plain(o.Num)+"/"+plain(o.Den))
	}
	parts = append(parts, strings.TrimSpace(shown(o.Value)+" "+unitOf(ev.measure, o.Value)))
	if o.CILo != nil || o.CIHi != nil {
		parts = append(parts, "ci "+shown(o.CILo)+".."+shown(o.CIHi))
	}
	if o.BoundLo != nil || o.BoundHi != nil {
		parts = append(parts, "bounds "+shown(o.BoundLo)+".."+shown(o.BoundHi))
	}
	if o.N != nil {
		parts = append(parts, fmt.Sprintf("n %d", *o.N))
	}
	parts = append(parts, fmt.Sprintf("state %s", o.State), fmt.Sprintf("pending %d", o.Pending), fmt.Sprintf("excluded %d", o.Excluded))
	if o.Reason != nil {
		parts = append(parts, "reason "+quoteSpaces(*o.Reason))
	}
	if o.Trailing != nil {
		parts = append(parts, "trailing "+*o.Trailing)
	}
	if o.Restated && o.Cause != nil {
		parts = append(parts, "restated "+strconv.Quote(*o.Cause))
	}
	return strings.Join(parts, "  ")
}

func unitOf(m kpi.Measure, v *float64) string {
	if v == nil {
		return ""
	}
	return m.Unit
}

func quoteSpaces(s string) string {
	if strings.Contains(s, " ") {
		return strconv.Quote(s)
	}
	return s
}

// String writes a line back, with the quotes it had.
func (l line) String() string {
	out := make([]string, len(l.words))
	for i, w := range l.words {
		out[i] = w
		if l.quoted[i] {
			out[i] = strconv.Quote(w)
		}
	}
	return strings.Join(out, " ")
}
