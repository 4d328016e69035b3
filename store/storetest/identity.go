package storetest

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// matching gives a source that calls accounts by words of its own the accounts of the
// one that names them, whichever of them comes first.
func matching(b *bench) {
	cfg := store.SinkConfig{Reach: reachAll, Identity: store.Identity{
		Namer: "crm", Others: []string{"desk"}, Rules: []string{"crm_id", "domain", "name"},
		Map: []store.Alias{{Source: "desk", Alias: "17", Account: "acme"}},
	}}
	known := func(id, name, domain string) fact.Row {
		return Row(b, "account", id, Values{"name": name, "domain": text(domain), "created_at": noon(1, 1)})
	}
	named := []fact.Row{known("acme", "Acme", ""), known("bolt", "Bolt", ""), known("corp", "Corp", "corp.example"), known("delta", "Delta GmbH", ""),
		known("one", "Solo", "gmail.com"), known("two", "Solo", ""), known("22", "Somebody else", "")}
	candidate := func(id, name, domain, crm string) fact.Row {
		r := known(id, name, domain)
		if crm != "" {
			r.Attribute = map[string]string{"crm_id": crm}
		}
		return r
	}
	candidates := []fact.Row{candidate("17", "ACME Holding", "", ""), candidate("18", "?", "", "bolt"), candidate("19", "?", "https://www.Corp.example/about", ""),
		candidate("20", "Solo", "gmail.com", ""), candidate("21", "  delta  gmbh", "", ""), candidate("22", "Nobody", "", "")}
	var rows []fact.Row
	for _, alias := range []string{"17", "18", "19", "20", "21", "22"} {
		changed := int64(noon(7, 1)) // a vendor's time of change, the same for what is only called otherwise
		t, e := b.ticket("t"+alias, Values{"account_id": alias}), b.event("e"+alias, Values{"account_id": alias})
		t.UpdatedAt, e.UpdatedAt = &changed, &changed
		rows = append(rows, t, e)
	}
	rows = append(rows, b.ticket("anonymous", nil))
	match := func() int {
		return must(b, func(ctx context.Context) (int, error) { return b.store.MatchAccounts(ctx, cfg, b.now) })
	}
	tickets := "SELECT id, account_id FROM ticket ORDER BY id"
	events := "SELECT id, account_id FROM product_event ORDER BY id"

	Load(b, b.store, cfg, "desk", rows...) // nothing is known yet
	b.want(tickets, "anonymous|-", "t17|desk:17", "t18|desk:18", "t19|desk:19", "t20|desk:20", "t21|desk:21", "t22|desk:22")
	equal(b, "only what is written down", match(), 1)
	Load(b, b.store, cfg, "desk", candidates...)
	b.want("SELECT COUNT(*) FROM account", "0")
	equal(b, "no account yet", match(), 0)
	Load(b, b.store, cfg, "crm", named...)
	b.interrupted(cfg)
	equal(b, "matched", match(), 3)
	b.want(tickets, "anonymous|-", "t17|acme", "t18|bolt", "t19|corp", "t20|desk:20", "t21|delta", "t22|desk:22")
	b.want(events, "e17|acme", "e18|bolt", "e19|corp", "e20|desk:20", "e21|delta", "e22|desk:22")
	b.want("SELECT account_id, COUNT(*) FROM usage_day GROUP BY account_id ORDER BY account_id", "acme|1", "bolt|1", "corp|1", "delta|1", "desk:20|1", "desk:22|1")
	b.want("SELECT alias, canonical_id, rule FROM account_alias ORDER BY alias", "17|acme|map", "18|bolt|crm_id", "19|corp|domain", "21|delta|name")
	equal(b, "again", match(), 0)
	b.want("SELECT COUNT(*) FROM account_alias WHERE run = 0", "0")

	// the source delivers the same again: nothing is news, and nothing a contradiction
	equal(b, "the same", Load(b, b.store, cfg, "desk", rows...), ingest.Counts{Records: len(rows), Rows: len(rows), Duplicates: len(rows)})
	b.want("SELECT COUNT(*) FROM fact_revision WHERE contradicts = 1", "0")
	open := must(b, b.store.AccountMatches)
	equal(b, "sources", len(open), 1)
	equal(b, "unmatched", [2]string{open[0].Unmatched[0].Alias, open[0].Unmatched[1].Alias}, [2]string{"20", "22"})
	equal(b, "by domain", open[0].Matched["domain"], 1)

	remap(b, cfg, rows)
}

// interrupted matches and is stopped while it puts rows right: what is left to do is
// remembered.
func (b *bench) interrupted(cfg store.SinkConfig) {
	ctx, cancel := context.WithCancel(b.Context())
	cfg.Reach = func(name, product string, from, to kpi.Millis) []kpi.Cell {
		cancel()
		return reachAll(name, product, from, to)
	}
	if _, err := b.store.MatchAccounts(ctx, cfg, b.now); err == nil {
		b.Fatal("it was not stopped")
	}
	b.want("SELECT account_id FROM ticket WHERE id = 't18'", "desk:18")
	b.want("SELECT COUNT(*) FROM account_alias WHERE run = 0", "3")
}

