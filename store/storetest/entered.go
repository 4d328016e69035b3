package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// reviews: a person's word about a vendor's incident counts before the vendor's, is
// kept beside it whatever the vendor sends later, and marks what it reaches.
func reviews(b *bench) {
	var asked []string
	reach := func(name, product string, from, to kpi.Millis) []kpi.Cell {
		asked = append(asked, name+" "+product+" "+from.String()+" "+to.String())
		return []kpi.Cell{{KPI: "change_incidents", Scope: 1, Period: "2026-07"}}
	}
	incident := func(cause string, severity int) fact.Row {
		return Row(b, "incident", "i1", Values{"product_id": "flows", "severity": severity, "started_at": noon(time.July, 3), "cause": cause})
	}
	other := Row(b, "incident", "i2", Values{"product_id": "flows", "severity": 1, "started_at": noon(time.July, 4)})
	Load(b, b.store, store.SinkConfig{}, "pager", incident("unknown", 2), other)
	before := must(b, b.store.Version)
	review := store.Review{Source: "pager", ID: "i1", Cause: "change", ChangeRef: ptr("d7"), Text: "O'Hara's <b>flag</b>", Author: "p.nair", ReviewedAt: b.now}
	save := func(r store.Review) bool {
		b.Helper()
		return must(b, func(ctx context.Context) (bool, error) { return b.store.SaveReview(ctx, reach, r) })
	}
	current := "SELECT id, cause, change_ref, reviewed_at FROM incident ORDER BY id"
	at := fmt.Sprint(int64(b.now))
	equal(b, "first", save(review), true)
	equal(b, "the same again", save(review), false)
	equal(b, "what was asked", asked, []string{"incident flows 2026-07-03T00:00:00Z 2026-07-04T00:00:00Z"})
	b.want(current, "i1|change|d7|"+at, "i2|unknown|-|-")
	b.want("SELECT kpi, scope_id, period, late, corrected FROM touched", "change_incidents|1|2026-07|0|1")
	if after := must(b, b.store.Version); after == before {
		b.Errorf("the data version stayed %s", after)
	}
	// the vendor's next run changes the severity, and knows another cause
	Load(b, b.store, store.SinkConfig{}, "pager", incident("capacity", 1), other)
	b.want("SELECT id, severity, cause, change_ref FROM incident ORDER BY id", "i1|1|change|d7", "i2|1|unknown|-")
	b.want("SELECT cause FROM incident_row WHERE id = 'i1'", "capacity")
	review.Cause, review.ChangeRef, review.Text = "external", nil, ""
	equal(b, "a correction", save(review), true)
	b.want(current, "i1|external|-|"+at, "i2|unknown|-|-")
	b.want("SELECT revision, cause, change_ref, text, author FROM incident_review ORDER BY revision",
		"1|change|d7|O'Hara's <b>flag</b>|p.nair", "2|external|-||p.nair")
	equal(b, "read back", len(must(b, b.store.Reviews)), 2)

	var shown []string
	for _, e := range must(b, func(ctx context.Context) ([]store.Evidence, error) {
		return b.store.Evidence(ctx, []string{"incident"}, "pager/i1", "pager/i1", 10)
	}) {
		shown = append(shown, e.Fact)
	}
	equal(b, "evidence", shown, []string{"incident", "incident_review", "incident_review"})

	review.ID = "nobody"
	if _, err := b.store.SaveReview(b.Context(), reach, review); !errors.Is(err, store.ErrNoFact) {
		b.Errorf("a review of nothing: %v", err)
	}
	review.ID, review.Cause = "i2", "bad luck"
	if _, err := b.store.SaveReview(b.Context(), reach, review); err == nil {
		b.Error("a cause that is none was taken")
	}
	b.want("SELECT COUNT(*) FROM incident_review", "2")
}

