package scorecard

import (
	"slices"
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// TestDoubts says a check when its newest settled value is out of bounds, a
// contradiction when there is one, and too large a share left out.
func TestDoubts(t *testing.T) {
	cal := kpi.Calendar{}
	week, _ := cal.Period("2026-W20")
	num := func(v float64) *float64 { return &v }
	series := func(values map[string]float64, state kpi.State) []kpi.Observation {
		var out []kpi.Observation
		for id, v := range values {
			p, err := cal.Period(id)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, kpi.Observation{Period: id, Starts: p.Starts, Ends: p.Ends, State: state, Value: num(v), Num: num(100 * v), Den: num(100), Excluded: 7})
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		warns  kpi.Warning
		values map[string]float64
		state  kpi.State
		want   string
	}{
		{"above", kpi.Warning{Above: num(10), Says: "{value} ({num} of {den}, {excluded} out) have no cause"}, map[string]float64{"2026-04": 0.12}, kpi.Final, "12% (12 of 100, 7 out) have no cause (2026-04)"},
		{"at the bound", kpi.Warning{Above: num(12), Says: "x"}, map[string]float64{"2026-04": 0.12}, kpi.Final, ""},
		{"below", kpi.Warning{Below: num(10), Says: "only {value} answered"}, map[string]float64{"2026-04": 0.08}, kpi.Final, "only 8% answered (2026-04)"},
		{"not settled", kpi.Warning{Above: num(10), Says: "x"}, map[string]float64{"2026-04": 0.12}, kpi.Provisional, ""},
		{"after the page", kpi.Warning{Above: num(10), Says: "x"}, map[string]float64{"2026-05": 0.12, "2026-04": 0.01}, kpi.Final, ""},
		{"drops", kpi.Warning{Drops: num(10), Says: "fell to {value}"}, map[string]float64{"2026-03": 0.40, "2026-04": 0.29}, kpi.Final, "fell to 29% (2026-04)"},
		{"drops by as much", kpi.Warning{Drops: num(10), Says: "x"}, map[string]float64{"2026-03": 0.40, "2026-04": 0.30}, kpi.Final, ""},
		{"falls on the year", kpi.Warning{FallsYoY: num(30), Says: "lower bar: {value}"}, map[string]float64{"2025-04": 0.40, "2026-03": 0.9, "2026-04": 0.27}, kpi.Final, "lower bar: 27% (2026-04)"},
		{"falls by less", kpi.Warning{FallsYoY: num(30), Says: "x"}, map[string]float64{"2025-04": 0.40, "2026-04": 0.28}, kpi.Final, ""},
		{"no year before", kpi.Warning{FallsYoY: num(30), Says: "x"}, map[string]float64{"2026-04": 0.01}, kpi.Final, ""},
	} {
		m := kpi.Measure{ID: "check", Agg: kpi.Share, Unit: "%", Warns: &tt.warns}
		in := Input{Calendar: cal, Week: week, AsOf: week.Ends}
		got := in.doubts(KPI{Checks: []Check{{m, kpi.Month, series(tt.values, tt.state)}}}, kpi.Verdict{}, DQ{})
		if strings.Join(got, "|") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	holidays := []Holiday{{kpi.Date{Year: 2026, Month: 5, Day: 14}, "Ascension"}, {kpi.Date{Year: 2026, Month: 5, Day: 25}, "Whit Monday"}}
	for _, p := range Points(cal, KPI{Definition: &kpi.Definition{}, Holidays: holidays, Observations: series(map[string]float64{"2026-W20": 1, "2026-W21": 1}, kpi.Final)}, kpi.Week, week.Ends) {
		if got, want := strings.Join(p.Holidays, ","), map[string]string{"2026-W20": "Ascension"}[p.Period]; got != want {
			t.Errorf("%s has the holidays %q, want %q", p.Period, got, want)
		}
	}
	share := 0.031
	in := Input{Calendar: cal, Week: week, AsOf: week.Ends}
	got := in.doubts(KPI{Contradictions: []Contradiction{{"subscription_movement", 1}, {"ticket", 1200}, {"account", 0}}}, kpi.Verdict{Period: "2026-04"},
		DQ{Warning: true, ExcludedShare: &share})
	want := []string{"1 record of subscription movement came with two contents at once; the newer counts",
		"1,200 records of ticket came with two contents at once; the newer counts", "3.1% of the units of 2026-04 were left out; the rows say why"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