// remap changes the written map: rows move with their alias and no other, also where
// two aliases are one account, and without the source being asked.
func remap(b *bench, cfg store.SinkConfig, rows []fact.Row) {
	run := b.begin("desk", cfg)
	b.commit(run, ingest.Page{Stream: "s", Cursor: cursor(`{"at":9}`)})
	ticket := func(id string) string { return "SELECT account_id FROM ticket WHERE id = '" + id + "'" }
	both := func(a, b string) []store.Alias {
		return []store.Alias{{Source: "desk", Alias: "17", Account: a}, {Source: "desk", Alias: "18", Account: b}}
	}
	for _, step := range []struct {
		lines       []store.Alias
		t17, t18, e string
	}{
		{both("one", "one"), "one", "one", "one"},
		{both("two", "one"), "two", "one", "two"},
		{both("two", "one")[:1], "two", "bolt", "two"}, // what the map no longer says, the rule does
		{nil, "desk:17", "bolt", "desk:17"},
		{both("acme", "acme")[:1], "acme", "bolt", "acme"},
	} {
		cfg.Identity.Map = step.lines
		for range 2 { // once more for what was taken out
			must(b, func(ctx context.Context) (int, error) { return b.store.MatchAccounts(ctx, cfg, b.now) })
		}
		b.want(ticket("t17"), step.t17)
		b.want(ticket("t18"), step.t18)
		b.want("SELECT account_id FROM product_event WHERE id = 'e17'", step.e)
		equal(b, "the same", Load(b, b.store, cfg, "desk", rows...).Duplicates, len(rows))
	}
	b.want("SELECT cursor FROM source_state WHERE source = 'desk' AND stream = 's'", `{"at":9}`)

	// a row that went to another account, or to none, does not move any more
	later := int64(noon(8, 1))
	other, none := b.ticket("t17", Values{"account_id": "18"}), b.ticket("t18", nil)
	other.UpdatedAt, none.UpdatedAt = &later, &later
	Load(b, b.store, cfg, "desk", other, none, rows[0]) // and an old version that comes late moves nothing back
	cfg.Identity.Map = both("one", "two")
	must(b, func(ctx context.Context) (int, error) { return b.store.MatchAccounts(ctx, cfg, b.now) })
	b.want(ticket("t17"), "two")
	b.want(ticket("t18"), "-")
	b.want("SELECT COUNT(*) FROM fact_revision WHERE contradicts = 1", "0")
	many(b, cfg)
}

// many rows of one account, more than a page of those that are put right.
func many(b *bench, cfg store.SinkConfig) {
	const n = 4500
	rows := make([]fact.Row, n)
	for i := range rows {
		rows[i] = b.ticket(fmt.Sprintf("m%05d", i), Values{"account_id": "22"})
	}
	Load(b, b.store, cfg, "desk", rows...)
	cfg.Identity.Map = append(cfg.Identity.Map, store.Alias{Source: "desk", Alias: "22", Account: "delta"})
	must(b, func(ctx context.Context) (int, error) { return b.store.MatchAccounts(ctx, cfg, b.now) })
	b.want("SELECT account_id, COUNT(*) FROM ticket WHERE id LIKE 'm%' GROUP BY account_id", fmt.Sprintf("delta|%d", n))
}

// crew is a source that names no accounts and uses their ids: only what is written down
// is called otherwise.
func crew(b *bench) {
	cfg := store.SinkConfig{Reach: reachAll, Identity: store.Identity{Namer: "crm"}}
	rows := []fact.Row{b.ticket("a", Values{"account_id": "acme"}), b.ticket("b", Values{"account_id": "old-acme"}), b.ticket("c", Values{"account_id": "bolt"})}
	Load(b, b.store, cfg, "crew", rows...)
	for _, step := range []struct {
		lines []store.Alias
		want  []string
	}{
		{[]store.Alias{{Source: "crew", Alias: "old-acme", Account: "acme"}}, []string{"a|acme", "b|acme", "c|bolt"}},
		{[]store.Alias{{Source: "crew", Alias: "old-acme", Account: "bolt"}, {Source: "crew", Alias: "bolt", Account: "volt"}}, []string{"a|acme", "b|bolt", "c|volt"}},
		{nil, []string{"a|acme", "b|old-acme", "c|bolt"}},
	} {
		cfg.Identity.Map = step.lines
		must(b, func(ctx context.Context) (int, error) { return b.store.MatchAccounts(ctx, cfg, b.now) })
		b.want("SELECT id, account_id FROM ticket ORDER BY id", step.want...)
		equal(b, "the same", Load(b, b.store, cfg, "crew", rows...).Duplicates, len(rows))
	}
	b.want("SELECT COUNT(*) FROM account_said", "0")
	b.want("SELECT COUNT(*) FROM account_alias", "0")
}

// text is a value that may be missing.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}
