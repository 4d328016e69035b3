package dashboards_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// rowsInView counts the rows of the scorecard that are wholly inside the window.
const rowsInView = `Array.from(document.querySelectorAll(".card tr.row")).filter(e => e.getBoundingClientRect().bottom <= innerHeight).length`

// TestSevenRowsInView: on a laptop's screen a Monday with four changes and two misses
// nobody has explained shows seven rows of the scorecard, and no fewer where the page
// says that its data is a sample's: that stands in the line of the filters.
func TestSevenRowsInView(t *testing.T) {
	for _, sample := range []bool{false, true} {
		b := open(t, usualMonday(sample))
		b.visit(t, "/p/core", 1440, "light")
		b.run(t, emulation.SetDeviceMetricsOverride(1440, 900, 1, false))
		if n := value[int](t, b, rowsInView); n < 7 {
			t.Errorf("sample %t: %d rows are in view, want 7 at least", sample, n)
		}
		line := value[[]float64](t, b, `["select", ".sample", ".acts"].map(s => document.querySelector(".filter " + s)).filter(Boolean).map(e => (e.getBoundingClientRect().top + e.getBoundingClientRect().bottom) / 2)`)
		for _, middle := range line {
			if middle < line[0]-2 || middle > line[0]+2 {
				t.Errorf("sample %t: the line of the filters breaks: %v", sample, line)
			}
		}
		if want := map[bool]int{false: 2, true: 3}[sample]; len(line) != want {
			t.Errorf("sample %t: %d things in the line, want %d", sample, len(line), want)
		}
	}
}

// usualMonday has every source in, four changes, two misses that nobody has explained, and
// no open action.
func usualMonday(sample bool) *dashtest.Reader {
	r := dashtest.New()
	r.Company.Sample, r.Late, r.Book = sample, false, nil
	r.Edit = func(c *scorecard.Scorecard) {
		c.Changed = c.Changed[:4]
		misses := 0
		for i := range c.KPIs {
			if row := &c.KPIs[i]; row.Status == kpi.OffTrack || row.Status == kpi.AtRisk {
				if misses++; misses > 2 {
					row.Status = kpi.OnTrack
				}
			}
		}
	}
	return r
}
