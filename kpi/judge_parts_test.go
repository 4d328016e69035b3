package kpi

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// composite judges a quarter with a level, a count and a judgement, each with a
// series of its own; a nil value is a quarter without one.
func composite(t testing.TB, expr string, level, count, light *float64) Verdict {
	one := func(v *float64) []Observation {
		o := obs(t, "2026-Q2", orZero(v))
		o.Value = v
		return []Observation{o}
	}
	in := input(Measure{ID: "score", Agg: Mean, Unit: "/5", Direction: Up, Digits: 1}, targetOf(t, expr), one(level)...)
	in.Others = []Series{
		{Measure: Measure{ID: "leavers", Agg: Count, Direction: Down}, Observations: one(count)},
		{Measure: Measure{ID: "light", Agg: Worst, Unit: Rag, Direction: Up}, Observations: one(light)},
	}
	return last(t, in)
}

// The vectors C1 and C2, and the rest of rules 8 and 9.
func TestComposites(t *testing.T) {
	all := "all(score: level >= 4 /5; leavers: count <= 1 per quarter; light: judged every 1q)"
	any := "any(score: level >= 4 /5; leavers: count <= 1 per quarter; light: judged every 1q)"
	tests := []struct {
		id, expr            string
		level, count, light *float64
		want                Status
		reason              string
	}{
		{"C1", all, num(4.2), num(2), nil, NoData, ratingStale},
		{"C2", all, num(3.0), nil, num(1), OffTrack, ""},
		{"all good", all, num(4.2), num(1), num(1), OnTrack, ""},
		{"worst of them", all, num(4.2), num(2), num(1), AtRisk, ""},
		{"a judgement lowers", all, num(4.2), num(0), num(0), OffTrack, ""},
		{"a judgement does not raise", all, num(3.9), num(0), num(1), AtRisk, ""},
		{"nothing known", all, nil, nil, nil, NoData, "no_value"},
		{"best of them", any, num(3.0), num(0), num(0), Exceeding, ""},
		{"any: a judgement does not raise", any, num(3.0), num(9), num(1), OffTrack, ""},
		{"any: nor does it stand in", any, nil, nil, num(1), NoData, "no_value"},
		{"any: one is enough", any, nil, num(2), nil, AtRisk, ""},
		{"any of judgements only", "any(light: judged every 1q)", num(3), num(2), num(1), OnTrack, ""},
		{"nested", "all(score: level >= 4 /5; any(leavers: count <= 1 per quarter; score: level >= 4.5 /5))", num(4.2), num(1), nil, OnTrack, ""},
	}
	for _, tt := range tests {
		v := composite(t, tt.expr, tt.level, tt.count, tt.light)
		if v.Raw != tt.want || v.Reason != tt.reason {
			t.Errorf("%s: %s %s, want %s %s (%s)", tt.id, v.Raw, v.Reason, tt.want, tt.reason, v.Sentence)
		}
		if v.FloorNow != nil || v.StretchNow != nil || v.WarnNow != nil || v.Baseline != nil || v.Attainment != nil {
			t.Errorf("%s: a composite has lines", tt.id)
		}
	}
	v := composite(t, all, num(4.2), num(2), nil)
	if want := "No data: score 4.2 / 5 (Q2) against 4 / 5 or more: on track; leavers 2 (Q2) against 1 or fewer: at risk; light no data for Q2: nobody has judged it recently enough."; v.Sentence != want {
		t.Errorf("%q", v.Sentence)
	}
}

// Parts of one series, as in kpid judge.
func TestCompositeOfOneSeries(t *testing.T) {
	in := input(rateMeasure(), targetOf(t, "all(level 60..80 %; up 3..10 pts yoy)"), append(months(t, "2025-06", 0.6), months(t, "2026-06", 0.62)...)...)
	v := last(t, in)
	if v.Raw != OffTrack && v.Raw != AtRisk || *v.Value != 62 || len(v.Parts) != 2 {
		t.Errorf("%s: %s", v.Raw, v.Sentence)
	}
}

// Rule 11 of a composite: no line, so a neighbour waits for a second period.
func TestCompositeWaits(t *testing.T) {
	rows := []Observation{frac(t, "2026-01", 900, 1000), frac(t, "2026-02", 590, 1000), frac(t, "2026-03", 590, 1000), frac(t, "2026-04", 100, 1000)}
	vs := Judge(input(rateMeasure(), targetOf(t, "all(level 60 %)"), rows...))
	var got []string
	for _, v := range vs {
		got = append(got, string(v.Published)+" "+string(v.Pending))
	}
	if want := "on_track |on_track at_risk|at_risk |off_track at_risk"; strings.Join(got, "|") == want {
		t.Error("a pending status beside an equal one")
	}
	if got[1] != "on_track at_risk" || got[2] != "at_risk " || vs[3].Raw != OffTrack {
		t.Errorf("%q", got)
	}
}

// The order of the parts decides nothing but the order they are said in.
func TestCompositeOrder(t *testing.T) {
	statuses := []Status{Exceeding, OnTrack, AtRisk, OffTrack, MaturingNow, NotEnoughData, NoData}
	rapid.Check(t, func(rt *rapid.T) {
		var parts []graded
		for range rapid.IntRange(1, 5).Draw(rt, "parts") {
			parts = append(parts, graded{status: rapid.SampledFrom(statuses).Draw(rt, "status"), judged: rapid.Bool().Draw(rt, "judged")})
		}
		e := &Expr{Kind: rapid.SampledFrom([]Kind{AllKind, AnyKind}).Draw(rt, "kind")}
		want, _ := combine(e, parts)
		got, _ := combine(e, rapid.Permutation(parts).Draw(rt, "order"))
		if got != want {
			rt.Fatalf("%v: %s, in another order %s", parts, want, got)
		}
	})
}
