package dashboards_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
)

func TestBetsPage(t *testing.T) {
	h := serve(t, dashtest.New())
	doc := parse(t, get(t, h, "/p/core/bets").Body.String())
	if got := words(byTag(doc, "h1")[0]); got != "9 of 13 bets reached their lift. All 7 on outcome KPIs did; none of the 3 on quality KPIs did." {
		t.Errorf("headline %q", got)
	}
	if got := words(byClass(doc, "betcounts")[0]); got != "9 met 4 missed 1 waiting 1 running 2 planned 1 killed 1 not counted" {
		t.Errorf("counts %q", got)
	}
	if rows := byClass(doc, "bet"); len(rows) != 19 {
		t.Errorf("%d rows, want 19", len(rows))
	}
	for id, want := range map[string][]string{
		"bet-roadmap-b01": {"Guided setup, 60% of accounts", "Flows · Mary Okafor", "Activation rate", "expected +1.5 pts", "seen +1.9", "Met by its series, to week 31"},
		"bet-roadmap-b05": {"expected +30.0 pts", "seen +44.0", "lift recorded, roadmap"},
		"bet-roadmap-b11": {"expected +0.05 pts", "seen −0.04", "Missed"},
		"bet-roadmap-b12": {"Missed over half of it"},
		"bet-roadmap-b14": {"day 75 of 90", "seen –", "Running due 6 Oct 2026"},
		"bet-roadmap-b15": {"Waiting due 10 Sep 2026, 11 days over"},
		"bet-roadmap-b16": {"expected +5%", "Planned due 28 Feb 2027"},
		"bet-roadmap-b18": {"Killed 20 Aug 2026, before its release"},
		"bet-roadmap-b19": {"Not counted registered 24 Apr 2026, after its release"},
	} {
		row := words(byID(t, doc, id))
		for _, w := range want {
			if !strings.Contains(row, w) {
				t.Errorf("%s: %q lacks %q", id, row, w)
			}
		}
	}
	label := attr(byClass(byID(t, doc, "bet-roadmap-b01"), "betplot")[0], "aria-label")
	if want := "Met: expected +1.5 pts, seen +1.9, 1.3× the lift expected, 95% interval +0.9 to +2.9 pts"; label != want {
		t.Errorf("plot %q, want %q", label, want)
	}
	if got := words(byID(t, doc, "h-paid").Parent.Parent); !strings.Contains(got, "Outcome 7 of 7 1.4×") || !strings.Contains(got, "Quality 0 of 3 0.3×") ||
		!strings.Contains(got, "Efficiency 2 of 2 – 2 lifts known, a median needs 3") {
		t.Errorf("where bets paid: %q", got)
	}
	if open := words(byClass(doc, "betopen")[0]); !strings.Contains(open, "Import wizard") || strings.Contains(open, "Enter") {
		t.Errorf("open %q: named, and no link to a page that is not served", open)
	}
	links := byTag(byID(t, doc, "bet-roadmap-b01"), "a")
	if len(links) != 2 || attr(links[0], "href") != "https://tracker.example/b01" || attr(links[1], "href") != "/p/core/k/activation_rate" {
		t.Errorf("links of a bet: %d", len(links))
	}
	if nav := byTag(doc, "nav")[0]; !strings.Contains(words(nav), "Roll-up Bets Sources") {
		t.Errorf("top bar %q", words(nav))
	}
	if page := get(t, h, "/p/growth/k/activation_rate").Body.String(); !strings.Contains(page, `href="/p/growth/bets"`) {
		t.Error("the top bar of a portfolio's page leads to another portfolio's bets")
	}
}

// TestBetsKeepTheirOrder: in a stage by date, and by name where that is equal,
// however the reader lists them.
func TestBetsKeepTheirOrder(t *testing.T) {
	reader := dashtest.New()
	first := get(t, serve(t, reader), "/p/core/bets").Body.String()
	reader.Promises = func(list []dashboards.Bet) []dashboards.Bet {
		out := make([]dashboards.Bet, len(list))
		for i, b := range list {
			out[len(list)-1-i] = b
		}
		return out
	}
	if get(t, serve(t, reader), "/p/core/bets").Body.String() != first {
		t.Error("another order of the source is another page")
	}
}

