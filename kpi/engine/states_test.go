package engine

import (
	"testing"

	"github.com/kpid/kpid/kpi"
)

const days = 86_400_000

// TestStates moves the clock over a period and holds its state to the rule:
// open, then maturing while an outcome is open, then final when the grace is
// over and every feeding source is complete through the end.
func TestStates(t *testing.T) {
	augustFirst := day(8, 1)
	for _, tt := range []struct {
		name    string
		mature  int64
		pending bool
		through kpi.Millis // of the feeding source; 0: never complete, -1: no source feeds
		asOf    kpi.Millis
		want    kpi.State
	}{
		{"running", 0, false, -1, augustFirst - 1, kpi.Open},
		{"at the end", 0, false, -1, augustFirst, kpi.Provisional},
		{"in the grace", 0, false, -1, augustFirst + 3*days - 1, kpi.Provisional},
		{"after the grace", 0, false, -1, augustFirst + 3*days, kpi.Final},
		{"source complete", 0, false, augustFirst, augustFirst + 3*days, kpi.Final},
		{"source not complete", 0, false, augustFirst - 1, augustFirst + 30*days, kpi.Provisional},
		{"source never complete", 0, false, 0, augustFirst + 30*days, kpi.Provisional},
		{"running and pending", 0, true, -1, augustFirst - 1, kpi.Open},
		{"pending", 0, true, -1, augustFirst + 30*days, kpi.Maturing},
		{"before maturity", 14 * days, false, -1, augustFirst + 14*days - 1, kpi.Maturing},
		{"at maturity", 14 * days, false, -1, augustFirst + 14*days, kpi.Final},
		{"mature within the grace", days, false, -1, augustFirst + 2*days, kpi.Provisional},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := definition(kpi.Share, pointSQL)
			d.Mature = tt.mature
			cfg := Config{Definitions: []*kpi.Definition{d}}
			if tt.through >= 0 {
				cfg.Feeds = map[string][]string{"metric_point": {"feed"}}
			}
			l := newLab(t, cfg)
			name := "plain"
			if tt.pending {
				name = "pending"
			}
			l.load(tt.asOf, l.point("1", name, "flows", day(7, 5), 0.0, 1.0), l.point("2", "plain", "flows", day(7, 5), 3.0, 9.0))
			if tt.through > 0 {
				l.complete("feed", tt.through)
			}
			l.evaluate(tt.asOf)
			o, ok := l.at("all", "", "2026-07")
			if !ok || o.State != tt.want {
				t.Fatalf("state %q (%v), want %s", o.State, ok, tt.want)
			}
			// a share that can still move is not published, only its bounds
			if moving := tt.pending || tt.want == kpi.Maturing; moving {
				near(t, "value", o.Value, nil)
				near(t, "lower bound", o.BoundLo, 0.3)
				near(t, "upper bound", o.BoundHi, 0.3+0.1*float64(o.Pending))
			} else {
				near(t, "value", o.Value, 0.3)
				near(t, "lower bound", o.BoundLo, nil)
			}
		})
	}
}

