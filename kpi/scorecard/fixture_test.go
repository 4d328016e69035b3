package scorecard

import (
	"fmt"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
)

// calendar of the fixtures: Berlin, weeks from Monday, fiscal year from January.
func calendar(t testing.TB) kpi.Calendar {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return kpi.Calendar{Zone: zone, WeekStarts: time.Monday, FiscalStart: time.January}
}

func week(t testing.TB, id string) kpi.Period {
	t.Helper()
	p, err := calendar(t).Period(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// page is an empty scorecard of week 38 of 2026, read on the Monday after.
func page(t testing.TB, kpis ...KPI) Input {
	t.Helper()
	through := kpi.At(time.Date(2026, 9, 20, 22, 0, 0, 0, time.UTC))
	return Input{
		Calendar:  calendar(t),
		AsOf:      kpi.At(time.Date(2026, 9, 21, 6, 10, 0, 0, time.UTC)),
		Portfolio: PortfolioRef{ID: "core", Name: "Core Workflows", Owner: "p.nair"},
		Week:      week(t, "2026-W38"), DataVersion: "9f2c", Sample: true, KPIs: kpis,
		Sources: []Source{{ID: "warehouse", State: "on_time", CompleteThrough: &through}},
	}
}

// share is a weekly KPI in percent judged single week by single week against a
// target; shares are those of the weeks up to the last one, oldest first, NaN-free,
// and a negative one leaves its week out.
func share(t testing.TB, id, expr, last string, shares ...float64) KPI {
	t.Helper()
	m := kpi.Measure{ID: "rate", Agg: kpi.Share, Unit: "%", Direction: kpi.Up, Digits: 1, MinN: 30, Scale: 1}
	k := KPI{
		Definition: &kpi.Definition{ID: id, Name: capital(id), Types: []string{"outcome"}, Cadence: kpi.Week,
			Grains: []kpi.Grain{kpi.Week}, Measures: []kpi.Measure{m}, Hash: "5be1"},
		Measure: m, Owner: "m.okafor", OwnerName: "M. Okafor", Sources: []string{"warehouse"}, Version: 3,
	}
	if expr != "" {
		k.Targets = []kpi.Target{target(t, id, expr)}
	}
	p := week(t, last)
	for i := len(shares) - 1; i >= 0; i-- {
		if shares[i] >= 0 {
			k.Observations = append([]kpi.Observation{observe(m, id, p, 100_000*shares[i], 100_000)}, k.Observations...)
		}
		p = calendar(t).Prev(p)
	}
	return k
}

func target(t testing.TB, id, expr string) kpi.Target {
	t.Helper()
	e, err := kpi.ParseExpr(expr)
	if err != nil {
		t.Fatal(err)
	}
	one := 1
	return kpi.Target{KPI: id, Text: expr, Expr: e, Segment: "all", Smooth: &one, Weight: 10, Hash: expr}
}

// observe is a final observation of num out of den with a narrow interval.
func observe(m kpi.Measure, id string, p kpi.Period, num, den float64) kpi.Observation {
	value, n := num/den, int64(den)
	lo, hi := value-0.001, value+0.001
	return kpi.Observation{KPI: id, Measure: m.ID, Scope: 1, Period: p.ID, Starts: p.Starts, Ends: p.Ends, Revision: 1,
		Num: &num, Den: &den, Value: &value, N: &n, CILo: &lo, CIHi: &hi, State: kpi.Final, AsOf: p.Ends, Run: 812}
}

// find is the row of a KPI.
func find(t testing.TB, s Scorecard, id string) Row {
	t.Helper()
	for _, r := range s.KPIs {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no row %s", id)
	return Row{}
}

// ids of the rows in the order of the page.
func ids(s Scorecard) (out []string) {
	for _, r := range s.KPIs {
		out = append(out, r.ID)
	}
	return out
}

func ptr[T any](v T) *T { return &v }

// names is a list of n distinct KPI ids.
func names(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("kpi_%d", i))
	}
	return out
}
