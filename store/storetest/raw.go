package storetest

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/store"
)

// raw: a record is kept once, its newest version is given, in the order in which they
// came, page by page; what is old is dropped.
func raw(b *bench) {
	run := b.begin("crm", store.SinkConfig{})
	keep := func(fields string, records ...ingest.Raw) {
		b.commit(run, ingest.Page{Stream: "s", Raw: records, Fields: strings.Fields(fields)})
	}
	keep("id name", ingest.Raw{Key: "s:2", Body: `{"id":2}`}, ingest.Raw{Key: "s:1", Body: `{"id":1}`}, ingest.Raw{Body: `{"no":"key"}`})
	keep("id name", ingest.Raw{Key: "s:1", Body: `{"id":1}`}, ingest.Raw{Body: `{"no":"key"}`})
	b.now += 10
	keep("id name", ingest.Raw{Key: "s:1", Body: `{"id":1,"name":"ü"}`}, ingest.Raw{Key: "s:1", Body: `{"id":1,"name":"one"}`})
	b.now += 10
	keep("id", ingest.Raw{Key: "s:2", Body: `{"id":2}`}) // less is kept of it now
	b.want("SELECT key, COUNT(*) FROM raw_record WHERE key LIKE 's:%' GROUP BY key ORDER BY key", "s:1|2", "s:2|2")

	all := func(limit int) (out []string) {
		var after ingest.Kept
		for {
			got, err := b.store.RawRecords(b.Context(), "crm", "s", after, limit)
			if err != nil {
				b.Fatal(err)
			}
			for _, r := range got {
				out = append(out, fmt.Sprintf("%s %s %v %d", r.Key[:min(3, len(r.Key))], r.Body, r.Fields, b.now-r.SeenAt))
			}
			if len(got) < limit {
				return out
			}
			after = got[len(got)-1]
		}
	}
	want := []string{`#b6 {"no":"key"} [id name] 20`, `s:1 {"id":1,"name":"one"} [id name] 10`, `s:2 {"id":2} [id] 0`}
	for _, limit := range []int{1, 2, 3, 100} {
		equal(b, "records", all(limit), want)
	}
	n, err := b.store.ForgetRaw(b.Context(), b.now-10)
	if err != nil || n != 3 {
		b.Errorf("%d dropped, %v", n, err)
	}
	equal(b, "records that are not old", all(100), want[1:])
}
