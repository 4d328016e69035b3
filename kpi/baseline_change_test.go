package kpi

import (
	"math"
	"testing"
)

// TestSince uses Newcombe's published example: 56/70 - 48/80 = 0.20, 0.0524 to 0.3339.
func TestSince(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	share := Measure{Agg: Share, Unit: "%", Direction: Up}
	near := func(a, b float64) bool { return math.Abs(a-b) < 0.006 }
	diff, ci, ok := share.Since(Baseline{Value: 60, Num: f(48), Den: f(80)}, f(80), f(56), f(70), &Interval{69, 88})
	if !ok || !near(diff, 20) || !near(ci[0], 5.24) || !near(ci[1], 33.39) || !share.Better(ci) {
		t.Errorf("of shares: %v %v %v", diff, ci, ok)
	}
	diff, ci, ok = share.Since(Baseline{Value: 60}, f(80), nil, nil, &Interval{59, 88})
	if !ok || diff != 20 || ci != (Interval{-1, 28}) || share.Better(ci) {
		t.Errorf("of a number alone: %v %v %v", diff, ci, ok)
	}
	days := Measure{Agg: Median, Unit: "days", Direction: Down}
	if _, ci, _ := days.Since(Baseline{Value: 10}, f(8), nil, nil, &Interval{7, 9}); !days.Better(ci) || share.Better(ci) {
		t.Errorf("where less is better: %v", ci)
	}
	if _, _, ok := days.Since(Baseline{Value: 10}, f(8), nil, nil, nil); ok {
		t.Error("without an interval nothing is beyond doubt")
	}
	if _, _, ok := days.Since(Baseline{Value: 10}, nil, nil, nil, &Interval{}); ok {
		t.Error("there is no number")
	}
}
