package kpi

import "testing"

// Every number a target leaves open is written out.
func TestResolved(t *testing.T) {
	paced := targetOf(t, "up 3..10 pts in 2q from 2026-01-01")
	rows := append(months(t, "2025-10", .38, .38, .38), months(t, "2026-03", .399)...)
	chosen := targetOf(t, "down 0.2..0.8 pts in 2q from 2026-01-01")
	low := 1.0
	chosen.When = []When{{BaselineLT: &low, Text: "level <= 1 %", Expr: mustParse(t, "level <= 1 %")}}
	churn := Measure{ID: "churn", Agg: Share, Unit: "%", Direction: Down, Digits: 2}
	for want, in := range map[string]Input{
		"up 3..10 pts in 2q from 2026-01-01; baseline 38% (2025-10 to 2025-12); pace 50%; now floor 39.492%, stretch 42.972%, warn line 39.044%; in full floor 41%, stretch 48%": input(rateMeasure(), paced, rows...),
		"level 60..80 %; now floor 60%, stretch 80%, warn line 55%":                                                                    input(rateMeasure(), targetOf(t, "level 60..80 %"), obs(t, "2026-03", .7)),
		"down 0.2..0.8 pts in 2q from 2026-01-01; by its baseline level <= 1 %; baseline 0.5% (2025-12); now floor 1%, warn line 1.5%": input(churn, chosen, obs(t, "2025-12", .005), obs(t, "2026-03", .007)),
		"slo 99.9 % over 28d; now floor 99.9%, stretch 99.975%; budget used 80%":                                                       input(sloMeasure(), targetOf(t, "slo 99.9 % over 28d"), frac(t, "2026-02", 2_997_600, 3_000_000)),
		"all(level 60 %; level 90 %); level 60 %; now floor 60%, warn line 55%; level 90 %; now floor 90%, warn line 85%":              input(rateMeasure(), targetOf(t, "all(level 60 %; level 90 %)"), obs(t, "2026-03", .7)),
	} {
		if got := last(t, in).Resolved(in.Measure); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	if got := (Verdict{}).Resolved(churn); got != "" {
		t.Errorf("no target resolves to %q", got)
	}
}
