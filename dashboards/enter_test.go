package dashboards_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// writing builds the handler of a server that takes entries.
func writing(t *testing.T, r dashboards.Reader, e dashboards.Entries) http.Handler {
	t.Helper()
	c := dashboards.Config{Reader: r, Entries: e, Gallery: []dashboards.GalleryState{{ID: "sample", Says: "the sample"}}}
	if d, ok := r.(*dashtest.Reader); ok {
		c.Reviews = &dashtest.Reviews{Reader: d}
		if d.Book != nil {
			c.Notes = d.Book
		}
	}
	if d, ok := r.(*dashtest.Reader); ok && e != nil {
		c.Holds = &holds{to: d}
	}
	h, err := dashboards.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func entryPages() []string {
	return []string{"/p/core/enter", "/p/growth/enter", "/p/core/enter/judgement", "/p/core/enter/incident", "/p/core/enter/incident?id=pager%2FPX77",
		"/p/core/enter/lift", "/p/core/enter/lift?bet=roadmap%2FR9", "/p/core/enter/assessment", "/p/core/enter/survey?id=alignment%3Acore%3A2026-Q3", "/survey/" + dashtest.Token}
}

func isForm(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }

// send posts a form; fields come as name, value.
func send(t *testing.T, h http.Handler, path string, fields ...string) (int, string, string) {
	t.Helper()
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	w := ask(t, h, "POST", path, values.Encode(), isForm)
	return w.Code, w.Header().Get("Location"), w.Body.String()
}

func judgementForm() []string {
	return []string{"kpi", "triad_health", "product", "@core", "rag", "amber", "trend", "down", "text", "Reviews wait.", "date", "2026-09-18"}
}

func TestEnterIndexNamesWhatWaits(t *testing.T) {
	h := writing(t, dashtest.New(), &dashtest.Entries{})
	page := words(parse(t, get(t, h, "/p/core/enter").Body.String()))
	for _, want := range []string{"4 things in Core Workflows wait for somebody’s word.", "Incident PX81", "was due to be measured on 2026-09-01", "has no judgement since Q2 2026", "is open until"} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %q: %s", want, page)
		}
	}
	if page := words(parse(t, get(t, h, "/p/growth/enter").Body.String())); !strings.Contains(page, "Nothing in Growth waits for somebody’s word.") {
		t.Errorf("with nothing to do: %s", page)
	}
}

func TestAnEntryIsSignedAndDated(t *testing.T) {
	entries := &dashtest.Entries{}
	h := writing(t, dashtest.New(), entries)
	code, where, _ := send(t, h, "/p/core/enter/judgement", append(judgementForm(), "author", "v.moss", "text", "  Two\r\nlines ")...)
	if code != 303 || where != "/p/core/enter/judgement?done=1" {
		t.Fatalf("%d to %s", code, where)
	}
	got := entries.Got[0]
	if got.Author.ID != "p.nair" || got.Kind != dashboards.Judging || got.Portfolio != "core" || got.Fields["text"] != "Two\nlines" || got.Fields["date"] != "2026-09-18" || len(got.Fields) != 6 {
		t.Errorf("taken was %+v", got)
	}
	if page := words(parse(t, get(t, h, where).Body.String())); !strings.Contains(page, "Entered, and signed with your name.") || !strings.Contains(page, "Signed Priya Nair") {
		t.Errorf("the page does not say so: %s", page)
	}
	entries.Same = true
	if _, where, _ := send(t, h, "/p/core/enter/judgement", judgementForm()...); where != "/p/core/enter/judgement?done=same" {
		t.Errorf("the same again leads to %s", where)
	}
	if code, where, _ := send(t, h, "/p/core/enter/incident", "incident", "pager/PX77", "cause", "change", "change_ref", "deploy-1"); code != 303 || where != "/p/core/enter/incident?done=same&id=pager%2FPX77" {
		t.Errorf("a review: %d to %s", code, where)
	}
	if code, where, _ := send(t, h, "/p/core/enter/lift", "bet", "roadmap/R9", "lift", "2", "text", "x"); code != 303 || where != "/p/core/enter/lift?bet=roadmap%2FR9&done=same" {
		t.Errorf("a lift: %d to %s", code, where)
	}
}

