package kpi_test

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
)

func f(v float64) *float64 { return &v }

// TestBet judges one promise of +4 points on 40, due at 1,000,000 ms.
func TestBet(t *testing.T) {
	const due, day = kpi.Millis(1_000_000), kpi.Millis(86_400_000)
	base := kpi.Bet{KPI: "activation_rate", Baseline: 40, Expected: 4, ExpectedNow: 4, LiftUnit: "pts", MeasureBy: due}
	series := func(v, lo, hi float64, dir kpi.Direction) *kpi.Reading {
		return &kpi.Reading{Value: v, CI: &kpi.Interval{lo, hi}, Direction: dir, Period: "2026-W30"}
	}
	for _, tt := range []struct {
		name    string
		set     func(*kpi.Bet)
		reading *kpi.Reading
		asOf    kpi.Millis
		want    kpi.Outcome
		note    string
	}{
		{"before its date", nil, series(50, 45, 55, kpi.Up), due - 1, kpi.BetPending, "due on 1970-01-01"},
		{"met exactly", nil, series(44, 41, 47, kpi.Up), due, kpi.BetMet, "+4 pts of +4 pts by its series, 2026-W30"},
		{"half of it", nil, series(42, 39, 45, kpi.Up), due, kpi.BetPartly, "+2 pts of +4 pts"},
		{"less than half", nil, series(41.9, 39, 45, kpi.Up), due, kpi.BetMissed, "+1.9 pts"},
		{"down, perhaps by chance", nil, series(39, 36, 42, kpi.Up), due, kpi.BetMissed, "-1 pts"},
		{"down beyond doubt", nil, series(36, 33, 39, kpi.Up), due, kpi.BetHarmful, "-4 pts"},
		{"a guardrail got worse", nil, &kpi.Reading{Value: 50, Direction: kpi.Up, Worse: []string{"ticket_rate"}}, due, kpi.BetHarmful, "worse: ticket_rate"},
		{"less is better", nil, series(36, 35, 37, kpi.Down), due, kpi.BetMet, "+4 pts of +4 pts"},
		{"less is better, promised as less", func(b *kpi.Bet) { b.Expected, b.ExpectedNow = -4, -4 }, series(37, 35, 39, kpi.Down), due, kpi.BetPartly, "-3 pts of -4 pts"},
		{"percent of the baseline", func(b *kpi.Bet) { b.LiftUnit = "percent" }, series(41.6, 41, 42, kpi.Up), due, kpi.BetMet, "+4 % of +4 %"},
		{"recorded before the series", func(b *kpi.Bet) { b.Measured = f(1) }, series(50, 45, 55, kpi.Up), due, kpi.BetMissed, "+1 pts of +4 pts as recorded"},
		{"recorded ahead of its date", func(b *kpi.Bet) { b.Measured = f(5) }, nil, due - 1, kpi.BetMet, ""},
		{"an outcome a person gave", func(b *kpi.Bet) { b.Recorded = "harmful" }, nil, due, kpi.BetHarmful, "outcome recorded"},
		{"nothing known yet", nil, nil, due + 30*day - 1, kpi.BetPending, "no period"},
		{"nothing known for good", nil, nil, due + 30*day, kpi.BetNotMeasured, "no period"},
		{"the bar moved after the release", func(b *kpi.Bet) { b.ExpectedNow = 2 }, series(42, 39, 45, kpi.Up), due, kpi.BetPartly, "expected lift changed after the release from +4 pts to +2 pts"},
		{"nothing promised", func(b *kpi.Bet) { b.Expected, b.ExpectedNow = 0, 0 }, series(42, 39, 45, kpi.Up), due, kpi.BetNotMeasured, ""},
	} {
		b := base
		if tt.set != nil {
			tt.set(&b)
		}
		got := b.Judge(tt.reading, "no period", tt.asOf)
		if got.Outcome != tt.want || !strings.Contains(got.Note, tt.note) {
			t.Errorf("%s: %s %q, want %s %q", tt.name, got.Outcome, got.Note, tt.want, tt.note)
		}
	}
}
