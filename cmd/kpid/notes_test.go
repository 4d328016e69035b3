package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kpid/kpid/store/storetest"
)

// TestNotesOutliveTheProgram: what was written is there after a restart, on a server
// that only reads, too, and that one takes nothing.
func TestNotesOutliveTheProgram(t *testing.T) {
	c := company{dir: t.TempDir()}
	c.config = filepath.Join(c.dir, "config.toml")
	write(t, c.config, "[server]\nas_of = \"2026-09-21T06:00:00Z\"\nperson = \"p.nair\"\n[store]\ndsn = \""+storetest.DSN(t)+"\"\n"+
		"[[person]]\nid = \"p.nair\"\nname = \"Priya Nair\"\n[[portfolio]]\nid = \"core\"\nname = \"Core\"\nowner = \"p.nair\"\n"+
		"[[product]]\nid = \"app\"\nname = \"App\"\nportfolio = \"core\"\n[[scorecard]]\nportfolio = \"core\"\n")
	s := c.serve(t)
	_, before := s.get(t, "/p/core/notes")
	if !strings.Contains(before, "Nobody has written a note yet.") {
		t.Fatalf("an empty journal says: %s", before)
	}
	first := url.Values{"kind": {"note"}, "at": {"2026-09-18"}, "text": {"Pricing changed <b>today</b>"}, "links": {"https://miro.com/x"}}
	if status, to := s.post(t, "/p/core/notes", first); status != 303 || to != "/p/core/notes#note-1" {
		t.Fatalf("a note: %d to %q", status, to)
	}
	if status, _ := s.post(t, "/p/core/notes", first); status != 303 {
		t.Fatalf("the same form again: %d", status)
	}
	edit := url.Values{"kind": {"note"}, "id": {"1"}, "revision": {"1"}, "at": {"2026-09-17"}, "text": {"Prices changed"}}
	if status, _ := s.post(t, "/p/core/notes", edit); status != 303 {
		t.Fatalf("an edit: %d", status)
	}
	edit.Set("text", "Too late")
	if status, _ := s.post(t, "/p/core/notes", edit); status != 409 {
		t.Errorf("an edit of an old revision: %d, want 409", status)
	}
	if status, _ := s.post(t, "/p/core/notes", url.Values{"kind": {"action"}, "due": {"2026-09-30"}, "owner": {"p.nair"}, "text": {"Tell the customers"}}); status != 303 {
		t.Errorf("an action: %d", status)
	}
	s.stop()

	s = c.serve(t, "--read-only")
	_, after := s.get(t, "/p/core/notes")
	for _, want := range []string{"Prices changed", "Pricing changed &lt;b&gt;today", "1 earlier revision", "Tell the customers", "1 action is open", "only reads"} {
		if !strings.Contains(after, want) {
			t.Errorf("after a restart the page lacks %q", want)
		}
	}
	if status, _ := s.post(t, "/p/core/notes", first); status != 503 {
		t.Errorf("a server that only reads: %d, want 503", status)
	}
	_, answer := s.get(t, "/api/v1/notes?portfolio=core")
	for _, want := range []string{`"id":1,"revision":2`, `"at":"2026-09-17"`, `"author":"p.nair"`, `"kpi":null`, `"links":[]`} {
		if !strings.Contains(strings.ReplaceAll(answer, " ", ""), want) {
			t.Errorf("the API lacks %s: %s", want, answer)
		}
	}
	s.stop()
}

// post sends a form and gives the status and where the answer leads.
func (s *service) post(t *testing.T, path string, form url.Values) (int, string) {
	t.Helper()
	client := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	res, err := client.PostForm(s.base+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode, res.Header.Get("Location")
}
