package main

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// cohort is n accounts of a plan that signed up on a day, of which some were activated
// three days later.
func cohort(t *testing.T, plan string, day kpi.Millis, n, activated int) []fact.Row {
	t.Helper()
	var out []fact.Row
	add := func(name, id string, v storetest.Values) { out = append(out, storetest.Row(t, name, id, v)) }
	for i := range n {
		id := fmt.Sprintf("%s-%d-%03d", plan, day, i)
		at := day + kpi.Millis(i)*60_000
		add("account", id, storetest.Values{"name": id, "created_at": at})
		add("account_attribute", id, storetest.Values{"account_id": id, "name": "plan", "value": plan, "valid_from": at, "valid_to": kpi.Forever})
		event := storetest.Values{"product_id": "flows", "account_id": id, "name": "signup", "occurred_at": at, "received_at": at}
		add("product_event", id+"-s", event)
		if i < activated {
			out = append(out, milestone(t, id, at+3*24*3_600_000))
		}
	}
	return out
}

func milestone(t *testing.T, account string, at kpi.Millis) fact.Row {
	t.Helper()
	return storetest.Row(t, "product_event", account+"-m", storetest.Values{"product_id": "flows", "account_id": account, "name": "milestone", "occurred_at": at, "received_at": at})
}

// TestSegmentsFromFacts: segments that are not stored are worked out, each is the number
// that its link opens, and a row that comes late restates the whole.
//
// Week 35: team 20 of 40, solo 30 of 40: 62.5%. Week 36: team 24 of 60, solo 32 of 40: 56%.
func TestSegmentsFromFacts(t *testing.T) {
	d := newDiary(t)
	a := d.open()
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	w35, w36 := kpi.At(time.Date(2026, 8, 25, 9, 0, 0, 0, time.UTC)), september(1, 9)
	load := func(rows ...fact.Row) {
		storetest.Load(t, a.store, store.SinkConfig{Reach: a.engine.Reach(a.now())}, "test", rows...)
		if _, err := a.engine.Evaluate(t.Context(), a.now()); err != nil {
			t.Fatal(err)
		}
	}
	var rows []fact.Row
	rows = append(append(rows, cohort(t, "team", w35, 40, 20)...), cohort(t, "solo", w35, 40, 30)...)
	load(append(append(rows, cohort(t, "team", w36, 60, 24)...), cohort(t, "solo", w36, 40, 32)...)...)

	r, q := newReader(a), dashboards.Query{Portfolio: "core", Week: "2026-W36"}
	card, err := r.Scorecard(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	row := rowOf(t, card, "activation_rate")
	s, err := r.Segments(t.Context(), q, row, "")
	if err != nil || s.By != "plan" || len(s.Of) != 2 || len(s.Periods) != 26 || s.Periods[25] != "2026-W36" {
		t.Fatalf("%+v, %v", s, err)
	}
	if got := shownAs(s.All[25].Value); got != 56 || row.Change == nil || math.Abs(row.Change.Abs+6.5) > 1e-9 {
		t.Errorf("all are %v, the change %+v", got, row.Change)
	}
	for i, want := range []struct {
		name        string
		before, now float64
		n           int64
	}{{"solo", 75, 80, 40}, {"team", 50, 40, 60}} {
		one := s.Of[i]
		if one.Name != want.name || shownAs(one.Points[24].Value) != want.before || shownAs(one.Points[25].Value) != want.now || *one.Points[25].N != want.n || one.Points[23].Value != nil {
			t.Errorf("%s: %+v", want.name, one)
		}
		x, err := r.Explain(t.Context(), dashboards.Question{Query: dashboards.Query{Portfolio: "core", Segment: one.ID}, KPI: "activation_rate", Period: "2026-W36", Limit: 1})
		if err != nil || shownAs(x.Value) != want.now || int64(x.Units) != want.n {
			t.Errorf("what %s opens is %+v, %v", one.ID, x, err)
		}
	}
	newest, err := r.Newest(t.Context(), q, row, s.By, 2)
	if err != nil || newest.All != 100 || len(newest.Rows) != 2 || newest.Rows[0].Unit != fmt.Sprintf("team-%d-059", w36) || newest.Rows[0].Segment != "team" || !newest.Rows[0].Counts {
		t.Errorf("newest %+v, %v", newest, err)
	}
	q.Segment = "plan=team"
	if one, err := r.Segments(t.Context(), q, row, ""); err != nil || one.Because == "" {
		t.Errorf("a page of one segment is not split: %+v, %v", one, err)
	}
	q.Segment = ""
	if one, err := r.Segments(t.Context(), q, row, "colour"); err != nil || one.By != "" || len(one.Dimensions) == 0 {
		t.Errorf("a dimension it does not have: %+v, %v", one, err)
	}

	load(milestone(t, fmt.Sprintf("team-%d-059", w36), w36+5*24*3_600_000))
	card, err = r.Scorecard(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	row = rowOf(t, card, "activation_rate")
	all, err := r.Restatements(t.Context(), q, row)
	if err != nil || len(all) != 1 || all[0].Period != "2026-W36" || math.Abs(*all[0].First-56) > 1e-9 || math.Abs(*all[0].Now-57) > 1e-9 || all[0].Cause != "1 late row" || all[0].Version != 0 {
		t.Errorf("restated %+v, %v", all, err)
	}
	if s, err = r.Segments(t.Context(), q, row, "plan"); err != nil || math.Abs(*s.Of[1].Points[25].Value-100*25.0/60) > 1e-9 {
		t.Errorf("the segment has not followed: %+v, %v", s, err)
	}
}
