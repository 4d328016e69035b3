package dashboards

import (
	"cmp"
	"math"
	"slices"
	"strings"

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
	Plot   *drawing
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

// segmentGroup is a segment that has a cell, or the others together (ID "").
type segmentGroup struct {
	scorecard.Segment
	Of []scorecard.Segment // what it is made of
}

// grouped gives the cells in the order of their size, those with too little data
// last. More than six segments leave five and one of all others, where numerators and
// denominators add up; elsewhere the names of the others.
func grouped(row scorecard.Row, s *scorecard.Segments) (groups []segmentGroup, more []string) {
	m := measureOf(row)
	var all []segmentGroup
	for _, one := range s.Of {
		if len(one.Points) > 0 {
			all = append(all, segmentGroup{one, []scorecard.Segment{one}})
		}
	}
	slices.SortStableFunc(all, func(a, b segmentGroup) int {
		x, y := a.Points[len(a.Points)-1], b.Points[len(b.Points)-1]
		if small(m, x) != small(m, y) {
			if small(m, x) {
				return 1
			}
			return -1
		}
		return cmp.Compare(size(y), size(x))
	})
	if len(all) <= mostCells {
		return all, nil
	}
	made := makeupOf(m, s)
	if made == overlapping {
		for _, g := range all[mostCells:] {
			more = append(more, g.Name)
		}
		return all[:mostCells], more
	}
	return append(slices.Clone(all[:mostCells-1]), other(m, made, all[mostCells-1:])), nil
}

// How the segments of a dimension make up the whole: their numerators and denominators
// add up to it; their numerators do, over one denominator that all have (tickets of a
// topic, by all accounts); or neither.
type makeup int

const (
	overlapping makeup = iota
	apart
	shared
)

// makeupOf looks at the two newest periods. Distinct accounts of two segments may be the
// same, and medians add up to nothing.
func makeupOf(m kpi.Measure, s *scorecard.Segments) makeup {
	switch {
	case m.Agg == kpi.Count || m.Agg == kpi.Sum:
		return apart
	case m.Agg != kpi.Share && m.Agg != kpi.Ratio:
		return overlapping
	}
	same, within := len(s.Of) > 1 && !m.Complement, true
	for i := max(0, len(s.All)-2); i < len(s.All); i++ {
		whole, sum := orZero(s.All[i].Den), 0.0
		for _, one := range s.Of {
			den := orZero(one.Points[i].Den)
			same = same && dust(den-whole, whole) == 0
			sum += den
		}
		within = within && dust(max(0, sum-whole), whole) == 0
	}
	switch {
	case same:
		return shared
	case within:
		return apart
	}
	return overlapping
}

// size of a point, for the order of cells.
func size(p scorecard.Point) float64 {
	switch {
	case p.Den != nil:
		return *p.Den
	case p.N != nil:
		return float64(*p.N)
	case p.Value != nil:
		return *p.Value
	}
	return -1
}

// other puts segments together by the sums of what they are made of.
func other(m kpi.Measure, b makeup, rest []segmentGroup) segmentGroup {
	out := segmentGroup{Segment: scorecard.Segment{Name: "Other (" + count(len(rest)) + ")"}}
	for i, p := range rest[0].Points {
		sum := scorecard.Point{Period: p.Period, Starts: p.Starts, Ends: p.Ends, State: kpi.Final}
		for _, g := range rest {
			sum = addPoint(sum, g.Points[i])
		}
		if b == shared {
			sum.Den, sum.N = p.Den, p.N
		}
		sum.Value = valueOf(m, sum)
		out.Points = append(out.Points, sum)
	}
	for _, g := range rest {
		out.Of = append(out.Of, g.Of...)
	}
	return out
}

func addPoint(sum, p scorecard.Point) scorecard.Point {
	add := func(a, b *float64) *float64 {
		if a == nil || b == nil {
			return cmp.Or(a, b)
		}
		v := *a + *b
		return &v
	}
	sum.Num, sum.Den = add(sum.Num, p.Num), add(sum.Den, p.Den)
	if p.N != nil {
		n := *p.N
		if sum.N != nil {
			n += *sum.N
		}
		sum.N = &n
	}
	if p.Num != nil && p.State != kpi.Final {
		sum.State = p.State
	}
	return sum
}

// valueOf a point in display units by its sums; nil while any of it may still move.
func valueOf(m kpi.Measure, p scorecard.Point) *float64 {
	var v float64
	switch {
	case p.State != kpi.Final || p.Num == nil:
		return nil
	case m.Agg == kpi.Count || m.Agg == kpi.Sum:
		v = m.Display(*p.Num)
	case p.Den == nil || *p.Den == 0:
		return nil
	default:
		v = m.Display(m.Quotient(*p.Num, *p.Den))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
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