// TestZeroOrNothing: a count is zero when the counted fact is connected and
// complete; otherwise there is no number. A quotient of nothing is never one.
func TestZeroOrNothing(t *testing.T) {
	for _, agg := range []kpi.Agg{kpi.Count, kpi.Sum, kpi.Distinct, kpi.Share, kpi.Ratio} {
		d := definition(agg, pointSQL)
		counts := agg == kpi.Count || agg == kpi.Sum || agg == kpi.Distinct
		l := newLab(t, Config{Definitions: []*kpi.Definition{d}, Feeds: map[string][]string{"metric_point": {"feed"}}})
		l.load(day(10, 20), l.point("1", "plain", "flows", day(5, 5), 1.0, 2.0), l.point("2", "plain", "flows", day(9, 5), 1.0, 2.0),
			l.point("3", "excluded", "forms", day(7, 5), 1.0, 2.0))
		l.complete("feed", day(9, 1))
		l.evaluate(day(10, 20))
		for _, tt := range []struct {
			portfolio, product, period string
			zero                       bool
			why                        string
		}{
			{"all", "", "2026-04", false, "before the first record"},
			{"all", "", "2026-06", true, "connected since May and complete"},
			{"core", "flows", "2026-06", true, "the product is connected"},
			{"core", "flows", "2026-08", true, "complete through its end"},
			{"core", "forms", "2026-06", false, "the product's first record is of July"},
			{"core", "forms", "2026-07", true, "its one record is left out, not absent"},
			{"edge", "", "2026-06", false, "nothing below the node was ever connected"},
		} {
			o, ok := l.at(tt.portfolio, tt.product, tt.period)
			if want := tt.zero && counts; ok != want {
				t.Errorf("%s %s/%s %s: an observation is there: %v; want %v, for it is %s", agg, tt.portfolio, tt.product, tt.period, ok, want, tt.why)
			} else if ok {
				near(t, string(agg)+" "+tt.period, o.Value, 0.0)
			}
		}
		if o, ok := l.at("core", "flows", "2026-09"); !ok || o.Value == nil {
			t.Errorf("%s: a record of a period that is not complete shows no number (%v)", agg, ok)
		}
	}
}

// TestRestated: a final value that changes by more than rounding says why.
func TestRestated(t *testing.T) {
	d := definition(kpi.Share, pointSQL)
	d.Measures[0].Unit = "%"
	l := newLab(t, Config{Definitions: []*kpi.Definition{d}})
	now := day(9, 1)
	step := func(what string, revision int, restated bool, cause string) {
		t.Helper()
		l.evaluate(now)
		o, ok := l.at("all", "", "2026-07")
		got := ""
		if o.Cause != nil {
			got = *o.Cause
		}
		if !ok || o.Revision != revision || o.Restated != restated || got != cause {
			t.Errorf("%s: revision %d, restated %v, cause %q; want %d, %v, %q", what, o.Revision, o.Restated, got, revision, restated, cause)
		}
	}
	l.load(now, l.point("1", "plain", "flows", day(7, 5), 5_000.0, 10_000.0))
	step("first", 1, false, "")
	l.load(now, l.point("2", "plain", "flows", day(7, 6), 1.0, 1.0))
	step("50.005 % still reads 50.0 %", 2, false, "")
	l.load(now, l.point("3", "plain", "flows", day(7, 6), 1_000.0, 1_000.0))
	step("one late row", 3, true, "1 late row")
	l.load(now, l.point("3", "plain", "flows", day(7, 6), 0.0, 1_000.0))
	step("one corrected row", 4, true, "1 corrected row")
	l.load(now, l.point("3", "plain", "flows", day(7, 6), 9.0, 1_000.0), l.point("2", "plain", "flows", day(7, 6), 0.0, 1.0))
	l.load(now, l.point("4", "plain", "flows", day(7, 6), 900.0, 900.0))
	step("both", 5, true, "1 late row, 2 corrected rows")
	l.load(now, l.point("5", "plain", "flows", day(7, 6), 1.0, 2.0))
	step("rounding again: what was said stays said", 6, true, "1 late row, 2 corrected rows")
	l.load(now, l.point("5", "plain", "flows", day(7, 6), 1.0, 2.0))
	step("a duplicate", 6, true, "1 late row, 2 corrected rows")

	other := *d
	other.Hash, other.Measures = "2", append([]kpi.Measure(nil), d.Measures...)
	other.Measures[0].SQL = pointSQL + "\nWHERE x.num < 5000"
	l.use(Config{Definitions: []*kpi.Definition{&other}})
	step("another definition", 7, true, "new definition")
	l.evaluate(now)
	step("the same definition again", 7, true, "new definition")
	scope, _ := l.engine.Scope("k", "all", "", "all")
	revisions, err := l.Revisions(t.Context(), "k", "m", scope.ID, "2026-07")
	if err != nil || len(revisions) != 7 {
		t.Fatalf("%d revisions, %v", len(revisions), err)
	}
	near(t, "the first number reported", revisions[0].Value, 0.5)
}

