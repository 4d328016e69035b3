package dashboards_test

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// parse reads a page; it fails on anything the content policy forbids.
func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range all(doc, func(n *html.Node) bool { return n.Type == html.ElementNode }) {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s %s=%q>: the content policy forbids it", n.Data, a.Key, a.Val)
			}
			if a.Key == "href" && strings.HasPrefix(a.Val, "https://") && attr(n, "rel") == "external noopener noreferrer" {
				continue // a person or a source wrote it; following it says nothing of this page
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && (strings.Contains(a.Val, "//") || strings.HasPrefix(a.Val, "javascript:")) {
				t.Errorf("<%s %s=%q> leads to another host", n.Data, a.Key, a.Val)
			}
		}
		if n.Data == "style" || n.Data == "script" && attr(n, "src") == "" && attr(n, "type") != "application/json" {
			t.Errorf("inline <%s>", n.Data)
		}
	}
	return doc
}

func all(n *html.Node, want func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if want(d) {
			out = append(out, d)
		}
	}
	return out
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// byClass finds elements that have a class.
func byClass(n *html.Node, class string) []*html.Node {
	return all(n, func(d *html.Node) bool {
		for _, c := range strings.Fields(attr(d, "class")) {
			if c == class {
				return true
			}
		}
		return false
	})
}

func byTag(n *html.Node, tag string) []*html.Node {
	return all(n, func(d *html.Node) bool { return d.Type == html.ElementNode && d.Data == tag })
}

func byID(t *testing.T, n *html.Node, id string) *html.Node {
	t.Helper()
	found := all(n, func(d *html.Node) bool { return attr(d, "id") == id })
	if len(found) != 1 {
		t.Fatalf("%d elements with id %q, want 1", len(found), id)
	}
	return found[0]
}

// rowOf is the row of the scorecard whose link has an id.
func rowOf(t *testing.T, n *html.Node, id string) *html.Node {
	t.Helper()
	row := byID(t, n, id)
	for row.Data != "tr" {
		row = row.Parent
	}
	return row
}

