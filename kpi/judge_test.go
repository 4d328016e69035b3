package kpi

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var utc = Calendar{WeekStarts: time.Monday}

func period(t testing.TB, id string) Period {
	t.Helper()
	p, err := utc.Period(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// obs is a final observation of a value in stored units.
func obs(t testing.TB, id string, v float64) Observation {
	p := period(t, id)
	return Observation{Period: id, Starts: p.Starts, Ends: p.Ends, Value: &v, State: Final}
}

// frac is a final observation of a share with its Wilson interval.
func frac(t testing.TB, id string, x, n float64) Observation {
	o := obs(t, id, x/n)
	units := int64(n)
	o.Num, o.Den, o.N = &x, &n, &units
	if lo, hi, ok := Wilson(x, n); ok {
		o.CILo, o.CIHi = &lo, &hi
	}
	return o
}

// months are final observations of successive months.
func months(t testing.TB, first string, vs ...float64) []Observation {
	p := period(t, first)
	var out []Observation
	for _, v := range vs {
		out = append(out, obs(t, p.ID, v))
		p = utc.Next(p)
	}
	return out
}

func targetOf(t testing.TB, expr string) Target {
	return Target{Text: expr, Expr: mustParse(t, expr), Hash: expr}
}

func rateMeasure() Measure {
	return Measure{ID: "rate", Agg: Share, Unit: "%", Direction: Up, Digits: 1}
}

// input judges observations against one target, a day after the last of them.
func input(m Measure, target Target, rows ...Observation) Input {
	in := Input{Calendar: utc, Measure: m, Targets: []Target{target}, Observations: rows}
	if len(rows) > 0 {
		in.AsOf = rows[len(rows)-1].Ends
	}
	return in
}

func last(t testing.TB, in Input) Verdict {
	t.Helper()
	vs := Judge(in)
	if len(vs) == 0 {
		t.Fatal("no verdict")
	}
	return vs[len(vs)-1]
}

// The vectors T01 to T20 of the definition of targets.
func TestVectors(t *testing.T) {
	paced := "up 3..10 pts in 2q from 2026-01-01"
	days := Measure{ID: "median", Agg: Median, Unit: "days", Direction: Down, Digits: 1}
	teams := Measure{ID: "teams", Agg: Distinct, Direction: Up}
	nrr := Measure{ID: "nrr", Agg: Ratio, Unit: "%", Direction: Up, Digits: 1, Unbounded: true}
	score := Measure{ID: "score", Agg: Mean, Unit: "/5", Direction: Up, Digits: 1}
	const day = dayMillis
	none := math.NaN()
	tests := []struct {
		id, expr             string
		m                    Measure
		rows                 []Observation
		value                *float64 // a baseline given as a value
		floor, stretch, warn float64
		want                 Status
		attainment           float64
	}{
		{"T01", paced, rateMeasure(), []Observation{obs(t, "2026-03", 0.399)}, num(38), 39.4917, 42.9724, none, OnTrack, 0.633},
		{"T02", paced, rateMeasure(), []Observation{obs(t, "2026-03", 0.392)}, num(38), 39.4917, 42.9724, 39.0442, AtRisk, 0.400},
		{"T03", paced, rateMeasure(), []Observation{obs(t, "2026-03", 0.386)}, num(38), 39.4917, none, none, OffTrack, 0.200},
		{"T04", paced, rateMeasure(), []Observation{obs(t, "2026-03", 0.434)}, num(38), 39.4917, none, none, OnTrack, 1.800},
		{"T05", paced, rateMeasure(), []Observation{obs(t, "2026-01", 0.370)}, num(38), 38.5138, none, none, AtRisk, -0.333},
		{"T06", paced, rateMeasure(), []Observation{obs(t, "2026-01", 0.345)}, num(38), 38.5138, none, none, OffTrack, -1.167},
		{"T07", paced, rateMeasure(), []Observation{obs(t, "2026-06", 0.410)}, num(38), 41, 48, none, OnTrack, 1},
		{"T08", "up 10..25 % yoy", teams, []Observation{obs(t, "2025-08", 12000), obs(t, "2026-08", 13560)}, nil, 13200, 15000, none, OnTrack, 1.3},
		{"T09", "up 10..25 % yoy", teams, []Observation{obs(t, "2025-08", 12000), obs(t, "2026-08", 12900)}, nil, 13200, 15000, 12840, AtRisk, 0.75},
		{"T10", "down 10..30 % in 2q from 2026-01-01", days, []Observation{obs(t, "2025-12", 20*day), obs(t, "2026-06", 18*day)}, nil, 18, 14, none, OnTrack, 1},
		{"T11", "down 10..30 % in 2q from 2026-01-01", days, []Observation{obs(t, "2025-12", 20*day), obs(t, "2026-06", 18.5*day)}, nil, 18, 14, 18.6, AtRisk, 0.75},
		{"T12", "down 10..30 % in 2q from 2026-01-01", days, []Observation{obs(t, "2025-12", 20*day), obs(t, "2026-06", 13.9*day)}, nil, 18, 14, none, Exceeding, 3.05},
		{"T13", "level > 100 % stretch 110 %", nrr, []Observation{obs(t, "2026-Q2", 1)}, nil, 100, 110, none, AtRisk, 1},
		{"T14", "level > 100 % stretch 110 %", nrr, []Observation{obs(t, "2026-Q2", 1.034)}, nil, 100, 110, none, OnTrack, 1.034},
		{"T15", "level > 100 % stretch 110 %", nrr, []Observation{obs(t, "2026-Q2", 0.949)}, nil, 100, 110, 95, OffTrack, 0.949},
		{"T16", "level 60..80 %", rateMeasure(), []Observation{frac(t, "2026-Q2", 7, 12)}, nil, 60, 80, 55, AtRisk, 0.972},
		{"T17", "level 90..95 %", rateMeasure(), []Observation{frac(t, "2026-08", 172, 200)}, nil, 90, 95, 85, AtRisk, 0.956},
		{"T18", "level >= 4.2 /5", score, []Observation{obs(t, "2026-Q2", 4.08)}, nil, 4.2, none, 3.99, AtRisk, 0.971},
		{"T19", "level >= 4.2 /5", score, []Observation{obs(t, "2026-Q2", 3.98)}, nil, 4.2, none, 3.99, OffTrack, 0.948},
	}
	for _, tt := range tests {
		target := targetOf(t, tt.expr)
		if tt.value != nil {
			target.Baseline = &BaselineSpec{Method: "value", Value: tt.value}
		}
		if err := target.Check(tt.m); err != nil {
			t.Errorf("%s: %v", tt.id, err)
		}
		v := last(t, input(tt.m, target, tt.rows...))
		if v.Raw != tt.want || v.Published != tt.want {
			t.Errorf("%s: %s, published %s; want %s", tt.id, v.Raw, v.Published, tt.want)
		}
		for name, pair := range map[string][2]float64{
			"floor": {orZero(v.FloorNow), tt.floor}, "stretch": {orZero(v.StretchNow), tt.stretch},
			"warn": {orZero(v.WarnNow), tt.warn},
		} {
			if !math.IsNaN(pair[1]) {
				near(t, tt.id+" "+name, pair[0], pair[1], 5e-5)
			}
		}
		near(t, tt.id+" attainment", orZero(v.Attainment), tt.attainment, 6e-4)
	}
}

func TestVectorT16(t *testing.T) {
	v := last(t, input(rateMeasure(), targetOf(t, "level 60..80 %"), frac(t, "2026-Q2", 7, 12)))
	if !v.Uncertain {
		t.Error("the interval includes both lines, the verdict is certain")
	}
	near(t, "lo", v.CI[0], 32.0, 0.05)
	near(t, "hi", v.CI[1], 80.7, 0.05)
}

func TestVectorT20(t *testing.T) {
	m := Measure{ID: "count", Agg: Count, Direction: Up}
	got := ""
	for _, x := range []float64{0, 1, 2, 5, 6, 9} {
		v := last(t, input(m, targetOf(t, "count 2..6 per month"), obs(t, "2026-08", x)))
		got += " " + string(v.Raw)
	}
	if want := " off_track at_risk on_track on_track exceeding exceeding"; got != want {
		t.Errorf("got%s, want%s", got, want)
	}
	m.Direction = Down
	got = ""
	for _, x := range []float64{0, 1, 2, 3} {
		v := last(t, input(m, targetOf(t, "count <= 1 per year"), obs(t, "2026", x)))
		if v.Attainment != nil {
			t.Errorf("an upper limit has the attainment %v", *v.Attainment)
		}
		got += " " + string(v.Raw)
	}
	if want := " exceeding on_track at_risk off_track"; got != want {
		t.Errorf("got%s, want%s", got, want)
	}
}

// M1 to M3: a cohort still maturing, the only one there is.
func TestMaturingVectors(t *testing.T) {
	for name, tt := range map[string]struct {
		a, u   float64
		bounds Interval
		want   Status
		says   string
	}{
		"M1": {52, 10, Interval{65, 77.5}, OnTrack, "Between 65.0% and 77.5% once W36 is complete, against 60% or more: on track whatever is still to come."},
		"M2": {45, 10, Interval{56.25, 68.75}, MaturingNow, "Between 56.3% and 68.8% once W36 is complete, against 60% or more: maturing."},
		"M3": {40, 3, Interval{50, 53.75}, OffTrack, "Between 50.0% and 53.8% once W36 is complete, against 60% or more: off track whatever is still to come."},
	} {
		o := obs(t, "2026-W36", 0)
		n, lo, hi := int64(80), tt.a/80, (tt.a+tt.u)/80
		o.Value, o.State, o.N, o.BoundLo, o.BoundHi, o.Pending = nil, Maturing, &n, &lo, &hi, int64(tt.u)
		v := last(t, input(rateMeasure(), targetOf(t, "level >= 60 %"), o))
		if v.Raw != tt.want || v.Published != tt.want || v.Value != nil || v.Sentence != tt.says {
			t.Errorf("%s: %s, %q", name, v.Raw, v.Sentence)
		}
		near(t, name+" low", v.Bounds[0], tt.bounds[0], 1e-9)
		near(t, name+" high", v.Bounds[1], tt.bounds[1], 1e-9)
		if tt.want == MaturingNow && v.Reason != "maturing" {
			t.Errorf("%s: reason %q", name, v.Reason)
		}
	}
	// With a final period that one is judged, whatever a younger cohort shows.
	young := obs(t, "2026-W36", 0)
	lo := 0.1
	young.Value, young.State, young.BoundLo, young.BoundHi = nil, Maturing, &lo, &lo
	v := last(t, input(rateMeasure(), targetOf(t, "level >= 60 %"), obs(t, "2026-W35", 0.7), young))
	if v.Period != "2026-W35" || v.Published != OnTrack {
		t.Errorf("judged %s as %s", v.Period, v.Published)
	}
	// A small cohort is too small before it is maturing.
	m := rateMeasure()
	m.MinN = 30
	n := int64(12)
	young.N = &n
	if v := last(t, input(m, targetOf(t, "level >= 60 %"), young)); v.Reason != "below_minimum" || !strings.Contains(v.Sentence, "n 12, needs 30") {
		t.Errorf("%s: %s", v.Reason, v.Sentence)
	}
}

// H1 to H3 and the other ways a status moves. Values are percent against level
// >= 60 (warn 55), stretch where given; widths are half intervals.
func TestHysteresis(t *testing.T) {
	type step struct {
		value, half float64
		want        string // raw published pending
	}
	tests := map[string][]step{
		"H1 straddles, then back":            {{62, 5, "on_track on_track"}, {58, 5, "at_risk on_track at_risk"}, {62, 5, "on_track on_track"}},
		"H2 twice":                           {{62, 5, "on_track on_track"}, {58, 5, "at_risk on_track at_risk"}, {57, 5, "at_risk at_risk"}},
		"H3 two steps":                       {{62, 5, "on_track on_track"}, {50, 20, "off_track off_track"}},
		"the interval excludes the line":     {{62, 5, "on_track on_track"}, {58, 1, "at_risk at_risk"}},
		"better is not faster than worse":    {{58, 5, "at_risk at_risk"}, {62, 5, "on_track at_risk on_track"}, {62, 5, "on_track on_track"}},
		"no interval, so two periods":        {{62, 0, "on_track on_track"}, {58, 0, "at_risk on_track at_risk"}, {58, 0, "at_risk at_risk"}},
		"the warn line between risk and off": {{58, 5, "at_risk at_risk"}, {54, 5, "off_track at_risk off_track"}, {54, 0.5, "off_track off_track"}},
		"a gap in between is a new start":    {{62, 5, "on_track on_track"}, {-1, 0, "no_data no_data"}, {58, 5, "at_risk at_risk"}},
		"a third status is not a second":     {{82, 5, "exceeding exceeding"}, {78, 5, "on_track exceeding on_track"}, {58, 5, "at_risk at_risk"}},
	}
	for name, steps := range tests {
		var rows []Observation
		p := period(t, "2026-01")
		for _, s := range steps {
			o := obs(t, p.ID, s.value/100)
			if s.value < 0 {
				o.Value = nil
			}
			if s.half > 0 {
				lo, hi := (s.value-s.half)/100, (s.value+s.half)/100
				o.CILo, o.CIHi = &lo, &hi
			}
			rows = append(rows, o)
			p = utc.Next(p)
		}
		vs := Judge(input(rateMeasure(), targetOf(t, "level 60..80 %"), rows...))
		for i, s := range steps {
			got := strings.TrimSpace(fmt.Sprint(vs[i].Raw, " ", vs[i].Published, " ", vs[i].Pending))
			if got != s.want {
				t.Errorf("%s, step %d: %s; want %s", name, i+1, got, s.want)
			}
		}
	}
}

func TestAnEditedTargetMovesAtOnce(t *testing.T) {
	old, edited := targetOf(t, "level 60..80 %"), targetOf(t, "level 65..80 %")
	old.Until, edited.Since = Date{2026, 2, 1}, Date{2026, 2, 1}
	in := input(rateMeasure(), old, months(t, "2026-01", 0.62, 0.62)...)
	in.Targets = []Target{edited, old}
	vs := Judge(in)
	if vs[0].Published != OnTrack || vs[1].Published != AtRisk || vs[1].Pending != "" {
		t.Errorf("%s then %s, pending %q", vs[0].Published, vs[1].Published, vs[1].Pending)
	}
	if vs[0].Target.Text != old.Text || vs[1].Target.Text != edited.Text {
		t.Errorf("judged by %q then %q", vs[0].Target.Text, vs[1].Target.Text)
	}
	in.Targets = []Target{old}
	if v := last(t, in); v.Reason != "no_target" || v.Value == nil || v.Sentence != "62.0% (Feb); no target is in force: not enough data." {
		t.Errorf("without a target: %s, %q", v.Reason, v.Sentence)
	}
}

func TestNotGraded(t *testing.T) {
	level := targetOf(t, "level 60..80 %")
	paced := targetOf(t, "up 3..10 pts in 2q from 2026-01-01")
	reason := func(o Observation, r string) Observation { o.Reason = &r; return o }
	empty := obs(t, "2026-08", 0)
	empty.Value = nil
	small := frac(t, "2026-08", 5, 10)
	m, count := rateMeasure(), Measure{ID: "count", Agg: Count, Direction: Up}
	m.MinN = 30
	teams := Measure{ID: "teams", Agg: Sum, Direction: Up}
	tests := map[string]struct {
		m      Measure
		target Target
		rows   []Observation
		status Status
		reason string
		says   string
	}{
		"nothing at all":        {m, level, nil, NoData, "never", "No data yet."},
		"an empty row":          {m, level, []Observation{empty}, NoData, "no_value", "No data for Aug."},
		"an error":              {m, level, []Observation{reason(empty, "error")}, NoData, "error", "No data for Aug: it could not be computed."},
		"an error with a value": {m, level, []Observation{reason(obs(t, "2026-08", 0.7), "error")}, NoData, "error", "No data for Aug: it could not be computed."},
		"too small":             {m, level, []Observation{small}, NotEnoughData, "below_minimum", "50.0% (Aug); n 10, needs 30: not enough data."},
		"concentrated":          {m, level, []Observation{reason(frac(t, "2026-08", 50, 100), "concentrated")}, NotEnoughData, "concentrated", "50.0% (Aug); one account holds too large a share of it: not enough data."},
		"few answers":           {m, level, []Observation{reason(frac(t, "2026-08", 50, 100), "response")}, NotEnoughData, "response", "50.0% (Aug); too few of those asked have answered: not enough data."},
		"reason before size":    {m, level, []Observation{reason(small, "response")}, NotEnoughData, "response", "50.0% (Aug); too few of those asked have answered: not enough data."},
		"ends with the start":   {m, paced, []Observation{frac(t, "2025-12", 40, 100)}, NotEnoughData, "not_started", "40.0% (Dec); the target starts on 1 Jan 2026: not enough data."},
		"no baseline":           {m, paced, []Observation{frac(t, "2026-01", 40, 100)}, NotEnoughData, "baseline_missing", "40.0% (Jan); there is no baseline to measure the change from: not enough data."},
		"zero baseline":         {teams, targetOf(t, "up 10 % yoy"), []Observation{obs(t, "2025-08", 0), obs(t, "2026-08", 5)}, NotEnoughData, "zero_baseline", "5 (Aug); its baseline is 0, so a change in percent has no size: not enough data."},
		"negative baseline":     {teams, targetOf(t, "up 10 % yoy"), []Observation{obs(t, "2025-08", -3), obs(t, "2026-08", 5)}, NotEnoughData, "negative_baseline", "5 (Aug); its baseline is below 0, so a change in percent has no size: not enough data."},
		"a sub-period missing":  {count, targetOf(t, "count 2..6 per quarter"), []Observation{obs(t, "2026-01", 1), obs(t, "2026-03", 1)}, NotEnoughData, "missing_sub_periods", "2 (Q1); a part of the period is missing: not enough data."},
		"no quarter is over":    {count, targetOf(t, "count 2..6 per quarter"), []Observation{obs(t, "2026-01", 1)}, NotEnoughData, "too_little_history", "1 (Jan); no whole period of the target is over yet: not enough data."},
		"weeks make no month":   {count, targetOf(t, "count 2..6 per month"), []Observation{obs(t, "2026-W36", 1)}, NotEnoughData, "grain", "1 (W36); it is not kept at a grain that the target's period is made of: not enough data."},
		"a month has no weeks":  {count, targetOf(t, "count 2..6 per week"), []Observation{obs(t, "2026-08", 1)}, NotEnoughData, "grain", "1 (Aug); it is not kept at a grain that the target's period is made of: not enough data."},
		"no whole months":       {m, targetOf(t, "level 60..80 % over 28d trailing"), []Observation{frac(t, "2026-08", 50, 100)}, NotEnoughData, "span", "50.0% (Aug); the target's span is no whole number of its periods: not enough data."},
	}
	for name, tt := range tests {
		v := last(t, input(tt.m, tt.target, tt.rows...))
		if v.Raw != tt.status || v.Published != tt.status || v.Reason != tt.reason || v.Sentence != tt.says {
			t.Errorf("%s: %s %s %q; want %s %s %q", name, v.Published, v.Reason, v.Sentence, tt.status, tt.reason, tt.says)
		}
		if v.Attainment != nil || v.Uncertain || v.Pending != "" {
			t.Errorf("%s: attainment %v, uncertain %v, pending %q", name, v.Attainment, v.Uncertain, v.Pending)
		}
	}
	provisional := frac(t, "2026-08", 50, 100)
	provisional.State = Provisional
	if v := last(t, input(m, level, provisional)); v.Published != MaturingNow || v.Reason != "provisional" || v.Sentence != "50.0% (Aug) is not final yet: maturing." {
		t.Errorf("inside its grace: %s %s %q", v.Published, v.Reason, v.Sentence)
	}
}

func TestMinimum(t *testing.T) {
	m := rateMeasure()
	m.MinN = 30
	target := targetOf(t, "level 60..80 %")
	own := 5
	target.MinN = &own
	if v := last(t, input(m, target, frac(t, "2026-08", 7, 12))); !v.Raw.Graded() {
		t.Errorf("the target's own minimum: %s", v.Reason)
	}
	target.MinN = nil
	if v := last(t, input(m, target, frac(t, "2026-08", 21, 30))); v.Raw != OnTrack {
		t.Errorf("the minimum itself is enough: %s", v.Reason)
	}
	// Pooled weeks are held to the minimum together.
	in := input(m, target, frac(t, "2026-W35", 10, 15), frac(t, "2026-W36", 11, 15))
	in.Definition = &Definition{Cadence: Week}
	if v := last(t, in); v.Raw != OnTrack || *v.N != 30 {
		t.Errorf("pooled: %s, n %d", v.Reason, *v.N)
	}
	// A series that keeps no n is held to none.
	if v := last(t, input(m, target, obs(t, "2026-08", 0.7))); v.Raw != OnTrack {
		t.Errorf("without n: %s", v.Reason)
	}
}

func TestSmoothing(t *testing.T) {
	weekly := &Definition{Cadence: Week}
	rows := []Observation{
		frac(t, "2026-W31", 90, 100), frac(t, "2026-W33", 20, 100), frac(t, "2026-W34", 30, 50),
		frac(t, "2026-W35", 40, 100), frac(t, "2026-W36", 30, 150),
	}
	in := input(rateMeasure(), targetOf(t, "level 20..40 %"), rows...)
	in.Definition = weekly
	v := last(t, in)
	if diff := cmp.Diff([]string{"2026-W33", "2026-W34", "2026-W35", "2026-W36"}, v.Pooled); diff != "" {
		t.Errorf("pooled (-want +got):\n%s", diff)
	}
	near(t, "sum over sum", *v.Value, 30, 1e-9)
	lo, hi, _ := Wilson(120, 400)
	near(t, "lo", v.CI[0], 100*lo, 1e-9)
	near(t, "hi", v.CI[1], 100*hi, 1e-9)
	if *v.Num != 120 || *v.Den != 400 || *v.N != 400 {
		t.Errorf("pooled %v of %v, n %v", *v.Num, *v.Den, *v.N)
	}
	// W32 is missing: the window is four weeks of the calendar, not four rows.
	if second := Judge(in)[1]; len(second.Pooled) != 2 {
		t.Errorf("W33 pools %v", second.Pooled)
	}
	one := 1
	in.Targets[0].Smooth = &one
	if v := last(t, in); *v.Value != 20 || len(v.Pooled) != 1 {
		t.Errorf("smooth 1: %v from %v", *v.Value, v.Pooled)
	}
	// Counts take the mean; a count target and a median are never smoothed.
	count := Measure{ID: "teams", Agg: Sum, Direction: Up}
	in = input(count, targetOf(t, "level 20..40"), obs(t, "2026-W35", 10), obs(t, "2026-W36", 30))
	in.Definition = weekly
	if v := last(t, in); *v.Value != 20 || v.Sentence != "20 (2 weeks to W36) against 20 or more: on track." {
		t.Errorf("mean: %v, %q", *v.Value, v.Sentence)
	}
	in.Targets = []Target{targetOf(t, "count 2..40 per week")}
	if v := last(t, in); *v.Value != 30 {
		t.Errorf("a count is smoothed: %v", *v.Value)
	}
	in.Targets, in.Measure.Agg = []Target{targetOf(t, "level 2..40")}, Median
	if v := last(t, in); *v.Value != 30 {
		t.Errorf("a median is smoothed: %v", *v.Value)
	}
	// A census has no interval, pooled or not.
	in = input(rateMeasure(), targetOf(t, "level 20..40 %"), rows...)
	in.Definition = weekly
	for i := range in.Observations {
		in.Observations[i].CILo, in.Observations[i].CIHi = nil, nil
	}
	if v := last(t, in); v.CI != nil {
		t.Errorf("a census has the interval %v", v.CI)
	}
}

func TestPooledCountInterval(t *testing.T) {
	a, b := obs(t, "2026-W35", 4), obs(t, "2026-W36", 6)
	lo, hi := Byar(6)
	b.CILo, b.CIHi = &lo, &hi
	in := input(Measure{ID: "n", Agg: Count, Direction: Down}, targetOf(t, "level <= 5"), a, b)
	in.Definition = &Definition{Cadence: Week}
	v := last(t, in)
	near(t, "lo", v.CI[0], 4.79/2, 5e-3) // Byar of 10, for two weeks
	near(t, "hi", v.CI[1], 18.39/2, 5e-3)
}

func TestBaselines(t *testing.T) {
	paced := targetOf(t, "up 3..10 pts in 2q from 2026-01-01")
	rows := []Observation{
		frac(t, "2025-08", 90, 100), frac(t, "2025-10", 10, 50), frac(t, "2025-12", 50, 100),
		frac(t, "2026-03", 50, 100),
	}
	in := input(rateMeasure(), paced, rows...)
	v := last(t, in)
	// October to December, November missing: 60/150.
	near(t, "pooled", v.Baseline.Value, 40, 1e-9)
	if diff := cmp.Diff([]string{"2025-10", "2025-12"}, v.Baseline.Periods); diff != "" {
		t.Errorf("periods (-want +got):\n%s", diff)
	}
	near(t, "pace", *v.Pace, 90.0/181, 1e-12)
	near(t, "final floor", *v.FloorFinal, 43, 1e-9)
	near(t, "final stretch", *v.StretchFinal, 50, 1e-9)

	// A frozen baseline wins, and says when it would now be another.
	in.Baselines = map[string]Baseline{paced.Hash: {Value: 38, Periods: []string{"2025-10", "2025-12"}}}
	v = last(t, in)
	if v.Baseline.Value != 38 || v.Notice != "the baseline 38.0% was restated to 40% and waits to be accepted" {
		t.Errorf("frozen: %v, %q", v.Baseline.Value, v.Notice)
	}
	in.Baselines[paced.Hash] = Baseline{Value: 40.04}
	if v = last(t, in); v.Notice != "" || v.Baseline.Value != 40.04 {
		t.Errorf("within rounding: %v, %q", v.Baseline.Value, v.Notice)
	}

	one := paced
	one.Baseline = &BaselineSpec{Method: "pooled", Periods: 1}
	near(t, "one period", last(t, input(rateMeasure(), one, rows...)).Baseline.Value, 50, 1e-9)
	year := paced
	year.Baseline = &BaselineSpec{Method: "same_period_last_year"}
	near(t, "last year", last(t, input(rateMeasure(), year, append([]Observation{frac(t, "2025-03", 30, 100)}, rows...)...)).Baseline.Value, 30, 1e-9)
	// A series of values alone takes their plain mean.
	near(t, "values", last(t, input(rateMeasure(), paced, months(t, "2025-10", 0.2, 0.3, 0.7, 0.5)...)).Baseline.Value, 40, 1e-9)
}

func TestYearOnYearOfWeeks(t *testing.T) {
	m := Measure{ID: "teams", Agg: Distinct, Direction: Up}
	in := input(m, targetOf(t, "up 10 % yoy"), obs(t, "2025-W35", 100), obs(t, "2025-W36", 120), obs(t, "2026-W35", 121), obs(t, "2026-W36", 123))
	in.Definition = &Definition{Cadence: Week}
	v := last(t, in)
	if v.Baseline.Value != 110 || *v.Value != 122 || v.Published != OnTrack || *v.Pace != 1 {
		t.Errorf("%v against %v: %s", *v.Value, v.Baseline, v.Published)
	}
	// 364 days before week 1 of 2027 is week 2 of 2026.
	v = last(t, input(m, targetOf(t, "up 10 % yoy"), obs(t, "2026-W02", 100), obs(t, "2027-W01", 115)))
	if v.Published != OnTrack || v.Baseline.Periods[0] != "2026-W02" {
		t.Errorf("week 53: %s against %v", v.Published, v.Baseline)
	}
}

func TestPerPeriod(t *testing.T) {
	target := targetOf(t, "up 3 pts per quarter")
	rows := []Observation{frac(t, "2026-01", 30, 100), frac(t, "2026-02", 30, 100), frac(t, "2026-03", 60, 100), frac(t, "2026-05", 42, 100)}
	v := last(t, input(rateMeasure(), target, rows...))
	near(t, "baseline", v.Baseline.Value, 40, 1e-9)
	near(t, "pace", *v.Pace, 61.0/91, 1e-12)
	near(t, "floor", *v.FloorNow, 40+3*61.0/91, 1e-9)
	if v.Raw != AtRisk || v.Sentence != "42.00% (May) against 42.01% due by now: at risk, but the interval 32.8% to 51.8% includes the floor 42.01%." {
		t.Errorf("%s %q", v.Raw, v.Sentence)
	}
	v = last(t, input(rateMeasure(), target, frac(t, "2026-Q1", 40, 100), frac(t, "2026-Q2", 43, 100)))
	if v.Raw != OnTrack || *v.Pace != 1 {
		t.Errorf("a quarterly series: %s, pace %v", v.Raw, *v.Pace)
	}
	if v := last(t, input(rateMeasure(), targetOf(t, "up 3 pts per month"), frac(t, "2026-Q1", 40, 100))); v.Reason != "grain" {
		t.Errorf("a quarter has no months: %s", v.Reason)
	}
}

func TestTakeBaseline(t *testing.T) {
	target := targetOf(t, "up 3..10 pts in 2q from 2026-01-01")
	in := input(rateMeasure(), target, frac(t, "2025-10", 30, 100), frac(t, "2025-11", 40, 100), frac(t, "2025-12", 50, 100))
	in.Definition = &Definition{Cadence: Month, Grace: Span{7, 'd'}, Mature: 3 * dayMillis}
	if b, ok := TakeBaseline(in, target); ok {
		t.Errorf("inside the grace of December: %v", b)
	}
	in.AsOf = at(t, "2026-01-08T00:00:00Z")
	b, ok := TakeBaseline(in, target)
	if !ok || b.Value != 40 || *b.Num != 120 || *b.Den != 300 {
		t.Errorf("%v, %v", b, ok)
	}
	late := in
	late.Observations = append([]Observation(nil), in.Observations...)
	late.Observations[2].State = Provisional
	if b, ok := TakeBaseline(late, target); ok {
		t.Errorf("December still waits for a source: %v", b)
	}
	in.Observations = nil
	if b, ok := TakeBaseline(in, target); ok {
		t.Errorf("from nothing: %v", b)
	}
	for _, expr := range []string{"level 60 %", "up 3 pts yoy", "up 3 pts per quarter"} {
		if _, ok := TakeBaseline(late, targetOf(t, expr)); ok {
			t.Errorf("%s has a baseline to freeze", expr)
		}
	}
}

func TestWhenChoosesByTheBaseline(t *testing.T) {
	m := rateMeasure()
	m.Direction = Down
	target := targetOf(t, "down 0.2..0.8 pts in 2q from 2026-01-01")
	target.When = []When{
		{BaselineGTE: num(3), Expr: mustParse(t, "down 0.5..0.8 pts in 2q from 2026-01-01")},
		{BaselineLT: num(1), Expr: mustParse(t, "level <= 1.0 %")},
	}
	if err := target.Check(m); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ base, floor float64 }{{0.04, 3.5}, {0.03, 2.5}, {0.02, 1.8}, {0.01, 0.8}, {0.009, 1}} {
		v := last(t, input(m, target, obs(t, "2025-12", tt.base), obs(t, "2026-06", 0.01)))
		near(t, fmt.Sprintf("floor at baseline %v", tt.base), *v.FloorNow, tt.floor, 1e-9)
		if v.Baseline == nil {
			t.Errorf("baseline %v is not said", tt.base)
		}
	}
	v := last(t, input(m, target, obs(t, "2026-06", 0.01)))
	if v.Reason != "baseline_missing" {
		t.Errorf("without a baseline: %s", v.Reason)
	}
	v = last(t, input(m, target, obs(t, "2025-12", 0.009), obs(t, "2026-06", 0.01)))
	if v.Sentence != "1.0% (Jun) against 1% or less: on track." {
		t.Errorf("%q", v.Sentence)
	}
}

func TestCeilingAndStrict(t *testing.T) {
	target := targetOf(t, "level 70..85 %")
	target.Ceiling = num(95)
	for value, want := range map[float64]Status{0.94: Exceeding, 0.95: Exceeding, 0.96: OnTrack} {
		v := last(t, input(rateMeasure(), target, obs(t, "2026-08", value)))
		if v.Raw != want || (v.Notice != "") != (want == OnTrack) {
			t.Errorf("%v: %s, %q", value, v.Raw, v.Notice)
		}
	}
	v := last(t, input(rateMeasure(), target, obs(t, "2026-08", 0.96)))
	if v.Sentence != "96.0% (Aug) against 70% or more: on track; above the ceiling of 95%." {
		t.Errorf("%q", v.Sentence)
	}
	strict := targetOf(t, "level 70..85 %")
	strict.Strict = true
	if v := last(t, input(rateMeasure(), strict, obs(t, "2026-08", 0.70))); v.Raw != AtRisk || v.Sentence != "70.0% (Aug) against over 70%: at risk." {
		t.Errorf("strict: %s, %q", v.Raw, v.Sentence)
	}
}

func TestWarnLines(t *testing.T) {
	own := 2.0
	rate, down := rateMeasure(), rateMeasure()
	down.Direction = Down
	open := rateMeasure()
	open.Unbounded = true
	tests := map[string]struct {
		m    Measure
		expr string
		own  *float64
		want float64
	}{
		"five points":             {rate, "level 60 %", nil, 55},
		"half the room above":     {rate, "level 96 %", nil, 94},
		"half the room below":     {down, "level 4 %", nil, 6},
		"five points down":        {down, "level 40 %", nil, 45},
		"a rate without a bound":  {open, "level 80 %", nil, 76},
		"a stretch beyond 100":    {rate, "level 80..110 %", nil, 76},
		"another unit":            {Measure{Agg: Mean, Unit: "/5", Direction: Up}, "level 4 /5", nil, 3.8},
		"below zero":              {Measure{Agg: NPS, Unit: "pts", Direction: Up}, "level -20", nil, -21},
		"as the target says":      {rate, "level 60 %", &own, 58},
		"as the target says down": {down, "level 4 %", &own, 6},
		"a large count":           {Measure{Agg: Count, Direction: Up}, "count 20 per month", nil, 15},
		"a count of one half":     {Measure{Agg: Count, Direction: Up}, "count 0.5 per month", nil, 0.5},
		"a large upper limit":     {Measure{Agg: Count, Direction: Down}, "count <= 20 per month", nil, 25},
	}
	for name, tt := range tests {
		target := targetOf(t, tt.expr)
		target.Warn = tt.own
		v := last(t, input(tt.m, target, obs(t, "2026-08", 1)))
		near(t, name, *v.WarnNow, tt.want, 1e-9)
	}
}

func TestOver(t *testing.T) {
	rows := []Observation{frac(t, "2025-12", 99, 100), frac(t, "2026-01", 10, 100), frac(t, "2026-02", 20, 100), frac(t, "2026-03", 60, 100), frac(t, "2026-04", 90, 100)}
	v := last(t, input(rateMeasure(), targetOf(t, "level 60..80 % over 3m trailing"), rows...))
	near(t, "trailing", *v.Value, 100*170.0/300, 1e-9)
	if v.Period != "2026-04" {
		t.Errorf("trailing judges %s", v.Period)
	}
	vs := Judge(input(rateMeasure(), targetOf(t, "level 30..80 % over 1q"), rows...))
	if len(vs) != 2 || vs[0].Period != "2025-Q4" || vs[1].Period != "2026-Q1" {
		t.Fatalf("calendar quarters: %+v", vs)
	}
	near(t, "calendar", *vs[1].Value, 30, 1e-9)
	if vs[1].Sentence != "30.0% (3 months to Mar) against 30% or more: on track, but the interval 25.1% to 35.4% includes the floor 30%." {
		t.Errorf("%q", vs[1].Sentence)
	}
}

func TestCountOfFinerRows(t *testing.T) {
	m := Measure{ID: "count", Agg: Count, Direction: Up}
	vs := Judge(input(m, targetOf(t, "count 6..9 per quarter"), months(t, "2025-12", 9, 1, 2, 3, 4, 2, 4, 7)...))
	got := ""
	for _, v := range vs {
		got += fmt.Sprint(v.Period, " ", orZero(v.Value), " ", v.Published, v.Reason, "; ")
	}
	want := "2025-Q4 9 not_enough_datamissing_sub_periods; 2026-Q1 6 on_track; 2026-Q2 10 on_track; "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if v := vs[2]; v.Raw != Exceeding || v.Pending != Exceeding || v.Starts != period(t, "2026-Q2").Starts {
		t.Errorf("Q2: raw %s, pending %s, from %v", v.Raw, v.Pending, v.Starts)
	}
}

func TestGapAndStale(t *testing.T) {
	target := targetOf(t, "level 60..80 %")
	in := input(rateMeasure(), target, obs(t, "2026-01", 0.7), obs(t, "2026-02", 0.7))
	in.Definition = &Definition{Cadence: Month, Grace: Span{7, 'd'}}
	for when, want := range map[string]Status{
		"2026-04-30T00:00:00Z": OnTrack, // only March is missing
		"2026-05-07T00:00:00Z": OnTrack, // April is over, its grace is not
		"2026-05-08T00:00:00Z": NoData,
		"2098-05-08T00:00:00Z": NoData,
	} {
		in.AsOf = at(t, when)
		vs := Judge(in)
		if v := vs[len(vs)-1]; v.Published != want || v.Period != "2026-02" || *v.Value != 70 || vs[0].Published != OnTrack {
			t.Errorf("at %s: %s", when, v.Published)
		}
	}
	in.AsOf = at(t, "2026-05-08T00:00:00Z")
	v := last(t, in)
	if v.Reason != "gap" || v.Sentence != "No data since Feb 2026; the last number is 70.0% (Feb)." {
		t.Errorf("%s %q", v.Reason, v.Sentence)
	}
	// The page of an earlier week looks no further than its own end.
	in.Through = at(t, "2026-03-01T00:00:00Z")
	if v := last(t, in); v.Published != OnTrack {
		t.Errorf("as of February: %s", v.Published)
	}
	in.Through = at(t, "2026-02-01T00:00:00Z")
	if vs := Judge(in); len(vs) != 1 || vs[0].Period != "2026-01" {
		t.Errorf("as of January: %v", vs)
	}
	// April is there but waits: late, not missing.
	in.Through = 0
	waiting := obs(t, "2026-04", 0.7)
	waiting.State = Provisional
	in.Observations = append(in.Observations, waiting)
	if v := last(t, in); v.Published != OnTrack {
		t.Errorf("a late source: %s", v.Published)
	}
	in.Stale = true
	v = last(t, in)
	if v.Published != NoData || v.Reason != "source_late" || v.Sentence != "No data: a source is overdue; the last number is 70.0% (Feb)." {
		t.Errorf("stale: %s %s %q", v.Published, v.Reason, v.Sentence)
	}
	in.Observations = in.Observations[2:]
	if v := last(t, in); v.Published != NoData || v.Reason != "source_late" {
		t.Errorf("stale from the start: %s %s", v.Published, v.Reason)
	}
}

func TestSentences(t *testing.T) {
	m := rateMeasure()
	target := targetOf(t, "up 3..10 pts in 2q from 2026-04-01")
	target.Baseline = &BaselineSpec{Method: "value", Value: num(42.6)}
	in := input(m, target, frac(t, "2026-W33", 536, 1284), frac(t, "2026-W34", 536, 1284), frac(t, "2026-W35", 536, 1284), frac(t, "2026-W36", 540, 1284))
	in.Definition = &Definition{Cadence: Week}
	if v := last(t, in); v.Sentence != "41.8% (4 weeks to W36) against 45.2% due by now: off track." {
		t.Errorf("%q", v.Sentence)
	}
	// The number as shown never contradicts the status.
	if v := last(t, input(m, targetOf(t, "level 60..80 %"), obs(t, "2026-08", 0.59996))); v.Sentence != "59.996% (Aug) against 60% or more: at risk." {
		t.Errorf("%q", v.Sentence)
	}
	if v := last(t, input(m, targetOf(t, "level 60..80 %"), obs(t, "2026-08", 0.79996))); v.Sentence != "79.996% (Aug) against 60% or more: on track." {
		t.Errorf("%q", v.Sentence)
	}
	if v := last(t, input(m, targetOf(t, "level 60..80 %"), obs(t, "2026-08", 0.83))); v.Sentence != "83.0% (Aug) against 60% or more: exceeding, the stretch is 80%." {
		t.Errorf("%q", v.Sentence)
	}
	days := Measure{ID: "median", Agg: Median, Unit: "days", Direction: Down, Digits: 1}
	if v := last(t, input(days, targetOf(t, "level < 7 days"), obs(t, "2026-08", 6.8*dayMillis))); v.Sentence != "6.8 days (Aug) against under 7 days: on track." {
		t.Errorf("%q", v.Sentence)
	}
	count := Measure{ID: "count", Agg: Count, Direction: Down}
	if v := last(t, input(count, targetOf(t, "count <= 2 per month"), obs(t, "2026-08", 2))); v.Sentence != "2 (Aug) against 2 or fewer: on track." {
		t.Errorf("%q", v.Sentence)
	}
}

// What is missing in the newest period is not made up from older ones, and a
// period that is not final is not held against a target for a longer one.
func TestNothingStandsInForAMissingValue(t *testing.T) {
	empty := frac(t, "2026-W36", 0, 1)
	empty.Value = nil
	in := input(rateMeasure(), targetOf(t, "level 60..80 %"), frac(t, "2026-W35", 70, 100), empty)
	in.Definition = &Definition{Cadence: Week, None: "no accounts signed up"}
	if v := last(t, in); v.Value != nil || v.Reason != "no_value" || v.Sentence != "No data for W36: no accounts signed up." {
		t.Errorf("%v %s %q", v.Value, v.Reason, v.Sentence)
	}
	young := obs(t, "2026-01", 9)
	young.State = Provisional
	for _, expr := range []string{"count 2..6 per quarter", "level 2..6 over 1q", "level 2..6 over 3m trailing"} {
		v := last(t, input(Measure{Agg: Count, Direction: Up}, targetOf(t, expr), young))
		if v.Published != NotEnoughData || v.Reason != "too_little_history" {
			t.Errorf("%s: %s %s", expr, v.Published, v.Reason)
		}
	}
}

// Whatever the observations hold, every verdict has a status, a sentence and
// lines to stand on, and the periods run forward.
func TestJudgeHoldsTogether(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := Measure{
			ID:        "m",
			Agg:       rapid.SampledFrom([]Agg{Share, Ratio, Count, Sum, Distinct, Median, Mean, NPS}).Draw(rt, "agg"),
			Unit:      rapid.SampledFrom([]string{"%", "", "days", "/5", "pts"}).Draw(rt, "unit"),
			Direction: rapid.SampledFrom([]Direction{Up, Down}).Draw(rt, "direction"),
			MinN:      rapid.SampledFrom([]int{0, 30}).Draw(rt, "min"),
		}
		grain := rapid.SampledFrom(Grains()).Draw(rt, "grain")
		c := Calendar{WeekStarts: time.Sunday, FiscalStart: time.Month(rapid.IntRange(1, 12).Draw(rt, "fiscal"))}
		in := Input{Calendar: c, Measure: m, Definition: &Definition{Cadence: grain, Grace: Span{3, 'd'}}, Baselines: map[string]Baseline{}}
		in.Stale = rapid.IntRange(0, 9).Draw(rt, "stale") == 0
		maybe := func(name string) *float64 {
			if rapid.IntRange(0, 5).Draw(rt, name) == 0 {
				return nil
			}
			return num(float64(rapid.IntRange(-5, 200).Draw(rt, name)) / 100)
		}
		p := c.Containing(grain, at(t, "2025-01-15T00:00:00Z"))
		for range rapid.IntRange(0, 14).Draw(rt, "rows") {
			p = c.shift(p, int64(rapid.SampledFrom([]int{1, 1, 1, 2, 5}).Draw(rt, "step")))
			o := Observation{Period: p.ID, Starts: p.Starts, Ends: p.Ends,
				Value: maybe("value"), Num: maybe("num"), Den: maybe("den"), CILo: maybe("lo"), CIHi: maybe("hi"),
				State: rapid.SampledFrom([]State{Final, Final, Final, Provisional, Maturing, Open}).Draw(rt, "state")}
			if o.State == Maturing {
				o.BoundLo, o.BoundHi = maybe("bound lo"), maybe("bound hi")
			}
			in.Observations = append(in.Observations, o)
		}
		in.AsOf = p.Ends + Millis(rapid.Int64Range(0, 200*dayMillis).Draw(rt, "later"))
		for range rapid.IntRange(0, 2).Draw(rt, "targets") {
			e := anyExpr(rt)
			if e.Dir != 0 {
				e.Dir = m.Direction
			}
			target := Target{Expr: e, Hash: e.String(), Ceiling: maybe("ceiling"), Since: civil(rapid.Int64Range(20000, 20500).Draw(rt, "since"))}
			if b := maybe("frozen"); b != nil {
				in.Baselines[target.Hash] = Baseline{Value: *b}
			}
			in.Targets = append(in.Targets, target)
		}
		vs := Judge(in)
		if len(vs) == 0 {
			rt.Fatal("no verdict")
		}
		for i, v := range vs {
			switch {
			case v.Raw == "" || v.Published == "" || !strings.HasSuffix(v.Sentence, "."):
				rt.Fatalf("%+v", v)
			case v.Published.Graded() != v.Raw.Graded(), v.Published.Graded() == (v.Reason != ""):
				rt.Fatalf("raw %s, published %s, reason %q", v.Raw, v.Published, v.Reason)
			case v.Published.Graded() && len(v.Parts) == 0 && (v.FloorNow == nil && v.Kind != JudgedKind || v.Value == nil && v.Bounds == nil):
				rt.Fatalf("graded on nothing: %+v", v)
			case (v.Pending != "") != (v.Published != v.Raw):
				rt.Fatalf("raw %s, published %s, pending %q", v.Raw, v.Published, v.Pending)
			case strings.Contains(v.Sentence, "NaN") || strings.Contains(v.Sentence, "%!"):
				rt.Fatal(v.Sentence)
			case i > 0 && vs[i-1].Ends > v.Ends:
				rt.Fatalf("%s after %s", v.Period, vs[i-1].Period)
			}
		}
	})
}

