// Package chaostest holds sources over HTTP against a vendor that fails by a seed. It
// stands apart because it needs a store, which the race detector would compile anew.
package chaostest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/httpsrc"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// now is the clock of the runs.
var now = time.Date(2026, 9, 21, 6, 0, 0, 0, time.UTC)

// clock stands still but for sleeps.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(max(d, 0))
	return ctx.Err()
}

// chaos is a vendor that fails by a seed: what it truly holds is known, what it
// answers is not to be trusted.
type chaos struct {
	mu     sync.Mutex
	random *rand.Rand
	faults map[string]float64 // kind: chance of a request
	truth  map[string]issue
	epoch  int
	asked  int
	early  int       // requests before the vendor had let us
	until  time.Time // it asked to be left alone
	clock  *clock
}

// issue is what the vendor holds.
type issue struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Updated string `json:"updated"`
}

const chaosPage = 25

// advance changes the vendor: new records, changed ones, some with the same time,
// and a few that vanish.
func (c *chaos) advance(epoch int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch = epoch
	at := now.Add(time.Duration(epoch-9) * time.Hour)
	for _, id := range slices.Sorted(maps.Keys(c.truth)) {
		switch p := c.random.Float64(); {
		case p < 0.04:
			delete(c.truth, id)
		case p < 0.25:
			c.truth[id] = issue{id, fmt.Sprintf("s%d", epoch), at.Format(time.RFC3339)}
		}
	}
	for range 90 {
		id := fmt.Sprintf("i%05d", len(c.truth)*7+c.random.IntN(100_000))
		if _, known := c.truth[id]; !known {
			c.truth[id] = issue{id, "new", at.Add(time.Duration(c.random.IntN(3)) * time.Second).Format(time.RFC3339)}
		}
	}
}

// fault draws what goes wrong with a request; "" nothing.
func (c *chaos) fault() string {
	for _, kind := range slices.Sorted(maps.Keys(c.faults)) {
		if c.random.Float64() < c.faults[kind] {
			return kind
		}
	}
	return ""
}

func (c *chaos) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if c.clock.Now().Before(c.until) {
		c.early++
	}
	offset := offsetOf(r)
	ids := slices.Sorted(maps.Keys(c.truth))
	var page []any
	for _, id := range ids[min(offset, len(ids)):min(offset+chaosPage, len(ids))] {
		page = append(page, c.truth[id])
	}
	total := len(ids)
	switch fault := c.fault(); fault {
	case "429", "429 date":
		c.until = c.clock.Now().Add(7 * time.Second).Truncate(time.Second)
		w.Header().Set("Retry-After", "7")
		if fault == "429 date" {
			w.Header().Set("Retry-After", c.until.UTC().Format(http.TimeFormat))
		}
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case "500":
		w.WriteHeader(http.StatusInternalServerError)
		return
	case "reset":
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			conn.Close()
		}
		return
	case "cut":
		w.Header().Set("Content-Length", "90000")
		_, _ = w.Write([]byte(`{"items":[`))
		return
	case "half":
		_, _ = w.Write([]byte(`{"total":1,"items":[{"id":"i`))
		return
	case "html":
		_, _ = w.Write([]byte("<html><body>maintenance</body></html>"))
		return
	case "error object":
		write(w, map[string]any{"error": "try again"})
		return
	case "empty":
		return
	case "short": // it counts what it does not send
		page = page[:len(page)/2]
	case "twice":
		page = append(page, page...)
	case "disorder":
		c.random.Shuffle(len(page), func(i, j int) { page[i], page[j] = page[j], page[i] })
	case "stale": // an older state of each record after the newer one
		for _, p := range slices.Clone(page) {
			page = append(page, issue{p.(issue).ID, "old", "2026-01-01T00:00:00Z"})
		}
	case "vanish": // the list is empty of a sudden; at first nobody could tell
		if c.epoch > 0 {
			page, total = nil, 0
		}
	}
	write(w, map[string]any{"items": page, "total": total})
}

func offsetOf(r *http.Request) int {
	n, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	return n
}

