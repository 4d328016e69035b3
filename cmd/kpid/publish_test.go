package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kpid/kpid/store/storetest"
)

// site is a Confluence that knows one page, as far as the command needs it: how it is
// asked is held against the vendor's description in deliver/send.
type site struct {
	body    string
	version int
	title   string
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Title string
		Body  struct{ Value string }
	}
	if b, _ := io.ReadAll(r.Body); len(b) > 0 {
		if err := json.Unmarshal(b, &in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.body, s.title = in.Body.Value, in.Title
		s.version++
	}
	w.Header().Set("Content-Type", "application/json")
	page := fmt.Sprintf(`{"id":"77","status":"current","title":%q,"version":{"number":%d},"_links":{"webui":"/pages/77"}}`, s.title, s.version)
	switch {
	case r.URL.Path == "/wiki/api/v2/spaces":
		page = `{"results":[{"id":"4711"}]}`
	case r.URL.Path == "/wiki/api/v2/pages" && r.Method == http.MethodGet:
		page = `{"results":[]}`
	}
	_, _ = io.WriteString(w, page)
}

// TestPublish: the page is created, left alone while it says the same, and written
// again when the quarter says something new.
func TestPublish(t *testing.T) {
	s := &site{}
	server := httptest.NewServer(s)
	defer server.Close()
	t.Setenv("APP_TOKEN", pushToken)
	t.Setenv("WIKI_TOKEN", "SECRETSECRET")
	file := filepath.Join(t.TempDir(), "config.toml")
	config := deskConfig + "[store]\ndsn = \"" + storetest.DSN(t) + `"
[[publish]]
id = "wiki"
kind = "confluence"
url = "` + server.URL + `/wiki"
user = "kpid@example.com"
token = "env:WIKI_TOKEN"
space = "PROD"
allow_private = true
`
	publish := func(args ...string) string {
		t.Helper()
		out := new(bytes.Buffer)
		if status := run(t.Context(), append([]string{"publish", "qbr", "2026-Q2", "--config", file}, args...), terminal{out: out, err: out}); status != 0 {
			t.Fatalf("status %d: %s", status, out)
		}
		return strings.TrimSpace(out.String())
	}
	write(t, file, config)
	if status := run(t.Context(), []string{"evaluate", "--config", file}, terminal{out: io.Discard, err: io.Discard}); status != 0 {
		t.Fatal("the evaluation failed")
	}
	const title = "Core, Q2 2026 review"
	at := server.URL + "/wiki/pages/77"
	if got, want := publish(), title+" is created. "+at; got != want || s.version != 1 || s.title != title {
		t.Errorf("first: %q, version %d", got, s.version)
	}
	if got, want := publish("--to", "confluence"), title+" is unchanged. "+at; got != want || s.version != 1 {
		t.Errorf("again: %q, version %d", got, s.version)
	}
	if got, want := publish("--force", "--portfolio", "core"), title+" is updated. "+at; got != want || s.version != 2 {
		t.Errorf("by force: %q, version %d", got, s.version)
	}
	write(t, file, strings.Replace(config, `name = "Core"`, `name = "Core <b>"`, 1))
	var said []publishedPage
	if err := json.Unmarshal([]byte(publish("--json")), &said); err != nil || len(said) != 1 || said[0].State != "updated" || said[0].URL != at {
		t.Errorf("renamed: %+v %v", said, err)
	}
	if s.version != 3 || s.title != "Core <b>, Q2 2026 review" || strings.Contains(s.body, "<b>") {
		t.Errorf("renamed: version %d, title %q, body %.200s", s.version, s.title, s.body)
	}
}
