package connectors_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/httpsrc"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"

	"github.com/kpid/kpid/internal/spectest"
)

// canary is part of every secret.
const canary = "c4n4ry"

var now = time.Date(2026, 9, 21, 6, 0, 0, 0, time.UTC)

// useCase is what a vendor's testdata/case.json holds.
type useCase struct {
	Config   map[string]any
	Products mapping.Products
	// Routes are the replies of a first run by method and path, in order; what is
	// asked after them is answered by Empty. A route of Always never changes.
	Routes map[string][]json.RawMessage
	Empty  map[string]json.RawMessage
	Always map[string]json.RawMessage
	Rows   map[string]int    // by fact, after the first run
	Resume map[string]string // what a request of the second run holds, by route
	// Odd is a reply with a null and an unknown word, with how many of its records are
	// put aside and how many rows come all the same.
	Odd struct {
		Route    string
		Reply    json.RawMessage
		Rejected int
		Rows     map[string]int
	}
	// Prefix of the addresses, where the description has it in its paths.
	Prefix string
	// Loose says why replies are not held against the description; requests are.
	Loose string
	// SignIn is "elsewhere" where the description leaves the sign-in out.
	SignIn string `json:"sign_in"`
	// Wraps says how replies are packed: zip gzip.
	Wraps string
}

// described is a manifest with the vendor's own description, read once.
type described struct {
	manifest *manifest.Manifest
	spec     *spectest.Spec
}

// bench is a vendor with its manifest and its case.
type bench struct {
	t        *testing.T
	manifest *manifest.Manifest
	useCase
	vendor *vendor
	sink   *ingesttest.Sink
	clock  *clock
	cfg    httpsrc.Config
}

type clock struct {
	mu      sync.Mutex
	at      time.Time
	longest time.Duration
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.longest = c.at.Add(max(d, 0)), max(c.longest, d)
	return ctx.Err()
}

func newBench(t *testing.T, v described) *bench {
	t.Helper()
	id, m := v.manifest.ID, v.manifest
	b := &bench{t: t, manifest: m, sink: &ingesttest.Sink{}, clock: &clock{at: now}}
	text, err := os.ReadFile(id + "/testdata/case.json")
	if err != nil {
		t.Fatal(err)
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&b.useCase); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	b.vendor = &vendor{t: t, spec: v.spec, counts: map[string]int{}, answer: b.canned, check: b.Loose == ""}
	server := httptest.NewServer(b.vendor)
	t.Cleanup(server.Close)
	b.vendor.base = server.URL
	secrets := map[string]string{}
	for _, name := range m.Secrets {
		secrets[name] = canary + "-" + name
		if m.HTTP.Auth.Kind == "google_jwt" {
			secrets[name] = serviceAccount(t)
		}
	}
	b.cfg = httpsrc.Config{Source: id, Manifest: m, Values: b.Config, Secrets: secrets,
		Config: mapping.Config{Now: kpi.At(now), Zone: time.UTC, Tree: tree(), Products: b.Products, Key: []byte("0123456789abcdef")}, AllowPrivate: true, Clock: b.clock,
		Random: mathrand.New(mathrand.NewPCG(1, 2)), Base: server.URL + b.Prefix}
	switch m.HTTP.Auth.Kind {
	case "oauth2":
		b.cfg.TokenURL = server.URL + "/services/oauth2/token"
		if b.SignIn == "elsewhere" {
			b.cfg.TokenURL = server.URL + "/token"
		}
	case "google_jwt":
		b.cfg.TokenURL = server.URL + "/token"
	}
	return b
}

func tree() kpi.Tree {
	return kpi.Tree{Portfolios: []kpi.Portfolio{{ID: "core"}}, Products: []kpi.Product{{ID: "flows", Portfolio: "core"}, {ID: "forms", Portfolio: "core"}}}
}

