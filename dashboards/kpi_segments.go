package dashboards

import (
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// What By segment shows: so many cells, each with so many periods.
const (
	mostCells   = 6
	cellPeriods = 6
)

// segmentsView is the panel By segment.
type segmentsView struct {
	Caption string
	Tabs    []tab
	Cells   []segmentCell
	More    string // segments there is no room for
	None    string // why there is no cell
}

// segmentCell is one segment: its number, and six periods of it.
type segmentCell struct {
	Name   string
	URL    string // its units; "" for several together
	Value  string
	Change string
	N      string
	Signal bool
	Plot   *draw.Drawing
	Hidden string // said instead of the number
}

// newSegments writes the panel. link gives the address of the page with another
// dimension, why that of the units of a segment.
func newSegments(row scorecard.Row, s *scorecard.Segments, link, why func(string) string) segmentsView {
	v := segmentsView{}
	for _, name := range s.Dimensions {
		v.Tabs = append(v.Tabs, tab{dimensionTitle(name), link(name), name == s.By})
	}
	groups, more := grouped(row, s)
	if len(groups) == 0 {
		if v.None = s.Because; v.None == "" {
			v.None = "No record names a segment of this KPI."
		}
		return v
	}
	if v.None = nothingToShow(row, groups); v.None != "" {
		return v
	}
	n := min(cellPeriods, len(s.Periods))
	v.Caption = wordOf(n) + " " + string(row.Cadence) + "s, same scale; dashed line is all"
	if len(more) > 0 {
		v.More = "and " + count(len(more)) + " more: " + strings.Join(more, ", ")
	}
	plot := newSegmentPlot(row, s, groups, n)
	for _, g := range groups {
		v.Cells = append(v.Cells, newSegmentCell(row, s, g, plot, why))
	}
	return v
}

func newSegmentCell(row scorecard.Row, s *scorecard.Segments, g segmentGroup, plot segmentPlot, why func(string) string) segmentCell {
	m := measureOf(row)
	p := g.Points[len(g.Points)-1]
	c := segmentCell{Name: g.Name, Value: unknown, N: "n\u00a0" + orNone(p.N)}
	if g.ID != "" && s.By != "product" {
		c.URL = why(g.ID)
	}
	switch {
	case small(m, p):
		c.Hidden = "Not enough data: " + counted(row.Def, *p.N) + ", " + count(m.MinN) + " needed. Its value is hidden; it counts in the total."
		return c
	case p.Value == nil:
		c.Hidden = "No number in " + periodLong(p.Period) + "."
		return c
	}
	c.Value, c.Signal = m.Format(*p.Value), g.Signal != nil
	if before := g.Points[max(0, len(g.Points)-2)]; len(g.Points) > 1 && before.Value != nil && !small(m, before) {
		c.Change = m.FormatChange(*p.Value-*before.Value, nil)
	}
	d := plot.draw(g)
	c.Plot = &d
	return c
}

// nothingToShow says so in one sentence where every segment is too small; "" where one
// is not.
func nothingToShow(row scorecard.Row, groups []segmentGroup) string {
	m := measureOf(row)
	var most int64
	var period string
	for _, g := range groups {
		p := g.Points[len(g.Points)-1]
		if !small(m, p) {
			return ""
		}
		most, period = max(most, *p.N), p.Period
	}
	return "No segment has enough data in " + periodLong(period) + ": the largest has " + counted(row.Def, most) + ", " + count(m.MinN) + " needed. They count in the total."
}

func orNone(n *int64) string {
	if n == nil {
		return unknown
	}
	return kpi.FormatCount(*n)
}

// small says that a number stands on fewer units than the KPI needs: it is not shown.
func small(m kpi.Measure, p scorecard.Point) bool {
	return m.MinN > 0 && p.N != nil && *p.N < int64(m.MinN)
}

// counted writes how many of what a KPI counts there are: 18 accounts, or 18 where the
// definition does not begin with a plain word for them.
func counted(d *kpi.Definition, n int64) string {
	words := strings.Fields(strings.ToLower(d.Basis))
	for _, w := range words[:min(2, len(words))] {
		w = strings.TrimRight(w, ",;")
		if len(w) > 3 && strings.HasSuffix(w, "s") && w != "these" && w != "this" {
			if n == 1 {
				w = strings.TrimSuffix(w, "s")
			}
			return kpi.FormatCount(n) + " " + w
		}
	}
	return kpi.FormatCount(n)
}

// dimensionTitle names a dimension on its switch: size_band is Size band.
func dimensionTitle(name string) string {
	return title(strings.NewReplacer("_", " ", ".", " ").Replace(name))
}

// wordOf writes a small number as a word.
func wordOf(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six"}
	if n < len(words) {
		return words[n]
	}
	return count(n)
}