// TestAWrongEntryComesBack: what was typed, with what is wrong beside the field.
func TestAWrongEntryComesBack(t *testing.T) {
	entries := &dashtest.Entries{}
	h := writing(t, dashtest.New(), entries)
	code, _, body := send(t, h, "/p/core/enter/judgement", append(judgementForm(), "text", "", "rag", `"><img src=x>`, "date", "2026-09-22")...)
	doc := parse(t, body)
	if code != 422 || len(byTag(doc, "img")) != 0 || len(entries.Got) != 0 {
		t.Fatalf("%d, %d images, %d stored", code, len(byTag(doc, "img")), len(entries.Got))
	}
	if text := words(doc); !strings.Contains(text, "Nothing was stored: 3 fields need another look.") {
		t.Errorf("the page reads %s", text)
	}
	for name, want := range map[string]string{"text": "Reason is missing.", "rag": "is not among the choices: green, amber, red.", "date": "That day has not come."} {
		field := find(doc, "f-"+name)
		if field == nil || attribute(field, "aria-invalid") != "true" || !strings.HasPrefix(attribute(field, "aria-describedby"), "e-"+name) {
			t.Errorf("%s is not marked as wrong", name)
		}
		if said := find(doc, "e-"+name); said == nil || !strings.Contains(words(said), want) {
			t.Errorf("%s: nothing says %q", name, want)
		}
	}
	if kpi := find(doc, "f-kpi"); attribute(kpi, "aria-invalid") != "" || !strings.Contains(body, `<option value="triad_health" selected>`) || !strings.Contains(body, `value="2026-09-22"`) {
		t.Error("what was typed is lost")
	}
	entries.Err = dashboards.FieldErrors{{Field: "kpi", Text: "Not this one."}, {Field: "", Text: "Something else."}}
	code, _, body = send(t, h, "/p/core/enter/judgement", judgementForm()...)
	if doc := parse(t, body); code != 422 || words(find(doc, "e-kpi")) != "Not this one." || !strings.Contains(words(doc), "Something else.") || !strings.Contains(body, "Reviews wait.") {
		t.Errorf("what the store refuses: %d %s", code, body)
	}
	if got, want := entries.Err.Error(), "kpi: Not this one; Something else."; got != want {
		t.Errorf("as one sentence: %q, want %q", got, want)
	}
	entries.Err = errors.New("disk full at /var/lib")
	if code, _, body := send(t, h, "/p/core/enter/judgement", judgementForm()...); code != 500 || strings.Contains(body, "disk") {
		t.Errorf("a failure: %d", code)
	}
}

