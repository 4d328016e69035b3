package storetest

import (
	"context"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// signed: a version says who made it: the definition, else the account that
// runs kpid; the same version is not signed twice.
func signed(b *bench) {
	d := &kpi.Definition{ID: "k", Hash: "1"}
	for _, step := range []struct{ hash, by, account string }{{"1", "", ""}, {"1", "m.okafor", ""}, {"2", "m.okafor", "root"}, {"3", "", "root"}} {
		next := *d
		next.Hash, next.By, next.Reason = step.hash, step.by, "because"
		cfg := b.config(Calendar())
		cfg.By = step.account
		b.store = reopen(b, b.store, cfg)
		if err := b.store.RecordBasis(b.Context(), &next, "rest"); err != nil {
			b.Fatal(err)
		}
		b.now++
	}
	var got []string
	for _, v := range must(b, func(ctx context.Context) ([]store.ConfigVersion, error) {
		return b.store.VersionsOf(ctx, "definition", "k")
	}) {
		got = append(got, v.Hash+" "+v.By+" "+v.Reason)
	}
	equal(b, "versions", got, []string{"1 kpid because", "2 m.okafor because", "3 root because"})
}

// contradictions are two contents of one moment; a later state of a record is none.
func contradictions(b *bench) {
	at := func(id string, updated any, status string) fact.Row {
		r := b.ticket(id, Values{"status": status})
		if ms, ok := updated.(int64); ok {
			r.UpdatedAt = &ms
		}
		return r
	}
	Load(b, b.store, store.SinkConfig{}, "desk",
		at("later", int64(1), "open"), at("later", int64(2), "solved"),
		at("same", int64(1), "open"), at("same", int64(1), "solved"),
		at("undated", nil, "open"), at("undated", nil, "solved"),
		at("twice", int64(1), "open"), at("twice", int64(1), "open"))
	Load(b, b.store, store.SinkConfig{}, "desk", at("undated", nil, "closed")) // another run: a correction
	spec, _ := fact.Find("ticket")
	count := func(products []string, month time.Month) int {
		b.Helper()
		return must(b, func(ctx context.Context) (int, error) {
			return b.store.Contradictions(ctx, spec, products, noon(month, 1)-1, noon(month+1, 1)-1)
		})
	}
	equal(b, "all products", count(nil, time.July), 2)
	equal(b, "the product", count([]string{"flows"}, time.July), 2)
	equal(b, "another product", count([]string{"forms"}, time.July), 0)
	equal(b, "another month", count(nil, time.June), 0)
}

// evidence leads from a unit to the records as they stand.
func evidence(b *bench) {
	Load(b, b.store, store.SinkConfig{}, "crm", Row(b, "account", "acme", Values{"created_at": noon(time.June, 1)}))
	Load(b, b.store, store.SinkConfig{}, "app", b.event("e1", nil), b.event("e2", Values{"account_id": "other"}))
	Load(b, b.store, store.SinkConfig{}, "desk", b.ticket("t1", nil), b.ticket("t2", nil))
	find := func(unit, ref string) []string {
		b.Helper()
		var out []string
		for _, e := range must(b, func(ctx context.Context) ([]store.Evidence, error) {
			return b.store.Evidence(ctx, []string{"usage_day", "account", "ticket", "account_segment"}, unit, ref, 10)
		}) {
			out = append(out, e.Fact+" "+e.Source+"/"+e.ID)
			if !strings.Contains(string(e.Body), `"product_id":"flows"`) && e.Fact != "account" {
				b.Errorf("%s: the record reads %s", e.ID, e.Body)
			}
		}
		return out
	}
	equal(b, "of an account", find("acme", ""), []string{"product_event app/e1", "account crm/acme"})
	equal(b, "of a record", find("desk/t2", "desk/t2"), []string{"ticket desk/t2"})
	equal(b, "of nothing", find("nobody", ""), []string(nil))
}
