package engine

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store/storetest"
)

const attainedSQL = `SELECT p.id AS period, m.scope AS scope, i.id AS unit,
       CASE WHEN o.outcome = 'met' THEN 1 ELSE 0 END AS num, 1 AS den,
       CASE WHEN o.outcome IS NULL OR o.outcome = 'pending' THEN 1 ELSE 0 END AS pending, o.note AS note
FROM period p
JOIN initiative i ON i.measure_by >= p.starts AND i.measure_by < p.ends
JOIN member m ON m.product = i.product_id
LEFT JOIN bet_outcome o ON o.source = i.source AND o.id = i.id`

// TestBetsBySeries: a bet is judged by its KPI's own series when its date has
// come, never before, again when that series is restated, and not by a person.
func TestBetsBySeries(t *testing.T) {
	series := definition(kpi.Share, pointSQL)
	series.ID, series.Measures[0].Unit = "rate", "%"
	guard := definition(kpi.Share, strings.Replace(pointSQL, "x.starts_at <= :as_of", "x.starts_at <= :as_of AND x.name = 'guard'", 1))
	guard.ID, guard.Measures[0].Unit, guard.Measures[0].Direction = "guard", "%", kpi.Down
	series.Measures[0].SQL = strings.Replace(pointSQL, "x.starts_at <= :as_of", "x.starts_at <= :as_of AND x.name = 'plain'", 1)
	bets := definition(kpi.Share, attainedSQL)
	bets.ID, bets.Facts, bets.Grains, bets.Cadence, bets.Ahead = "a_bets", []string{"initiative", "bet_outcome"}, []kpi.Grain{kpi.Quarter}, kpi.Quarter, 366*days
	l := newLab(t, Config{Definitions: []*kpi.Definition{bets, series, guard}}) // bets sort first and must come last
	bet := func(id string, lift float64, guards any) fact.Row {
		return storetest.Row(t, "initiative", id, storetest.Values{"product_id": "flows", "name": id, "size": "major", "target_kpi": "rate", "baseline": 40.0,
			"expected_lift": lift, "lift_unit": "pts", "measure_by": day(8, 15), "registered_at": day(5, 1), "released_at": day(6, 1), "guardrails": guards})
	}
	rows := []fact.Row{bet("kept", 4, nil), bet("big", 20, nil), bet("harm", 4, `["guard"]`)}
	for i, month := range []int{5, 6, 7} {
		hit := []float64{400, 400, 450}[i] // 40 %, 40 %, 45 %
		rows = append(rows, l.point("p"+string(rune('0'+month)), "plain", "flows", day(5, 10)+kpi.Millis(i)*31*days, hit, 1000.0),
			l.point("g"+string(rune('0'+month)), "guard", "flows", day(5, 10)+kpi.Millis(i)*31*days, []float64{100, 100, 300}[i], 1000.0))
	}
	l.load(day(8, 14), rows...)
	outcomes := func(asOf kpi.Millis) map[string]string {
		t.Helper()
		l.evaluate(asOf)
		s, _ := l.engine.Scope("a_bets", "core", "flows", "all")
		p, err := l.engine.cfg.Calendar.Period("2026-Q3")
		if err != nil {
			t.Fatal(err)
		}
		units, err := l.engine.Units(t.Context(), bets, bets.Measures[0], s, p, false, asOf)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, u := range units {
			out[u.Unit] = u.Note
		}
		return out
	}
	if got := outcomes(day(8, 14)); got["kept"] != "due on 2026-08-15" {
		t.Errorf("a day early: %v", got)
	}
	got := outcomes(day(8, 15))
	for id, want := range map[string]string{
		"kept": "+5 pts of +4 pts by its series, 2026-07", "big": "+5 pts of +20 pts by its series, 2026-07",
		"harm": "+5 pts of +4 pts by its series, 2026-07; worse: guard",
	} {
		if got[id] != want {
			t.Errorf("%s: %q, want %q", id, got[id], want)
		}
	}
	attained := func(num float64) {
		t.Helper()
		s, _ := l.engine.Scope("a_bets", "core", "", "all")
		obs, err := l.Observations(t.Context(), "a_bets", s.ID, []string{"2026-Q3"})
		if err != nil || len(obs) != 1 || *obs[0].Num != num || *obs[0].Den != 3 {
			t.Fatalf("%+v, %v; want %v of 3", obs, err, num)
		}
	}
	attained(1)
	// the series is restated: July was 43 %, one point short
	l.load(day(8, 20), l.point("p7", "plain", "flows", day(5, 10)+2*31*days, 430.0, 1000.0))
	if got := outcomes(day(8, 20)); got["kept"] != "+3 pts of +4 pts by its series, 2026-07" {
		t.Errorf("after the restatement: %v", got)
	}
	attained(0)
	if kept := storetest.Select(t, l.Store, "SELECT COUNT(*) FROM bet_result WHERE id = 'kept'"); kept[0] != "3" {
		t.Errorf("%s revisions of the bet, want 3: due, met, partly", kept[0])
	}
	l.evaluate(day(8, 20))
	if kept := storetest.Select(t, l.Store, "SELECT COUNT(*) FROM bet_result WHERE id = 'kept'"); kept[0] != "3" {
		t.Errorf("the same again makes %s revisions", kept[0])
	}
}
