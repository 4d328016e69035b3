package main

import (
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// TestBetsOfANode reads bets and the rest of the roadmap from a store: a node has
// those of the products below it, and a new run shows at once.
func TestBetsOfANode(t *testing.T) {
	day := func(m time.Month, d int) kpi.Millis { return kpi.At(time.Date(2026, m, d, 0, 0, 0, 0, time.UTC)) }
	now := day(9, 21)
	s, err := store.Open(t.Context(), store.Config{DSN: storetest.DSN(t), Calendar: storetest.Calendar(), Now: func() kpi.Millis { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tree := kpi.Tree{Portfolios: []kpi.Portfolio{{ID: "all"}, {ID: "core", Parent: "all"}, {ID: "growth", Parent: "all"}},
		Products: []kpi.Product{{ID: "flows", Portfolio: "core"}, {ID: "trial", Portfolio: "growth"}}}
	r := newReader(&app{cfg: &config.Config{}, tree: tree, store: s, now: func() kpi.Millis { return now }})
	bet := func(id, product string, more storetest.Values) storetest.Values {
		v := storetest.Values{"product_id": product, "name": id, "size": "major", "target_kpi": "activation_rate", "baseline": 40.0, "expected_lift": 4.0,
			"lift_unit": "pts", "registered_at": day(3, 1), "released_at": day(4, 1), "measure_by": day(6, 30)}
		for k, x := range more {
			v[k] = x
		}
		return v
	}
	row := func(id, product string, more storetest.Values) {
		t.Helper()
		storetest.Load(t, s, store.SinkConfig{}, "roadmap", storetest.Row(t, "initiative", id, bet(id, product, more)))
	}
	row("met", "flows", storetest.Values{"measured_lift": 5.0, "lift_lo": 3.0, "lift_hi": 7.0, "owner": "m.okafor", "url": "https://tracker.example/1"})
	row("open", "flows", storetest.Values{"released_at": day(8, 1), "measure_by": day(10, 30)})
	row("wait", "trial", storetest.Values{"measure_by": day(9, 1)})
	row("never", "flows", storetest.Values{"measure_by": day(8, 1)})
	row("node", "@growth", storetest.Values{"released_at": nil, "measure_by": day(12, 1)})
	row("suite", "@company", storetest.Values{"measured_lift": 1.0, "lift_lo": 0.0, "lift_hi": 2.0})
	row("bare", "flows", storetest.Values{"baseline": nil, "expected_lift": nil, "measure_by": nil, "registered_at": nil, "horizon": "next"})
	storetest.Load(t, s, store.SinkConfig{}, "roadmap", storetest.Row(t, "release", "v1", storetest.Values{"product_id": "trial", "name": "1.0", "planned_at": day(9, 1)}))
	said := func(node string) string {
		t.Helper()
		list, err := r.Bets(t.Context(), node)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, b := range list {
			out = append(out, b.ID+" "+string(b.Stage))
		}
		return strings.Join(out, ", ")
	}
	for node, want := range map[string]string{
		"core":   "met met, never not_measured, open running",
		"growth": "node planned, wait waiting",
		"all":    "met met, never not_measured, node planned, open running, suite missed, wait waiting",
	} {
		if got := said(node); got != want {
			t.Errorf("%s: %q, want %q", node, got, want)
		}
	}
	road, err := r.Roadmap(t.Context(), "core")
	if err != nil || len(road.Initiatives) != 4 || len(road.Releases) != 0 {
		t.Fatalf("%+v, %v", road, err)
	}
	bare := road.Initiatives[0]
	if bare.ID != "bare" || bare.Bet != nil || bare.Horizon != "next" || strings.Join(bare.Missing, ", ") != "baseline, expected lift, date to measure by" {
		t.Errorf("an initiative without a promise: %+v", bare)
	}
	if met := road.Initiatives[1]; met.Owner != "m.okafor" || *met.Bet.Seen.Lift != 5 || met.Bet.Seen.How != "recorded" || met.URL != "https://tracker.example/1" {
		t.Errorf("a bet with a recorded lift: %+v", met.Bet)
	}
	if road, err := r.Roadmap(t.Context(), "growth"); err != nil || len(road.Releases) != 1 || road.Releases[0].Planned == nil {
		t.Errorf("%+v, %v", road, err)
	}
	row("wait", "trial", storetest.Values{"measure_by": day(9, 1), "measured_lift": 4.0})
	if got := said("growth"); got != "node planned, wait met" {
		t.Errorf("after another run: %q", got)
	}
	if now = day(11, 20); said("core") != "met met, never not_measured, open waiting" {
		t.Errorf("on a later day: %q", said("core"))
	}
}