// TestNewDefinition writes every number anew, also where none changed.
func TestNewDefinition(t *testing.T) {
	d := definition(kpi.Count, pointSQL)
	l := newLab(t, Config{Definitions: []*kpi.Definition{d}})
	l.load(day(9, 1), l.point("1", "plain", "flows", day(5, 5), 1.0, 1.0))
	first := l.evaluate(day(9, 1))
	if changed, err := l.engine.Changed(t.Context()); changed || err != nil {
		t.Errorf("changed without a change: %v, %v", changed, err)
	}
	for _, cfg := range []struct {
		hash, basis string
		written     int
	}{{"2", "", first.Written}, {"2", "", 0}, {"2", "other zone", 0}, {"1", "other zone", first.Written}} {
		next := *d
		next.Hash = cfg.hash
		l.use(Config{Definitions: []*kpi.Definition{&next}, Basis: cfg.basis})
		if res := l.evaluate(day(9, 1)); res.Written != cfg.written {
			t.Errorf("definition %s, basis %q: %d revisions, want %d", cfg.hash, cfg.basis, res.Written, cfg.written)
		}
	}
}

// TestIdle: evaluating again writes nothing, and reads no fact when nothing is
// marked and everything is final.
func TestIdle(t *testing.T) {
	l := newLab(t, Config{Definitions: []*kpi.Definition{definition(kpi.Share, pointSQL)}})
	now := day(9, 1) // July is final, and no period is running that has begun
	l.load(now, l.point("1", "plain", "flows", day(7, 5), 1.0, 2.0))
	if res := l.evaluate(now); res.Written == 0 || l.queries != 1 {
		t.Fatalf("wrote %d with %d queries, want one query for all cells of a measure", res.Written, l.queries)
	}
	l.queries = 0
	if res := l.evaluate(now); res.Written != 0 || res.Cells != 0 || l.queries != 0 {
		t.Errorf("again: %d cells, %d written, %d queries; want none", res.Cells, res.Written, l.queries)
	}
	// a cell that time may still change is looked at again, and left alone
	l.load(now+5*days, l.point("2", "plain", "flows", day(9, 5), 1.0, 2.0))
	l.evaluate(now + 5*days)
	if res := l.evaluate(now + 5*days); res.Written != 0 {
		t.Errorf("again in a running month: %d written", res.Written)
	}
}

// TestFailureKeepsWork: a KPI that fails keeps its numbers and its work; the
// others go on.
func TestFailureKeepsWork(t *testing.T) {
	bad, good := definition(kpi.Sum, pointSQL), definition(kpi.Sum, pointSQL)
	good.ID = "good"
	l := newLab(t, Config{Definitions: []*kpi.Definition{bad, good}})
	l.load(day(9, 1), l.point("1", "plain", "flows", day(7, 5), 1e308, 1.0), l.point("2", "plain", "flows", day(7, 5), 1e308, 1.0))
	res, err := l.engine.Evaluate(t.Context(), day(9, 1))
	if err == nil || len(res.Failed) == 0 {
		t.Fatalf("an infinite sum passed: %+v", res)
	}
	if _, ok := l.at("all", "", "2026-07"); ok {
		t.Error("a number was stored beside the failure")
	}
	work, err := l.Touched(t.Context(), "k")
	if err != nil || len(work) == 0 {
		t.Errorf("the work is gone: %v, %v", work, err)
	}
	if _, ok, err := l.Evaluated(t.Context()); ok || err != nil {
		t.Errorf("a failed evaluation counts as done: %v, %v", ok, err)
	}
	l.load(day(9, 1), l.point("2", "plain", "flows", day(7, 5), 5.0, 1.0), l.point("1", "plain", "flows", day(7, 5), 2.0, 1.0))
	l.evaluate(day(9, 1))
	if o, ok := l.at("all", "", "2026-07"); !ok {
		t.Error("after the correction there is no number")
	} else {
		near(t, "sum", o.Value, 7.0)
	}
}
