package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kpid/kpid/ingest/connectors"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/internal/config"
)

// secretWord is the token of the tests; it may stand in no output and in no file.
const secretWord = "t0ken-c4n4ry-77"

const vendorManifest = `kpid = 1
id = "desk"
title = "A help desk"
[config.site]
type = "host"
required = true
[secret.token]
[http]
base = "http://{{cfg.site}}"
auth = { kind = "bearer", token = "{{secret.token}}" }
retry = { status = [429], attempts = 1 }
errors = { message = "message" }
[[stream]]
id = "tickets"
path = "/tickets"
records = "tickets"
key = ["id"]
page = { kind = "offset", offset = "query.offset", size = 2, total = "total" }
cursor = { kind = "filter", field = "updated", start = "400d", overlap = "1m" }
[[stream.emit]]
fact = "ticket"
[stream.emit.set]
account_id = "account"
product_id = "product"
created_at = { path = "created", time = "rfc3339" }
channel = { const = "web" }
status = "status"
updated_at = { path = "updated", time = "rfc3339" }
`

// vendorSetup writes a configuration with one source for each handler.
func vendorSetup(t *testing.T, handlers map[string]http.HandlerFunc) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("DESK_TOKEN", secretWord)
	if err := os.Mkdir(filepath.Join(dir, "vendors"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "vendors", "desk.toml"), vendorManifest)
	text := "[server]\nas_of = \"2026-09-21T06:00:00Z\"\n[connectors]\ndirs = [\"vendors\"]\n" +
		"[[portfolio]]\nid = \"core\"\nname = \"Core\"\n[[product]]\nid = \"app\"\nname = \"App\"\nportfolio = \"core\"\n"
	for id, h := range handlers {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		text += fmt.Sprintf("[[source]]\nid = %q\nconnector = \"desk\"\nschedule = \"0 6 * * *\"\nallow_private = true\nconfig = { site = %q }\nsecrets = { token = \"env:DESK_TOKEN\" }\nproducts = { field = \"product\", map = { App = \"app\" } }\n",
			id, strings.TrimPrefix(server.URL, "http://"))
	}
	file := filepath.Join(dir, "config.toml")
	write(t, file, text)
	return file
}

func ticket(id, status string) string {
	return fmt.Sprintf(`{"id":%q,"account":"A1","product":"App","created":"2026-09-01T09:00:00Z","updated":"2026-09-02T09:00:00Z","status":%q}`, id, status)
}