// A better value never gives a worse status, and judging twice gives the same.
func TestVerdictIsMonotoneAndDeterministic(t *testing.T) {
	exprs := []string{
		"level 60..80 %", "level >= 60 %", "level 60 % over 3m trailing", "up 3..10 pts in 2q from 2026-01-01",
		"up 3..10 pts yoy", "up 3 pts per quarter", "up 3..10 abs in 1y from 2026-05-20",
		"ramp 30..60 % by 90d..180d from 2026-05-01", "slo 60 % over 1m", "all(level 60..80 %; up 3..10 pts yoy)", "any(level 60..80 %; level 90 %)",
	}
	rapid.Check(t, func(rt *rapid.T) {
		m := rateMeasure()
		target := targetOf(t, rapid.SampledFrom(exprs).Draw(rt, "expr"))
		target.Strict = rapid.Bool().Draw(rt, "strict") && target.Expr.Kind != SLOKind
		var history []float64
		for range 18 {
			history = append(history, rapid.Float64Range(0, 1).Draw(rt, "v"))
		}
		a, b := rapid.Float64Range(0, 1).Draw(rt, "a"), rapid.Float64Range(0, 1).Draw(rt, "b")
		judge := func(v float64) Verdict {
			rows := append(months(t, "2025-01", history...), obs(t, "2026-07", v))
			return last(t, input(m, target, rows...))
		}
		low, high := judge(min(a, b)), judge(max(a, b))
		if low.Raw.Graded() && high.Raw.Graded() && low.Raw.rank() > high.Raw.rank() {
			rt.Fatalf("%s: %v is %s, %v is %s", target.Text, *low.Value, low.Raw, *high.Value, high.Raw)
		}
		if diff := cmp.Diff(low, judge(min(a, b))); diff != "" {
			rt.Fatalf("judged twice:\n%s", diff)
		}
		if low.Published.Graded() && low.FloorNow != nil && *low.Value < *low.FloorNow-1e-6 && low.Raw == OnTrack {
			rt.Fatalf("%v is on track against %v", *low.Value, *low.FloorNow)
		}
	})
}

