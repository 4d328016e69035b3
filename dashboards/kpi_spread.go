package dashboards

import (
	"math"
	"strconv"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// funnelView is the table of steps.
type funnelView struct {
	Caption, Says, Empty string
	Unit                 string
	HasOpen              bool
	Rows                 []funnelRow
}

type funnelRow struct{ Name, Count, Of, From, Open, Bar, OpenBar string }

func newFunnelView(f *Funnel, row scorecard.Row, when string) *funnelView {
	if f == nil || len(f.Steps) < 2 {
		return nil
	}
	first, last := f.Steps[0], f.Steps[len(f.Steps)-1]
	v := &funnelView{Caption: "begun in " + when, Unit: "Trials", HasOpen: f.Open > 0}
	one, many := "trial", "trials"
	if first.Name == "Lead made" {
		v.Unit, one, many = "Leads", "lead", "leads"
	}
	if first.Count == 0 {
		v.Empty = "No " + one + " began in " + when + "."
		return v
	}
	m := measureOf(row)
	m.Unit = "%" // of whatever measure the row is, these are shares
	of := func(part, whole int) string {
		if whole == 0 {
			return unknown
		}
		return m.Format(100 * float64(part) / float64(whole))
	}
	before := first.Count
	for i, s := range f.Steps {
		r := funnelRow{Name: s.Name, Count: count(s.Count), Of: of(s.Count, first.Count), From: unknown, Open: count(s.Open), Bar: barWidth(float64(s.Count), float64(first.Count))}
		if s.Open > 0 { // those whose window is open may still take the step
			r.Of += " so far"
			r.OpenBar = barWidth(float64(s.Count+s.Open), float64(first.Count))
		}
		if i == 0 {
			r.Open = unknown
		} else {
			r.From = of(s.Through, before)
		}
		before = s.Count
		v.Rows = append(v.Rows, r)
	}
	v.Says = count(last.Count) + " of " + plural(first.Count, one, many) + " became customers: " + of(last.Count, first.Count) + "."
	if around := last.Count - last.Through; around > 0 {
		v.Says += " " + count(around) + " of them without a first result before."
	}
	if f.Open > 0 {
		v.Says = count(last.Count) + " of " + plural(first.Count, one, many) + " became customers so far; of " + count(f.Open) + " the window is still open, and they are not lost."
	}
	return v
}

// spreadView is the histogram of how long it took.
type spreadView struct {
	Caption, Says, Empty string
	Drawings             []drawing
	Facts                []box
	Rows                 []spreadRow
}

type spreadRow struct{ Name, Count string }

func newSpreadView(s *Spread, row scorecard.Row, when string) *spreadView {
	if s == nil {
		return nil
	}
	m := measureOf(row)
	if m.Agg != kpi.Median { // a share of the same accounts: times are in days
		m = kpi.Measure{Unit: "days", Digits: 1}
	}
	v := &spreadView{Caption: "accounts that signed up in " + when}
	if s.N == 0 {
		v.Empty = "No account signed up in " + when + "."
		return v
	}
	v.Says = count(len(s.Took)) + " of " + plural(s.N, "account", "accounts") + " got there"
	if s.Waiting > 0 {
		v.Says += "; " + plural(s.Waiting, "is", "are") + " still waited for"
	}
	if s.Never > 0 {
		v.Says += "; " + plural(s.Never, "was", "were") + " waited for in vain"
	}
	v.Says += "."
	for _, q := range []struct {
		share string
		v     *float64
	}{{"10%", s.P10}, {"50%", s.P50}, {"90%", s.P90}} {
		note := "of all accounts are there"
		if q.v == nil {
			note = "too few are there yet"
		}
		v.Facts = append(v.Facts, box{q.share + " after", orUnknown(q.v, m), note})
	}
	bins := kpi.Histogram(s.Took)
	for _, b := range bins {
		v.Rows = append(v.Rows, spreadRow{edge(b.Lo) + enDash + edge(b.Hi) + " " + m.Unit, count(b.Count)})
	}
	v.Rows = append(v.Rows, spreadRow{"not yet", count(s.Waiting)}, spreadRow{"never", count(s.Never)})
	mark := "half of all: "
	if s.Share != .5 {
		mark = strconv.Itoa(int(math.Round(100*s.Share))) + "% of all: "
	}
	text := ""
	if s.Mark != nil {
		text = mark + m.Format(*s.Mark)
	}
	v.Drawings = []drawing{drawSpread(s, bins, text, v.Says, wideWidth, "wide"), drawSpread(s, bins, text, v.Says, thinWidth, "thin")}
	return v
}

// edge of a bin, without digits it does not need.
func edge(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }

// drawSpread draws the bins, the line at the number, and apart from them those who are
// not there: hollow, for nobody knows how long they will take.
func drawSpread(s *Spread, bins []kpi.Bin, mark, label string, width float64, class string) drawing {
	const top, height = 26.0, 150.0
	bottom := top + height
	d := drawing{Label: label + " " + mark, Class: class, Width: px(width), Height: px(bottom + 24)}
	most, apart := 1, 0
	for _, b := range bins {
		most = max(most, b.Count)
	}
	for _, n := range []int{s.Waiting, s.Never} {
		most = max(most, n)
		if n > 0 {
			apart++
		}
	}
	right := width - 66*float64(apart)
	y := linear(0, float64(most), bottom, top)
	if len(bins) > 0 {
		end := bins[len(bins)-1].Hi
		x := linear(0, end, 6, right-10)
		d.path("ax-line", "M6 %sH%s", px(bottom), px(right-10))
		step := (right - 16) / float64(len(bins))
		for i, b := range bins {
			if b.Count > 0 {
				d.path("hs-bar", "M%s %sH%sV%sH%sZ", px(x(b.Lo)+1), px(y(float64(b.Count))), px(x(b.Hi)-1), px(bottom), px(x(b.Lo)+1))
			}
			if every := int(math.Ceil(46 / step)); i%every == 0 {
				d.text("ax", x(b.Lo), bottom+18, edge(b.Lo), anchorAt(i))
			}
			middle := (x(b.Lo) + x(b.Hi)) / 2
			crossed := s.Mark != nil && math.Abs(x(*s.Mark)-middle) < 14 // by the line at the number
			if step >= 22 && b.Count > 0 && !crossed {
				d.text("ax", middle, y(float64(b.Count))-5, count(b.Count), "middle")
			}
		}
		if s.Mark != nil && *s.Mark <= end {
			at := x(*s.Mark)
			d.path("hs-mark", "M%s 16V%s", px(at), px(bottom))
			anchor := "start"
			if at > width/2 {
				anchor = "end"
			}
			d.text("ch-label", at, 11, mark, anchor)
		}
	}
	at := right
	for _, a := range []struct {
		name string
		n    int
	}{{"not yet", s.Waiting}, {"never", s.Never}} {
		if a.n == 0 {
			continue
		}
		d.path("hs-open", "M%s %sH%sV%sH%sZ", px(at+8), px(y(float64(a.n))), px(at+48), px(bottom), px(at+8))
		d.text("ax", at+28, y(float64(a.n))-5, count(a.n), "middle")
		d.text("ax", at+28, bottom+18, a.name, "middle")
		at += 66
	}
	return d
}

func anchorAt(i int) string {
	if i == 0 {
		return "start"
	}
	return "middle"
}