// words is the text a reader sees, spaces folded.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestWeeklyPage(t *testing.T) {
	h := serve(t, dashtest.New())
	doc := parse(t, get(t, h, "/p/core").Body.String())
	if got := words(byTag(doc, "h1")[0]); !strings.HasPrefix(got, "16 of 21 KPIs are on target.") || len(byTag(doc, "h1")) != 1 {
		t.Errorf("one h1, the headline: %q", got)
	}
	if got := words(byTag(doc, "title")[0]); got != "16 of 21 on target · Core Workflows, week 38 · kpid" {
		t.Errorf("title %q", got)
	}
	if got := words(byClass(doc, "chips")[0]); got != "2 off track was 1 3 at risk was 4 15 on track was 15 1 exceeding was 1 1 maturing 1 not enough data 1 no data" {
		t.Errorf("chips %q", got)
	}
	if rows := byClass(doc, "row"); len(rows) != 24 {
		t.Errorf("%d rows", len(rows))
	}
	row := rowOf(t, doc, "k-activation_rate")
	for _, want := range []string{"Off track", "Activation rate", "41.8 % R", "−0.9 pts (down, worse) WoW", "+3–10 pts, 2 quarters", "n 1,284 · ±2.7", "06:10", "M. Okafor"} {
		if !strings.Contains(words(row), want) {
			t.Errorf("row %q lacks %q", words(row), want)
		}
	}
	if got := words(rowOf(t, doc, "k-pm_capability_growth")); !strings.Contains(got, "No data PM capability growth – –") || strings.Contains(got, " 0 ") {
		t.Errorf("no data is a dash, never 0: %q", got)
	}
	if got := words(rowOf(t, doc, "k-learning_rate")); !strings.Contains(got, "n 5, needs 10") {
		t.Errorf("small sample: %q", got)
	}
	if got := words(rowOf(t, doc, "k-ticket_rate")); !strings.Contains(got, "2 d late") || !strings.Contains(got, "+0.4") || !strings.Contains(got, "worse") {
		t.Errorf("late row: %q", got)
	}
	if got := words(byClass(doc, "sample")[0]); !strings.Contains(got, "Sample data.") {
		t.Errorf("sample notice %q", got)
	}
	if got := words(byClass(doc, "stepper")[0]); got != "‹ Week 38 14–20 Sep 2026 ›" {
		t.Errorf("stepper %q", got)
	}
	if links := byTag(byClass(doc, "stepper")[0], "a"); len(links) != 1 || attr(links[0], "href") != "/p/core?w=2026-W37" {
		t.Errorf("the last whole week has no next one: %d links", len(links))
	}
	page := get(t, h, "/p/core").Body.String()
	whole := len(page)
	for _, asset := range regexp.MustCompile(`"(/static/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		whole += get(t, h, asset[1]).Body.Len()
	}
	if len(page) > 120_000 || whole > 150_000 || whole == len(page) {
		t.Errorf("page of %d bytes, at most 120,000; with style and script %d, at most 150,000", len(page), whole)
	}
}

func TestWeeklyTableIsAccessible(t *testing.T) {
	doc := parse(t, get(t, serve(t, dashtest.New()), "/p/core?sort=kpi").Body.String())
	table := byClass(doc, "card")[0]
	if len(byTag(table, "caption")) != 1 {
		t.Error("no caption")
	}
	for _, th := range byTag(table, "th") {
		if attr(th, "scope") == "" {
			t.Errorf("head %q without scope", words(th))
		}
	}
	if sorted := all(table, func(n *html.Node) bool { return attr(n, "aria-sort") == "ascending" }); len(sorted) != 1 || !strings.HasPrefix(words(sorted[0]), "KPI") {
		t.Error("the sorted column is not named")
	}
	for _, svg := range byTag(table, "svg") {
		if attr(svg, "role") == "img" && attr(svg, "aria-label") == "" || attr(svg, "role") == "" && attr(svg, "aria-hidden") != "true" {
			t.Error("a drawing without a name that is not hidden")
		}
	}
	if skip := byClass(doc, "skip"); len(skip) != 1 || attr(skip[0], "href") != "#main" {
		t.Error("no skip link")
	}
	for _, field := range byTag(doc, "select") {
		if field.Parent.Data != "label" {
			t.Errorf("select %s without a label", attr(field, "name"))
		}
	}
	ids := map[string]bool{}
	for _, n := range all(doc, func(n *html.Node) bool { return attr(n, "id") != "" }) {
		if id := attr(n, "id"); ids[id] {
			t.Errorf("id %q twice", id)
		} else {
			ids[id] = true
		}
	}
}

func TestWeeklyFilterSortGroup(t *testing.T) {
	h := serve(t, dashtest.New())
	for path, want := range map[string]struct {
		rows  int
		first string
	}{
		"/p/core?status=off_track": {2, "Activation rate"}, "/p/core?status=no_data": {1, "PM capability growth"},
		"/p/core?sort=kpi": {24, "Activation rate"}, "/p/core?sort=-kpi": {24, "Trial → paid conversion"},
		"/p/core?sort=status": {24, "Activation rate"}, "/p/core?group=owner": {24, "North Star: weekly active teams"},
		"/p/core?group=status": {24, "Activation rate"},
	} {
		doc := parse(t, get(t, h, path).Body.String())
		rows := byClass(doc, "row")
		if len(rows) != want.rows || words(byTag(byClass(rows[0], "c-kpi")[0], "a")[0]) != want.first {
			t.Errorf("%s: %d rows, first %q", path, len(rows), words(byClass(rows[0], "c-kpi")[0]))
		}
	}
	doc := parse(t, get(t, h, "/p/core?product=flows&segment=plan=team&status=off_track").Body.String())
	if got := words(byClass(doc, "second")[0]); !strings.HasPrefix(got, "Product Flows only. Segment plan=team only;") {
		t.Errorf("a filtered page says so first: %q", got)
	}
	for _, a := range byTag(byClass(doc, "chips")[0], "a") {
		if href := attr(a, "href"); !strings.Contains(href, "product=flows") || strings.Contains(href, "status=off_track") {
			t.Errorf("chip %q keeps the filter and turns the current status off: %s", words(a), href)
		}
	}
	reader := dashtest.New()
	reader.Edit = func(c *scorecard.Scorecard) {
		for i := range c.KPIs {
			c.KPIs[i].Status = kpi.OnTrack
		}
	}
	if got := words(parse(t, get(t, serve(t, reader), "/p/core?status=at_risk").Body.String())); !strings.Contains(got, "No KPI matches: at risk. Clear") {
		t.Error("an empty filter does not say what it was")
	}
}

func TestKPIPage(t *testing.T) {
	h := serve(t, dashtest.New())
	doc := parse(t, get(t, h, "/p/core/k/activation_rate?w=2026-W38").Body.String())
	for class, want := range map[string]string{
		"crumb":  "Core Workflows Week 38 Activation rate",
		"kname":  "Activation rate Off track",
		"value":  "41.8% ±2.7 pts",
		"meta":   "n 1,284 · week 38 · 06:10 · warehouse · restated",
		"guards": "Guardrails must not worsen Off track Support tickets per 100 accounts 5.3 At risk Time-to-value, median 6.8 days On track Monthly logo churn 1.2%",
	} {
		if got := words(byClass(doc, class)[0]); got != want {
			t.Errorf("%s: %q, want %q", class, got, want)
		}
	}
	if got := words(byClass(doc, "why")[0]); !strings.Contains(got, "537 ÷ 1,284 = 41.82%, shown as 41.8%") {
		t.Errorf("division: %q", got)
	}
	boxes := byTag(byClass(doc, "boxes")[0], "div")
	if len(boxes) != 8 || words(boxes[0]) != "Week 38 41.8% 537 of 1,284" || words(boxes[1]) != "vs week 37 −0.9 pts was 42.7%" || words(boxes[3]) != "vs target now −3.6 pts 45.4% due by now" {
		t.Errorf("boxes: %q", words(byClass(doc, "boxes")[0]))
	}
	if got := len(byTag(byClass(doc, "drawn")[0], "svg")); got != 2 {
		t.Errorf("%d drawings for pages without script, want a wide and a narrow one", got)
	}
	if tickets := words(parse(t, get(t, h, "/p/core/k/ticket_rate").Body.String())); !strings.Contains(tickets, "176 ÷ 3,310 × 100 = 5.32 per 100 accounts, shown as 5.3 per 100 accounts") {
		t.Error("a rate per 100 shows its factor")
	}
}

func TestKPIPageOfEveryRow(t *testing.T) {
	reader := dashtest.New()
	h := serve(t, reader)
	card, err := reader.Scorecard(t.Context(), dashboards.Query{Portfolio: "core"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range card.KPIs {
		for _, view := range []string{"", "?view=table"} {
			w := get(t, h, "/p/core/k/"+r.ID+view)
			if w.Code != 200 {
				t.Errorf("%s%s: %d", r.ID, view, w.Code)
				continue
			}
			doc := parse(t, w.Body.String())
			if boxes := byTag(byClass(doc, "boxes")[0], "div"); len(boxes) != 8 {
				t.Errorf("%s: %d boxes", r.ID, len(boxes))
			}
		}
	}
	empty := words(parse(t, get(t, h, "/p/core/k/pm_capability_growth").Body.String()))
	if !strings.Contains(empty, "There is no number: nothing was counted.") || strings.Contains(empty, " 0 ") {
		t.Errorf("no data: %q", empty)
	}
}

func TestChartAndTableShowTheSameNumbers(t *testing.T) {
	h := serve(t, dashtest.New())
	table := parse(t, get(t, h, "/p/core/k/activation_rate?view=table").Body.String())
	chart := parse(t, get(t, h, "/p/core/k/activation_rate").Body.String())
	labels := map[string]bool{}
	for _, n := range byClass(byClass(chart, "wide")[0], "ch-label") {
		labels[words(n)+"%"] = true
	}
	cells := 0
	for _, b := range byTag(byClass(table, "scroll")[0], "b") {
		cells++
		if !labels[words(b)] {
			t.Errorf("%s is in the table and not on the chart", words(b))
		}
	}
	if cells != 18 {
		t.Errorf("six weeks and twelve months are 18 values, the table has %d", cells)
	}
}

func TestKPIPageNotices(t *testing.T) {
	reader := dashtest.New()
	reader.Edit = func(c *scorecard.Scorecard) {
		for i := range c.KPIs {
			r := &c.KPIs[i]
			r.Latest = &scorecard.Latest{Period: "2026-W39", State: kpi.Maturing, Bounds: &kpi.Interval{30.2, 47}}
			r.Notice = "The ceiling was passed."
			r.Freshness.State, r.Freshness.Behind = "stale", []string{"warehouse"}
			pending := kpi.AtRisk
			r.Pending = &pending
		}
	}
	got := words(byClass(parse(t, get(t, serve(t, reader), "/p/core/k/activation_rate").Body.String()), "notices")[0])
	want := "The ceiling was passed. Week 39 is maturing: 30.2–47.0% is still possible. One more period like this and the status becomes at risk. Its data is stale: warehouse."
	if got != want {
		t.Errorf("got %q", got)
	}
}

func TestGapStaysAGap(t *testing.T) {
	reader := dashtest.New()
	reader.Points = func(points []scorecard.Point) []scorecard.Point {
		points[len(points)-3].Value = nil
		return points
	}
	page := get(t, serve(t, reader), "/p/core/k/activation_rate").Body.String()
	doc := parse(t, page)
	if got := len(byClass(byClass(doc, "wide")[0], "ch-missing")); got != 2 {
		t.Errorf("%d missing periods marked, want one a panel", got)
	}
	if got := len(byClass(byClass(doc, "wide")[0], "ch-label")); got != 16 {
		t.Errorf("%d values on the chart, want 16 of 18", got)
	}
}

func TestFirstRunAndEmptyPages(t *testing.T) {
	h := serve(t, dashtest.Empty())
	doc := parse(t, get(t, h, "/").Body.String())
	if got := words(byTag(doc, "h1")[0]); got != "Nothing is measured yet. Three steps bring the first week in." {
		t.Errorf("headline %q", got)
	}
	if current := byClass(doc, "current"); len(current) != 1 || !strings.Contains(words(current[0]), "Name your portfolio") {
		t.Error("the first step is the current one")
	}
	if got := words(parse(t, get(t, h, "/sources").Body.String())); !strings.Contains(got, "No source is set up yet.") {
		t.Errorf("sources %q", got)
	}
	reader := dashtest.New()
	reader.Edit = func(c *scorecard.Scorecard) {
		*c = scorecard.Scorecard{Portfolio: c.Portfolio, Week: c.Week, WeekStarts: c.WeekStarts, WeekEnds: c.WeekEnds, Headline: "No KPI can be judged yet."}
	}
	if got := words(parse(t, get(t, serve(t, reader), "/p/core").Body.String())); !strings.Contains(got, "No KPI is set up for this scorecard yet.") {
		t.Errorf("empty scorecard %q", got)
	}
}

func TestSourcesPage(t *testing.T) {
	got := words(parse(t, get(t, serve(t, dashtest.New()), "/sources").Body.String()))
	for _, want := range []string{"2 of 3 sources are in.", "monday slack Mon 21 Sep 05:30 0 0", "growth-team slack hooks.slack.com answers 404: no_service – 1 2", "Late zendesk Fri 18 Sep Mon 21 Sep 05:45 failed – 640 0 2 KPIs of zendesk Support tickets per 100 accounts", "429 Too Many Requests",
		"12 rows are open", "surveys-q2.csv:418 score 11 Allowed: a number from 0 to 10", "Numbers computed, 12 new or changed 1,940 3.1 s", "zendesk: 7 accounts match none"} {
		if !strings.Contains(strings.ReplaceAll(got, " :", ":"), want) {
			t.Errorf("lacks %q: %s", want, got)
		}
	}
	page := get(t, serve(t, dashtest.New()), "/sources").Body.String()
	for _, want := range []string{"Last 28 days: late 1 Sep", "Last 28 days: failed 19 Sep to 21 Sep", "Last 28 days: partial 8 Sep to 9 Sep"} {
		if !strings.Contains(page, `aria-label="`+want+`"`) {
			t.Errorf("no timeline says %q", want)
		}
	}
}

// TestRejectedDownload holds that what a vendor wrote into a row is no formula in a
// spreadsheet, and that a source has to exist.
func TestRejectedDownload(t *testing.T) {
	h := serve(t, dashtest.New())
	res := get(t, h, "/sources/rejected.csv?source=warehouse")
	rows, err := csv.NewReader(res.Body).ReadAll()
	if err != nil || len(rows) != 13 || strings.Join(rows[2][:6], "|") != "warehouse|surveys|surveys-q2.csv:428|score|11|a number from 0 to 10" || !strings.HasPrefix(rows[1][7], "'=") {
		t.Errorf("%v %v", err, rows[:min(2, len(rows))])
	}
	if got := res.Header().Get("Content-Disposition"); got != `attachment; filename="kpid-rejected-warehouse.csv"` {
		t.Error(got)
	}
	for path, want := range map[string]int{"/sources/rejected.csv?source=nobody": 404, "/sources/rejected.csv?sorce=x": 400} {
		if got := get(t, h, path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// hostile names: markup, the code marker of the chart library, direction
// overrides, template syntax and spreadsheet formulas.
func hostile() []string {
	return []string{`</script><script>alert(1)</script>`, `__f__alert(document.domain)__f__`, "\u202eevil\u202c", `{{.Site}}`, `{b|x} {c}`, `=HYPERLINK("http://x")`, `"><img src=x onerror=alert(1)>`, "Tom &amp; <b>Jerry</b>"}
}

func TestHostileNamesAreInert(t *testing.T) {
	for _, name := range hostile() {
		reader := dashtest.New()
		reader.Edit = func(c *scorecard.Scorecard) {
			c.Headline, c.Second, c.Portfolio.Name = name, name, name
			c.Changed[0].Name, c.Changed[0].Sentence = name, name
			c.Trust.Late[0].Source, c.Trust.Restated = name, []string{name}
			for i := range c.KPIs {
				r := &c.KPIs[i]
				r.Name, r.OwnerName, r.Sentence, r.Notice, r.Target.Short, r.Target.Expr, r.Freshness.Shown = name, name, name, name, name, name, name
				r.Freshness.Sources, r.Guards, r.Types = []string{name}, []string{name}, []string{name}
				d := *r.Def
				d.Numerator, d.Basis = name, name
				r.Def = &d
			}
		}
		reader.Company.Person.Name, reader.Company.Company = name, name
		h := serve(t, reader)
		for _, path := range []string{"/p/core", "/p/core?group=owner", "/p/core/notes", "/p/core/k/activation_rate", "/p/core/k/activation_rate?view=table", "/sources"} {
			w := get(t, h, path)
			doc := parse(t, w.Body.String())
			if w.Code != 200 || len(byTag(doc, "img")) != 0 || !strings.Contains(words(doc), strings.Join(strings.Fields(name), " ")) {
				t.Errorf("%s with %q: %d; the name must be plain text on the page", path, name, w.Code)
			}
		}
		rows, err := csv.NewReader(strings.NewReader(get(t, h, "/p/core?format=csv").Body.String())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if cell := rows[1][4]; strings.HasPrefix(cell, "=") || !strings.HasSuffix(cell, name) {
			t.Errorf("CSV cell %q", cell)
		}
	}
}

func TestDefinitionsPage(t *testing.T) {
	h := serve(t, dashtest.New())
	got := words(parse(t, get(t, h, "/definitions").Body.String()))
	for _, want := range []string{"KPIs are judged.", "Activation rate", "defined → instrumented → data arriving → target set → judged"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q: %.800s", want, got)
		}
	}
	found := words(parse(t, get(t, h, "/definitions?q=ACTIVATION").Body.String()))
	if !strings.Contains(found, "Activation rate") || strings.Contains(found, "Roadmap predictability") || !strings.Contains(found, " of ") {
		t.Errorf("a search for activation: %.800s", found)
	}
	if none := words(parse(t, get(t, h, "/definitions?q=%3Cb%3Enothing").Body.String())); !strings.Contains(none, "No KPI matches") || !strings.Contains(none, "<b>nothing") {
		t.Errorf("a search that finds nothing: %.600s", none)
	}
	one := words(parse(t, get(t, h, "/definitions/activation_rate").Body.String()))
	for _, want := range []string{"Activation rate", "Versions", "v2", "the window is 14 days", "p.nair"} {
		if !strings.Contains(one, want) {
			t.Errorf("the definition lacks %q: %.900s", want, one)
		}
	}
	for path, want := range map[string]int{"/definitions/nothing": 404, "/definitions?portfolio=nobody": 404, "/definitions?x=1": 400} {
		if code := get(t, h, path).Code; code != want {
			t.Errorf("%s: %d, want %d", path, code, want)
		}
	}
	empty := dashtest.New()
	empty.Edit = func(c *scorecard.Scorecard) { c.KPIs = nil }
	if got := words(parse(t, get(t, serve(t, empty), "/definitions").Body.String())); !strings.Contains(got, "No KPI is defined yet.") {
		t.Errorf("%.400s", got)
	}
}

// TestProgress holds that a later step does not count without those before it.
func TestProgress(t *testing.T) {
	reader := dashtest.New()
	reader.Edit = func(c *scorecard.Scorecard) {
		for i := range c.KPIs {
			if c.KPIs[i].ID == "activation_rate" {
				c.KPIs[i].Freshness.Sources = nil
			}
		}
	}
	doc := parse(t, get(t, serve(t, reader), "/definitions?q=activation_rate").Body.String())
	if got := words(doc); !strings.Contains(got, "Defined no source delivers what it counts") {
		t.Errorf("%.900s", got)
	}
}

// TestRollup holds the counts of the grid against the statuses in it.
func TestRollup(t *testing.T) {
	reader := dashtest.New()
	reader.Edit = func(c *scorecard.Scorecard) {
		if c.Portfolio.ID != "growth" {
			return
		}
		for i := range c.KPIs {
			switch row := &c.KPIs[i]; row.ID {
			case "north_star":
				row.Status = kpi.OffTrack
			case "nrr_influence":
				row.Value, row.Target, row.Status = nil, nil, kpi.NoData
			}
		}
		c.KPIs = c.KPIs[:len(c.KPIs)-1] // one KPI less
	}
	h := serve(t, reader)
	page := get(t, h, "/vp/all").Body.String()
	doc := parse(t, page)
	got := words(doc)
	met, judged := 0, 0
	for _, on := range byClass(doc, "met") {
		var m, j int
		if _, err := fmt.Sscanf(words(on), "%d of %d", &m, &j); err != nil {
			t.Errorf("%q: %v", words(on), err)
		}
		met, judged = met+m, judged+j
	}
	want := fmt.Sprintf("%d of %d targets are met across 2 portfolios. Growth is furthest behind; Activation rate is off track in 2.", met, judged)
	if head := words(byTag(doc, "h1")[0]); head != want || len([]rune(head)) > 140 {
		t.Errorf("headline %q, want %q", head, want)
	}
	for _, part := range []string{"Down a column Growth", "Across a row Activation rate Off track in 2 of 2 portfolios", "Not known", "2 cells are not used", "Priya Nair", "Ana Cruz"} {
		if !strings.Contains(got, part) {
			t.Errorf("lacks %q: %.1500s", part, got)
		}
	}
	for i, want := range []string{"On target in the last 6 weeks: 11, 12, 13, 14, 15, 16", "On target in the last 6 weeks: 9, 10, 11, 12, 13, 14"} {
		if got := attr(byClass(doc, "mini")[i], "aria-label"); got != want {
			t.Errorf("trend %d is %q, want %q", i, got, want)
		}
	}
	if n := len(byClass(doc, "absent")); n != 2 {
		t.Errorf("%d cells are not used, want 2", n)
	}
	if !strings.Contains(page, `href="/p/growth/k/activation_rate"`) || !strings.Contains(get(t, h, "/p/core").Body.String(), `href="/vp/all"`) {
		t.Error("a cell leads to its KPI, and the top bar here")
	}
	for path, code := range map[string]int{"/vp/nobody": 404, "/vp/core": 404, "/vp/all?w=2026-W99": 400, "/vp/all?x=1": 400, "/vp/all?w=2026-W37": 200} {
		if got := get(t, h, path).Code; got != code {
			t.Errorf("%s: %d, want %d", path, got, code)
		}
	}
}

