package send_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"context"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/deliver/delivertest"
	"github.com/kpid/kpid/deliver/send"
	"github.com/kpid/kpid/internal/spectest"
)

// wiki is a space of Confluence with its pages.
type wiki struct {
	*httptest.Server
	t       *testing.T
	spec    *spectest.Spec
	pages   []*wikiPage
	asked   []string
	between func() // before a page is written over
}

type wikiPage struct {
	id, title, body string
	version         int
}

func openWiki(t *testing.T, spec *spectest.Spec) *wiki {
	w := &wiki{t: t, spec: spec}
	w.Server = httptest.NewServer(http.StripPrefix("/wiki/api/v2", http.HandlerFunc(w.serve)))
	t.Cleanup(w.Close)
	return w
}

func (w *wiki) serve(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	known := w.spec.Request(w.t, r)
	w.asked = append(w.asked, r.Method+" "+r.URL.Path)
	if user, token, _ := r.BasicAuth(); user != "kpid@example.com" || token != "SECRETSECRET" {
		w.t.Errorf("signed in as %s", user)
	}
	status, text := w.answer(r, body)
	if status != http.StatusConflict { // which the description leaves out
		known.Reply(w.t, status, http.Header{}, text)
	}
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(status)
	_, _ = io.WriteString(out, text)
}

func (w *wiki) answer(r *http.Request, body []byte) (int, string) {
	var in struct {
		Title, SpaceID, ParentID string
		Body                     struct{ Representation, Value string }
		Version                  struct{ Number int }
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			w.t.Error(err)
		}
		wellFormed(w.t, in.Body.Value)
	}
	id, _ := strings.CutPrefix(r.URL.Path, "/pages/")
	at := slices.IndexFunc(w.pages, func(p *wikiPage) bool { return p.id == id })
	switch {
	case r.URL.Path == "/spaces":
		return 200, `{"results":[{"id":"4711","key":"PROD"}]}`
	case r.Method == http.MethodPost:
		if in.SpaceID != "4711" || in.ParentID != "99" {
			w.t.Errorf("created in %s below %s", in.SpaceID, in.ParentID)
		}
		p := &wikiPage{id: fmt.Sprint(len(w.pages) + 1), title: in.Title, body: in.Body.Value, version: 1}
		w.pages = append(w.pages, p)
		return 200, p.json()
	case r.URL.Path == "/pages":
		var found []string
		for _, p := range w.pages {
			if p.title == r.URL.Query().Get("title") {
				found = append(found, p.json())
			}
		}
		return 200, `{"results":[` + strings.Join(found, ",") + `]}`
	case at < 0:
		return 404, `{"errors":[{"status":404}]}`
	case r.Method == http.MethodPut:
		if w.between != nil {
			w.between()
		}
		p := w.pages[at]
		if in.Version.Number != p.version+1 {
			return 409, `{"errors":[{"status":409,"title":"Version must be incremented"}]}`
		}
		p.version, p.title, p.body = in.Version.Number, in.Title, in.Body.Value
		return 200, p.json()
	}
	return 200, w.pages[at].json()
}

func (p *wikiPage) json() string {
	b, _ := json.Marshal(map[string]any{"id": p.id, "status": "current", "title": p.title, "version": map[string]any{"number": p.version},
		"body": map[string]any{"storage": map[string]any{"representation": "storage", "value": p.body}}, "_links": map[string]any{"webui": "/spaces/PROD/pages/" + p.id}})
	return string(b)
}

// wellFormed holds that a page is XML without an element that nobody meant.
func wellFormed(t *testing.T, body string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<page>" + body + "</page>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v\n%s", err, body)
		}
		if e, ok := token.(xml.StartElement); ok {
			if !strings.Contains(" page p em h2 ul li table tbody tr th td a ", " "+e.Name.Local+" ") || e.Name.Space != "" {
				t.Errorf("the page has an element %v", e.Name)
			}
			for _, a := range e.Attr {
				if a.Name.Local != "href" || !strings.HasPrefix(a.Value, "https://kpid.example.com/") {
					t.Errorf("the page has an attribute %v", a)
				}
			}
		}
	}
}

