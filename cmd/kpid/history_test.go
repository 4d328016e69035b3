package main

import (
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// TestTimeline holds what each day of a source is called, by the runs there were.
func TestTimeline(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	// ten days to 30 March 2026; the clock is changed on the 29th
	a := &app{cal: kpi.Calendar{Zone: zone, WeekStarts: time.Monday, FiscalStart: 1}, now: func() kpi.Millis { return kpi.At(time.Date(2026, 3, 30, 9, 0, 0, 0, zone)) }}
	starts := a.lastDays(10)
	if len(starts) != 11 || starts[9] != kpi.At(time.Date(2026, 3, 30, 0, 0, 0, 0, zone)) || starts[9]-starts[8] != 23*3_600_000 {
		t.Fatalf("%v", starts)
	}
	for name, c := range map[string]struct {
		cadence string
		runs    string // day of March, hour and result
		want    string
	}{
		"every day":          {"1d", "21 6 ok, 22 6 ok, 23 6 ok, 24 6 ok, 25 6 ok, 26 6 ok, 27 6 ok, 28 6 ok, 29 6 ok, 30 6 ok", "ok ok ok ok ok ok ok ok ok ok"},
		"began late":         {"1d", "26 6 ok, 27 6 ok, 28 6 ok, 29 6 ok, 30 6 ok", "- - - - - ok ok ok ok ok"},
		"a day is missing":   {"1d", "21 6 ok, 22 6 ok, 23 6 ok, 25 6 ok, 26 6 ok, 27 6 ok, 28 6 ok, 29 6 ok, 30 6 ok", "ok ok ok late ok ok ok ok ok ok"},
		"two are missing":    {"1d", "21 6 ok, 22 6 ok, 25 6 ok, 26 6 ok, 27 6 ok, 28 6 ok, 29 6 ok, 30 6 ok", "ok ok late late ok ok ok ok ok ok"},
		"mended":             {"1d", "29 6 failed, 29 7 ok, 30 6 failed", "- - - - - - - - ok failed"},
		"partial stays":      {"1d", "29 6 partial, 29 7 ok, 30 6 held", "- - - - - - - - partial failed"},
		"once a week is due": {"1w", "21 6 ok, 28 6 ok", "ok ok ok ok ok ok ok ok ok ok"},
		"nothing yet":        {"1d", "", "- - - - - - - - - -"},
	} {
		span, err := kpi.ParseSpan(c.cadence)
		if err != nil {
			t.Fatal(err)
		}
		var runs []store.Delivery
		first := map[string]kpi.Millis{}
		for _, r := range strings.Split(c.runs, ", ") {
			f := strings.Fields(r)
			if len(f) < 3 {
				continue
			}
			day, _ := time.ParseInLocation("2 15", f[0]+" "+pad(f[1]), zone)
			at := kpi.At(time.Date(2026, 3, day.Day(), day.Hour(), 0, 0, 0, zone))
			runs = append(runs, store.Delivery{Source: "s", StartedAt: at, Result: f[2]})
			if first["s"] == 0 {
				first["s"] = at
			}
		}
		s := source{Source: config.Source{ID: "s", Cadence: span}}
		got := strings.NewReplacer("on_time", "ok", "none", "-").Replace(strings.Join(a.timeline(s, starts, runs, first), " "))
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func pad(hour string) string {
	if len(hour) < 2 {
		return "0" + hour
	}
	return hour
}
