package kpi

import "testing"

func TestBacktestOfALevel(t *testing.T) {
	rows := months(t, "2025-01", .70, .72, .70, .72, .70, .72, .70, .72, .70, .72, .70, .72)
	for expr, want := range map[string]struct {
		met    int
		allows Assurance
	}{
		"level >= 60 %": {12, Reliable}, "level >= 71 %": {6, Chance}, "level >= 90 %": {0, Beyond},
	} {
		b := Try(input(rateMeasure(), Target{}, rows...), targetOf(t, expr))
		if len(b.Trials) != 12 || b.Graded != 12 || b.Met != want.met || b.Allows == nil || *b.Allows != want.allows {
			t.Errorf("%s: %d of %d met, %v; want %d, %s", expr, b.Met, b.Graded, b.Allows, want.met, want.allows)
		}
	}
}

// A change over a span is promised anew each month and judged when it is due.
func TestBacktestOfAPromise(t *testing.T) {
	var shares []float64
	for i := range 18 {
		shares = append(shares, .40+.01*float64(i)) // a point a month
	}
	in := input(rateMeasure(), Target{}, months(t, "2025-01", shares...)...)
	// the baseline is the mean of the three months before, so after three months
	// the last one lies 4 points above it
	for expr, met := range map[string]int{"up 4 pts in 3m from 2020-01-01": 13, "up 5 pts in 3m from 2020-01-01": 0} {
		b := Try(in, targetOf(t, expr))
		if len(b.Trials) != 15 || b.Met != met {
			for _, trial := range b.Trials {
				t.Logf("%s %s %s", trial.Start, trial.Verdict.Raw, trial.Verdict.Sentence)
			}
			t.Errorf("%s: %d of %d, want %d", expr, b.Met, len(b.Trials), met)
		}
	}
	first := Try(in, targetOf(t, "up 4 pts in 3m from 2020-01-01")).Trials[0]
	if first.Start != "2025-02-01" || first.Verdict.Period != "2025-04" {
		t.Errorf("%s judged at %s", first.Start, first.Verdict.Period)
	}
	if b := Try(input(rateMeasure(), Target{}), targetOf(t, "up 4 pts in 3m from 2020-01-01")); len(b.Trials) != 0 {
		t.Errorf("nothing gives %d trials", len(b.Trials))
	}
}