func TestBetsPageOfASpan(t *testing.T) {
	reader := dashtest.New()
	reader.Promises = func(list []dashboards.Bet) []dashboards.Bet {
		list[0].MeasureBy = dashtest.Day(2025, 9, 20) // a day too old
		list[1].MeasureBy = dashtest.Day(2025, 9, 22)
		return list
	}
	h := serve(t, reader)
	doc := parse(t, get(t, h, "/p/core/bets").Body.String())
	if got := words(byTag(doc, "h1")[0]); !strings.HasPrefix(got, "8 of 12 bets") {
		t.Errorf("headline %q", got)
	}
	if got := words(byClass(doc, "second")[0]); !strings.HasSuffix(got, "1 older one is not shown.") {
		t.Errorf("second line %q", got)
	}
	if got := words(byTag(parse(t, get(t, h, "/p/core/bets?span=all").Body.String()), "h1")[0]); !strings.HasPrefix(got, "9 of 13 bets") {
		t.Errorf("of any time: %q", got)
	}
	for _, path := range []string{"/p/core/bets?span=week", "/p/core/bets?format=pdf", "/p/core/bets?w=2026-W38", "/p/core/roadmap?w=1", "/api/v1/bets?span=all"} {
		if w := get(t, h, path); w.Code != 400 {
			t.Errorf("%s: %d, want 400", path, w.Code)
		}
	}
	for _, path := range []string{"/p/nobody/bets", "/p/nobody/roadmap", "/api/v1/bets?portfolio=nobody"} {
		if w := get(t, h, path); w.Code != 404 {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

// TestNothingOnTheRoadmap: an empty portfolio says so, and counts nothing as zero.
func TestNothingOnTheRoadmap(t *testing.T) {
	h := serve(t, dashtest.New())
	for path, want := range map[string][]string{
		"/p/growth/bets":              {"No bet is known in Growth.", "Initiatives come from a source", "Nothing is to be measured."},
		"/p/growth/roadmap":           {"Nothing is on the roadmap of Growth.", "Nothing was launched.", "No review is overdue."},
		"/p/growth/k/activation_rate": {"Definition"},
	} {
		page := words(parse(t, get(t, h, path).Body.String()))
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s lacks %q", path, w)
			}
		}
		if strings.Contains(page, "0 of 0") || strings.Contains(page, "Bets on this KPI") {
			t.Errorf("%s counts what is not there", path)
		}
	}
	reader := dashtest.New()
	reader.Err = dashtest.ErrBroken
	for _, path := range []string{"/p/core/bets", "/p/core/roadmap", "/api/v1/bets"} {
		if w := get(t, serve(t, reader), path); w.Code != 500 || strings.Contains(w.Body.String(), "/var/lib") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestUnmeasuredBetsAreNamed(t *testing.T) {
	reader := dashtest.New()
	reader.Promises = func(list []dashboards.Bet) []dashboards.Bet {
		for i := range 4 {
			list[i].Stage, list[i].Seen = kpi.StageNotMeasured, kpi.Judged{Outcome: kpi.BetNotMeasured, Note: "no series is kept"}
		}
		list[4].ExpectedNow = 10 // the bar was lowered after the release
		return list
	}
	doc := parse(t, get(t, serve(t, reader), "/p/core/bets").Body.String())
	if got := words(byTag(doc, "h1")[0]); got != "5 of 13 bets reached their lift. 4 were never measured and count as not reached." {
		t.Errorf("headline %q", got)
	}
	if got := byTag(byClass(doc, "betopen")[0], "li"); len(got) != 5 || !strings.Contains(words(got[0]), "Not measured: no series is kept") {
		t.Errorf("%d open ones", len(got))
	}
	if got := words(byID(t, doc, "bet-roadmap-b05")); !strings.Contains(got, "expected changed to +10.0 pts after the release, not counted") {
		t.Errorf("a moved bar: %q", got)
	}
}

func TestRoadmapPage(t *testing.T) {
	doc := parse(t, get(t, serve(t, dashtest.New()), "/p/core/roadmap").Body.String())
	if got := words(byTag(doc, "h1")[0]); got != "2 of 5 initiatives on the roadmap are linked to no KPI. 2 launches have no measurement plan; 1 review is overdue." {
		t.Errorf("headline %q", got)
	}
	if got := words(byClass(doc, "second")[0]); got != "18 launches in the last 12 months. 2 of 4 releases came by the planned day, 1.5 days late in the median; 1 planned one is not out yet." {
		t.Errorf("second line %q", got)
	}
	panel := func(id string) string { return words(byID(t, doc, id).Parent.Parent) }
	for id, want := range map[string]string{
		"h-unlinked": "Audit log export Tables · Jonas Lind · minor · risk core Price page Forms · no owner · major · risk new",
		"h-at-now":   "Now 1 initiative Approvals on mobile Flows · Priya Nair · major · risk core North Star: weekly active teams +5% due 28 Feb 2027",
		"h-at-next":  "Audit log export Tables · Jonas Lind · minor · risk core no KPI",
		"h-at-none":  "No horizon given 1 initiative Form versions",
		"h-planless": "of 18 in the last 12 months Single sign-on for partners Flows · Ruth Meyer · minor · risk not given released 4 Aug 2026; no KPI, baseline, expected lift or date to measure by Workspace roles v2",
		"h-overdue":  "Import wizard Forms · Mary Okafor · major · risk core Time-to-value, median −0.5 d was due 10 Sep 2026, 11 days over: no settled week",
		"h-slip":     "Flows 2026.9 Flows 15 Sep 2026 not yet +6 days Flows 2026.8 Flows 19 Aug 2026 28 Aug 2026 +9 days",
	} {
		if got := panel(id); !strings.Contains(got, want) {
			t.Errorf("%s: %q lacks %q", id, got, want)
		}
	}
	if got := panel("h-at-next"); strings.Contains(got, "Weekly digest") {
		t.Error("a killed initiative is still on the roadmap")
	}
}

func TestRoadmapHeadlines(t *testing.T) {
	for _, tt := range []struct {
		linked, unlinked int
		want             string
	}{
		{0, 0, "Nothing is on the roadmap of Core Workflows."}, {1, 0, "The one initiative on the roadmap is linked to a KPI."},
		{3, 0, "All 3 initiatives on the roadmap are linked to a KPI."}, {0, 1, "The one initiative on the roadmap is linked to no KPI."},
		{0, 3, "None of 3 initiatives on the roadmap is linked to a KPI."}, {2, 1, "1 of 3 initiatives on the roadmap is linked to no KPI."},
	} {
		reader := dashtest.New()
		reader.Plans = func(r *dashboards.Roadmap) {
			*r = dashboards.Roadmap{}
			for range tt.linked {
				r.Initiatives = append(r.Initiatives, dashboards.Initiative{Name: "x", KPI: "ces"})
			}
			for range tt.unlinked {
				r.Initiatives = append(r.Initiatives, dashboards.Initiative{Name: "y"})
			}
		}
		if got := words(byTag(parse(t, get(t, serve(t, reader), "/p/core/roadmap").Body.String()), "h1")[0]); got != tt.want {
			t.Errorf("%d linked, %d not: %q, want %q", tt.linked, tt.unlinked, got, tt.want)
		}
	}
}

func TestBetsOnAKPI(t *testing.T) {
	doc := parse(t, get(t, serve(t, dashtest.New()), "/p/core/k/activation_rate").Body.String())
	panel := words(byClass(doc, "kbets")[0])
	for _, want := range []string{"Workspace roles v2 Flows, 1 Sep 2026 – – no promise", "Template gallery Flows, 8 Jul 2026 +1.0 pts day 75 of 90",
		"Guided setup, 60% of accounts Flows, 12 May 2026 · tracker.example +1.5 pts +1.9 +0.9 to +2.9 pts Met"} {
		if !strings.Contains(panel, want) {
			t.Errorf("%q lacks %q", panel, want)
		}
	}
	if strings.Contains(panel, "Weekly digest") {
		t.Error("a bet killed before its release is listed")
	}
	names := byClass(byClass(doc, "drawn")[0], "lane-name")
	if len(names) != 4 || words(names[3]) != "Workspace roles v2 release" || words(names[2]) != "Template gallery bet, expected +1.0 pts" {
		t.Errorf("%d lanes", len(names))
	}
	other := parse(t, get(t, serve(t, dashtest.New()), "/p/core/k/activation_rate?product=forms").Body.String())
	if len(byClass(other, "kbets")) != 0 {
		t.Error("bets of another product are on a product's page")
	}
}

func TestBetsAsFileAndAPI(t *testing.T) {
	h := serve(t, dashtest.New())
	w := get(t, h, "/p/core/bets?format=csv")
	if w.Header().Get("Content-Disposition") != `attachment; filename="kpid-core-bets.csv"` || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", w.Header())
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 20 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	cell := map[string]string{}
	for i, name := range rows[0] {
		cell[name] = rows[3][i]
	}
	for name, want := range map[string]string{"id": "b03", "kpi": "time_to_value", "expected_lift": "-0.4", "seen_lift": "-0.6", "share": "1.4999999999999998", "stage": "met",
		"released": "2026-02-10T00:00:00Z", "measure_by": "2026-05-11T00:00:00Z", "lift_low": "-0.84", "how": "recorded", "guardrails": "gross_retention"} {
		if cell[name] != want {
			t.Errorf("%s = %q, want %q", name, cell[name], want)
		}
	}
	var answer struct {
		Portfolio string         `json:"portfolio"`
		Counts    map[string]int `json:"counts"`
		Bets      []struct {
			ID, Stage string
			Lift      *float64
			Share     *float64
			URL       *string
		} `json:"bets"`
	}
	if err := json.Unmarshal(get(t, h, "/api/v1/bets?portfolio=core").Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Portfolio != "core" || answer.Counts["met"] != 9 || answer.Counts["missed"] != 4 || answer.Counts["not_measured"] != 0 || len(answer.Bets) != 19 {
		t.Errorf("%+v", answer)
	}
	if b := answer.Bets[13]; b.ID != "b14" || b.Lift != nil || b.Share != nil || b.URL != nil {
		t.Errorf("what is not known is null: %+v", b)
	}
}

// TestHostileBets: names of a source are text wherever they stand.
func TestHostileBets(t *testing.T) {
	name := `</script><img src=x onerror=alert(1)>=1+1`
	reader := dashtest.New()
	reader.Promises = func(list []dashboards.Bet) []dashboards.Bet {
		for i := range list {
			b := &list[i]
			b.ID, b.Name, b.Owner, b.Product, b.Segment, b.URL, b.Seen.Note = name, name, name, name, name, "javascript:alert(1)", name
			if i > 3 {
				b.KPI = name
			}
		}
		return list
	}
	h := serve(t, reader)
	for _, path := range []string{"/p/core/bets", "/p/core/roadmap", "/p/core/k/activation_rate", "/p/core/k/time_to_value"} {
		page := get(t, h, path).Body.String()
		if strings.Contains(page, "<img") || strings.Contains(page, `"javascript:`) {
			t.Errorf("%s: a name became markup", path)
		}
		for _, a := range all(parse(t, page), func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == "a" }) {
			if strings.Contains(attr(a, "href"), "tracker") {
				t.Errorf("%s: an address that is not https is linked", path)
			}
		}
	}
	if text := get(t, h, "/p/core/bets?format=csv").Body.String(); strings.Contains(text, ",=1") {
		t.Error("a name is a formula")
	}
}
