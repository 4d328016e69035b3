package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// field of a JSON object, as text.
func field(b *bench, body, name string) string {
	b.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		b.Fatal(err)
	}
	return fmt.Sprint(m[name])
}

func (b *bench) event(id string, more Values) fact.Row {
	v := Values{"product_id": "flows", "name": "milestone", "account_id": "acme", "occurred_at": noon(time.July, 1), "received_at": noon(time.July, 1)}
	for k, x := range more {
		v[k] = x
	}
	return Row(b, "product_event", id, v)
}

func (b *bench) ticket(id string, more Values) fact.Row {
	v := Values{"product_id": "flows", "created_at": noon(time.July, 1), "channel": "mail", "status": "open"}
	for k, x := range more {
		v[k] = x
	}
	return Row(b, "ticket", id, v)
}

// reachAll marks one cell for every place a record lies in.
func reachAll(factName, product string, from, to kpi.Millis) []kpi.Cell {
	return []kpi.Cell{{KPI: factName, Scope: 1, Period: "2026-07"}}
}

// everything lists what a page may leave behind.
var everything = []string{"account_row", "ticket_row", "product_event_row", "usage_day_cell", "account_segment", "code",
	"fact_revision", "first_fact", "touched", "source_state", "rejected_record", "account_attribute_row", "account_candidate", "account_said",
	"raw_record", "raw_fields", "field_seen", "word_seen", "warehouse_total", "warehouse_asked"}

// atomicPage breaks a page at its last row: nothing of it may stay, and the
// next page must find the run in order.
func atomicPage(b *bench) {
	contents := func() (out []string) {
		for _, table := range everything {
			out = append(out, Select(b, b.store, "SELECT '"+table+"', COUNT(*) FROM "+table)...)
		}
		return append(out, Select(b, b.store, "SELECT pages, rows, added, changed FROM run ORDER BY id")...)
	}
	run := b.begin("test", store.SinkConfig{Reach: reachAll})
	first := ingest.Page{Stream: "s", Cursor: cursor("1"), Records: 2, Rows: []fact.Row{b.event("e1", nil), b.account("acme", version{"a", 1, 0})}}
	first.Raw, first.Fields = []ingest.Raw{{Key: "e1", Body: "{}"}}, []string{"id"}
	b.commit(run, first)
	before := contents()

	account := b.account("acme", version{"b", 2, 0})
	account.Attribute = map[string]string{"plan": "team"}
	good := []fact.Row{
		b.event("e1", Values{"quantity": 4.0}), b.event("e2", Values{"name": "signup", "user_id": "u"}), account, b.ticket("t1", nil)}
	refused := ingest.Rejection{Stream: "s", Locator: "f:9", Field: "x", Found: "y", Allowed: "z"}
	broken := append(append([]fact.Row(nil), good...), b.ticket("t2", Values{"origin": "nobody"}))
	if _, err := run.Commit(b.Context(), ingest.Page{Stream: "s", Cursor: cursor("2"), Records: 5, Rows: broken, Rejected: []ingest.Rejection{refused}, Raw: []ingest.Raw{{Key: "e2", Body: "{}"}}, Fields: []string{"id", "more"},
		Totals: &kpi.Totals{KPI: "k", Hash: "h", Periods: []string{"2026-W01"}, Scopes: []int64{1}, List: []kpi.Total{{Cell: kpi.Cell{KPI: "k", Scope: 1, Period: "2026-W01"}, Measure: "m", Num: 1, Den: 2}}}}); err == nil {
		b.Fatal("a row that breaks a CHECK was stored")
	}
	equal(b, "after a page that failed", contents(), before)
	equal(b, "cursor after a page that failed", string(run.Cursor("s")), "1")

	// a stream that is not known and a cursor that never was
	equal(b, "cursor of an unread stream", run.Cursor("other") == nil, true)
	b.commit(run, ingest.Page{Stream: "s", Cursor: cursor("2"), Records: 4, Rows: good, Rejected: []ingest.Rejection{refused}})
	equal(b, "cursor", string(run.Cursor("s")), "2")
	b.want("SELECT id, name, quantity FROM product_event ORDER BY id", "e1|milestone|4", "e2|signup|1")
	b.want("SELECT name, uses, quantity FROM usage_day ORDER BY name", "milestone|1|4", "signup|1|1")
	b.want("SELECT kpi, late, corrected FROM touched ORDER BY kpi", "account|1|1", "account_attribute|1|0", "product_event|2|1", "ticket|1|0")
	b.want("SELECT pages, rows, added, changed, rejected FROM run", "2|6|5|2|1")
}

