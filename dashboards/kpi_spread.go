package dashboards

import (
	"math"
	"strconv"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// spreadView is the histogram of how long it took.
type spreadView struct {
	Caption, Says, Empty string
	Drawings             []draw.Drawing
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
	v.Drawings = []draw.Drawing{drawSpread(s, bins, text, v.Says, wideWidth, "wide"), drawSpread(s, bins, text, v.Says, thinWidth, "thin")}
	return v
}

// edge of a bin, without digits it does not need.
func edge(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }
