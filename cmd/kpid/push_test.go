package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/store/storetest"
)

const pushToken = "c4n4ry-token-of-the-app-31"

// pusher is a running kpid that takes records.
type pusher struct {
	*testing.T
	app    *app
	url    string
	answer *openapi3.Schema
}

// withPusher opens a company whose source app sends tickets and accounts.
func withPusher(t *testing.T, test func(p *pusher)) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("APP_TOKEN", pushToken)
	file := filepath.Join(dir, "config.toml")
	write(t, file, "[server]\nas_of = \"2026-09-21T06:00:00Z\"\n[store]\ndsn = \""+storetest.DSN(t)+"\"\n[[portfolio]]\nid = \"core\"\nname = \"Core\"\n[[product]]\nid = \"app\"\nname = \"App\"\nportfolio = \"core\"\n"+
		"[[source]]\nid = \"app\"\nconnector = \"push\"\nconfig = { facts = [\"ticket\", \"account\", \"refund\"], attributes = [\"plan\"] }\nsecrets = { token = \"env:APP_TOKEN\" }\nproducts = { field = \"product_id\", map = { App = \"app\" } }\n")
	log := new(bytes.Buffer)
	if status := run(t.Context(), []string{"check", "--config", file}, terminal{out: log, err: log}); status != 0 {
		t.Fatal(log)
	}
	o := &options{config: file, term: terminal{out: log, err: log}}
	err := o.with(t.Context(), false, func(a *app) error {
		h, err := dashboards.New(dashboards.Config{Reader: newReader(a), Records: &taker{app: a}})
		if err != nil {
			return err
		}
		server := httptest.NewServer(h)
		defer server.Close()
		text, err := io.ReadAll(must(http.Get(server.URL + "/api/v1/openapi.json"))(t).Body)
		if err != nil {
			return err
		}
		doc, err := openapi3.NewLoader().LoadFromData(text)
		if err != nil {
			return err
		}
		test(&pusher{T: t, app: a, url: server.URL, answer: doc.Components.Schemas["Taken"].Value})
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), pushToken) {
		t.Errorf("the token is in the output: %s", log)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// send posts a batch and gives the status and the body.
func (p *pusher) send(fact, key, body string, change ...func(*http.Request)) (int, string) {
	p.Helper()
	r := must(http.NewRequestWithContext(p.Context(), http.MethodPost, p.url+"/api/v1/records/"+fact, strings.NewReader(body)))(p.T)
	r.Header.Set("Authorization", "Bearer "+pushToken)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	for _, c := range change {
		c(r)
	}
	reply := must(http.DefaultClient.Do(r))(p.T)
	defer reply.Body.Close()
	text := string(must(io.ReadAll(reply.Body))(p.T))
	if strings.Contains(text, pushToken) {
		p.Errorf("the token is in the answer: %s", text)
	}
	return reply.StatusCode, text
}

// take sends a batch that is taken; its answer is what the API's description says.
func (p *pusher) take(fact, key, body string) dashboards.Taken {
	p.Helper()
	status, text := p.send(fact, key, body)
	if status != http.StatusOK {
		p.Fatalf("status %d: %s", status, text)
	}
	var plain any
	var out dashboards.Taken
	if err := json.Unmarshal([]byte(text), &plain); err != nil {
		p.Fatal(err)
	}
	if err := p.answer.VisitJSON(plain); err != nil {
		p.Errorf("%s: %v", text, err)
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		p.Fatal(err)
	}
	return out
}

func (p *pusher) stored(statement string, want ...string) {
	p.Helper()
	if got := storetest.Select(p, p.app.store, statement); strings.Join(got, "\n") != strings.Join(want, "\n") {
		p.Errorf("%s: %q, want %q", statement, got, want)
	}
}

const tickets = `{"id":"1","account_id":"acme","product_id":"App","created_at":"2026-09-01T10:00:00Z","channel":"web","status":"open","colour":"red"}
{"id":"2","product_id":"App","created_at":1788000000000,"channel":"web","status":"open"}

{"id":"3","product_id":"Other","created_at":"2026-09-01T10:00:00Z","channel":"web","status":"open"}
{"id":"4","id":"5"}
`

func TestPush(t *testing.T) {
	withPusher(t, func(p *pusher) {
		got := p.take("ticket", "batch-1", tickets)
		if got.Source != "app" || got.Run == 0 || got.Records != 4 || got.New != 2 || got.Rejected != 2 || strings.Join(got.Ignored, " ") != "colour" || len(got.Rejections) != 2 {
			t.Errorf("%+v", got)
		}
		if r := got.Rejections[0]; r.Line != 4 || r.Locator != "ticket:3" || r.Field != "product_id" || r.Found != "Other" || !strings.HasSuffix(r.Allowed, ": @company, @core, app; or a word of the source's products map: App") {
			t.Errorf("%+v", r)
		}
		p.stored("SELECT id, account_id, product_id, source FROM ticket ORDER BY id", "1|acme|app|app", "2|-|app|app")
		p.stored("SELECT locator FROM rejected_record ORDER BY locator", "pushed ticket batch-1:5", "ticket:3")

		// again, it is answered and not stored again; with other records it is a mistake
		again := p.take("ticket", "batch-1", tickets)
		if !again.Repeated || again.Run != 0 || again.Records != 4 {
			t.Errorf("%+v", again)
		}
		if status, text := p.send("ticket", "batch-1", "{}"); status != http.StatusUnprocessableEntity || !strings.Contains(text, "batch-1") {
			t.Errorf("%d %s", status, text)
		}
		p.stored("SELECT COUNT(*) FROM run WHERE source = 'app'", "1")

		// without a key the records say by themselves that they are known
		same := p.take("ticket", "", strings.SplitAfter(tickets, "\n")[0])
		if same.Repeated || same.Same != 1 || same.New != 0 {
			t.Errorf("%+v", same)
		}
		// a record that was put aside comes right
		p.take("ticket", "batch-2", `{"id":"3","product_id":"App","created_at":"2026-09-01T10:00:00Z","channel":"web","status":"open"}`)
		p.stored("SELECT COUNT(*) FROM ticket", "3")
		p.stored("SELECT locator FROM rejected_record WHERE resolved_at IS NULL", "pushed ticket batch-1:5")

		p.take("account", "a", `{"id":"acme","name":"Acme","created_at":"2026-01-01T00:00:00Z","plan":"gold"}`)
		p.stored("SELECT account_id, name, value FROM account_attribute", "acme|plan|gold")
		p.take("refund", "r", `{"id":"r1","account_id":"acme","product_id":"App","amount":"12.34","currency":"EUR","given_at":"2026-09-01T00:00:00Z","kind":"refund"}`)
		p.stored("SELECT amount FROM refund", "1234")
		p.stored("SELECT COUNT(*) FROM run WHERE source = 'app' AND ended_at IS NULL", "0")
	})
}

func TestPushRefuses(t *testing.T) {
	withPusher(t, func(p *pusher) {
		header := func(name, value string) func(*http.Request) {
			return func(r *http.Request) { r.Header.Set(name, value) }
		}
		for _, c := range []struct {
			fact, key, body string
			change          func(*http.Request)
			status          int
			want            string
		}{
			{"ticket", "", "{}", header("Authorization", "Bearer guessed-wrongly-0123456789"), 401, "No source has this token."},
			{"ticket", "", "{}", header("Authorization", "Basic abc"), 401, "needs a token"},
			{"ticket", "", "{}", header("Content-Encoding", "gzip"), 415, "gzip"},
			{"ticket", "", "{}", header("Sec-Fetch-Site", "cross-site"), 403, "another site"},
			{"ticket", "ü", "{}", nil, 400, "Idempotency-Key"},
			{"ticket?dry=1", "", "{}", nil, 400, "dry"},
			{"incident", "", "{}", nil, 404, "ticket, account, refund"},
			{"tickets", "", "{}", nil, 404, "is no fact"},
			{"ticket", "", strings.Repeat(" ", 17<<20), nil, 413, "16 MiB"},
		} {
			var changes []func(*http.Request)
			if c.change != nil {
				changes = append(changes, c.change)
			}
			status, text := p.send(c.fact, c.key, c.body, changes...)
			if status != c.status || !strings.Contains(text, c.want) {
				t.Errorf("%s %q: %d %s, want %d %s", c.fact, c.key, status, text, c.status, c.want)
			}
		}
		p.stored("SELECT COUNT(*) FROM run", "0")
	})
}

// Many senders at once: every batch is stored once, and no run is left open.
func TestPushSideBySide(t *testing.T) {
	withPusher(t, func(p *pusher) {
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				key := string(rune('a' + i/2)) // each batch comes twice
				status, text := p.send("ticket", key, `{"id":"`+key+`","product_id":"App","created_at":"2026-09-01T10:00:00Z","channel":"web","status":"open"}`)
				if status != http.StatusOK {
					p.Errorf("%d %s", status, text)
				}
			})
		}
		wg.Wait()
		p.stored("SELECT id FROM ticket ORDER BY id", "a", "b", "c", "d")
		p.stored("SELECT COUNT(*) FROM run WHERE result = 'ok'", "4")
		if needed, err := p.app.waiting(context.WithoutCancel(t.Context())); err != nil || !needed {
			t.Errorf("nothing waits for an evaluation: %v", err)
		}
	})
}

// What nobody could send to is told before it runs.
func TestPushMistakes(t *testing.T) {
	t.Setenv("SHORT", "abc")
	for _, c := range []struct{ source, want string }{
		{`config = { facts = ["tickets"] }`, `no fact is called "tickets"; did you mean "ticket"?`},
		{``, `config.facts is missing`},
		{`config = { facts = "ticket" }`, `allowed: a list of texts`},
		{`config = { facts = ["ticket"], fact = 1 }`, `config.fact: unknown key`},
		{`config = { facts = ["ticket"] }`, `needs secrets = { token`},
		{"config = { facts = [\"ticket\"] }\nsecrets = { token = \"env:SHORT\" }", `its token has 3 characters; at least 20`},
	} {
		file := filepath.Join(t.TempDir(), "config.toml")
		write(t, file, "[[portfolio]]\nid = \"core\"\nname = \"Core\"\n[[source]]\nid = \"app\"\nconnector = \"push\"\n"+c.source+"\n")
		out := new(bytes.Buffer)
		if status := run(t.Context(), []string{"check", "--config", file}, terminal{out: out, err: out}); status == 0 || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: status %d: %s, want %s", c.source, status, out, c.want)
		}
	}
	if _, err := os.Stat("var"); err == nil {
		t.Error("a check left a store behind")
	}
}
