package filesrc_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/filesrc"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

var now = kpi.At(time.Date(2026, 9, 21, 6, 10, 0, 0, time.UTC))

func tree() kpi.Tree {
	return kpi.Tree{
		Portfolios: []kpi.Portfolio{{ID: "core"}},
		Products:   []kpi.Product{{ID: "flows", Portfolio: "core"}, {ID: "forms", Portfolio: "core"}},
	}
}

// folder writes files below a new directory.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, dir, name, text)
	}
	return dir
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// config reads a manifest for a folder.
func config(t testing.TB, dir, text string) filesrc.Config {
	t.Helper()
	m, err := manifest.Parse("m.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return filesrc.Config{Source: "wh", Dir: dir, Manifest: m, Config: mapping.Config{Now: now, Zone: zone, Tree: tree(), Key: []byte("0123456789abcdef")}}
}

// run runs a source into a sink.
func run(t testing.TB, sink *ingesttest.Sink, cfg filesrc.Config) ingest.Report {
	t.Helper()
	src, err := filesrc.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return ingest.RunSource(context.Background(), sink, cfg.Source, src, cfg.Now, nil)
}

// column gives one column of a row.
func column(t testing.TB, r fact.Row, name string) any {
	t.Helper()
	spec, ok := fact.Find(r.Fact)
	if !ok || spec.Index(name) < 0 {
		t.Fatalf("%s has no column %s", r.Fact, name)
	}
	return r.Values[spec.Index(name)]
}

func millis(text string) int64 {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return at.UnixMilli()
}

const tickets = `kpid = 1
id = "wh"
[[stream]]
id = "tickets"
file = "tickets*.csv"
decode = ["csv"]
key = ["id"]
[[stream.emit]]
fact = "ticket"
[stream.emit.set]
product_id = "product"
created_at = { path = "created", time = "2006-01-02 15:04" }
solved_at = { path = "solved", time = "2006-01-02 15:04", optional = true }
channel = "channel"
status = { path = "status", map = { Open = "open", Closed = "solved" } }
`

const ticketHeader = "id,product,created,solved,channel,status\n"

func TestCSVToFacts(t *testing.T) {
	dir := folder(t, map[string]string{"tickets.csv": ticketHeader +
		"1,flows,2026-07-01 12:00,,mail,Open\n" +
		"2,forms,2026-07-02 12:00,2026-07-03 09:30,\"chat, \"\"live\"\"\",Closed\n"})
	sink := &ingesttest.Sink{}
	rep := run(t, sink, config(t, dir, tickets))
	if rep.Result != ingest.OK || rep.Counts != (ingest.Counts{Records: 2, Rows: 2, New: 2}) || !rep.Summary.Complete || *rep.Summary.CompleteThrough != now {
		t.Fatalf("%+v", rep)
	}
	rows := sink.Rows("ticket")
	want := map[string]any{
		"product_id": "forms", "created_at": millis("2026-07-02T10:00:00Z"), "solved_at": millis("2026-07-03T07:30:00Z"),
		"channel": `chat, "live"`, "status": "solved", "origin": "customer", "is_spam": int64(0), "account_id": nil,
	}
	for name, v := range want {
		if got := column(t, rows[1], name); got != v {
			t.Errorf("%s: got %v, want %v", name, got, v)
		}
	}
	if rows[1].Locator != "tickets.csv:3" || column(t, rows[0], "solved_at") != nil {
		t.Errorf("%+v", rows)
	}
}