func TestNothingIsEnteredWhereNobodyCan(t *testing.T) {
	entries := &dashtest.Entries{}
	nobody := dashtest.New()
	nobody.Company.Person = dashboards.Person{}
	for _, tt := range []struct {
		h    http.Handler
		says string
	}{{serve(t, dashtest.New()), "This server only reads."}, {writing(t, nobody, entries), "Nobody is named who could sign this."}} {
		for _, path := range entryPages()[:9] {
			w := get(t, tt.h, path)
			doc := parse(t, w.Body.String())
			if w.Code != 200 || !strings.Contains(words(doc), tt.says) || len(byTag(byTag(doc, "main")[0], "form")) != 0 || strings.Contains(w.Body.String(), dashtest.Token) {
				t.Errorf("%s: %d; a form, or no word why there is none", path, w.Code)
			}
		}
		if code, _, body := send(t, tt.h, "/p/core/enter/judgement", judgementForm()...); code != 503 || !strings.Contains(body, tt.says) {
			t.Errorf("a form: %d", code)
		}
		w := ask(t, tt.h, "POST", "/api/v1/judgements", `{}`, func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
		if w.Code != 503 || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("the API: %d %s", w.Code, w.Body)
		}
	}
	if len(entries.Got) != 0 {
		t.Errorf("taken was %v", entries.Got)
	}
	h := writing(t, dashtest.New(), entries)
	cross := func(r *http.Request) { isForm(r); r.Header.Set("Sec-Fetch-Site", "cross-site") }
	if w := ask(t, h, "POST", "/p/core/enter/judgement", "kpi=triad_health", cross); w.Code != 403 {
		t.Errorf("from another site: %d", w.Code)
	}
	for path, want := range map[string]int{"/p/core/enter/poem": 404, "/p/nobody/enter": 404, "/p/core/enter/incident?id=pager%2FPX1": 404, "/p/core/enter/lift?bet=x": 404,
		"/survey/x": 404, "/p/core/enter?x=1": 400, "/p/core/enter/judgement?x=1": 400} {
		if w := get(t, h, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestTypedTextIsInert(t *testing.T) {
	for _, text := range hostile() {
		reader := dashtest.New()
		reader.Typed = text
		doc := parse(t, get(t, writing(t, reader, &dashtest.Entries{}), "/p/core/enter/judgement").Body.String())
		if len(byTag(doc, "img")) != 0 || !strings.Contains(words(doc), strings.Join(strings.Fields(text), " ")) {
			t.Errorf("%q is not plain text on the page", text)
		}
	}
}

func TestSurveyIsAnswered(t *testing.T) {
	entries := &dashtest.Entries{}
	h := writing(t, dashtest.New(), entries)
	path := "/survey/" + dashtest.Token
	page := get(t, h, path).Body.String()
	if strings.Contains(page, "Priya") || strings.Count(page, `type="radio"`) != 25 {
		t.Error("the survey names the reader, or does not ask five questions")
	}
	code, _, body := send(t, h, path, "role", "Sales", "q1", "5", "q2", "4", "q3", "0", "q5", "2")
	if code != 422 || strings.Count(body, "Choose one of 1 to 5.") != 2 || strings.Count(body, " checked") != 3 || len(entries.Answers) != 0 {
		t.Errorf("answers that are missing: %d", code)
	}
	code, where, _ := send(t, h, path, "role", "Sales", "q1", "5", "q2", "4", "q3", "3", "q4", "1", "q5", "2")
	if code != 303 || where != path+"?done=1" || len(entries.Answers) != 1 || entries.Answers[0][3] != 1 {
		t.Errorf("%d to %s: %v", code, where, entries.Answers)
	}
	if page := get(t, h, where).Body.String(); !strings.Contains(page, "Thank you") || !strings.Contains(page, "takes the place of those answers") {
		t.Error("the page does not say that it was answered")
	}
	entries.Closed = true
	if code, _, _ := send(t, h, path, "role", "Sales"); code != 410 {
		t.Errorf("after the end: %d", code)
	}
	if page := get(t, h, path).Body.String(); strings.Contains(page, "radio") || !strings.Contains(page, "closed after 30 Sep 2026") {
		t.Error("a closed survey still asks")
	}
	if code, _, _ := send(t, h, "/survey/guess", "role", "Sales"); code != 404 {
		t.Errorf("a guessed token: %d", code)
	}
}

// find gives the element with an id.
func find(n *html.Node, id string) *html.Node {
	if n.Type == html.ElementNode && attribute(n, "id") == id {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if got := find(c, id); got != nil {
			return got
		}
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestEntryPagesInABrowser(t *testing.T) {
	b := open(t, dashtest.New())
	for i, path := range entryPages() {
		for _, at := range []struct {
			name   string
			width  int64
			scheme string
		}{{"light", 1440, "light"}, {"dark", 1440, "dark"}, {"900", 900, "light"}, {"phone", 390, "light"}, {"narrow", 320, "light"}} {
			name := "enter-" + string(rune('a'+i)) + "-" + at.name
			b.visit(t, path, at.width, at.scheme)
			if over := value[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s: the page scrolls sideways by %d px", name, over)
			}
			b.shoot(t, name)
			b.quiet(t, name)
		}
	}
}
