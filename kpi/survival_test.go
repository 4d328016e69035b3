package kpi_test

import (
	"math"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// remission is the 6-MP arm of Freireich et al. 1963, weeks in remission as
// printed in Kalbfleisch and Prentice (1980), table 1.1; negative: censored.
var remission = []float64{6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35}

func lives(weeks ...float64) []kpi.Lifetime {
	var out []kpi.Lifetime
	for _, w := range weeks {
		out = append(out, kpi.Lifetime{Took: math.Abs(w), Censored: w < 0})
	}
	return out
}

func TestKaplanMeier(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lives []kpi.Lifetime
		p     float64
		want  float64 // NaN: the curve stays above
	}{
		// S: 0.857 at 6, 0.807 at 7, 0.753 at 10, 0.690 at 13, 0.627 at 16, 0.538 at 22, 0.448 at 23
		{"published median", lives(remission...), 0.5, 23},
		{"published first quarter", lives(remission...), 0.25, 13},
		{"never there", lives(remission...), 0.75, math.NaN()},
		{"nothing censored is the smallest with half", lives(1, 2, 3, 4), 0.5, 2},
		{"one", lives(5), 0.5, 5},
		{"happened before censored at the same time", lives(3, -3), 0.5, 3},
		{"all censored", lives(-1, -2), 0.5, math.NaN()},
		{"none", nil, 0.5, math.NaN()},
	} {
		got, ok := kpi.KaplanMeier(tt.lives, tt.p)
		if ok == math.IsNaN(tt.want) || ok && got != tt.want {
			t.Errorf("%s: %v (%v), want %v", tt.name, got, ok, tt.want)
		}
	}
}

// TestLivesKeepsSlowOnes: the median of those who arrived is 2 days; of all it is 5.
func TestLivesKeepsSlowOnes(t *testing.T) {
	all := kpi.Lives(lives(1, 2, 3, 5, -90, -90, -90, 4), 0.5)
	if all.Value == nil || *all.Value != 4 || all.Events != 5 || all.Pending != 0 {
		t.Errorf("%+v, want the median 4 of 5 events", all)
	}
	if all.Lo == nil || *all.Lo != 1 || all.Hi != nil { // j = 1 of 8: the ends of the row, the last is censored
		t.Errorf("interval %v..%v, want 1..none", all.Lo, all.Hi)
	}
	if none := kpi.Lives(lives(1, -90, -90), 0.5); none.Value != nil || none.Pending != 0 {
		t.Errorf("more than half are not there: %+v", none)
	}
}

// TestLivesOpen: only those waited for less long than the median can move it.
func TestLivesOpen(t *testing.T) {
	open := func(took float64) kpi.Lifetime {
		return kpi.Lifetime{Took: took, Censored: true, Open: true, Horizon: 90}
	}
	late := append(lives(1, 2, 3), open(10), open(20))
	if got := kpi.Lives(late, 0.5); got.Pending != 0 || *got.Value != 3 {
		t.Errorf("both have been waited for longer than the median: %+v", got)
	}
	early := append(lives(4, 5, 6), open(1), open(2))
	got := kpi.Lives(early, 0.5)
	// at once: 1 2 4 5 6; never: 4 5 6 and two at 90
	if got.Pending != 2 || *got.BoundLo != 4 || *got.BoundHi != 6 {
		t.Errorf("pending %d, bounds %v..%v; want 2, 4..6", got.Pending, *got.BoundLo, *got.BoundHi)
	}
	few := append(lives(4), open(1), open(2))
	if got := kpi.Lives(few, 0.5); got.Pending != 2 || got.BoundHi != nil {
		t.Errorf("when none arrives more than half are missing: %+v", got)
	}
}
