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
	Line     int    `json:"line"`
	What     string `json:"what"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Rows     []Row  `json:"rows"` // the units behind the number
	empty    bool   // there are none, where there might be
}

// Row is one unit behind a number.
type Row struct {
	Unit     string   `json:"unit"`
	Num      *float64 `json:"num"`
	Den      *float64 `json:"den"`
	Value    *float64 `json:"value"`
	Pending  bool     `json:"pending"`
	Excluded string   `json:"excluded"`
	At       string   `json:"at"` // RFC 3339 in the zone of the case
	Ref      string   `json:"ref"`
	Note     string   `json:"note"`
}

func (r *runner) fail(f Failure, units []engine.Unit) {
	f.Rows = make([]Row, len(units))
	for i, u := range units {
		f.Rows[i] = Row{Unit: u.Unit, Num: u.Num, Den: u.Den, Value: u.Value, Pending: u.Pending, Excluded: u.Excluded, Ref: u.Ref, Note: u.Note}
		if u.At != nil {
			f.Rows[i].At = u.At.Time().In(r.calendar.Zone).Format(time.RFC3339)
		}
	}
	f.empty = units != nil && len(units) == 0
	r.failures = append(r.failures, f)
}

// shownRows is how many units a failure prints; its Rows have all.
const shownRows = 20

// String says what was expected, what came and what that was made of.
func (f Failure) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d: %s\n  expected  %s\n  got       %s", f.Line, f.What, f.Expected, f.Got)
	cells, widths := [][]string{}, []int{}
	for _, u := range f.Rows[:min(len(f.Rows), shownRows)] {
		row := u.columns()
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
	if f.empty {
		b.WriteString("\n  the SQL returns no unit for this scope and period")
	}
	return b.String()
}

// columns are the unit's name, its numbers, its state, its moment, its source
// and its note.
func (r Row) columns() []string {
	state := ""
	switch {
	case r.Excluded != "":
		state = "left out: " + r.Excluded
	case r.Pending:
		state = "pending"
	}
	return []string{r.Unit, numbers(r.Num, r.Den, r.Value), state, r.At[:min(len(r.At), len("2006-01-02T15:04"))], r.Ref, r.Note}
}

// numbers are 1/2 of a fraction, or the value.
func numbers(num, den, value *float64) string {
	switch {
	case value != nil:
		return plain(value)
	case den != nil:
		return plain(num) + "/" + plain(den)
	}
	return plain(num)
}

// unitText is a unit as a line under rows is written.
func unitText(u engine.Unit) string {
	if u.Excluded != "" {
		return u.Unit + " - excluded " + u.Excluded
	}
	return u.Unit + " " + numbers(u.Num, u.Den, u.Value)
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
