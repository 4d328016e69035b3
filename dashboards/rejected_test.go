package dashboards_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// linesOf are the first cells of the table of rejected rows, and their number.
func linesOf(t *testing.T, doc *html.Node) (first, last string, n int) {
	t.Helper()
	rows := all(doc, func(n *html.Node) bool { return n.Data == "th" && attr(n, "scope") == "row" })
	if len(rows) == 0 {
		return "", "", 0
	}
	return words(rows[0]), words(rows[len(rows)-1]), len(rows)
}

// TestRejectedRows walks 437 rows, newest first: pages of 200, 200 and 37, and back. Row i
// stands in line 417+i; 145 of the 437 (each third) have no date.
func TestRejectedRows(t *testing.T) {
	h := serve(t, dashtest.Aside())
	at := "/sources/warehouse/rejected"
	for _, c := range []struct{ path, first, last, caption, newer, older string }{
		{at, "854", "655", "rows 1 to 200 of 437, newest first", "", at + "?after=238"},
		{at + "?after=238", "654", "455", "rows 201 to 400 of 437, newest first", at + "?before=237", at + "?after=38"},
		{at + "?after=38", "454", "418", "rows 401 to 437 of 437, newest first", at + "?before=37", ""},
		{at + "?before=37", "654", "455", "rows 201 to 400 of 437, newest first", at + "?before=237", at + "?after=38"},
		{at + "?field=answered_at&stream=surveys", "852", "420", "rows 1 to 145 of 145, newest first", "", ""},
	} {
		doc := shown(t, h, c.path)
		first, last, n := linesOf(t, doc)
		if want := "surveys surveys-q2.csv:"; first != want+c.first || last != want+c.last {
			t.Errorf("%s: %d rows, %q to %q", c.path, n, first, last)
		}
		if !strings.Contains(words(doc), c.caption) || words(byTag(doc, "h1")[0]) != "437 rows of warehouse are rejected and not counted." {
			t.Errorf("%s lacks %q", c.path, c.caption)
		}
		for rel, want := range map[string]string{"prev": c.newer, "next": c.older} {
			links := all(doc, func(n *html.Node) bool { return attr(n, "rel") == rel })
			if len(links) > 1 || want == "" && len(links) > 0 || want != "" && (len(links) == 0 || attr(links[0], "href") != want) {
				t.Errorf("%s: the link %s does not lead to %q", c.path, rel, want)
			}
		}
	}
	doc := shown(t, h, at+"?field=answered_at")
	for _, want := range []string{"Only field answered_at: 145 rows. Each closes", "score (292)", "answered_at (145)", "surveys (437)", "soon", "an instant such as 2026-09-18T09:00:00Z",
		"Correct line 852 of surveys-q2.csv and deliver the file again."} {
		if !strings.Contains(words(doc), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := len(all(doc, func(n *html.Node) bool { return attr(n, "href") == at+"?field=answered_at&format=csv" })); n != 1 {
		t.Error("the export does not keep the filter")
	}
	if text := words(shown(t, h, at+"?field=weight")); !strings.Contains(text, "No open row matches. Clear") || !strings.Contains(text, "weight (0)") {
		t.Errorf("a filter that nothing matches: %s", text)
	}
	if text := words(shown(t, h, "/sources/jira/rejected")); !strings.Contains(text, "No row of jira is rejected.") || strings.Contains(text, "Apply") {
		t.Errorf("nothing rejected: %s", text)
	}
	if text := words(shown(t, h, at+"?after=1")); !strings.Contains(text, "what stood here came corrected") {
		t.Errorf("beyond the end: %s", text)
	}
}

// TestRejectedRowsAsAFile holds that the file has all rows, or those of the filter.
func TestRejectedRowsAsAFile(t *testing.T) {
	h := serve(t, dashtest.Aside())
	whole := get(t, h, "/sources/warehouse/rejected?format=csv").Body.String()
	if old := get(t, h, "/sources/rejected.csv?source=warehouse").Body.String(); whole != old {
		t.Error("the two addresses give two files")
	}
	for query, want := range map[string]int{"": 437, "&field=score": 292, "&field=weight": 0} {
		res := get(t, h, "/sources/warehouse/rejected?format=csv"+query)
		rows, err := csv.NewReader(res.Body).ReadAll()
		if err != nil || len(rows) != want+1 || strings.Join(rows[0], ",") != "source,stream,row,field,found,allowed,run,record" {
			t.Errorf("%q: %d rows, %v", query, len(rows), err)
		}
		if res.Header().Get("Content-Disposition") != `attachment; filename="kpid-rejected-warehouse.csv"` {
			t.Error(res.Header())
		}
	}
}

// TestNewestOfManyRejectedRows: the page of a source shows fifty and says of how many; its
// heading leads to all of them, its button to the file.
func TestNewestOfManyRejectedRows(t *testing.T) {
	doc := shown(t, serve(t, dashtest.Aside()), "/sources/warehouse")
	if !strings.Contains(words(doc), "the newest 50 of 437; each closes by itself") {
		t.Error("the page does not say how many it leaves out")
	}
	panel := all(doc, func(n *html.Node) bool { return n.Data == "section" && attr(n, "aria-labelledby") == "h-rejected" })[0]
	if first, last, n := linesOf(t, panel); n != 50 || first != "surveys-q2.csv:854" || last != "surveys-q2.csv:805" {
		t.Errorf("%d rows, %q to %q", n, first, last)
	}
	links := byTag(panel, "a")
	if words(links[0]) != "Rejected rows" || attr(links[0], "href") != "/sources/warehouse/rejected" || words(links[1]) != "Download 437" || attr(links[1], "href") != "/sources/warehouse/rejected?format=csv" {
		t.Errorf("links %s %s", attr(links[0], "href"), attr(links[1], "href"))
	}
	if text := words(shown(t, serve(t, dashtest.New()), "/sources/warehouse")); strings.Contains(text, "the newest") {
		t.Error("where all are shown the page speaks of the newest ones")
	}
}

// TestRejectedRefuses what it cannot show, and what a vendor wrote stays text.
func TestRejectedRefuses(t *testing.T) {
	r := dashtest.New()
	r.Typed = `</td><script>alert(1)</script>`
	h := serve(t, r)
	at := "/sources/warehouse/rejected"
	for path, want := range map[string]string{
		at + "?after=x":            "400 after is the id of an entry of the list",
		at + "?before=-1":          "400 before is the id of an entry of the list",
		at + "?after=3&before=9":   "400 Give after or before, not both.",
		at + "?format=json":        "400 The format is csv",
		at + "?feild=score":        "400 The parameters are stream, field, after, before, format.",
		"/sources/nobody/rejected": "404 There is no source called nobody.",
	} {
		w := get(t, h, path)
		if got := fmt.Sprint(w.Code, " ", words(parse(t, w.Body.String()))); !strings.HasPrefix(got, want[:4]) || !strings.Contains(got, want[4:]) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if body := get(t, h, at).Body.String(); strings.Contains(body, "<script>alert") || !strings.Contains(body, "&lt;script&gt;alert") {
		t.Error("what a vendor wrote is markup")
	}
	pushed := dashtest.New()
	pushed.Source = func(s *dashboards.SourceStatus) { s.Connector = "push" }
	if text := words(shown(t, serve(t, pushed), at)); !strings.Contains(text, "Correct it where it is sent from and send it again.") {
		t.Error("of a source that sends by itself the page speaks of files")
	}
}