// TestFind holds what a search opens, lists, or suggests.
func TestFind(t *testing.T) {
	h := serve(t, dashtest.New())
	for query, want := range map[string]string{"Activation rate": "/p/core/k/activation_rate", "ticket_rate": "/p/core/k/ticket_rate",
		"LOGO  churn": "/p/core/k/gross_retention", "nps": "/p/core/k/nps_csat"} {
		got := get(t, h, "/find?portfolio=core&q="+url.QueryEscape(query))
		if got.Code != 302 || got.Header().Get("Location") != want {
			t.Errorf("%q: %d %s, want %s", query, got.Code, got.Header().Get("Location"), want)
		}
	}
	if got := get(t, h, "/find?portfolio=growth&w=2026-W37&q=nps").Header().Get("Location"); got != "/p/growth/k/nps_csat?w=2026-W37" {
		t.Errorf("the portfolio and the week are kept: %s", got)
	}
	for query, want := range map[string]string{"rate": "2 KPIs match “rate”.", "": "24 KPIs, all there are.", "activaton rate": "Perhaps Activation rate ?", "<b>": "No KPI matches “<b>”."} {
		if got := words(parse(t, get(t, h, "/find?q="+url.QueryEscape(query)).Body.String())); !strings.Contains(got, want) {
			t.Errorf("%q: lacks %q: %.600s", query, want, got)
		}
	}
}

