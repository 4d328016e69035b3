package kpi_test

import (
	"math"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// TestStage walks one bet, registered at 10, released at 100 and due at 200,
// through its life.
func TestStage(t *testing.T) {
	at := func(v int64) *kpi.Millis { m := kpi.Millis(v); return &m }
	for _, tt := range []struct {
		name               string
		released           *kpi.Millis
		killed, registered *kpi.Millis
		outcome            kpi.Outcome
		asOf               kpi.Millis
		want               kpi.Stage
	}{
		{"before its release", at(100), nil, at(10), kpi.BetPending, 99, kpi.StagePlanned},
		{"no release known", nil, nil, at(10), "", 99, kpi.StagePlanned},
		{"on the release", at(100), nil, at(10), kpi.BetPending, 100, kpi.StageRunning},
		{"the last moment", at(100), nil, at(10), kpi.BetPending, 199, kpi.StageRunning},
		{"due, no number yet", at(100), nil, at(10), kpi.BetPending, 200, kpi.StageWaiting},
		{"met", at(100), nil, at(10), kpi.BetMet, 200, kpi.StageMet},
		{"met ahead of its date", at(100), nil, at(10), kpi.BetMet, 150, kpi.StageMet},
		{"half of it is missed", at(100), nil, at(10), kpi.BetPartly, 200, kpi.StageMissed},
		{"the wrong way is missed", at(100), nil, at(10), kpi.BetHarmful, 200, kpi.StageMissed},
		{"nobody measured", at(100), nil, at(10), kpi.BetNotMeasured, 300, kpi.StageNotMeasured},
		{"never released", nil, nil, at(10), kpi.BetNotMeasured, 300, kpi.StageNotMeasured},
		{"killed before its release", at(100), at(50), at(10), kpi.BetNotMeasured, 300, kpi.StageKilled},
		{"to be killed tomorrow", at(100), at(51), at(10), kpi.BetPending, 50, kpi.StagePlanned},
		{"killed after its release", at(100), at(150), at(10), kpi.BetMissed, 200, kpi.StageMissed},
		{"promised after its release", at(100), nil, at(101), kpi.BetMet, 200, kpi.StageLate},
		{"never registered", at(100), nil, nil, kpi.BetMet, 200, kpi.StageLate},
		{"not yet registered", nil, nil, nil, kpi.BetPending, 150, kpi.StagePlanned},
		{"due and never registered", nil, nil, nil, kpi.BetPending, 200, kpi.StageLate},
	} {
		b := kpi.Bet{ReleasedAt: tt.released, MeasureBy: 200}
		if got := b.Stage(tt.outcome, tt.killed, tt.registered, tt.asOf); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	due := 0
	for _, s := range kpi.Stages() {
		if s.Due() {
			due++
		}
	}
	if len(kpi.Stages()) != 8 || due != 3 {
		t.Errorf("%d stages, %d of them due; want 8 and 3", len(kpi.Stages()), due)
	}
}

func TestShareOfThePromise(t *testing.T) {
	for _, tt := range []struct {
		expected, lift, want float64
		ok                   bool
	}{{4, 6, 1.5, true}, {-0.4, -0.6, 1.5, true}, {-0.4, 0.2, -0.5, true}, {0, 3, 0, false}, {2, math.Inf(1), 0, false}} {
		if got, ok := (kpi.Bet{Expected: tt.expected}).Share(tt.lift); math.Abs(got-tt.want) > 1e-9 || ok != tt.ok {
			t.Errorf("%v of %v: %v %v, want %v %v", tt.lift, tt.expected, got, ok, tt.want, tt.ok)
		}
	}
}
