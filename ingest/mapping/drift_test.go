package mapping_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
)

const driftManifest = `kpid = 1
id = "desk"
[[stream]]
id = "tickets"
file = "t.ndjson"
decode = ["ndjson"]
key = ["id"]
[[stream.emit]]
fact = "ticket"
[stream.emit.set]
product_id = { const = "app" }
created_at = "at"
solved_at = { path = "dates.solved", time = "rfc3339", optional = true }
requester_id = { path = "who", map = { nobody = "" }, default = "somebody" }
channel = { const = "mail" }
status = { path = "state", map = { open = "open", other = "closed" }, default = "closed" }
`

func TestDrift(t *testing.T) {
	m, err := manifest.Parse("m.toml", []byte(driftManifest))
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := mapping.New(m, &m.Streams[0], mapping.Config{Now: kpi.At(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)), Zone: time.UTC, Key: []byte("0123456789abcdef"),
		Tree: kpi.Tree{Portfolios: []kpi.Portfolio{{ID: "core"}}, Products: []kpi.Product{{ID: "app", Portfolio: "core"}}}})
	if err != nil {
		t.Fatal(err)
	}
	var out mapping.Output
	for _, text := range []string{
		`{"id":1,"at":"2026-03-01T00:00:00Z","dates":{"solved":null},"who":"ann","state":"open"}`,
		`{"id":2,"at":"2026-03-01T00:00:00Z","dates":{"solved":""},"who":"ann","state":"parked"}`,
		`{"id":3,"at":"2026-03-01T00:00:00Z","dates":{"solved_at":"2026-03-01T00:00:00Z","by":1},"who":"bob","state":"parked"}`,
		`{"id":4,"at":"2026-03-01T00:00:00Z","who":"bob"}`,
	} {
		mapper.Map(mapping.NewJSON(text, mapper.Slots()), "t", 1, &out)
	}
	if len(out.Rejected) > 0 {
		t.Fatalf("%+v", out.Rejected)
	}
	got := mapper.Drift()
	for i := range got.Fields { // in the order of the fact's columns, which is not ours to say
		if got.Fields[i].Field == "at" {
			got.Fields = append(got.Fields[:i], got.Fields[i+1:]...)
			break
		}
	}
	want := ingest.Drift{
		Fields: []ingest.FieldCount{{Field: "who", Asked: 4, Present: 4}, {Field: "dates.solved", Asked: 4, Present: 2, Beside: "solved_at, by"}, {Field: "state", Asked: 4, Present: 3, Beside: "id, at, who"}},
		Words:  []ingest.WordCount{{Field: "state", Word: "parked", Records: 2}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if again := mapper.Drift(); len(again.Fields)+len(again.Words) > 0 {
		t.Errorf("told twice: %+v", again)
	}
}