// review is a page with everything in it, hostile names included.
func review(text string) deliver.Document {
	d := deliver.Document{Title: "Core Workflows, review of 2026-Q3", Foot: deliver.Mark + " on a Monday."}
	d.Blocks = append(d.Blocks, deliver.Text(deliver.Span{Text: text}), deliver.Heading("All KPIs"))
	rows := [][]deliver.Words{}
	for i := range 250 {
		name := delivertest.HostileNames()[i%len(delivertest.HostileNames())]
		rows = append(rows, []deliver.Words{{{Text: name, URL: "https://kpid.example.com/p/core"}}, deliver.Plain(fmt.Sprint(i)), {{Text: "x", URL: "javascript:alert(1)"}}})
	}
	d.Blocks = append(d.Blocks, deliver.Table([]string{"KPI", "Value", "<b>"}, rows), deliver.List(deliver.Plain("]]></p><ac:structured-macro ac:name=\"html\">")))
	return d
}

func noWait(context.Context, time.Duration) error { return nil }

func (w *wiki) publisher() send.Confluence {
	return send.Confluence{HTTP: inside(), Site: w.URL + "/wiki", User: "kpid@example.com", Token: "SECRETSECRET", Space: "PROD", Parent: "99", Wait: noWait}
}

// TestConfluence: created, then the same page is written again, found by its id or by
// its title, and once more when somebody wrote it meanwhile.
func TestConfluence(t *testing.T) {
	spectest.Need(t)
	w := openWiki(t, spectest.Read(t, "confluence-v2.json"))
	publish := func(text, id string) send.Written {
		t.Helper()
		done, err := w.publisher().Publish(t.Context(), send.Page{Document: review(text), RemoteID: id})
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	want := send.Written{RemoteID: "1", URL: w.URL + "/wiki/spaces/PROD/pages/1", Created: true}
	if got := publish("first", ""); got != want {
		t.Errorf("created %+v, want %+v", got, want)
	}
	want.Created = false
	if got := publish("second", "1"); got != want {
		t.Errorf("by its id %+v, want %+v", got, want)
	}
	if got := publish("third", ""); got != want {
		t.Errorf("by its title %+v, want %+v", got, want)
	}
	w.between = func() { w.pages[0].version, w.between = w.pages[0].version+1, nil }
	if got := publish("fourth", "1"); got != want {
		t.Errorf("after somebody else %+v, want %+v", got, want)
	}
	if p := w.pages[0]; len(w.pages) != 1 || p.version != 5 || !strings.Contains(p.body, "<p>fourth</p>") {
		t.Errorf("%d pages, version %d", len(w.pages), w.pages[0].version)
	}
	if got := publish("fifth", "77"); got != want { // the page it was is gone
		t.Errorf("after its id is gone %+v, want %+v", got, want)
	}
	w.between = func() { w.pages[0].version++ }
	if _, err := w.publisher().Publish(t.Context(), send.Page{Document: review("sixth"), RemoteID: "1"}); err == nil || err.Error() != "somebody else is writing the page; publish again" {
		t.Errorf("against somebody who does not stop: %v", err)
	}
}

// TestConfluenceLeavesOthersAlone: a page of this title that kpid did not write stays.
func TestConfluenceLeavesOthersAlone(t *testing.T) {
	w := openWiki(t, &spectest.Spec{})
	w.pages = []*wikiPage{{id: "1", title: review("").Title, body: "<p>Mine</p>", version: 3}}
	_, err := w.publisher().Publish(t.Context(), send.Page{Document: review("first")})
	if err == nil || !strings.Contains(err.Error(), "that kpid did not write") || w.pages[0].version != 3 {
		t.Errorf("%v, version %d", err, w.pages[0].version)
	}
}
