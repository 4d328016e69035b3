package engine

import (
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
)

// TestComputeAllIsOneQuery: the numbers of several scopes that are not kept are those
// that each has alone, and come with one question to the facts.
func TestComputeAllIsOneQuery(t *testing.T) {
	d := definition(kpi.Share, pointSQL)
	l := newLab(t, Config{Definitions: []*kpi.Definition{d}})
	// core has flows and forms: 1 of 4 and 3 of 6 in July; edge has boards: 2 of 2
	l.load(day(time.August, 1), l.point("a", "x", "flows", day(time.July, 3), 1.0, 4.0), l.point("b", "x", "forms", day(time.July, 4), 3.0, 6.0), l.point("c", "x", "boards", day(time.June, 4), 2.0, 2.0))
	july := storedPeriod(t, l, "2026-07")
	june := storedPeriod(t, l, "2026-06")
	scopes := []kpi.Scope{{ID: -1, Portfolio: "core", Segment: "all"}, {ID: -2, Portfolio: "core", Product: "forms", Segment: "all"}, {ID: -3, Portfolio: "edge", Segment: "all"}}
	before := l.queries
	got, err := l.engine.ComputeAll(t.Context(), d, d.Primary(), scopes, []kpi.Period{june, july}, day(time.September, 1))
	if err != nil {
		t.Fatal(err)
	}
	if l.queries-before != 1 {
		t.Errorf("%d queries, want 1", l.queries-before)
	}
	want := map[int64]map[string]float64{-1: {"2026-07": 0.4}, -2: {"2026-07": 0.5}, -3: {"2026-06": 1}}
	n := 0
	for _, o := range got {
		v, ok := want[o.Scope][o.Period]
		if !ok {
			t.Errorf("scope %d has a number in %s", o.Scope, o.Period)
			continue
		}
		near(t, o.Period, o.Value, v)
		n++
		for _, s := range scopes {
			if s.ID != o.Scope {
				continue
			}
			alone, err := l.engine.Compute(t.Context(), d, d.Primary(), s, []kpi.Period{june, july}, day(time.September, 1))
			if err != nil || len(alone) != 1 || *alone[0].Value != *o.Value {
				t.Errorf("alone it is %+v, %v", alone, err)
			}
		}
	}
	if n != 3 {
		t.Errorf("%d numbers, want 3", n)
	}
}

func storedPeriod(t *testing.T, l *lab, id string) kpi.Period {
	t.Helper()
	p, err := l.engine.cfg.Calendar.Period(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
