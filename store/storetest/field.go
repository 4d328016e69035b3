package storetest

import (
	"context"
	"fmt"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// besideKPI: what stands beside a KPI is read within a span, a scope and what is known.
func besideKPI(b *bench) {
	june, july := kpi.Millis(noon(time.June, 1)), kpi.Millis(noon(time.July, 1))
	var rows []fact.Row
	moves := func(id, account, product string, at kpi.Millis, delta int, more Values) {
		v := Values{"account_id": account, "product_id": product, "subscription_ref": account, "effective_at": at, "mrr_delta": delta, "currency": "USD"}
		for name, x := range more {
			v[name] = x
		}
		rows = append(rows, Row(b, "subscription_movement", id, v))
	}
	rows = append(rows, Row(b, "account", "acme", Values{"created_at": june}), Row(b, "account", "ours", Values{"created_at": june, "is_internal": 1}),
		Row(b, "account", "try", Values{"created_at": june, "is_test": 1}),
		Row(b, "account_attribute", "x1", Values{"account_id": "acme", "name": "plan", "value": "team", "valid_from": june, "valid_to": july}))
	moves("m1", "acme", "flows", june, 10, nil)
	moves("m2", "acme", "flows", july-1, -4, Values{"reason": "price"})
	moves("m3", "acme", "forms", june+1, 7, nil)
	moves("m4", "acme", "flows", july, 1, nil) // the end is outside
	moves("m5", "acme", "flows", june+2, 99, Values{"recurring": 0})
	moves("m6", "ours", "flows", june+3, 5, nil)
	moves("m7", "nobody", "flows", june+4, 5, nil)
	moves("m8", "try", "flows", june+5, 5, nil)
	Load(b, b.store, store.SinkConfig{}, "billing", rows...)
	ticket := func(id string, at kpi.Millis, more Values) fact.Row {
		v := Values{"product_id": "flows", "created_at": at, "channel": "mail", "status": "open"}
		for name, x := range more {
			v[name] = x
		}
		return Row(b, "ticket", id, v)
	}
	Load(b, b.store, store.SinkConfig{}, "desk", ticket("t1", june, Values{"account_id": "acme", "topic": "it's \"so\""}), ticket("t2", june, nil),
		ticket("t3", july, Values{"account_id": "acme", "topic": "late"}), ticket("t4", june, Values{"product_id": "forms", "topic": "late"}))
	incident := func(id, cause, group string, severity int) fact.Row {
		v := Values{"product_id": "flows", "severity": severity, "started_at": june, "cause": cause}
		if group != "" {
			v["group_ref"] = group
		}
		return Row(b, "incident", id, v)
	}
	Load(b, b.store, store.SinkConfig{}, "pager", incident("i1", "change", "", 1), incident("i2", "capacity", "G", 2), incident("i3", "unknown", "G", 3))

	flows := store.Within{Products: []string{"flows", "@core"}, Starts: june, Ends: july, AsOf: kpi.Forever}
	everywhere, early, team := flows, flows, flows
	everywhere.Products, early.AsOf, team.Segment = nil, june, "plan=team"
	movements := func(w store.Within) []string {
		b.Helper()
		return written(must(b, func(ctx context.Context) ([]store.Moved, error) { return b.store.Movements(ctx, w) }), func(m store.Moved) string {
			return fmt.Sprint(m.Account, " ", m.Product, " ", m.Delta, " ", m.Reason)
		})
	}
	equal(b, "movements", movements(flows), []string{"acme flows 10 ", "ours flows 5 ", "nobody flows 5 ", "try flows 5 ", "acme flows -4 price"})
	equal(b, "of all products", len(movements(everywhere)), 6)
	equal(b, "known then", movements(early), []string{"acme flows 10 "})
	equal(b, "payments of customers", must(b, func(ctx context.Context) ([]kpi.Payment, error) { return b.store.Payments(ctx, flows) }),
		[]kpi.Payment{{Account: "acme", At: june, Delta: 10}, {Account: "acme", At: july - 1, Delta: -4}})
	topics := func(w store.Within) []string {
		b.Helper()
		return written(must(b, func(ctx context.Context) ([]store.Topic, error) { return b.store.Topics(ctx, w) }), func(t store.Topic) string {
			return t.Ref + " " + t.Account + " " + t.Topic
		})
	}
	equal(b, "topics", topics(flows), []string{"desk/t1 acme it's \"so\"", "desk/t2  "})
	equal(b, "topics of a segment", topics(team), []string{"desk/t1 acme it's \"so\""})
	team.Segment = "topic="
	equal(b, "tickets without a topic", topics(team), []string{"desk/t2  "})
	equal(b, "causes", must(b, func(ctx context.Context) ([]store.Cause, error) { return b.store.Causes(ctx, flows) }),
		[]store.Cause{{Unit: "G", Cause: "capacity", Severity: 2}, {Unit: "G", Cause: "unknown", Severity: 3}, {Unit: "pager/i1", Cause: "change", Severity: 1}})
	equal(b, "accounts of a segment", must(b, func(ctx context.Context) (map[string][]store.Span, error) { return b.store.InSegment(ctx, "plan=team") }),
		map[string][]store.Span{"acme": {{From: june, To: july}}})
}

// written writes every element out, in its order.
func written[T any](in []T, write func(T) string) []string {
	var out []string
	for _, v := range in {
		out = append(out, write(v))
	}
	return out
}
