package dashboards

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

func TestForecastText(t *testing.T) {
	row := scorecard.Row{Unit: "%", Digits: 1, Def: &kpi.Definition{Measures: []kpi.Measure{{ID: "rate", Unit: "%", Digits: 1}}}, Measure: "rate"}
	if got := forecastText(row, row.Forecast, ""); got != "" {
		t.Errorf("%q", got)
	}
	why := "too few past periods"
	row.Forecast = &scorecard.Forecast{Why: &why}
	if got := forecastText(row, row.Forecast, ""); got != "No forecast: too few past periods." {
		t.Errorf("%q", got)
	}
	period, method, value, floor, lands := "2026-W39", kpi.Stable, 41.0, 44.7, kpi.TooClose
	e := 0.031
	row.Forecast = &scorecard.Forecast{Period: &period, Method: &method, Value: &value, Interval: &kpi.Interval{35, 47}, Error: &e, Origins: 20, Floor: &floor, WillLand: &lands}
	want := "Forecast for 2026-W39: 41.0%, four times in five between 35.0% and 47.0% (by its mean, 3.1 % off in the middle of 20 past forecasts); 44.7% is due then: too close to say."
	if got := forecastText(row, row.Forecast, ""); got != want {
		t.Errorf("%q", got)
	}
}

// The process view says what it draws, and draws a ring where it names a signal.
func TestProcessView(t *testing.T) {
	row := scorecard.Row{Name: "Rate", Unit: "%", Digits: 1, Def: &kpi.Definition{Measures: []kpi.Measure{{ID: "rate", Unit: "%", Digits: 1}}}, Measure: "rate"}
	for want, p := range map[string]*scorecard.Process{"No period yet.": nil, "Too few cases": {Why: &row.Name}, "Fewer than six": {}} {
		row.Process = p
		if got := newProcess(row); !strings.HasPrefix(got.Usual, want) {
			t.Errorf("%q, want %q", got.Usual, want)
		}
	}
	centre, lower, upper, low, high, old := 50.0, 40.0, 60.0, 45.0, 70.0, 20.0
	bad := false
	row.Process = &scorecard.Process{Of: "periods", Centre: &centre, Lower: &lower, Upper: &upper, Points: 24, Locked: true,
		Signals:   []scorecard.ProcessPoint{{Period: "2026-W02", Rule: kpi.Outside, Favourable: &bad}},
		Values:    []scorecard.ProcessValue{{Period: "2025-W52", Value: &old}, {Period: "2026-W01", Value: &low}, {Period: "2026-W02", Value: &high}},
		Stretches: []scorecard.Stretch{{First: 0, Last: 0, Centre: &old, Lower: &old, Upper: &low}, {First: 1, Last: 2, Centre: &centre, Lower: &lower, Upper: &upper}}}
	v := newProcess(row)
	if v.Usual != "40.0% to 60.0%, centre 50.0%" || len(v.Signals) != 1 || v.Signals[0] != "2026-W02: outside the limits, adverse" {
		t.Errorf("%+v", v)
	}
	rings, lines := 0, map[string]int{}
	for _, s := range v.Drawings[0].Shapes {
		if s.Class == "ch-signal" {
			rings++
		}
		lines[s.Class]++
	}
	if rings != 1 || len(v.Drawings) != 2 || lines["ch-limit"] != 4 || lines["ch-centre"] != 2 {
		t.Errorf("%d rings in %d drawings, %v", rings, len(v.Drawings), lines)
	}
	for of, want := range map[string]string{"days_between": "days from each to the next", "quarter": "charted by the quarter", "season": "factor of its season"} {
		row.Process.Of, row.Cadence = of, kpi.Month
		if got := newProcess(row); !strings.Contains(got.Basis, want) {
			t.Errorf("%s: %q", of, got.Basis)
		}
	}
}