func write(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

const chaosManifest = `kpid = 1
id = "chaos"
[http]
base = "https://chaos.example"
retry = { status = [429, 500], attempts = 12 }
[[stream]]
id = "items"
path = "/items"
records = "items"
key = ["id"]
page = { kind = "offset", offset = "query.offset", size = 25, total = "total" }
cursor = { kind = "full" }
[[stream.emit]]
fact = "work_item_change"
[stream.emit.set]
item_id = "id"
at = { const = "2026-09-01T00:00:00Z" }
field = { const = "status" }
new_value = "status"
updated_at = { path = "updated", time = "rfc3339" }
`

// mixes are the faults alone and together.
func mixes() []map[string]float64 {
	kinds := []string{"429", "429 date", "500", "reset", "cut", "half", "html", "error object", "empty", "short", "twice", "disorder", "stale", "vanish"}
	var out []map[string]float64
	for _, k := range kinds {
		chance := 0.4
		if k == "short" || k == "vanish" { // each of these ends a run
			chance = 0.1
		}
		out = append(out, map[string]float64{k: chance})
	}
	for i := range kinds {
		out = append(out, map[string]float64{kinds[i]: 0.12, kinds[(i+3)%len(kinds)]: 0.12, kinds[(i+7)%len(kinds)]: 0.12})
	}
	all := map[string]float64{}
	for _, k := range kinds {
		all[k] = 0.04
	}
	return append(out, all)
}

// Whatever the vendor does, once a run calls itself complete the store holds what the
// vendor truly holds; and no request comes before the vendor lets it.
func TestChaos(t *testing.T) {
	seeds := uint64(1)
	if os.Getenv("KPID_SOAK") != "" {
		seeds = 3
	}
	for i, faults := range mixes() {
		for seed := range seeds {
			t.Run(fmt.Sprintf("%d of %v", seed, slices.Sorted(maps.Keys(faults))), func(t *testing.T) {
				reconcile(t, faults, 100*uint64(i)+seed)
			})
		}
	}
}

func reconcile(t *testing.T, faults map[string]float64, seed uint64) {
	c := &chaos{random: rand.New(rand.NewPCG(seed, 7)), faults: faults, truth: map[string]issue{}, clock: &clock{at: now}}
	server := httptest.NewServer(c)
	defer server.Close()
	m, err := manifest.Parse("chaos.toml", []byte(chaosManifest))
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, storetest.Calendar(), func() kpi.Millis { return kpi.At(now) })
	sink := s.Sink(store.SinkConfig{Reach: func(string, string, kpi.Millis, kpi.Millis) []kpi.Cell { return nil }})
	for epoch := range 3 {
		c.advance(epoch)
		complete := false
		for try := 0; !complete && try < 60; try++ {
			src, err := httpsrc.New(httpsrc.Config{Source: "chaos", Manifest: m, Config: mapping.Config{Now: kpi.At(now), Zone: time.UTC, Key: []byte("0123456789abcdef")},
				AllowPrivate: true, Clock: c.clock, Random: rand.New(rand.NewPCG(seed, uint64(try))), Base: server.URL})
			if err != nil {
				t.Fatal(err)
			}
			rep := ingest.RunSource(context.Background(), sink, "chaos", src, kpi.At(now), nil)
			complete = rep.Summary.Complete
		}
		if !complete {
			t.Fatal("no run came to its end")
		}
		c.holds(t, s)
	}
	if c.early > 0 {
		t.Errorf("%d of %d requests came before the vendor let them", c.early, c.asked)
	}
}

// holds compares the store with the truth.
func (c *chaos) holds(t *testing.T, s *store.Store) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	got := map[string]string{}
	err := s.Query(t.Context(), "SELECT item_id, new_value FROM work_item_change", nil, func(scan func(...any) error) error {
		var id, status string
		err := scan(&id, &status)
		got[id] = status
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, i := range c.truth {
		if got[id] != i.Status {
			t.Errorf("%s is %q, truly %q", id, got[id], i.Status)
		}
	}
	for id := range got {
		if _, ok := c.truth[id]; !ok {
			t.Errorf("%s is still there", id)
		}
	}
	if text, _ := json.Marshal(got); strings.Contains(string(text), `"old"`) {
		t.Error("an old state stands")
	}
}