// desk answers two pages of three tickets.
func desk(w http.ResponseWriter, q *http.Request) {
	if q.Header.Get("Authorization") != "Bearer "+secretWord {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if q.URL.Query().Get("offset") == "0" {
		fmt.Fprintf(w, `{"tickets":[%s,%s],"total":3}`, ticket("1", "open"), ticket("2", "solved"))
		return
	}
	fmt.Fprintf(w, `{"tickets":[%s],"total":3}`, ticket("3", "open"))
}

// A vendor's manifest of one's own is checked, tried without storing, read, and read
// again without anything new; one that answers with nonsense fails alone. The token
// shows up nowhere.
func TestVendorSource(t *testing.T) {
	file := vendorSetup(t, map[string]http.HandlerFunc{
		"desk": desk,
		"broken": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"message":"no right for %s"}`, secretWord)
		},
	})
	said := new(bytes.Buffer)
	command := func(want int, args ...string) string {
		t.Helper()
		out := new(bytes.Buffer)
		if got := run(t.Context(), append(args, "--config", file), terminal{out: out, err: out}); got != want {
			t.Errorf("%v: status %d, want %d: %s", args, got, want, out)
		}
		said.Write(out.Bytes())
		return out.String()
	}
	command(0, "check")
	command(1, "ingest")
	if out := command(1, "ingest", "--dry-run"); !strings.Contains(out, "broken: failed: stream tickets: status 403: no right for [redacted]") {
		t.Errorf("the dry run says %s", out)
	}
	out := command(0, "ingest", "desk")
	if !regexp.MustCompile(`desk: nothing new \(3 records, 3 the same`).MatchString(out) {
		t.Errorf("read again, it says %s", out)
	}
	if out := command(0, "ingest", "--since", "2026-09-01", "desk"); !strings.Contains(out, "3 the same") {
		t.Errorf("--since says %s", out)
	}
	if strings.Contains(said.String(), secretWord) {
		t.Errorf("the token is printed: %s", said)
	}
	err := filepath.WalkDir(filepath.Dir(file), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(secretWord)) {
			t.Errorf("the token is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A mistake in the source's table is told by check, with its place or its name.
func TestVendorMistakes(t *testing.T) {
	file := vendorSetup(t, map[string]http.HandlerFunc{"desk": desk})
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{`connector = "desk"`, `connector = "zendesk"`, `there is no connector "zendesk"; there are aha, amplitude,`},
		{`connector = "desk"`, `connector = "jira-clod"`, `did you mean "jira-cloud"?`},
		{`secrets = { token = "env:DESK_TOKEN" }`, ``, `the secret "token" is not given; add secrets = { token = "env:NAME" }`},
		{`config = { site =`, `config = { siet =`, `this manifest has no value "siet"; it has: site; did you mean "site"?`},
	} {
		write(t, file, strings.Replace(string(text), c.from, c.to, 1))
		out := new(bytes.Buffer)
		if status := run(t.Context(), []string{"check", "--config", file}, terminal{out: out, err: out}); status != 1 || !strings.Contains(out.String(), c.want) {
			t.Errorf("status %d, %s, want %s", status, out, c.want)
		}
	}
}

// What is missing from a complete listing is gone, and comes back; a listing that lost
// too much is held back until it is accepted; a record that is put aside is not gone,
// and its line is closed once it comes corrected.
func TestListing(t *testing.T) {
	var served []string
	file := vendorSetup(t, map[string]http.HandlerFunc{"desk": func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"tickets":[%s],"total":%d}`, strings.Join(served, ","), len(served))
	}})
	write(t, filepath.Join(filepath.Dir(file), "vendors", "desk.toml"), strings.Replace(vendorManifest,
		`cursor = { kind = "filter", field = "updated", start = "400d", overlap = "1m" }`, `cursor = { kind = "full" }`, 1))
	listing := func(ids ...string) {
		served = nil
		for _, id := range ids {
			served = append(served, ticket(id, "open"))
		}
	}
	ingestSays := func(status int, want string, more ...string) string {
		t.Helper()
		out := new(bytes.Buffer)
		if got := run(t.Context(), append([]string{"ingest", "--config", file}, more...), terminal{out: out, err: out}); got != status || !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("status %d, %s, want %d, %s", got, out, status, want)
		}
		return out.String()
	}
	open := func(want int64) {
		t.Helper()
		o := &options{config: file, term: terminal{out: new(bytes.Buffer), err: new(bytes.Buffer)}}
		err := o.with(t.Context(), true, func(a *app) error {
			got := int64(-1)
			err := a.store.Query(t.Context(), "SELECT COUNT(*) FROM ticket", nil, func(scan func(...any) error) error { return scan(&got) })
			if got != want {
				t.Errorf("%d tickets stand, want %d", got, want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	listing("1", "2", "3", "4", "5", "6")
	ingestSays(0, "desk: 6 records, 6 new")
	listing("1", "2", "3", "4", "5")
	ingestSays(0, "desk: 5 records, .*1 gone")
	open(5)
	listing("1", "2", "3", "4", "5", "6")
	ingestSays(0, "1 changed")
	open(6)
	served = append(served[:5], strings.Replace(ticket("6", "open"), "App", "Unheard of", 1))
	ingestSays(0, "1 rejected")
	open(6)
	listing("1", "2", "3", "4", "5", "6")
	ingestSays(0, "nothing new")
	listing("1", "2")
	out := ingestSays(1, "desk: held: 4 of 6 rows of ticket are missing.*kpid ingest --accept [0-9]+")
	open(6)
	listing()
	ingestSays(1, "desk: held: 6 of 6")
	listing("1", "2")
	number := regexp.MustCompile(`--accept ([0-9]+)`).FindStringSubmatch(out)[1]
	ingestSays(0, "4 gone", "--accept", number)
	open(2)
	ingestSays(2, "there is no such run", "--accept", "99999")
	ingestSays(2, "there is nothing to accept", "--accept", "1")
}

// A database of the company's own is read by the queries of a manifest.
func TestSQLSource(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE t (id TEXT, at INTEGER, status TEXT); INSERT INTO t VALUES ('a', 1788000000000, 'open'), ('b', 1788000001000, 'new')"); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "desk.toml"), `kpid = 1
id = "desk"
[sql]
dialect = "sqlite"
[[stream]]
id = "tickets"
query = "SELECT id, at, status FROM t WHERE at >= :since_ms"
key = ["id"]
cursor = { kind = "filter", field = "at", start = "400d" }
[[stream.emit]]
fact = "ticket"
[stream.emit.set]
product_id = { const = "app" }
created_at = { path = "at", time = "ms" }
channel = { const = "web" }
status = "status"
`)
	file := filepath.Join(dir, "config.toml")
	write(t, file, "[server]\nas_of = \"2026-09-21T06:00:00Z\"\n[[portfolio]]\nid = \"core\"\nname = \"Core\"\n[[product]]\nid = \"app\"\nname = \"App\"\nportfolio = \"core\"\n"+
		"[[source]]\nid = \"desk\"\nconnector = \"sql\"\nmanifest = \"desk.toml\"\npath = \"desk.db\"\n")
	for _, want := range []string{"desk: 2 records, 2 new", "desk: nothing new"} {
		out := new(bytes.Buffer)
		if status := run(t.Context(), []string{"ingest", "--config", file}, terminal{out: out, err: out}); status != 0 || !strings.Contains(out.String(), want) {
			t.Errorf("status %d: %s, want %s", status, out, want)
		}
	}
}

// heard gives the lines that are written, one by one.
type heard chan string

// Write hands a line over.
func (h heard) Write(p []byte) (int, error) { h <- string(p); return len(p), nil }

// With one vendor that hangs, another's records are stored while it does.
func TestHungVendor(t *testing.T) {
	release := make(chan struct{})
	file := vendorSetup(t, map[string]http.HandlerFunc{
		"desk": desk,
		"hung": func(_ http.ResponseWriter, q *http.Request) {
			select {
			case <-release:
			case <-q.Context().Done():
			}
		},
	})
	o := &options{config: file, term: terminal{out: new(bytes.Buffer), err: new(bytes.Buffer)}}
	err := o.with(t.Context(), false, func(a *app) error {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		lines, done := make(heard), make(chan error, 1)
		go func() {
			_, err := a.ingest(ctx, lines, nil, reading{})
			done <- err
			close(lines)
		}()
		if first := <-lines; !strings.HasPrefix(first, "desk: 3 records, 3 new") {
			t.Errorf("the first that is told is %q", first)
		}
		cancel()
		close(release)
		for range lines { // what the hung one says
		}
		<-done
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// The lines of config.toml that a vendor's README shows are what its manifest takes.
func TestVendorReadmes(t *testing.T) {
	const company = "[[portfolio]]\nid = \"core\"\nname = \"Core\"\n[[product]]\nid = \"flows\"\nname = \"Flows\"\nportfolio = \"core\"\n[[product]]\nid = \"forms\"\nname = \"Forms\"\nportfolio = \"core\"\n"
	for _, id := range connectors.IDs() {
		readme, err := os.ReadFile("../../ingest/connectors/" + id + "/README.md")
		if err != nil {
			t.Fatal(err)
		}
		block := regexp.MustCompile("(?s)```toml\n(.*?)```").FindSubmatch(readme)
		cfg, err := config.Parse("config.toml", []byte(company+string(block[1])))
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		a := &app{cfg: cfg, cal: cfg.Calendar(), tree: cfg.Tree(), now: clock(cfg)}
		sources, err := loadSources(cfg)
		if err != nil || len(sources) != 1 {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if err := a.fits(sources[0]); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		if m := (*manifest.Manifest)(sources[0].manifest); m.ID != id {
			t.Errorf("%s is read by %s", id, m.ID)
		}
	}
}