// A final stretch can be the only line inside: more than is due now, in the
// first half of the span.
func TestUncertainAboutTheFinalStretch(t *testing.T) {
	target := targetOf(t, "up 3..10 pts in 2q from 2026-01-01")
	target.Baseline = &BaselineSpec{Method: "value", Value: num(38)}
	v := last(t, input(rateMeasure(), target, frac(t, "2026-03", 470, 1000)))
	if v.Raw != OnTrack || !v.Uncertain || !strings.HasSuffix(v.Sentence, "includes the final stretch 48%.") {
		t.Errorf("%s, %v, %q", v.Raw, v.Uncertain, v.Sentence)
	}
}

func BenchmarkJudgeWeeks(b *testing.B) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	in := input(rateMeasure(), targetOf(b, "up 3..10 pts in 2q from 2024-01-01"))
	in.Calendar = Calendar{Zone: berlin, WeekStarts: time.Monday}
	in.Definition = &Definition{Cadence: Week, Grace: Span{3, 'd'}}
	p, err := in.Calendar.Period("2023-W30")
	if err != nil {
		b.Fatal(err)
	}
	for range 120 {
		o := frac(b, p.ID, 40, 100)
		o.Starts, o.Ends = p.Starts, p.Ends
		in.Observations, in.AsOf = append(in.Observations, o), p.Ends
		p = in.Calendar.Next(p)
	}
	for b.Loop() {
		Judge(in)
	}
}
