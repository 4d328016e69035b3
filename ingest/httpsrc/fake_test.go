package httpsrc_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/httpsrc"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
)

// canary is the secret of every test; it may show up nowhere.
const canary = "s3cr3t-c4n4ry"

// now is the clock of the runs.
var now = time.Date(2026, 9, 21, 6, 0, 0, 0, time.UTC)

// clock stands still but for sleeps, which it notes.
type clock struct {
	mu    sync.Mutex
	at    time.Time
	slept []time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.at = c.at.Add(d)
		c.slept = append(c.slept, d)
	}
	return ctx.Err()
}

// longest sleep so far.
func (c *clock) longest() (d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.slept {
		d = max(d, s)
	}
	return d
}

const head = `kpid = 1
id = "vendor"
[config.teams]
type = "list"
default = ["a", "b"]
[secret.token]
[http]
base = "https://vendor.example"
auth = { kind = "bearer", token = "{{secret.token}}" }
retry = { status = [429, 500, 503], attempts = 4, after = ["Retry-After"], reset = { header = "X-Reset", unit = "unix_s" }, remaining = "X-Left" }
errors = { message = "error.text", auth = [401, 403], gone = [410], empty = [404], too_large = [413] }
`

const emits = `
[[stream.emit]]
fact = "work_item_change"
[stream.emit.set]
item_id = "id"
at = { path = "at", time = "rfc3339" }
field = { const = "status" }
new_value = { path = "status", optional = true }
`

// stream is a manifest with one stream; more are its keys.
func stream(more string) string {
	return head + "[[stream]]\nid = \"items\"\npath = \"/items\"\nrecords = \"items\"\nkey = [\"id\"]\n" + more + emits
}

// item is a record of the fake vendor.
type item struct {
	ID     string `json:"id"`
	At     string `json:"at"`
	Status string `json:"status"`
}

// items are n records, a minute apart, up to an hour before now.
func items(n int) []item {
	out := make([]item, n)
	for i := range out {
		out[i] = item{ID: fmt.Sprintf("i%03d", i), At: now.Add(-time.Hour - time.Duration(n-i)*time.Minute).Format(time.RFC3339), Status: "open"}
	}
	return out
}

// rig is a vendor, a sink and what a run needs.
type rig struct {
	t     *testing.T
	sink  *ingesttest.Sink
	clock *clock
	cfg   httpsrc.Config
	mu    sync.Mutex
	seen  []string // requests, path and query
}

// newRig serves a handler and reads it by a manifest.
func newRig(t *testing.T, text string, handler http.HandlerFunc) *rig {
	t.Helper()
	r := &rig{t: t, sink: &ingesttest.Sink{}, clock: &clock{at: now}}
	m, err := manifest.Parse("vendor.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		r.seen = append(r.seen, q.URL.RequestURI())
		r.mu.Unlock()
		if strings.Contains(q.URL.String(), canary) {
			t.Errorf("the secret is in an address: %s", q.URL)
		}
		handler(w, q)
	}))
	t.Cleanup(server.Close)
	r.cfg = httpsrc.Config{Source: "vendor", Manifest: m, Secrets: map[string]string{"token": canary}, Config: mapping.Config{Now: kpi.At(now), Zone: time.UTC, Key: []byte("0123456789abcdef")},
		AllowPrivate: true, Clock: r.clock, Random: rand.New(rand.NewPCG(1, 2)), Base: server.URL}
	return r
}

// run reads once.
func (r *rig) run() ingest.Report {
	r.t.Helper()
	src, err := httpsrc.New(r.cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	rep := ingest.RunSource(context.Background(), r.sink, "vendor", src, r.cfg.Now, nil)
	if said := fmt.Sprint(rep.Err, rep.Summary.Message); strings.Contains(said, canary) {
		r.t.Errorf("the secret is told: %s", said)
	}
	return rep
}

// whole runs and holds that everything came.
func (r *rig) whole(want int) ingest.Report {
	r.t.Helper()
	rep := r.run()
	if rep.Err != nil || !rep.Summary.Complete || rep.Summary.CompleteThrough == nil {
		r.t.Errorf("the run ended with %v, %q", rep.Err, rep.Summary.Message)
	}
	if got := len(r.sink.Rows("work_item_change")); got != want {
		r.t.Errorf("%d rows, want %d", got, want)
	}
	return rep
}

// said runs and gives what went wrong.
func (r *rig) said() string {
	r.t.Helper()
	rep := r.run()
	if rep.Summary.Complete {
		r.t.Error("the run calls itself complete")
	}
	return fmt.Sprint(rep.Err, rep.Summary.Message)
}

// write answers with JSON.
func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

type object = map[string]any
