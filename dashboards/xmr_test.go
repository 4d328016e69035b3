package dashboards

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

func TestForecastText(t *testing.T) {
	row := scorecard.Row{Unit: "%", Digits: 1, Def: &kpi.Definition{Measures: []kpi.Measure{{ID: "rate", Unit: "%", Digits: 1}}}, Measure: "rate"}
	if got := forecastText(row); got != "" {
		t.Errorf("%q", got)
	}
	why := "too few past periods"
	row.Forecast = &scorecard.Forecast{Why: &why}
	if got := forecastText(row); got != "No forecast: too few past periods." {
		t.Errorf("%q", got)
	}
	period, method, value, floor, lands := "2026-W39", kpi.Stable, 41.0, 44.7, kpi.TooClose
	e := 0.031
	row.Forecast = &scorecard.Forecast{Period: &period, Method: &method, Value: &value, Interval: &kpi.Interval{35, 47}, Error: &e, Origins: 20, Floor: &floor, WillLand: &lands}
	want := "Forecast for 2026-W39: 41.0%, four times in five between 35.0% and 47.0% (by its mean, 3.1 % off in the middle of 20 past forecasts); 44.7% is due then: too close to say."
	if got := forecastText(row); got != want {
		t.Errorf("%q", got)
	}
}

// The process view says what it draws, and draws a ring where it names a signal.
func TestProcessView(t *testing.T) {
	row := scorecard.Row{Name: "Rate", Unit: "%", Digits: 1, Def: &kpi.Definition{Measures: []kpi.Measure{{ID: "rate", Unit: "%", Digits: 1}}}, Measure: "rate"}
	for want, p := range map[string]*scorecard.Process{"No period yet.": nil, "Too few cases": {Why: &row.Name}, "Fewer than six": {}} {
		if got := newProcess(row, nil, 0); p != nil {
			row.Process = p
			got = newProcess(row, nil, 0)
			if !strings.HasPrefix(got.Usual, want) {
				t.Errorf("%q, want %q", got.Usual, want)
			}
		} else if got.Usual != want {
			t.Errorf("%q, want %q", got.Usual, want)
		}
		row.Process = nil
	}
	centre, lower, upper, low, high := 50.0, 40.0, 60.0, 45.0, 70.0
	bad := false
	row.Process = &scorecard.Process{Centre: &centre, Lower: &lower, Upper: &upper, Points: 24, Locked: true,
		Signals: []scorecard.ProcessPoint{{Period: "2026-W02", Rule: kpi.Outside, Favourable: &bad}}}
	v := newProcess(row, []scorecard.Point{{Period: "2026-W01", Value: &low, State: kpi.Final}, {Period: "2026-W02", Value: &high, State: kpi.Final}}, 1)
	if v.Usual != "40.0% to 60.0%, centre 50.0%" || len(v.Signals) != 1 || v.Signals[0] != "2026-W02: outside the limits, adverse" {
		t.Errorf("%+v", v)
	}
	rings := 0
	for _, s := range v.Drawings[0].Shapes {
		if s.Class == "ch-signal" {
			rings++
		}
	}
	if rings != 1 || len(v.Drawings) != 2 {
		t.Errorf("%d rings in %d drawings", rings, len(v.Drawings))
	}
}
