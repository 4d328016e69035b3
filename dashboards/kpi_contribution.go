package dashboards

import (
	"math"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// contributionView says where a change came from.
type contributionView struct {
	Heading string
	Rates   string // head of the second column: Rate, or the number of a count
	Shares  bool
	Rows    []contributionRow
	Note    string
	None    string // why the change is not split
}

type contributionRow struct {
	Name, Rate, Share, Effect string
	Total                     bool
}

// newContribution splits the change that the row shows over the dimension's segments.
// Those with too little data to show, and records that name none, are one line.
func newContribution(row scorecard.Row, s *scorecard.Segments) contributionView {
	m := measureOf(row)
	groups, _ := grouped(row, s)
	v := contributionView{}
	n := len(s.All)
	switch {
	case len(groups) == 0:
		v.None = "No record names a segment to split a change by."
	case row.Change == nil || n < 2 || s.All[n-1].Value == nil || s.All[n-2].Value == nil || s.All[n-2].Period != row.Change.Against:
		v.None = "There is no change to split: one of two periods in a row has no settled number."
	case nothingToShow(row, groups) != "":
		v.None = "No segment has enough data to say what it did to the change."
	case (m.Agg == kpi.Share || m.Agg == kpi.Ratio) && makeupOf(m, s) != shared:
		v.quotient(row, m, s, groups)
	case slices.Contains([]kpi.Agg{kpi.Share, kpi.Ratio, kpi.Count, kpi.Sum, kpi.Distinct}, m.Agg):
		v.amount(m, s, groups)
	default:
		v.None = "The change of a " + aggWord(m) + " is not split: those of the segments do not add up to that of all."
	}
	return v
}

func aggWord(m kpi.Measure) string {
	return map[kpi.Agg]string{kpi.Median: "median", kpi.Mean: "mean", kpi.NPS: "score", kpi.Worst: "worst case"}[m.Agg]
}

const overlap = "The change is not split: the segments do not add up to the whole, for some records are in several or weigh differently there."

func (v *contributionView) quotient(row scorecard.Row, m kpi.Measure, s *scorecard.Segments, groups []segmentGroup) {
	parts, ok := changeParts(m, s, groups)
	var slices []kpi.Slice
	for _, p := range parts {
		slices = append(slices, p.slice)
	}
	c, split := m.Decompose(slices)
	before, now := *s.All[len(s.All)-2].Value, *s.All[len(s.All)-1].Value
	if !ok || !split || math.Abs(c.Change-(now-before)) > 1e-6*math.Max(1, math.Abs(now)) {
		v.None = overlap
		return
	}
	v.Heading, v.Rates, v.Shares = "Where the "+m.FormatChange(c.Change, nil)+" came from", "Rate", true
	effects := append([]float64{}, c.Effects...)
	for i, p := range parts {
		r := contributionRow{Name: p.name, Rate: unknown, Share: plain(100*c.Shares[i], 0) + "%", Effect: effect(m, c.Effects[i])}
		if !p.rest {
			r.Rate = fromTo(m, rateAt(m, p.slice, 0), rateAt(m, p.slice, 1))
		}
		v.Rows = append(v.Rows, r)
	}
	effects = append(effects, c.Mix)
	v.Rows = append(v.Rows, contributionRow{Name: "Mix of segments", Effect: effect(m, c.Mix)},
		contributionRow{Name: "All", Rate: fromTo(m, &before, &now), Share: "100%", Effect: effect(m, c.Change), Total: true})
	v.close(m, effects, c.Change)
}

func rateAt(m kpi.Measure, s kpi.Slice, t int) *float64 {
	if s.Den[t] == 0 {
		return nil
	}
	v := m.Display(m.Quotient(s.Num[t], s.Den[t]))
	return &v
}

// amount gives each segment's difference, of what is counted or summed, or of rates over
// one denominator.
func (v *contributionView) amount(m kpi.Measure, s *scorecard.Segments, groups []segmentGroup) {
	parts, ok := changeParts(m, s, groups)
	if !ok {
		v.None = overlap
		return
	}
	before, now := *s.All[len(s.All)-2].Value, *s.All[len(s.All)-1].Value
	v.Heading, v.Rates = "Where the "+m.FormatChange(now-before, nil)+" came from", "Number"
	var effects []float64
	for _, p := range parts {
		a, b := m.Display(p.slice.Num[0]), m.Display(p.slice.Num[1])
		if additiveDen(m) {
			a, b = over(m, p.slice.Num[0], s.All[len(s.All)-2]), over(m, p.slice.Num[1], s.All[len(s.All)-1])
		}
		r := contributionRow{Name: p.name, Rate: fromTo(m, &a, &b), Effect: effect(m, b-a)}
		if p.rest {
			r.Rate = unknown
			if m.Agg == kpi.Distinct {
				r.Name = "Counted in several or in none"
			}
		}
		effects = append(effects, b-a)
		v.Rows = append(v.Rows, r)
	}
	v.Rows = append(v.Rows, contributionRow{Name: "All", Rate: fromTo(m, &before, &now), Effect: effect(m, now-before), Total: true})
	v.close(m, effects, now-before)
}

// over is a numerator over the denominator of all, in display units.
func over(m kpi.Measure, num float64, all scorecard.Point) float64 {
	return m.Display(m.Quotient(num, orZero(all.Den)))
}

// close says so where the parts as they are written do not add up to the whole.
func (v *contributionView) close(m kpi.Measure, effects []float64, change float64) {
	scale := math.Pow(10, float64(m.Digits))
	sum := 0.0
	for _, e := range effects {
		sum += math.Round(e * scale)
	}
	if sum != math.Round(change*scale) {
		v.Note = "The sum is from unrounded values."
	}
	if slices.ContainsFunc(v.Rows, func(r contributionRow) bool { return r.Name == "All other" }) {
		v.Note = strings.TrimSpace(v.Note + " All other: smaller segments, those with too little data to show, and records without one.")
	}
}

func fromTo(m kpi.Measure, a, b *float64) string {
	if a == nil || b == nil {
		return orUnknown(a, m) + " → " + orUnknown(b, m)
	}
	return bare(*a, m) + " → " + m.Format(*b)
}

// effect is a change without its unit, which the heading has.
func effect(m kpi.Measure, v float64) string {
	s, _, _ := strings.Cut(m.FormatChange(v, nil), " ")
	return s
}
