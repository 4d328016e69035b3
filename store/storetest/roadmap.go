package storetest

import (
	"fmt"
	"time"

	"github.com/kpid/kpid/kpi"
)

// roadmap: initiatives, what became of their bets, and releases, as both
// databases tell them.
func roadmap(b *bench) {
	day := func(m time.Month, d int) kpi.Millis { return noon(m, d) }
	bet := Row(b, "initiative", "a", Values{"product_id": "flows", "name": "Guided setup", "size": "major", "risk": "core", "horizon": "now", "owner": "m.okafor",
		"target_kpi": "activation_rate", "baseline": 40.0, "expected_lift": 1.5, "lift_unit": "pts", "measure_by": day(8, 10), "registered_at": day(4, 1),
		"released_at": day(5, 12), "url": "https://tracker.example/a"})
	bare := Row(b, "initiative", "b", Values{"product_id": "flows", "name": "Roles", "size": "minor"})
	b.load(bet, bare,
		Row(b, "release", "r1", Values{"product_id": "flows", "name": "1.0", "planned_at": day(3, 1), "released_at": day(3, 4)}),
		Row(b, "release", "r2", Values{"product_id": "flows", "name": "1.1", "planned_at": day(6, 1)}))
	list, err := b.store.Initiatives(b.Context())
	if err != nil || len(list) != 2 {
		b.Fatalf("%d initiatives, %v", len(list), err)
	}
	a := list[0]
	equal(b, "a bet", fmt.Sprintln(a.ID, a.Product, a.Name, a.Size, *a.Risk, *a.Horizon, *a.Owner, *a.KPI, *a.Baseline, *a.Expected, *a.MeasureBy == day(8, 10), *a.Released == day(5, 12), a.Killed == nil, *a.URL),
		fmt.Sprintln("a", "flows", "Guided setup", "major", "core", "now", "m.okafor", "activation_rate", 40, 1.5, true, true, true, "https://tracker.example/a"))
	if n := list[1]; n.Risk != nil || n.Horizon != nil || n.KPI != nil || n.Baseline != nil || n.MeasureBy != nil || n.URL != nil {
		b.Errorf("what no source says is something: %+v", n)
	}
	bets, err := b.store.Bets(b.Context())
	if err != nil || len(bets) != 1 {
		b.Fatalf("%d bets, %v", len(bets), err)
	}
	lift, lo, hi := 1.9, 0.9, 2.9
	keep := func(j kpi.Judged) {
		b.Helper()
		if _, err := b.store.SaveBets(b.Context(), 1, bets, []kpi.Judged{j}, func(kpi.Bet) []kpi.Cell { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	keep(kpi.Judged{Outcome: kpi.BetPending, Note: "due"})
	keep(kpi.Judged{Outcome: kpi.BetMet, Lift: &lift, Lo: &lo, Hi: &hi, How: "series", Period: "2026-W31", Note: "enough"})
	known, err := b.store.BetOutcomes(b.Context())
	if err != nil || len(known) != 1 {
		b.Fatalf("%v, %v", known, err)
	}
	for _, j := range known { // the newest revision only
		equal(b, "outcome", fmt.Sprintln(j.Outcome, *j.Lift, *j.Lo, *j.Hi, j.How, j.Period, j.Note), fmt.Sprintln("met", 1.9, 0.9, 2.9, "series", "2026-W31", "enough"))
	}
	for since, want := range map[kpi.Millis]int{day(3, 4): 2, day(3, 5): 1, day(6, 2): 0} {
		if rows, err := b.store.Releases(b.Context(), since); err != nil || len(rows) != want {
			b.Errorf("since %s: %d releases, want %d (%v)", since, len(rows), want, err)
		}
	}
}