// runs: a cursor outlives its run; a run left open is closed by the next one.
func runs(b *bench) {
	run := b.begin("crm", store.SinkConfig{})
	b.commit(run, ingest.Page{Stream: "a", Cursor: cursor(`{"page":3}`)})
	b.commit(run, ingest.Page{Stream: "b", Cursor: cursor(`{"page":1}`)})
	b.commit(run, ingest.Page{Stream: "a"}) // no cursor: the last one stands
	other := b.begin("helpdesk", store.SinkConfig{})

	b.now++
	next := b.begin("crm", store.SinkConfig{})
	equal(b, "cursor a", string(next.Cursor("a")), `{"page":3}`)
	equal(b, "cursor b", string(next.Cursor("b")), `{"page":1}`)
	if next.ID() <= run.ID() {
		b.Errorf("run %d follows run %d", next.ID(), run.ID())
	}
	b.want("SELECT source, result, ended_at - started_at, message FROM run ORDER BY id",
		"crm|failed|1|the process ended before the run did", "helpdesk|-|-|", "crm|-|-|")
	for _, r := range []ingest.Run{other, next} {
		rep := ingest.Report{Result: ingest.Partial, Summary: ingest.Summary{Complete: true, CompleteThrough: ptr(b.now), Message: "half"}}
		if err := r.Finish(b.Context(), rep); err != nil {
			b.Fatal(err)
		}
	}
	b.want("SELECT source, result, complete, message FROM run WHERE result <> 'failed' ORDER BY id", "helpdesk|partial|1|half", "crm|partial|1|half")
	for source, want := range map[string][]string{"": {"crm partial", "helpdesk partial"}, "crm": {"crm partial", "crm failed"}, "nobody": nil} {
		list, err := b.store.LastRuns(b.Context(), source, 0, 2)
		if err != nil {
			b.Fatal(err)
		}
		var got []string
		for _, r := range list {
			got = append(got, r.Source+" "+r.Result)
		}
		equal(b, "last runs of "+source, got, want)
	}
	before, err := b.store.LastRuns(b.Context(), "crm", 3, 2)
	if err != nil || len(before) != 1 || before[0].ID != 1 {
		b.Errorf("the runs of crm before run 3: %v, %v; want run 1", before, err)
	}
}