// TestReview holds the sheets of a quarter against its cards.
func TestReview(t *testing.T) {
	h := serve(t, dashtest.New())
	doc := parse(t, get(t, h, "/p/core/qbr/2026-Q2").Body.String())
	got := words(doc)
	for _, part := range []string{"Core Workflows met 16 of 21 targets in Q2.", "Q2: 1 Apr – 30 Jun 2026", "On track 16 15 15", "Off track 1 2 2",
		"Roadmap outcome attainment 77% 69% one bet reversed at day 90", "restated from 77%", "Since Q1 1 verdict (activation rate) got worse and none got better.",
		"As known on 21 Sep 2026. Sample data.", "kpid · 4 of 4", "Risks carried on", "Nobody has said why.", "What changes next"} {
		if !strings.Contains(got, part) {
			t.Errorf("lacks %q: %.2500s", part, got)
		}
	}
	if n := len(byClass(doc, "sheet")); n != 4 {
		t.Errorf("%d sheets, want 4", n)
	}
	for path, part := range map[string]string{
		"/p/core/qbr/2026-Q2?as=first":      "now 69%",
		"/p/core/qbr/2026-Q2?as=both":       "Q2 first Q2 now",
		"/p/core/qbr/2026-Q3":               "Q3 2026 has not ended; this is how it stands.",
		"/p/core/qbr/2026-Q2?as=second":     "as is first, now or both.",
		"/p/core/qbr/2026-Q9":               "A quarter is written 2026-Q2.",
		"/p/core/qbr/2026-06":               "A quarter is written 2026-Q2.",
		"/p/core/qbr/2026-Q4":               "Q4 2026 has not begun.",
		"/p/nobody/qbr/2026-Q2":             "There is no portfolio called nobody.",
		"/p/core/qbr/2026-Q2?format=csv":    "core,2026-Q2,roadmap_outcomes,rate,Roadmap outcome attainment,%,on_track,69.2,on_track,76.9,",
		"/p/core/qbr/2026-Q2?format=xml":    "The formats are csv, json.",
		"/p/core/qbr/2026-Q2?product=flows": "There is no parameter called product.",
		"/p/growth/qbr/2026-Q1?as=now":      "Growth met 16 of 21 targets in Q1.",
	} {
		page := get(t, h, path)
		text := page.Body.String()
		if !strings.Contains(path, "csv") {
			text = words(parse(t, text))
		}
		if !strings.Contains(text, part) {
			t.Errorf("%s: lacks %q: %.900s", path, part, text)
		}
	}
	for path, want := range map[string]string{"/p/core/qbr": "/p/core/qbr/2026-Q2", "/p/core/qbr?period=2026-Q1&portfolio=growth&as=both": "/p/growth/qbr/2026-Q1?as=both"} {
		if got := get(t, h, path).Header().Get("Location"); got != want {
			t.Errorf("%s leads to %s, want %s", path, got, want)
		}
	}
}

// TestOneSource holds the page of a source against what is known of it.
func TestOneSource(t *testing.T) {
	h := serve(t, dashtest.New())
	for path, want := range map[string][]string{
		"/sources/zendesk":   {"zendesk is late, complete through", "429 Too Many Requests", "Support tickets per 100 accounts"},
		"/sources/warehouse": {"warehouse is on time", "surveys-q2.csv:418", "Allowed: a number from 0 to 10", "/sources/warehouse/rejected"},
		"/sources/jira":      {"was it renamed?"},
		"/sources/warehous":  {"There is no source called warehous.", "/sources/warehouse"},
	} {
		page := get(t, h, path).Body.String()
		text := words(parse(t, page)) + page
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %q: %.1200s", path, part, text)
			}
		}
	}
}
