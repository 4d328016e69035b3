package dashboards_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// holds takes what is accepted, and changes the company as the real one does.
type holds struct {
	got []string
	err error
	as  dashboards.PastRun // the run that follows
	to  *dashtest.Reader
}

func (h *holds) Accept(_ context.Context, source string, run int64, by dashboards.Person) error {
	if h.err != nil {
		return h.err
	}
	h.got = append(h.got, fmt.Sprintf("%s %d %s", source, run, by.ID))
	h.to.Newer = append([]dashboards.PastRun{h.as}, h.to.Newer...)
	if h.as.Result == "ok" {
		h.to.Source = nil
	}
	return nil
}

func accepting(t *testing.T, h *holds) http.Handler {
	t.Helper()
	h.to = dashtest.Aside()
	pages, err := dashboards.New(dashboards.Config{Reader: h.to, Holds: h})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// TestHeldListing: the page names the run, what would go and of how many, asks, signs,
// and says what became of it.
func TestHeldListing(t *testing.T) {
	taken := &holds{as: dashboards.PastRun{ID: 36, Source: "zendesk", Kind: "ingest", Result: "ok", Message: "4 rows taken as gone: run 35 was accepted by p.nair"}}
	h := accepting(t, taken)
	doc := shown(t, h, "/sources/zendesk")
	for _, want := range []string{"Held back: run 35", "4 of 6 rows of ticket are missing from a listing", "Are they gone for good?", "Yes, take them as gone", "Signed Priya Nair"} {
		if !strings.Contains(words(doc), want) {
			t.Errorf("the page lacks %q: %s", want, words(doc))
		}
	}
	form := all(doc, func(n *html.Node) bool { return attr(n, "action") == "/sources/zendesk/accept" })[0]
	if button := byTag(form, "button")[0]; attr(form, "method") != "post" || words(byID(t, doc, attr(button, "aria-describedby"))) == "" {
		t.Error("the button does not say what it does")
	}
	if text := words(shown(t, h, "/sources/warehouse")); strings.Contains(text, "Held back") {
		t.Error("a source of which nothing is held asks to be accepted")
	}
	code, where, _ := send(t, h, "/sources/zendesk/accept", "run", attr(byTag(form, "input")[0], "value"))
	if code != 303 || where != "/sources/zendesk?accepted=35" || len(taken.got) != 1 || taken.got[0] != "zendesk 35 p.nair" {
		t.Fatalf("%d to %s, accepted %q", code, where, taken.got)
	}
	if text := words(shown(t, h, where)); !strings.Contains(text, "Done. 4 rows taken as gone: run 35 was accepted by p.nair.") || strings.Contains(text, "Are they gone") {
		t.Errorf("after it: %s", text)
	}
	if code, _, body := send(t, h, "/sources/zendesk/accept", "run", "35"); code != 409 || !strings.Contains(body, "Run 35 of zendesk does not wait for anybody.") || len(taken.got) != 1 {
		t.Errorf("accepted twice: %d, %q", code, taken.got)
	}
}

// TestHeldListingThatGoesOtherwise: what is not there, in the making, or not allowed
// takes nothing away and says so.
func TestHeldListingThatGoesOtherwise(t *testing.T) {
	for name, c := range map[string]struct {
		as   dashboards.PastRun
		want string
	}{
		"slow":   {dashboards.PastRun{ID: 36, Source: "zendesk", Kind: "ingest", Seconds: -1}, "Run 35 is accepted. Its source is still being read"},
		"failed": {dashboards.PastRun{ID: 36, Source: "zendesk", Kind: "ingest", Result: "failed", Message: "503 <b>"}, "could not be read to the end: 503 <b>."},
		"before": {dashboards.PastRun{ID: 34, Source: "zendesk", Kind: "replay", Result: "ok", Message: "2 accounts matched"}, "Its source is still being read"},
	} {
		h := accepting(t, &holds{as: c.as})
		_, where, _ := send(t, h, "/sources/zendesk/accept", "run", "35")
		if text := words(shown(t, h, where)); !strings.Contains(text, c.want) {
			t.Errorf("%s: lacks %q: %s", name, c.want, text)
		}
	}
	busy := &holds{err: dashboards.ErrReading}
	h := accepting(t, busy)
	for _, c := range []struct {
		path, run string
		code      int
		want      string
	}{
		{"/sources/zendesk/accept", "35", 409, "zendesk is being read at this moment."},
		{"/sources/zendesk/accept", "34", 409, "Run 34 of zendesk does not wait for anybody."},
		{"/sources/warehouse/accept", "35", 409, "Run 35 of warehouse does not wait for anybody."},
		{"/sources/zendesk/accept", "last", 400, "run is the number of the run that was held back."},
		{"/sources/nobody/accept", "35", 404, "There is no source called nobody."},
		{"/sources/zendesk/accept?sure=1", "35", 400, "sure"},
	} {
		if code, _, body := send(t, h, c.path, "run", c.run); code != c.code || !strings.Contains(body, c.want) {
			t.Errorf("%s run %s: %d, lacks %q", c.path, c.run, code, c.want)
		}
	}
	if w := ask(t, h, "POST", "/sources/zendesk/accept", "run=35", isForm, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }); w.Code != 403 {
		t.Errorf("from another site: %d", w.Code)
	}
	only := serve(t, dashtest.Aside())
	if code, _, _ := send(t, only, "/sources/zendesk/accept", "run", "35"); code != 503 {
		t.Errorf("a server that only reads: %d", code)
	}
	if doc := shown(t, only, "/sources/zendesk"); !strings.Contains(words(doc), "4 of 6 rows") || !strings.Contains(words(doc), "This server only reads.") || len(all(doc, func(n *html.Node) bool { return attr(n, "action") == "/sources/zendesk/accept" })) > 0 {
		t.Error("a server that only reads shows what is held, and no button")
	}
	unsigned := &holds{}
	h = accepting(t, unsigned)
	unsigned.to.Company.Person = dashboards.Person{}
	if code, _, body := send(t, h, "/sources/zendesk/accept", "run", "35"); code != 503 || !strings.Contains(body, "[server] person") {
		t.Errorf("nobody to sign: %d", code)
	}
}
