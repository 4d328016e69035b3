package storetest

import (
	"fmt"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/store"
)

// drift: a field that was always there is told at once, one that came and went only
// when it stays away for longer than chance explains; both are taken back. A word is
// told when it is new, but not of a field that holds anything.
func drift(b *bench) {
	const day = 24 * 3_600_000
	run := func(fields []ingest.FieldCount, words ...ingest.WordCount) {
		b.Helper()
		r := b.begin("crm", store.SinkConfig{})
		for _, f := range fields { // a page for each
			b.commit(r, ingest.Page{Stream: "s", Drift: ingest.Drift{Fields: []ingest.FieldCount{f}, Words: words}})
		}
		if err := r.Finish(b.Context(), ingest.Report{Result: ingest.OK}); err != nil {
			b.Fatal(err)
		}
	}
	told := func(want ...string) {
		b.Helper()
		all, err := b.store.Drifts(b.Context(), b.now-28*day)
		if err != nil {
			b.Fatal(err)
		}
		var got []string
		for _, d := range all {
			got = append(got, fmt.Sprintf("%s/%s %s%s %d since %s %s", d.Source, d.Stream, d.Field, map[bool]string{true: "=" + d.Word}[d.Word != ""], d.Records, d.Since.Time().Format(time.DateOnly), d.Beside))
		}
		equal(b, "told", got, want)
	}
	word := func(w string, n int) ingest.WordCount { return ingest.WordCount{Field: "state", Word: w, Records: n} }
	field := func(name string, asked, present int) ingest.FieldCount {
		return ingest.FieldCount{Field: name, Asked: asked, Present: present, Beside: map[bool]string{true: "due, id"}[present < asked]}
	}

	run([]ingest.FieldCount{field("always", 30, 30), field("sometimes", 30, 15), field("never", 30, 0), field("state", 30, 30)}, word("parked", 3))
	told()
	b.now += day
	run([]ingest.FieldCount{field("always", 4, 0), field("sometimes", 40, 0), field("never", 40, 0), field("state", 40, 40)}, word("parked", 1), word("Archived", 2))
	told("crm/s state=Archived 8 since 2026-09-02 ") // it came on each of four pages
	b.now += day
	run([]ingest.FieldCount{field("always", 1, 0), field("sometimes", 1, 0)})
	told("crm/s always 5 since 2026-09-03 due, id", "crm/s state=Archived 8 since 2026-09-02 ")
	b.now += 2 * day
	run([]ingest.FieldCount{field("sometimes", 1, 0)})
	told("crm/s always 5 since 2026-09-03 due, id", "crm/s sometimes 42 since 2026-09-05 due, id", "crm/s state=Archived 8 since 2026-09-02 ")
	run([]ingest.FieldCount{field("always", 2, 1), field("sometimes", 1, 1)})
	told("crm/s state=Archived 8 since 2026-09-02 ")

	// within one run the field may stand on a later page
	run([]ingest.FieldCount{field("always", 50, 0), field("always", 50, 1)})
	told("crm/s state=Archived 8 since 2026-09-02 ")
	var many []ingest.WordCount
	for i := range 60 {
		many = append(many, word(fmt.Sprintf("w%02d", i), 1))
	}
	run([]ingest.FieldCount{field("state", 60, 60)}, many...)
	told()
	b.want("SELECT COUNT(*) FROM word_seen", "51")
}
