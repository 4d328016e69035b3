package kpi

import (
	"fmt"
	"strings"
	"testing"
)

// daysAfter is a final observation of a share whose period ends so many days
// after 2026-01-01, which is all a ramp looks at.
func aged(t testing.TB, age int, share float64) (Input, Observation) {
	start := dayNumber(Date{2026, 1, 1})
	from := civil(start + 59 - int64(age)) // February 2026 ends on day 59
	target := targetOf(t, "ramp 30..60 % by 90d..180d from "+from.String())
	o := obs(t, "2026-02", share)
	return input(rateMeasure(), target, o), o
}

// The vectors R1 to R3.
func TestRampVectors(t *testing.T) {
	tests := []struct {
		age            int
		share          float64
		floor, stretch float64
		want           Status
	}{
		{20, 0.12, 30.0 * 20 / 180, 30.0 * 20 / 90, MaturingNow},
		{90, 0.09, 15, 30, OffTrack}, {90, 0.12, 15, 30, AtRisk}, {90, 0.22, 15, 30, OnTrack}, {90, 0.31, 15, 30, Exceeding},
		{180, 0.29, 30, 60, AtRisk}, {180, 0.45, 30, 60, OnTrack}, {180, 0.61, 30, 60, Exceeding},
		{135, 0.45, 22.5, 45, Exceeding}, // half way between the days, half way up
		{400, 0.30, 30, 60, OnTrack}, {400, 0.59, 30, 60, OnTrack}, {400, 0.60, 30, 60, Exceeding},
		{30, 0.05, 5, 10, OnTrack}, // a third of the first day: old enough
	}
	for _, tt := range tests {
		in, _ := aged(t, tt.age, tt.share)
		v := last(t, in)
		if v.Raw != tt.want {
			t.Errorf("day %d, %v: %s, want %s (%s)", tt.age, tt.share, v.Raw, tt.want, v.Sentence)
		}
		near(t, "floor", orZero(v.FloorNow), tt.floor, 1e-9)
		near(t, "stretch", orZero(v.StretchNow), tt.stretch, 1e-9)
	}
	in, _ := aged(t, 90, 0.12)
	v := last(t, in)
	near(t, "warn", *v.WarnNow, 10.5, 1e-9)
	near(t, "attainment", *v.Attainment, 0.4, 1e-9)
	if want := "12.0% (Feb) against 15% due by now: at risk."; v.Sentence != want {
		t.Errorf("%q, want %q", v.Sentence, want)
	}
}

func TestStrictRamp(t *testing.T) {
	for age, want := range map[int][2]float64{45: {15, 0}, 90: {30, 30}, 135: {30, 45}, 180: {30, 60}} {
		in, _ := aged(t, age, 0.30)
		in.Targets[0].Strict = true
		v := last(t, in)
		near(t, fmt.Sprint("floor at day ", age), *v.FloorNow, want[0], 1e-9)
		near(t, fmt.Sprint("stretch at day ", age), orZero(v.StretchNow), want[1], 1e-9)
		if age == 135 && v.Raw != OnTrack {
			t.Errorf("equality with the floor of a strict ramp: %s", v.Raw)
		}
	}
}

func TestRampBeforeItsStartAndWithoutOne(t *testing.T) {
	in := input(rateMeasure(), targetOf(t, "ramp 30 % by 90d..180d from 2026-03-01"), obs(t, "2026-02", 0.2))
	if v := last(t, in); v.Raw != NotEnoughData || v.Reason != "not_started" {
		t.Errorf("%s %s", v.Raw, v.Reason)
	}
	in.Targets = []Target{targetOf(t, "ramp 30 % by 90d..180d from ga")}
	if v := last(t, in); v.Raw != NotEnoughData || v.Reason != "ga_unknown" {
		t.Errorf("%s %s", v.Raw, v.Reason)
	}
	in.GA = Date{2025, 9, 1} // 181 days
	if v := last(t, in); v.Raw != OffTrack || v.StretchNow != nil {
		t.Errorf("%s %s", v.Raw, v.Sentence)
	}
}

