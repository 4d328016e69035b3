package dashboards_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
)

// sendSheet posts a form of the register or the goals.
func sendSheet(t *testing.T, h http.Handler, page string, fields ...string) (int, string, string) {
	t.Helper()
	return send(t, h, "/p/core/"+page, fields...)
}

func sendJSON(t *testing.T, h http.Handler, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, h, "POST", path, body, func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
}

func TestRegisterPage(t *testing.T) {
	h := serve(t, dashtest.New())
	doc := shown(t, h, "/p/core/register")
	if got := words(byTag(doc, "h1")[0]); got != "2 risks and 1 escalation are open. 1 decision is to be made." {
		t.Errorf("headline %q", got)
	}
	for id, want := range map[string]string{
		"entry-1": "Workspace roles stay in the first setup over the holidays. Risk: open since 2 Sep, Mary Okafor , due 18 Sep, overdue , for Activation rate , bet Guided setup, 60% of accounts ; signed Priya Nair Change this Risk FigJam (another site) Dovetail (another site)",
		"entry-2": "The event pipeline has one person who knows it. Risk: mitigated since 20 Aug, Jonas Lind ; signed Priya Nair, changed 20 Aug Change this Risk 1 earlier revision",
		"entry-5": "Approvals on mobile move to the first quarter. Decision: proposed since 17 Sep, Priya Nair , due 25 Sep; signed Priya Nair Change this Decision Vanta (another site)",
		"entry-4": "Two more designers for the guided setup. Ask: granted since 3 Aug, Priya Nair , was due 15 Aug; signed Priya Nair Change this Ask",
	} {
		if got := words(byID(t, doc, id)); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := words(byID(t, doc, "entry-2")); !strings.Contains(got, "Risk open, 1 Jul, Jonas Lind: The event pipeline") {
		t.Errorf("what was said before is kept: %q", got)
	}
	if links := byClass(byID(t, doc, "entry-1"), "away"); attr(links[0], "rel") != "external noopener noreferrer" || attr(links[0], "href") != "https://www.figma.com/board/roles" {
		t.Errorf("a link tells nothing of where it is followed from: %v", links[0].Attr)
	}
	empty := words(shown(t, h, "/p/growth/register"))
	if !strings.Contains(empty, "Nothing is open in the register.") || !strings.Contains(empty, "Nothing has been settled yet.") {
		t.Errorf("an empty register: %q", empty)
	}
}

// TestWriteRegister takes a risk through its life by the form.
func TestWriteRegister(t *testing.T) {
	h := serve(t, dashtest.New())
	hostile := "</script><b>bold</b> \u202egnorw\u202c"
	risk := []string{"sheet", "entry", "kind", "risk", "text", hostile, "owner", "m.okafor", "at", "2026-09-21", "due", "2026-10-01", "bet", "roadmap/b01", "links", "https://miro.com/a\r\nhttps://app.drata.com/b"}
	if code, to, page := sendSheet(t, h, "register", risk...); code != 303 || to != "/p/core/register#entry-7" {
		t.Fatalf("%d to %q: %s", code, to, page)
	}
	entry := words(byID(t, shown(t, h, "/p/core/register"), "entry-7"))
	if !strings.HasPrefix(entry, hostile+" Risk: open since 21 Sep, Mary Okafor , due 1 Oct, for Activation rate , bet Guided setup") || !strings.Contains(entry, "Miro (another site) Drata (another site)") {
		t.Errorf("the entry takes the KPI of its bet: %q", entry)
	}
	form := byID(t, shown(t, h, "/p/core/register?edit=entry-7"), "form-entry-7")
	if got := words(byID(t, form, "f-entry-7-state")); got != "Choose… Open Mitigated Happened Closed" {
		t.Errorf("states of a risk: %q", got)
	}
	change := []string{"sheet", "entry", "id", "7", "revision", "1", "kind", "risk", "text", "It happened.", "owner", "m.okafor", "at", "2026-09-20", "state", "happened"}
	if code, _, page := sendSheet(t, h, "register", change...); code != 303 {
		t.Fatalf("a change: %d %s", code, page)
	}
	code, _, page := sendSheet(t, h, "register", append(change, "text", "Typed for nothing?")...)
	if code != 409 || !strings.Contains(page, "somebody else was faster") || !strings.Contains(page, "Risk happened, 20 Sep, Mary Okafor: It happened.") || !strings.Contains(page, "Typed for nothing?") {
		t.Errorf("an old form: %d", code)
	}
	if got := attr(all(byID(t, parse(t, page), "form-entry-7"), named("revision"))[0], "value"); got != "2" {
		t.Errorf("the form goes on from revision %s, want 2", got)
	}
	for _, c := range []struct{ field, want string }{
		{"kind=poem", "is not among the choices: risk, escalation, ask, decision"}, {"kind=ask&state=mitigated", "Ask is none that can be mitigated. Choose open, granted, declined."},
		{"at=2026-09-22", "still to come"}, {"at=31.1.2026", "is no day"}, {"due=2026-09-20", "This day has passed"}, {"owner=nobody", "is not among the choices"},
		{"kpi=nope", "is not among the choices"}, {"bet=roadmap/none", "is not among the choices"}, {"kpi=time_to_value&bet=roadmap/b01", "The bet is on activation_rate."},
		{"links=http://x.example", "does not begin with https://"}, {"links=https://figma.com@evil.example/x", "does not name a host"}, {"text=", "is missing"},
	} {
		form := map[string]string{"sheet": "entry", "kind": "risk", "text": "x", "owner": "p.nair", "at": "2026-09-21"}
		for _, part := range strings.Split(c.field, "&") {
			name, value, _ := strings.Cut(part, "=")
			form[name] = value
		}
		var fields []string
		for name, value := range form {
			fields = append(fields, name, value)
		}
		if code, _, page := sendSheet(t, h, "register", fields...); code != 422 || !strings.Contains(words(parse(t, page)), c.want) {
			t.Errorf("%s: %d, want 422 and %q", c.field, code, c.want)
		}
	}
	for _, c := range []struct {
		want  int
		typed []string
	}{{404, []string{"sheet", "entry", "id", "99", "revision", "1"}}, {400, []string{"sheet", "entry", "id", "x"}}, {400, []string{"sheet", "entry", "id", "1", "revision", "0"}}, {400, []string{"sheet", "objective"}}} {
		if code, _, _ := sendSheet(t, h, "register", c.typed...); code != c.want {
			t.Errorf("%v: %d, want %d", c.typed, code, c.want)
		}
	}
}

// TestRegisterOverTheAPI holds the sibling of the form to the same rules.
func TestRegisterOverTheAPI(t *testing.T) {
	h := serve(t, dashtest.New())
	body := `{"kind":"decision","state":"decided","text":"Prices stay.","owner":"a.cruz","at":"2026-09-18","links":["https://larkfield.atlassian.net/wiki/x","https://github.com/x/y"]}`
	if w := sendJSON(t, h, "/api/v1/register", body); w.Code != 201 || strings.TrimSpace(w.Body.String()) != `{"kind":"entry","id":7,"revision":1,"portfolio":"core","author":"p.nair"}` {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, c := range []struct {
		body string
		code int
		says string
	}{
		{`{"id":7,"revision":1,"kind":"risk","text":"x","owner":"a.cruz","at":"2026-09-18","state":"open"}`, 422, `"field":"kind"`},
		{`{"id":7,"revision":2,"kind":"decision","text":"x","owner":"a.cruz","at":"2026-09-18","state":"reversed"}`, 409, "Revision 1 of 7 stands"},
		{`{"id":7,"revision":1,"kind":"decision","text":"x","owner":"a.cruz","at":"2026-09-18","state":"reversed"}`, 201, `"revision":2`},
		{`{"kind":"risk","text":"x","owner":"a.cruz","at":"2026-09-18","colour":"red"}`, 400, "There is no field called colour."},
		{`{"kind":"risk","text":"x","owner":"a.cruz","at":"2026-09-18","links":["javascript:alert(1)"]}`, 422, "does not begin with https"},
		{`{"kind":"risk","text":"x","owner":"a.cruz","at":"2026-09-18","links":[1]}`, 400, "lists something else than texts"},
		{`{"id":70,"revision":2,"kind":"risk","text":"x"}`, 404, "There is no entry 70"},
		{`{"portfolio":"nowhere"}`, 404, "nowhere"},
	} {
		if w := sendJSON(t, h, "/api/v1/register", c.body); w.Code != c.code || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s, want %d and %q", c.body, w.Code, w.Body, c.code, c.says)
		}
	}
	var got struct {
		Register []struct {
			ID                      int64
			State, Raised, At, Text string
			Open                    bool
			Due, KPI, Bet           *string
			Links                   []string
		}
	}
	if err := json.Unmarshal(get(t, h, "/api/v1/register?portfolio=core").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	last := got.Register[len(got.Register)-1]
	if last.ID != 7 || last.State != "reversed" || last.Open || last.Raised != "2026-09-18" || last.Due != nil || last.KPI != nil || last.Bet != nil || len(last.Links) != 0 {
		t.Errorf("%+v", last)
	}
	if n := strings.Count(get(t, h, "/api/v1/register?portfolio=core&kpi=ticket_rate").Body.String(), `"id"`); n != 1 {
		t.Errorf("%d entries about tickets, want 1", n)
	}
}

func TestNothingIsWrittenWithoutAWriterOrAPerson(t *testing.T) {
	closed, err := dashboards.New(dashboards.Config{Reader: dashtest.New()})
	if err != nil {
		t.Fatal(err)
	}
	nobody := dashtest.New()
	nobody.Company.Person = dashboards.Person{}
	for _, c := range []struct {
		name string
		h    http.Handler
		code int
		says string
	}{{"read-only", closed, 503, "--read-only"}, {"nobody signs", serve(t, nobody), 422, "[[person]]"}} {
		for page, path := range map[string]string{"register": "/api/v1/register", "goals": "/api/v1/milestones"} {
			doc := shown(t, c.h, "/p/core/"+page)
			if len(byClass(doc, "sheetform")) != 0 || len(byClass(doc, "edit")) != 0 || !strings.Contains(words(doc), c.says) {
				t.Errorf("%s: %s is read, no form is shown, and the page says why", c.name, page)
			}
			if code, _, text := sendSheet(t, c.h, page, "sheet", "entry", "text", "x"); code != c.code || !strings.Contains(text, c.says) {
				t.Errorf("%s: a post to %s gives %d", c.name, page, code)
			}
			if w := sendJSON(t, c.h, path, `{}`); w.Code != c.code {
				t.Errorf("%s: %s gives %d", c.name, path, w.Code)
			}
		}
	}
	cross := ask(t, serve(t, dashtest.New()), "POST", "/p/core/register", "sheet=entry&text=x", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
	if cross.Code != 403 {
		t.Errorf("a form of another site: %d", cross.Code)
	}
}

// TestDefinitionsCarryLinks: with the tool's name, on the page of the definition and of the
// KPI, and in the API.
func TestDefinitionsCarryLinks(t *testing.T) {
	reader := dashtest.New()
	reader.Define = func(d *kpi.Definition) {
		d.Links = []string{"https://www.figma.com/board/1", "https://app.vanta.com/x", "javascript:alert(1)"}
	}
	h := serve(t, reader)
	for _, path := range []string{"/definitions/activation_rate", "/p/core/k/activation_rate"} {
		page := words(shown(t, h, path))
		if !strings.Contains(page, "Read more in FigJam (another site) Vanta (another site)") || strings.Contains(page, "javascript") {
			t.Errorf("%s: %q", path, page)
		}
	}
	if got := get(t, h, "/api/v1/kpis/activation_rate").Body.String(); !strings.Contains(got, `https://www.figma.com/board/1`) {
		t.Errorf("%s", got)
	}
}