// lifts: what a person measured of a bet stands in all four columns, also where the
// person left the verdict to be worked out.
func lifts(b *bench) {
	days := map[string]bool{}
	reach := func(name, product string, from, _ kpi.Millis) []kpi.Cell {
		days[name+" "+product+" "+from.String()[:10]] = true
		return []kpi.Cell{{KPI: "roadmap_outcome_attainment", Scope: 1, Period: "2026-Q3"}}
	}
	bet := Row(b, "initiative", "b1", Values{"product_id": "flows", "name": "Roles", "size": "major", "released_at": noon(time.May, 5), "measure_by": noon(time.August, 3),
		"target_kpi": "activation_rate", "baseline": 40.0, "expected_lift": 3.0, "lift_unit": "pts", "measured_lift": 0.5, "lift_hi": 1.0, "verdict": "missed"})
	Load(b, b.store, store.SinkConfig{}, "roadmap", bet)
	lift := store.Lift{Source: "roadmap", ID: "b1", Lift: 3.5, Lo: ptr(1.5), Text: "holdout of 10 %", Author: "p.nair", MeasuredAt: b.now}
	save := func() bool {
		b.Helper()
		return must(b, func(ctx context.Context) (bool, error) { return b.store.SaveLift(ctx, reach, lift) })
	}
	equal(b, "first", save(), true)
	equal(b, "the same again", save(), false)
	equal(b, "days", days, map[string]bool{"initiative flows 2026-05-05": true, "initiative flows 2026-08-03": true})
	b.want("SELECT measured_lift, lift_lo, lift_hi, verdict, name FROM initiative", "3.5|1.5|-|-|Roles")
	bets := must(b, b.store.Bets)
	equal(b, "bets", *bets[0].Measured, 3.5)
	Load(b, b.store, store.SinkConfig{}, "roadmap", bet)
	lift.Lift, lift.Verdict = -1, ptr("harmful")
	equal(b, "a correction", save(), true)
	b.want("SELECT measured_lift, verdict FROM initiative", "-1|harmful")
	b.want("SELECT measured_lift, verdict FROM initiative_row", "0.5|missed")
	b.want("SELECT revision, measured_lift, text FROM lift_reading ORDER BY revision", "1|3.5|holdout of 10 %", "2|-1|holdout of 10 %")
	p := must(b, func(ctx context.Context) ([]store.Promise, error) { return b.store.Promises(ctx, []string{"flows"}) })
	equal(b, "promise", *p[0].Measured, 0.5)
	shown := must(b, func(ctx context.Context) ([]store.Evidence, error) {
		return b.store.Evidence(ctx, []string{"initiative"}, "roadmap/b1", "roadmap/b1", 10)
	})
	equal(b, "evidence", string(shown[2].Body), fmt.Sprintf(`{"author":"p.nair","lift_hi":null,"lift_lo":1.5,"measured_at":%d,"measured_lift":-1,"revision":2,"text":"holdout of 10 %%","verdict":"harmful"}`, b.now))
	lift.ID = "b2"
	if _, err := b.store.SaveLift(b.Context(), reach, lift); !errors.Is(err, store.ErrNoFact) {
		b.Errorf("a lift of nothing: %v", err)
	}
}

// changeBefore: the latest good deployment of the product that was finished before.
func changeBefore(b *bench) {
	change := func(id, product, kind, result string, hour int, ref any) fact.Row {
		at := noon(time.July, 3) + kpi.Millis(hour)*3_600_000
		return Row(b, "change_event", id, Values{"product_id": product, "kind": kind, "result": result, "started_at": at - 1, "finished_at": at, "ref": ref})
	}
	Load(b, b.store, store.SinkConfig{}, "ci", change("d1", "flows", "deployment", "success", -5, nil), change("d2", "flows", "deployment", "success", -3, "r2"),
		change("d3", "flows", "deployment", "failure", -2, nil), change("d4", "flows", "flag", "success", -2, nil),
		change("d5", "forms", "deployment", "success", -1, nil), change("d6", "flows", "deployment", "success", 0, nil))
	find := func(product string) string {
		b.Helper()
		return must(b, func(ctx context.Context) (string, error) {
			return b.store.ChangeBefore(ctx, product, noon(time.July, 3))
		})
	}
	equal(b, "flows", find("flows"), "d2")
	equal(b, "forms", find("forms"), "d5")
	equal(b, "tables", find("tables"), "")
	for ref, want := range map[string]bool{"d1": true, "r2": true, "r9": false} {
		equal(b, ref, must(b, func(ctx context.Context) (bool, error) { return b.store.IsChange(ctx, ref) }), want)
	}
}