// SCHEMA 9.13: each capability on its ramp, the portfolio by their share.
func TestRampOfCapabilities(t *testing.T) {
	unit := func(ga Date, share float64) Unit {
		return Unit{ID: ga.String(), Name: ga.String(), GA: ga, Observations: []Observation{obs(t, "2026-06", share)}}
	}
	old, young := Date{2025, 6, 1}, Date{2026, 6, 15}
	tests := []struct {
		shares []float64
		want   Status
	}{
		{[]float64{0.60, 0.61, 0.8}, Exceeding},
		{[]float64{0.60, 0.30, 0.8}, OnTrack},
		{[]float64{0.30, 0.31, 0.29, 0.1}, AtRisk},
		{[]float64{0.30, 0.29, 0.1}, OffTrack},
	}
	for _, tt := range tests {
		in := input(rateMeasure(), targetOf(t, "ramp 30..60 % by 90d..180d"), obs(t, "2026-06", 0.4))
		in.Units = []Unit{unit(young, 0.01)} // too young to count
		for _, share := range tt.shares {
			in.Units = append(in.Units, unit(old, share))
		}
		v := last(t, in)
		if v.Raw != tt.want || len(v.Parts) != len(tt.shares)+1 || *v.Value != 40 {
			t.Errorf("%v: %s, want %s (%s)", tt.shares, v.Raw, tt.want, v.Sentence)
		}
	}
	in := input(rateMeasure(), targetOf(t, "ramp 30..60 % by 90d..180d"), obs(t, "2026-06", 0.4))
	in.Units = []Unit{unit(young, 0.01)}
	if v := last(t, in); v.Raw != MaturingNow || v.Reason != tooYoung || strings.Contains(v.Sentence, "0 of 0") {
		t.Errorf("only young ones: %s %s %q", v.Raw, v.Reason, v.Sentence)
	}
	in.Units = []Unit{unit(old, 0.3), unit(old, 0.1)}
	if v, want := last(t, in), "40.0% (Jun), 1 of 2 capabilities on their ramp: at risk."; v.Sentence != want {
		t.Errorf("%q, want %q", v.Sentence, want)
	}
}

func sloMeasure() Measure {
	return Measure{ID: "worst", Agg: Share, Unit: "%", Direction: Up, Digits: 2}
}

// The vectors S1 to S5. February 2026 has 28 days.
func TestObjectiveVectors(t *testing.T) {
	tests := []struct {
		id          string
		good, total float64
		open        bool
		budget      float64
		want        Status
	}{
		{"S1", 2_997_600, 3_000_000, false, 0.80, OnTrack},
		{"S2", 2_996_500, 3_000_000, false, 3.5 / 3, OffTrack},
		{"S3", 999_300, 1_000_000, true, 0.70, AtRisk},
		{"S4", 999_700, 1_000_000, true, 0.30, OnTrack},
		{"S5", 2_999_500, 3_000_000, false, 1.0 / 6, Exceeding},
		{"the whole budget", 999, 1000, false, 1, OnTrack},
		{"more than all of it, open", 998, 1000, true, 2, OffTrack},
		{"nothing used, open", 1000, 1000, true, 0, OnTrack},
	}
	for _, tt := range tests {
		in := input(sloMeasure(), targetOf(t, "slo 99.9 % over 28d"), frac(t, "2026-02", tt.good, tt.total))
		if tt.open {
			in.Observations[0].State = Open
			in.AsOf = at(t, "2026-02-15T00:00:00Z")
		}
		v := last(t, in)
		if v.Raw != tt.want || v.Published != tt.want {
			t.Errorf("%s: %s, want %s (%s)", tt.id, v.Raw, tt.want, v.Sentence)
		}
		near(t, tt.id, orZero(v.Budget), tt.budget, 1e-9)
		near(t, tt.id, orZero(v.Attainment), tt.budget, 1e-9)
		if v.Uncertain || v.WarnNow != nil {
			t.Errorf("%s: uncertain %v, warn %v", tt.id, v.Uncertain, v.WarnNow)
		}
	}
}

