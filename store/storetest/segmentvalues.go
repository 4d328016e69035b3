package storetest

import (
	"context"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// segmentValues: the values of account attributes and of columns, once each and in
// order; which one an account had at an instant; and several series in one query.
func segmentValues(b *bench) {
	attribute := func(id, account, name, value string, from, to int) fact.Row {
		return Row(b, "account_attribute", id, Values{"account_id": account, "name": name, "value": value, "valid_from": from, "valid_to": to})
	}
	b.load(attribute("1", "a", "plan", "team", 0, 100), attribute("2", "a", "plan", "solo", 100, 200), attribute("3", "b", "plan", "a=b>c", 0, 100),
		attribute("4", "a", "planet", "mars", 0, 100), attribute("5", "a", "channel", "shop", 0, 100),
		b.ticket("t1", Values{"topic": "how-to"}), b.ticket("t2", Values{"topic": "billing"}), b.ticket("t3", Values{"topic": "how-to"}), b.ticket("t4", Values{"topic": ""}))
	get := func(names, facts []string) map[string][]string {
		return must(b, func(ctx context.Context) (map[string][]string, error) {
			return b.store.SegmentValues(ctx, names, facts)
		})
	}
	equal(b, "of a KPI about tickets", get([]string{"topic", "plan", "colour", "role"}, []string{"ticket", "account"}),
		map[string][]string{"topic": {"topic=billing", "topic=how-to"}, "plan": {"plan=a=b>c", "plan=solo", "plan=team"}})
	// channel is a column of help sessions, and an attribute where there are none
	equal(b, "by the facts it reads", get([]string{"channel"}, []string{"help_session"}), map[string][]string{})
	equal(b, "else by accounts", get([]string{"channel"}, []string{"usage_day"}), map[string][]string{"channel": {"channel=shop"}})

	at := func(name string, at map[string]kpi.Millis) map[string]string {
		return must(b, func(ctx context.Context) (map[string]string, error) { return b.store.SegmentsAt(ctx, name, at) })
	}
	equal(b, "before", at("plan", map[string]kpi.Millis{"a": 99, "b": 0, "nobody": 0}), map[string]string{"a": "team", "b": "a=b>c"})
	equal(b, "from then on", at("plan", map[string]kpi.Millis{"a": 100, "b": 100}), map[string]string{"a": "solo"})

	one := func(scope int64, period string, starts, revision int) kpi.Observation {
		o := observation(period, revision, kpi.Final)
		o.Scope, o.Starts = scope, kpi.Millis(starts)
		return o
	}
	if err := b.store.SaveObservations(b.Context(), []kpi.Observation{one(1, "2026-07", 7, 1), one(1, "2026-07", 7, 2), one(2, "2026-07", 7, 1), one(2, "2026-06", 6, 1), one(3, "2026-07", 7, 1)}, nil); err != nil {
		b.Fatal(err)
	}
	all := must(b, func(ctx context.Context) ([]kpi.Observation, error) {
		return b.store.ObservationsOf(ctx, "k", "m", []int64{1, 2}, 7)
	})
	if len(all) != 2 || all[0].Scope != 1 || all[0].Revision != 2 || all[1].Scope != 2 {
		b.Errorf("of two scopes since 7: %+v", all)
	}
}
