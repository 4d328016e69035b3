package dashboards

import (
	"math"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

func TestNumbers(t *testing.T) {
	percent := kpi.Measure{Unit: "%", Digits: 1}
	for _, c := range []struct {
		got, want string
	}{
		{plain(18420, 0), "18,420"}, {plain(-0.94, 1), "−0.9"}, {plain(-0.04, 1), "0.0"}, {plain(math.NaN(), 1), "–"}, {plain(math.Inf(1), 1), "–"}, {plain(1234.5, 1), "1,234.5"},
		{bare(41.82, percent), "41.8"}, {bare(4.3, kpi.Measure{Unit: "/5", Digits: 1}), "4.3"}, {bare(6.84, kpi.Measure{Unit: "days", Digits: 1}), "6.8"},
		{bare(5.317, kpi.Measure{Unit: "per 100 accounts", Digits: 1}), "5.3"}, {span(45.6, 52.6, percent), "45.6–52.6%"},
		{unitSlot("/7"), "/ 7"}, {unitSlot("per 100 accounts"), ""}, {unitSlot("%"), "%"},
		{periodShort("2026-W38"), "W38"}, {periodShort("2026-09"), "Sep"}, {periodShort("2026-Q3"), "Q3"}, {periodShort("2026"), "2026"}, {periodShort("2026-09@2026-09-21"), "Sep"},
		{periodLong("2026-W08"), "week 8"}, {periodLong("2026-08"), "Aug 2026"}, {periodLong("2026-Q2"), "Q2 2026"}, {periodLong("2026"), "2026"},
		{initialed("Mary Okafor"), "M. Okafor"}, {initialed("Čapek"), "Čapek"}, {initialed("Élodie du Pré"), "É. du Pré"}, {initialed(""), ""},
		{orUnknown(nil, percent), "–"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestDatesCrossMonthsAndYears(t *testing.T) {
	day := func(y int, m time.Month, d int) kpi.Millis { return kpi.At(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) }
	for _, c := range []struct {
		from, to kpi.Millis
		want     string
	}{
		{day(2026, 9, 14), day(2026, 9, 21), "14–20 Sep 2026"},
		{day(2026, 9, 28), day(2026, 10, 5), "28 Sep – 4 Oct 2026"},
		{day(2026, 12, 28), day(2027, 1, 4), "28 Dec 2026 – 3 Jan 2027"},
		{day(2026, 9, 14), day(2026, 9, 15), "14 Sep 2026"},
	} {
		if got := dates(c.from, c.to, time.UTC); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := through(day(2026, 9, 21), time.UTC); got != "Sun 20 Sep" {
		t.Errorf("an exclusive bound at midnight covers the day before: got %q", got)
	}
}

func TestNiceScale(t *testing.T) {
	for _, c := range []struct {
		lo, hi  float64
		percent bool
	}{{39.6, 52.6, true}, {97.2, 99.94, true}, {0, 0, false}, {5.3, 5.3, false}, {12_000, 21_000, false}, {-20, 34, false}, {0.28, 0.41, false}, {1e-7, 3e-7, false}} {
		lo, hi, step := niceScale(c.lo, c.hi, c.percent)
		if lo > c.lo || hi < c.hi || !(step > 0) {
			t.Errorf("%v..%v: scale %v..%v step %v does not cover it", c.lo, c.hi, lo, hi, step)
		}
		if c.percent && hi > 100 {
			t.Errorf("%v..%v: a share ends at 100, got %v", c.lo, c.hi, hi)
		}
		if n := (hi - lo) / step; n > 6.5 {
			t.Errorf("%v..%v: %.0f steps are too many", c.lo, c.hi, n)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"activation_rate", "ticket_rate", "cycle_time"}
	for name, want := range map[string]string{"activaton_rate": "activation_rate", "ticket": "ticket_rate", "cycle-time": "cycle_time"} {
		if got := nearest(name, known); len(got) == 0 || got[0] != want {
			t.Errorf("%s: got %v, want %s first", name, got, want)
		}
	}
	if got := nearest("zzzzzzzzzz", known); len(got) != 0 {
		t.Errorf("nothing is near zzzzzzzzzz, got %v", got)
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{
		"/p/core?w=2026-W38": "/p/core?w=2026-W38", "/": "/", "": "/", "//evil.example/x": "/", "https://evil.example/": "/",
		`/\evil.example`: "/", "javascript:alert(1)": "/", "/a\r\nSet-Cookie: x=1": "/",
	} {
		if got := localPath(in); got != want {
			t.Errorf("localPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSpreadsheetCells(t *testing.T) {
	for in, want := range map[string]string{"=1+1": "'=1+1", "+1": "'+1", "-x": "'-x", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\rx", "ok": "ok", "": ""} {
		if got := scorecard.Inert(in); got != want {
			t.Errorf("Inert(%q) = %q, want %q", in, got, want)
		}
	}
	if got := fileName("kpid", `co"re/../x`, "2026-W38\r\n"); got != "kpid-co_re____x-2026-W38__" {
		t.Errorf("file name %q", got)
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0": false, "br": false, "": false} {
		r := newRequest(t, "/static/x")
		r.Header.Set("Accept-Encoding", header)
		if got := acceptsGzip(r); got != want {
			t.Errorf("Accept-Encoding %q: got %v", header, got)
		}
	}
}

// TestSample: the page names the sample a verdict lacks, and only where it is the sample.
func TestSample(t *testing.T) {
	def := &kpi.Definition{Measures: []kpi.Measure{{ID: "rate", Agg: kpi.Ratio, MinN: 30}}}
	for n, want := range map[int64]string{29: "n 29, needs 30", 30: "n 30", 568: "n 568"} {
		got := sample(scorecard.Row{Def: def, Measure: "rate", N: &n, Status: kpi.NotEnoughData})
		if got != want {
			t.Errorf("%d units: got %q, want %q", n, got, want)
		}
	}
}

// TestAddedTime holds that a time a unit took, kept in milliseconds, is read as the page
// shows its median.
func TestAddedTime(t *testing.T) {
	day, count := float64(36*time.Hour/time.Millisecond), 3.0
	for _, c := range []struct {
		unit  string
		value *float64
		want  string
	}{{"days", &day, "1.5 days"}, {"hours", &day, "36 hours"}, {"", &count, "3"}, {"days", nil, "–"}} {
		got := added(kpi.Measure{Unit: c.unit, Agg: kpi.Median, Digits: 1}, scorecard.UnitRow{Value: c.value})
		if got != c.want {
			t.Errorf("%v in %q: %q, want %q", c.value, c.unit, got, c.want)
		}
	}
}