func TestObjectiveOverWeeks(t *testing.T) {
	week := func(id string, bad float64) Observation { return frac(t, id, 1000-bad, 1000) }
	target := targetOf(t, "slo 99.9 % over 28d")
	rows := []Observation{week("2026-W01", 2), week("2026-W02", 0), week("2026-W03", 1), week("2026-W04", 1), week("2026-W05", 0)}
	vs := Judge(input(sloMeasure(), target, rows...))
	var got []string
	for _, v := range vs {
		got = append(got, fmt.Sprintf("%s %s %s %.2f", v.Period, v.Raw, v.Reason, orZero(v.Budget)))
	}
	want := []string{
		"2026-W01 not_enough_data missing_sub_periods 0.00", "2026-W02 not_enough_data missing_sub_periods 0.00",
		"2026-W03 not_enough_data missing_sub_periods 0.00", "2026-W04 on_track  1.00", "2026-W05 on_track  0.50",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
	if v, want := vs[4], "99.95% (4 weeks to W5) against 99.9% promised over 28 days, 50% of the failures allowed used up: on track."; v.Sentence != want {
		t.Errorf("%q", v.Sentence)
	}
	in := input(sloMeasure(), targetOf(t, "slo 99.9 % over 30d"), rows...)
	if v := last(t, in); v.Reason != "span" {
		t.Errorf("30 days of weeks: %s %s", v.Raw, v.Reason)
	}
	in = input(sloMeasure(), target, append(rows[:4:4], obs(t, "2026-W05", 1))...)
	in.Observations[4].Value = nil
	if v := last(t, in); v.Raw != NoData {
		t.Errorf("a week without a number: %s", v.Raw)
	}
	span := "28d"
	in = input(Measure{ID: "worst", Agg: Worst, Unit: "%", Direction: Up}, target, frac(t, "2026-W05", 998, 1000))
	in.Observations[0].Trailing = &span
	if v := last(t, in); v.Raw != OffTrack { // the row is of the window already
		t.Errorf("%s %s", v.Raw, v.Reason)
	}
}

// An open window is only looked at by whom it is now: the page of a week that is
// over is not told how the next one went.
func TestOpenWindowOfThePast(t *testing.T) {
	rows := []Observation{frac(t, "2026-01", 1000, 1000), frac(t, "2026-02", 990, 1000)}
	rows[1].State = Open
	in := input(sloMeasure(), targetOf(t, "slo 99.9 % over 1m"), rows...)
	in.AsOf = at(t, "2026-02-15T00:00:00Z")
	if v := last(t, in); v.Period != "2026-02" || v.Raw != OffTrack || v.State != Open {
		t.Errorf("now: %s %s", v.Period, v.Raw)
	}
	in.Through = rows[0].Ends
	if v := last(t, in); v.Period != "2026-01" || v.Raw != Exceeding {
		t.Errorf("then: %s %s", v.Period, v.Raw)
	}
}

// The vectors N1 to N6.
func TestTrendVectors(t *testing.T) {
	count := Measure{ID: "count", Agg: Count, Direction: Down}
	tests := []struct {
		id     string
		values []float64
		want   Status
		mean   float64
	}{
		{"N1", []float64{6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 1}, OnTrack, 1},
		{"N2", []float64{2, 3, 1, 2, 3, 2, 2, 3, 1, 2, 3, 2}, AtRisk, 7.0 / 3},
		{"N3", []float64{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}, OffTrack, 17.0 / 3},
		{"N4", []float64{1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, Exceeding, 0},
		{"N5", []float64{1, 0, 1, 2, 0, 1, 1, 0, 2, 0, 1, 0}, OnTrack, 1.0 / 3},
		{"N6", []float64{3, 2, 1}, NotEnoughData, 0},
		{"improving, not near", []float64{16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5}, OnTrack, 6},
		{"a jump at the end", []float64{2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 9}, OffTrack, 14.0 / 3},
	}
	for _, tt := range tests {
		v := last(t, input(count, targetOf(t, "trend down toward 0 near 1 over 12m"), months(t, "2025-01", tt.values...)...))
		if v.Raw != tt.want {
			t.Errorf("%s: %s, want %s (%s)", tt.id, v.Raw, tt.want, v.Sentence)
		}
		near(t, tt.id, orZero(v.Attainment), tt.mean, 1e-9)
	}
	v := last(t, input(count, targetOf(t, "trend down toward 0 near 1 over 12m"), months(t, "2025-01", tests[1].values...)...))
	if want := "2 (Dec), the last 3 average 2.3, over 12 months toward 0, near is 1: at risk."; v.Sentence != want {
		t.Errorf("%q", v.Sentence)
	}
}

// Only what lies within the span counts, gaps are no zeros, and up mirrors down.
func TestTrendSpanGapsAndMirror(t *testing.T) {
	down := Measure{ID: "count", Agg: Count, Direction: Down}
	old := []float64{1, 1, 1, 1, 1, 1, 1, 1}
	rows := months(t, "2025-01", append(old, 3, 3, 3, 2, 3, 3)...)
	if v := last(t, input(down, targetOf(t, "trend down toward 0 near 1 over 5m"), rows...)); v.Reason != "too_little_history" {
		t.Errorf("five periods: %s %s", v.Raw, v.Reason)
	}
	rows = months(t, "2025-01", 5, 4, 3, 2, 1, 1)
	rows[2].Value = nil
	if v := last(t, input(down, targetOf(t, "trend down toward 0 near 1 over 12m"), rows...)); v.Reason != "too_little_history" {
		t.Errorf("five numbers: %s %s", v.Raw, v.Reason)
	}
	up := Measure{ID: "count", Agg: Count, Direction: Up}
	flat := targetOf(t, "trend up toward 1000 near 0 over 12m")
	if v := last(t, input(up, flat, months(t, "2025-01", 40, 42, 41, 40, 43, 41, 40)...)); v.Raw != OnTrack {
		t.Errorf("a flat trend: %s", v.Raw)
	}
	if v := last(t, input(up, flat, months(t, "2025-01", 47, 46, 44, 43, 41, 40, 38)...)); v.Raw != OffTrack {
		t.Errorf("a falling one: %s", v.Raw)
	}
}

func TestJudged(t *testing.T) {
	light := Measure{ID: "rating", Agg: Worst, Unit: Rag, Direction: Up}
	for expr, want := range map[string][3]Status{
		"judged every 1q":                {OnTrack, AtRisk, OffTrack},
		"judged every 1q at least amber": {OnTrack, OnTrack, OffTrack},
	} {
		for i, v := range []float64{1, 0.5, 0} {
			got := last(t, input(light, targetOf(t, expr), obs(t, "2026-Q2", v)))
			if got.Raw != want[i] || got.Attainment != nil || got.FloorNow != nil {
				t.Errorf("%s of %v: %s, want %s", expr, v, got.Raw, want[i])
			}
		}
	}
	v := last(t, input(light, targetOf(t, "judged every 1q"), obs(t, "2026-Q2", 0.5)))
	if want := "amber (Q2) against green: at risk."; v.Sentence != want {
		t.Errorf("%q", v.Sentence)
	}
}

// A judgement counts for one and a half times the span it is due in.
func TestJudgementGrowsOld(t *testing.T) {
	light := Measure{ID: "rating", Agg: Sum, Unit: Rag, Direction: Up}
	rows := months(t, "2026-01", 1, 0, 0, 0, 0, 0)
	for i := 1; i < 6; i++ {
		rows[i].Value = nil
	}
	for n, want := range map[int]Status{1: OnTrack, 5: OnTrack, 6: NoData} { // 5 months after the end of January are 150 days, 136 are allowed
		v := last(t, input(light, targetOf(t, "judged every 1q"), rows[:n]...))
		if v.Raw != want || want == NoData && v.Reason != ratingStale {
			t.Errorf("%d months: %s %s, want %s", n, v.Raw, v.Reason, want)
		}
	}
}