// serviceAccount is a key file as Google gives it.
func serviceAccount(t *testing.T) string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]string{"client_email": "kpid@example.iam", "private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// signIn says that a route gives tokens.
func signIn(route string) bool { return strings.HasSuffix(route, "/token") }

// canned is the reply of the n-th request of a route.
func (b *bench) canned(route string, n int) (int, http.Header, string) {
	if route == "POST /token" {
		return 200, nil, `{"access_token":"` + canary + `-token","expires_in":3600}`
	}
	route = strings.Replace(route, " "+b.Prefix+"/", " /", 1)
	if text, ok := b.Always[route]; ok {
		return 200, nil, string(text)
	}
	pages := b.Routes[route]
	if n < len(pages) {
		return b.reply(grown(b.t, string(pages[n]), b.records(route)))
	}
	text, ok := b.Empty[route]
	if !ok {
		b.t.Errorf("the case has no empty reply for %s", route)
	}
	if string(text) == "404" {
		return 404, nil, ""
	}
	return b.reply(string(text))
}

// reply is a canned one; {"_head": {…}, "_text": "…"} is one that is not JSON.
func (b *bench) reply(text string) (int, http.Header, string) {
	plain := gjson.Get(text, "_text")
	if !plain.Exists() {
		return 200, nil, b.wrapped(text)
	}
	head := http.Header{"Content-Type": {"text/csv"}}
	gjson.Get(text, "_head").ForEach(func(name, value gjson.Result) bool {
		head.Set(name.String(), value.String())
		return true
	})
	return 200, head, plain.String()
}

func (b *bench) records(route string) string { return b.stream(route).Request.Records }

// stream is the one whose address fits a route.
func (b *bench) stream(route string) manifest.Stream {
	bound, err := b.manifest.Bind(b.Config)
	if err != nil {
		b.t.Fatal(err)
	}
	_, path, _ := strings.Cut(route, " ")
	best := bound.Streams[0] // of a link that leads elsewhere
	for _, s := range bound.Streams {
		head, tail, cut := strings.Cut(s.Request.Path, "{{")
		_, after, _ := strings.Cut(tail, "}}")
		if path == s.Request.Path || cut && strings.HasPrefix(path, head) && strings.HasSuffix(path, after) {
			best = s
		}
	}
	return best
}

// wrapped packs a reply as the vendor does. Lines of NDJSON are a list in the case.
func (b *bench) wrapped(text string) string {
	if b.Wraps == "" {
		return text
	}
	var lines bytes.Buffer
	gjson.Parse(text).ForEach(func(_, line gjson.Result) bool {
		compact := new(bytes.Buffer)
		_ = json.Compact(compact, []byte(line.Raw))
		lines.Write(append(compact.Bytes(), '\n'))
		return true
	})
	out := lines.Bytes()
	for _, w := range slices.Backward(strings.Fields(b.Wraps)) {
		var packed bytes.Buffer
		switch w {
		case "gzip":
			z := gzip.NewWriter(&packed)
			_, _ = z.Write(out)
			_ = z.Close()
		case "zip":
			z := zip.NewWriter(&packed)
			f, _ := z.Create("part.json.gz")
			_, _ = f.Write(out)
			_ = z.Close()
		default:
			packed.Write(out)
		}
		out = packed.Bytes()
	}
	return string(out)
}

func (b *bench) run() ingest.Report {
	b.t.Helper()
	src, err := httpsrc.New(b.cfg)
	if err != nil {
		b.t.Fatal(err)
	}
	rep := ingest.RunSource(b.t.Context(), b.sink, b.manifest.ID, src, b.cfg.Now, nil)
	if said := fmt.Sprint(rep.Err, rep.Summary.Message); strings.Contains(said, canary) {
		b.t.Errorf("a secret is told: %s", said)
	}
	return rep
}

func (b *bench) complete(want map[string]int) ingest.Report {
	b.t.Helper()
	rep := b.run()
	if rep.Err != nil || !rep.Summary.Complete {
		b.t.Errorf("the run ended with %v, %q", rep.Err, rep.Summary.Message)
	}
	b.holds(want)
	for _, r := range b.sink.Rejected {
		b.t.Errorf("put aside: %+v", r)
	}
	return rep
}

// holds compares the rows of each fact.
func (b *bench) holds(want map[string]int) {
	b.t.Helper()
	for _, name := range fact.Names() {
		if got := len(b.sink.Rows(name)); got != want[name] {
			b.t.Errorf("%d rows of %s, want %d", got, name, want[name])
		}
	}
}

// faulty answers the first request with a fault, then as usual.
func (b *bench) faulty(status int, head http.Header, body string) {
	first := true
	b.vendor.check = false
	b.vendor.answer = func(route string, n int) (int, http.Header, string) {
		if signIn(route) {
			return b.canned(route, n)
		}
		if first {
			first = false
			b.vendor.mu.Lock()
			b.vendor.counts[route]--
			b.vendor.mu.Unlock()
			return status, head, body
		}
		return b.canned(route, n)
	}
}

// TestVendors runs the nine cases on every manifest.
func TestVendors(t *testing.T) {
	spectest.Need(t)
	for _, m := range vendors(t, true) {
		t.Run(m.ID, func(t *testing.T) {
			v := described{m, spectest.Read(t, m.Spec)}
			for name, one := range map[string]func(*testing.T, described){
				"first run": firstRun, "empty": emptyRun, "waits": waits, "500": brokenOnce, "401": refusedRun, "a page that repeats": repeats, "odd records": odd,
			} {
				t.Run(name, func(t *testing.T) { one(t, v) })
			}
		})
	}
}

// firstRun reads two full pages and no more, then goes on from where it was.
func firstRun(t *testing.T, v described) {
	b := newBench(t, v)
	b.complete(b.Rows)
	for route, pages := range b.Routes {
		if got := b.vendor.counts[strings.Replace(route, " /", " "+b.Prefix+"/", 1)]; got < len(pages) {
			t.Errorf("%s was asked %d times, there are %d pages", route, got, len(pages))
		}
	}
	n := b.vendor.requests()
	if rep := b.complete(b.Rows); rep.Counts.New != 0 {
		t.Errorf("read again, it brings %+v", rep.Counts)
	}
	again := strings.Join(b.vendor.since(n), "\n")
	for route, want := range b.Resume {
		method, path, _ := strings.Cut(route, " ")
		if !strings.Contains(again, method+" "+b.Prefix+path) || !strings.Contains(again, want) {
			t.Errorf("the second run does not ask %s for %q:\n%.1500s", route, want, again)
		}
	}
}

func emptyRun(t *testing.T, v described) {
	b := newBench(t, v)
	b.Routes = nil
	for route := range b.Always {
		if b.Empty[route] != nil {
			delete(b.Always, route)
		}
	}
	b.complete(nil)
}

// waits holds that every header the manifest names is obeyed.
func waits(t *testing.T, v described) {
	heads := map[string]string{}
	probe := newBench(t, v)
	for _, name := range probe.manifest.HTTP.Retry.After {
		heads[name] = "41"
	}
	if r := probe.manifest.HTTP.Retry.Reset; r != nil {
		at := now.Add(41 * time.Second)
		heads[r.Header] = map[string]string{"delta_s": "41", "unix_s": fmt.Sprint(at.Unix()), "unix_ms": fmt.Sprint(at.UnixMilli()), "rfc3339": at.Format(time.RFC3339)}[r.Unit]
	}
	for name, value := range heads {
		b := newBench(t, v)
		b.faulty(429, http.Header{http.CanonicalHeaderKey(name): {value}}, "{}")
		b.complete(b.Rows)
		if b.clock.longest < 40*time.Second {
			t.Errorf("%s: %s was not waited for, but %s", name, value, b.clock.longest)
		}
	}
}

func brokenOnce(t *testing.T, v described) {
	b := newBench(t, v)
	b.faulty(500, nil, "<html>oops</html>")
	b.complete(b.Rows)
}

// refusedRun says what the vendor says, once, and locks nobody out.
func refusedRun(t *testing.T, v described) {
	b := newBench(t, v)
	secret := canary + "-" + b.manifest.Secrets[0]
	if b.manifest.HTTP.Auth.Kind == "google_jwt" {
		secret = canary + "-token"
	}
	body := `"the key ` + secret + ` is not ours"`
	for _, key := range slices.Backward(strings.Split(b.manifest.HTTP.Errors.Message, ".")) {
		if key == "0" {
			body = "[" + body + "]"
		} else {
			body = `{"` + key + `":` + body + "}"
		}
	}
	b.vendor.check = false
	asked := 0
	b.vendor.answer = func(route string, n int) (int, http.Header, string) {
		if signIn(route) {
			return b.canned(route, n)
		}
		asked++
		return 401, nil, body
	}
	rep := b.run()
	if rep.Result != ingest.Failed || !strings.Contains(fmt.Sprint(rep.Err), "is not ours") || asked > 2 {
		t.Errorf("%s after %d requests: %v", rep.Result, asked, rep.Err)
	}
}

// repeats holds that a vendor whose paging stands still is found out.
func repeats(t *testing.T, v described) {
	b := newBench(t, v)
	paged := false
	for route, pages := range b.Routes {
		if len(pages) > 1 && b.stream(route).Request.Page.Kind != "none" {
			paged = true
			for range 60 {
				b.Routes[route] = append(b.Routes[route], pages[0])
			}
			b.Routes[route] = b.Routes[route][2:]
		}
	}
	if !paged {
		t.Skip("this vendor has no pages")
	}
	b.cfg.Limits.Pages = 40
	if rep := b.run(); rep.Summary.Complete {
		t.Error("a listing that goes in a circle is called complete")
	}
}

// odd holds that an unknown word and a null put one record aside and no more.
func odd(t *testing.T, v described) {
	b := newBench(t, v)
	if b.Odd.Route == "" {
		t.Fatal("the case has no odd records")
	}
	b.Routes = map[string][]json.RawMessage{b.Odd.Route: {b.Odd.Reply}}
	b.vendor.check = false
	rep := b.run()
	if rep.Err != nil || !rep.Summary.Complete || len(b.sink.Rejected) != b.Odd.Rejected {
		t.Errorf("%v %q, put aside %+v", rep.Err, rep.Summary.Message, b.sink.Rejected)
	}
	b.holds(b.Odd.Rows)
}