// heldRuns: a run that was held back stands until a good one comes after it; one that
// failed does not settle it.
func heldRuns(b *bench) {
	end := func(source string, rep ingest.Report) {
		if err := b.begin(source, store.SinkConfig{}).Finish(b.Context(), rep); err != nil {
			b.Fatal(err)
		}
	}
	lost := ingest.Report{Result: ingest.Held, Err: &ingest.HeldError{Fact: "ticket", Had: 6, Missing: 4}}
	for _, c := range []struct {
		source string
		rep    ingest.Report
		want   []int64
	}{
		{"crm", ingest.Report{Result: ingest.OK}, nil},
		{"crm", lost, []int64{2}},
		{"desk", lost, []int64{2, 3}},
		{"crm", ingest.Report{Result: ingest.Failed, Err: errors.New("no network")}, []int64{2, 3}},
		{"crm", lost, []int64{5, 3}},
		{"crm", ingest.Report{Result: ingest.Partial}, []int64{3}},
	} {
		end(c.source, c.rep)
		held, err := b.store.HeldRuns(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		var got []int64
		for _, source := range []string{"crm", "desk"} {
			if h, ok := held[source]; ok {
				got = append(got, h.ID)
			}
		}
		equal(b, "held runs after "+c.source+" "+string(c.rep.Result), got, c.want)
	}
}

// rejected: a record refused in every run is one line, until the end of time.
func rejected(b *bench) {
	refusal := func(locator, found string) ingest.Rejection {
		return ingest.Rejection{Stream: "s", Locator: locator, Field: "at", Found: found, Allowed: "an instant", Body: "{}"}
	}
	for range 3 {
		run := b.begin("crm", store.SinkConfig{})
		c := b.commit(run, ingest.Page{Stream: "s", Rejected: []ingest.Rejection{refusal("f:1", "x"), refusal("f:1", "x"), refusal("f:2", "x"), refusal("f:1", "y")}})
		equal(b, "rejected", c.Rejected, 4)
	}
	b.commit(b.begin("helpdesk", store.SinkConfig{}), ingest.Page{Stream: "s", Rejected: []ingest.Rejection{refusal("f:1", "x")}})
	list, err := b.store.RejectedRecords(b.Context(), "crm", 0, 10)
	if err != nil {
		b.Fatal(err)
	}
	var got []string
	for _, r := range list {
		got = append(got, r.Locator+" "+r.Found)
	}
	equal(b, "list", got, []string{"f:1 x", "f:2 x", "f:1 y"})
	rejectedList(b)
	kinds, err := b.store.RejectedKinds(b.Context(), "crm")
	if err != nil {
		b.Fatal(err)
	}
	equal(b, "kinds", kinds, []store.RejectedKind{{Stream: "s", Field: "at", N: 3}})
}

// rejectedList: four records are open, newest first 4 (of the help desk), 3, 2, 1.
// Numbers may be left out between them.
func rejectedList(b *bench) {
	place := map[int64]int64{} // from the oldest, 1, and back
	id := map[int64]int64{}
	everything, err := b.store.OpenRejected(b.Context(), store.RejectedQuery{})
	if err != nil {
		b.Fatal(err)
	}
	for i, r := range everything.Rows {
		n := int64(len(everything.Rows) - i)
		place[r.ID], id[n] = n, r.ID
	}
	for _, c := range []struct {
		q           store.RejectedQuery
		want        []int64
		open, ahead int
	}{
		{store.RejectedQuery{}, []int64{4, 3, 2, 1}, 4, 0},
		{store.RejectedQuery{Source: "crm", Limit: 2}, []int64{3, 2}, 3, 0},
		{store.RejectedQuery{Source: "crm", Limit: 2, After: 2}, []int64{1}, 3, 2},
		{store.RejectedQuery{Source: "crm", Limit: 1, Before: 1}, []int64{2}, 3, 1},
		{store.RejectedQuery{Limit: 2, Before: 2}, []int64{4, 3}, 4, 0},
		{store.RejectedQuery{Stream: "s", Field: "at", After: 3}, []int64{2, 1}, 4, 2},
		{store.RejectedQuery{Field: "score"}, nil, 0, 0},
		{store.RejectedQuery{Stream: "t"}, nil, 0, 0},
		{store.RejectedQuery{After: 1}, nil, 4, 0},
	} {
		c.q.After, c.q.Before = id[c.q.After], id[c.q.Before]
		got, err := b.store.OpenRejected(b.Context(), c.q)
		if err != nil {
			b.Fatal(err)
		}
		var ids []int64
		for _, r := range got.Rows {
			ids = append(ids, place[r.ID])
		}
		equal(b, fmt.Sprintf("open rejected %+v", c.q), ids, c.want)
		equal(b, fmt.Sprintf("counts of %+v", c.q), []int{got.Open, got.Ahead}, []int{c.open, c.ahead})
	}
}

// completeness: a source is complete up to the earliest of its streams.
func completeness(b *bench) {
	through := func() map[string]kpi.Millis { return must(b, b.store.Through) }
	run := b.begin("crm", store.SinkConfig{})
	b.commit(run, ingest.Page{Stream: "a", Cursor: cursor("1"), CompleteThrough: ptr(noon(time.July, 3))})
	equal(b, "one stream", through(), map[string]kpi.Millis{"crm": noon(time.July, 3)})
	b.commit(run, ingest.Page{Stream: "b", Cursor: cursor("1")})
	equal(b, "a stream that has not ended", through(), map[string]kpi.Millis{})
	b.commit(run, ingest.Page{Stream: "b", Cursor: cursor("2"), CompleteThrough: ptr(noon(time.July, 1))})
	b.commit(run, ingest.Page{Stream: "a", Cursor: cursor("2")})
	equal(b, "the earliest stream", through(), map[string]kpi.Millis{"crm": noon(time.July, 1)})

	b.load(b.event("e1", nil), b.event("e2", Values{"occurred_at": noon(time.May, 2), "product_id": "forms"}))
	b.load(b.event("e3", Values{"occurred_at": noon(time.April, 1)}), b.account("acme", version{"a", 1, 0}),
		Row(b, "release", "planned", Values{"product_id": "flows", "name": "1.0"}),
		Row(b, "tracking_observation", "o", Values{"journey_id": "j", "event_name": "e", "day": 20_000, "seen": 1, "valid": 1}))
	equal(b, "first facts", must(b, b.store.FirstFacts), map[string]map[string]kpi.Millis{
		"product_event": {"flows": noon(time.April, 1), "forms": noon(time.May, 2)},
		"account":       {"": noon(time.January, 1)},
		// a day of the calendar, not an instant; the release lies nowhere yet
		"tracking_observation": {"": 20_000 * 86_400_000},
	})
}
