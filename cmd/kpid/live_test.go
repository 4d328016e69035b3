package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// TestSampleCompany serves the whole sample once and looks at it from every
// side; then it starts again on what is stored.
func TestSampleCompany(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the sample company is not served")
	}
	c := newCompany(t, "")
	t.Run("day by day", func(t *testing.T) { dayByDay(t, c) })
	s := c.serve(t)
	t.Run("first start", func(t *testing.T) { firstStart(t, s) })
	t.Run("pages", func(t *testing.T) { everyPage(t, s) })
	t.Run("headers", func(t *testing.T) { strictHeaders(t, s) })
	t.Run("api", func(t *testing.T) { everyKey(t, s) })
	t.Run("story", func(t *testing.T) { story(t, s) })
	t.Run("every KPI at every level", func(t *testing.T) { everyLevel(t, s) })
	t.Run("rows make the number", func(t *testing.T) { rowsMakeTheNumber(t, s) })
	t.Run("what stands beside adds up", func(t *testing.T) { besideAddsUp(t, c.config) })
	t.Run("promtool", func(t *testing.T) { promtool(t, s) })
	t.Run("prometheus", func(t *testing.T) { prometheus(t, s) })
	t.Run("browser", func(t *testing.T) { browse(t, s) })
	s.stop()
	t.Run("restart", func(t *testing.T) { restart(t, c) })
	t.Run("full is incremental", func(t *testing.T) { fullIsIncremental(t, c) })
}

// dayByDay brings the company's history to three earlier days first, so that
// what is served and looked at afterwards was computed step by step.
func dayByDay(t *testing.T, c company) {
	text, err := os.ReadFile(c.config)
	if err != nil {
		t.Fatal(err)
	}
	through := filepath.Join(c.dir, "sample", "data", "support", "_through")
	end, err := os.ReadFile(through)
	if err != nil {
		t.Fatal(err)
	}
	defer write(t, through, string(end))
	random := rand.New(rand.NewPCG(38, 24))
	at := time.Date(2026, 5, 3, 5, 0, 0, 0, time.UTC)
	for range 3 {
		at = at.AddDate(0, 0, 5+random.IntN(38))
		write(t, through, at.Format(time.RFC3339)+"\n")
		early := filepath.Join(c.dir, "early.toml")
		write(t, early, strings.Replace(string(text), "2026-09-21T06:10:00Z", at.Format(time.RFC3339), 1))
		out := new(bytes.Buffer)
		if status := run(t.Context(), []string{"ingest", "--config", early}, terminal{out: out, err: out}); status != 0 {
			t.Fatalf("as of %s: %s", at, out)
		}
	}
}

// fullIsIncremental computes every number from the records again: not one may
// come out otherwise.
func fullIsIncremental(t *testing.T, c company) {
	out := new(bytes.Buffer)
	if status := run(t.Context(), []string{"evaluate", "--full", "--config", c.config}, terminal{out: io.Discard, err: out}); status != 0 {
		t.Fatalf("evaluate --full: %s", out)
	}
	if !regexp.MustCompile(`evaluated [0-9]{5,} numbers, 0 of them new or changed`).MatchString(out.String()) {
		t.Errorf("a full evaluation says: %s", out)
	}
}

func firstStart(t *testing.T, s *service) {
	for _, want := range []string{"crm: ", "warehouse: ", "billing: ", "support: ", "delivery: ", "operations: ", "surveys: ", "people: ", "evaluated "} {
		line, ok := s.find(want)
		if !ok || strings.Contains(line, "failed") {
			t.Errorf("the first start says %q for %q", line, want)
		}
	}
	if _, ok := s.find("sample data: the clock stands at 2026-09-21T06:10:00Z"); !ok {
		t.Error("serve does not say that the clock stands still")
	}
}

// restart holds that an up-to-date store is served as it is: no source is run
// and nothing is evaluated.
func restart(t *testing.T, c company) {
	s := c.serve(t)
	defer s.stop()
	for _, line := range s.all() {
		if strings.Contains(line, " records") || strings.Contains(line, "evaluated") {
			t.Errorf("started again, it says %q", line)
		}
	}
	if res, body := s.get(t, "/p/core"); res.StatusCode != 200 || !strings.Contains(body, "Core Workflows") {
		t.Errorf("/p/core after the restart: %s", res.Status)
	}
}

// everyPage asks for every route with arguments that exist.
func everyPage(t *testing.T, s *service) {
	_, start := s.get(t, "/p/core")
	asset := regexp.MustCompile(`/static/[a-z.]+\.[0-9a-f]+\.css`).FindString(start)
	if asset == "" {
		t.Fatal("the weekly page names no style sheet")
	}
	pages := map[string]int{
		"/": 302, "/p?portfolio=core": 303, "/sources": 200, asset: 200, "/static/none.0.css": 404,
		"/api/v1/scorecard": 200, "/api/v1/sources": 200, "/api/v1/openapi.json": 200,
		"/healthz": 200, "/readyz": 200, "/metrics": 200,
		"/p/core?w=2026-W30": 200, "/vp/all?format=csv": 200, "/vp/all?format=json": 200, "/p/core?product=flows": 200, "/p/core?format=csv": 200, "/p/core?format=json": 200,
		"/p/nobody": 404, "/p/core/k/nothing": 404, "/nothing": 404, "/p/core?w=2026-W99": 400,
	}
	for _, path := range []string{"/sources/support", "/sources/support/rejected", "/api/v1/kpis?portfolio=core", "/api/v1/kpis/activation_rate", "/api/v1/definitions?kpi=nrr_influence",
		"/api/v1/runs?source=support", "/api/v1/rejected", "/p/core/qbr/2026-Q2?as=both", "/p/core/enter", "/find?q=rate", "/help"} {
		pages[path] = 200
	}
	for _, portfolio := range []string{"all", "core", "growth", "platform"} {
		pages["/p/"+portfolio] = 200
		pages["/p/"+portfolio+"/bets"], pages["/p/"+portfolio+"/bets?span=all"], pages["/p/"+portfolio+"/roadmap"] = 200, 200, 200
		pages["/p/"+portfolio+"/bets?format=csv"], pages["/api/v1/bets?portfolio="+portfolio] = 200, 200
		pages["/p/"+portfolio], pages["/p/"+portfolio+"/notes"] = 200, 200
		for _, row := range card(t, s, portfolio).KPIs {
			pages["/p/"+portfolio+"/k/"+row.ID] = 200
			pages["/p/"+portfolio+"/k/"+row.ID+"/why"] = 200
			pages["/api/v1/kpis/"+row.ID+"/series?portfolio="+portfolio] = 200
		}
	}
	for path, want := range pages {
		res, body := s.get(t, path)
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
		if want == 200 && strings.Contains(res.Header.Get("Content-Type"), "text/html") {
			if !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
				t.Errorf("%s: the page ends early", path)
			}
			for _, leak := range []string{"<no value>", "%!", "NaN", "+Inf", "ZgotmplZ"} {
				if strings.Contains(body, leak) {
					t.Errorf("%s shows %q", path, leak)
				}
			}
		}
	}
}

// card asks the API.
func card(t *testing.T, s *service, portfolio string) scorecard.Scorecard {
	t.Helper()
	var out scorecard.Scorecard
	if _, body := s.get(t, "/api/v1/scorecard?portfolio="+portfolio); json.Unmarshal([]byte(body), &out) != nil || len(out.KPIs) == 0 {
		t.Fatalf("the API's scorecard of %s: %.300s", portfolio, body)
	}
	return out
}

func strictHeaders(t *testing.T, s *service) {
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
			"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	}
	for _, path := range []string{"/p/core", "/p/core/k/north_star", "/sources", "/api/v1/scorecard", "/metrics", "/nothing"} {
		res, body := s.get(t, path)
		for name, value := range want {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%s: %s = %q, want %q", path, name, got, value)
			}
		}
		if strings.Contains(body, " style=") || strings.Contains(body, "<script>") {
			t.Errorf("%s has an inline style or script", path)
		}
	}
	for _, host := range []string{"evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1"} {
		for _, path := range []string{"/p/core", "/api/v1/scorecard", "/metrics"} {
			res, body := s.get(t, path, func(r *http.Request) { r.Host = host })
			if res.StatusCode != http.StatusMisdirectedRequest || strings.Contains(body, "north_star") || strings.Contains(body, "kpid_kpi") {
				t.Errorf("%s asked of %s: %s", path, host, res.Status)
			}
		}
	}
}

// everyKey compares the keys of the answer with those the API promises. A key
// is there even where its value is null; below null nothing can be looked at,
// so every row is looked at and a key must be found below at least one.
func everyKey(t *testing.T, s *service) {
	promised := strings.Fields(`
portfolio.id portfolio.name portfolio.owner week segment product as_of known_at data_version sample headline
counts.off_track counts.at_risk counts.on_track counts.exceeding counts.maturing counts.not_enough_data counts.no_data counts.judged counts.on_target
health
kpis.id kpis.measure kpis.name kpis.types kpis.owner kpis.unit kpis.direction kpis.period kpis.pooled kpis.state kpis.restated
kpis.value kpis.num kpis.den kpis.n kpis.ci kpis.bounds kpis.status kpis.published kpis.raw_status kpis.pending kpis.uncertain kpis.caps kpis.reason
kpis.target.expr kpis.target.floor_now kpis.target.stretch_now kpis.target.warn_now kpis.target.floor_final kpis.target.stretch_final
kpis.target.baseline.value kpis.target.baseline.periods kpis.target.pace kpis.target.attainment
kpis.change.against kpis.change.abs kpis.change.unit kpis.change.signal
kpis.latest.period kpis.latest.state kpis.latest.value kpis.latest.bounds
kpis.freshness.state kpis.freshness.complete_through kpis.freshness.sources
kpis.dq.excluded kpis.dq.excluded_share kpis.dq.warning kpis.dq.says kpis.definition.version kpis.definition.hash kpis.run kpis.sentence kpis.links.page kpis.links.why`)
	seen := map[string]bool{}
	for _, portfolio := range []string{"core", "growth"} {
		_, body := s.get(t, "/api/v1/scorecard?portfolio="+portfolio)
		var answer map[string]any
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Fatal(err)
		}
		for _, key := range promised {
			seen[key] = has(t, answer, strings.Split(key, "."), key) || seen[key]
		}
	}
	for _, key := range promised {
		if !seen[key] {
			t.Errorf("no row of the answer has %s", key)
		}
	}
}

// has says whether a key was found; one missing from an object that is there
// is an error at once.
func has(t *testing.T, v any, path []string, name string) bool {
	t.Helper()
	if list, ok := v.([]any); ok {
		found := false
		for _, one := range list {
			found = has(t, one, path, name) || found
		}
		return found
	}
	object, ok := v.(map[string]any)
	if !ok {
		return false // null: it does not apply
	}
	below, ok := object[path[0]]
	if !ok {
		t.Errorf("%s is absent: what does not apply is null", name)
		return true
	}
	return len(path) == 1 || has(t, below, path[1:], name)
}

// story holds that the pages show what the sample's README promises.
func story(t *testing.T, s *service) {
	readme, err := os.ReadFile("../../sample/README.md")
	if err != nil {
		t.Fatal(err)
	}
	kpis := map[string]string{"north star": "north_star", "activation": "activation_rate", "net revenue": "nrr_influence", "roadmap": "roadmap_predictability",
		"stakeholder": "stakeholder_alignment", "support tickets": "ticket_rate", "incidents": "change_incidents"}
	portfolios, checked := []string{"all", "core", "growth", "platform"}, 0
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for prefix, id := range kpis {
			if len(cells) != 5 || !strings.HasPrefix(strings.TrimSpace(cells[0]), prefix) {
				continue
			}
			for i, portfolio := range portfolios {
				promise := regexp.MustCompile(`^(on track|at risk|off track|exceeding|not enough data)`).FindString(strings.TrimSpace(cells[i+1]))
				if promise == "" {
					t.Errorf("sample/README.md promises no status in %q", cells[i+1])
					continue
				}
				promised(t, s, portfolio, id, strings.ReplaceAll(promise, " ", "_"))
				checked++
			}
		}
	}
	if checked != 28 {
		t.Errorf("sample/README.md promises %d statuses, want 28", checked)
	}

	_, page := s.get(t, "/p/core")
	if text := words(page); !regexp.MustCompile(`support , 2 d late \([^)]*Support tickets per 100 accounts`).MatchString(text) {
		t.Errorf("the weekly page does not name the late source: %.600s", text)
	}
	if _, sources := s.get(t, "/sources"); !regexp.MustCompile(`Late support(?: \S+)? Sat 19 Sep`).MatchString(words(sources)) {
		t.Error("the sources page does not say that support is late")
	}
	everythingIsShown(t, s)
	if _, page := s.get(t, "/p/core/k/activation_rate?view=xmr"); !strings.Contains(words(page), "which is still maturing") {
		t.Error("the process page has no forecast of the maturing cohort")
	}
	if _, page := s.get(t, "/p/core/k/change_incidents?view=xmr"); !strings.Contains(words(page), "which is still running") {
		t.Error("the process page has no forecast of the running month")
	}
	if _, page := s.get(t, "/p/growth/k/stakeholder_alignment"); !strings.Contains(words(page), "Not enough data") {
		t.Error("the page of the small survey does not say that it is not enough data")
	}
}

// everythingIsShown looks for each thing a judgement can say somewhere in the
// sample: every kind of target graded, a guardrail that holds a KPI down, a signal,
// a status that waits, a forecast, a maturing number that is decided already, and
// the portfolio's own status.
func everythingIsShown(t *testing.T, s *service) {
	seen := map[string]bool{}
	for _, portfolio := range []string{"all", "core", "growth", "platform", "labs"} {
		c := card(t, s, portfolio)
		seen["health"] = seen["health"] || c.Health != nil && c.Health.Status.Graded()
		for _, row := range c.KPIs {
			if row.Status.Graded() && row.Target != nil {
				if e, err := kpi.ParseExpr(row.Target.Expr); err == nil {
					seen[string(e.Kind)] = true
				}
			}
			seen[string(row.Status)] = true
			seen["decided"] = seen["decided"] || row.Status.Graded() && row.State != nil && *row.State == string(kpi.Maturing)
			seen["leads"] = seen["leads"] || row.Leading() != ""
			seen["cap"] = seen["cap"] || len(row.Caps) > 0
			seen["signal"] = seen["signal"] || row.Change != nil && row.Change.Signal != nil
			seen["pending"] = seen["pending"] || row.Pending != nil
			seen["forecast"] = seen["forecast"] || row.Forecast != nil && row.Forecast.WillLand != nil
		}
	}
	for _, want := range []string{"level", "change", "count", "ramp", "trend", "slo", "all", "cap", "signal", "pending", "forecast", "health",
		"exceeding", "on_track", "at_risk", "off_track", "maturing", "not_enough_data", "no_data", "decided", "leads"} {
		if !seen[want] {
			t.Errorf("nothing in the sample shows %s", want)
		}
	}
}

// promised holds one status against the API and the row of the weekly page. Of
// a row that shows another status than its numbers alone would give, the row
// must say why: a first period on the other side, or a guardrail.
func promised(t *testing.T, s *service, portfolio, kpiID, want string) {
	t.Helper()
	for _, row := range card(t, s, portfolio).KPIs {
		if row.ID != kpiID {
			continue
		}
		switch {
		case string(row.Status) == want:
		case row.Pending != nil && string(*row.Pending) == want && strings.Contains(row.Sentence, "once a second period confirms it"):
		case string(row.Raw) == want && len(row.Caps) > 0 && strings.Contains(row.Sentence, "its guardrail"):
		default:
			t.Errorf("%s of %s is %s, promised was %s: %s", kpiID, portfolio, row.Status, want, row.Sentence)
		}
		_, page := s.get(t, "/p/"+portfolio)
		shown := regexp.MustCompile(`(?s)<tr role="row" class="row st-` + string(row.Status) + `"[^>]*>[^/]*?.{0,600}?/p/` + portfolio + `/k/` + kpiID + `[?"]`)
		if !shown.MatchString(page) {
			t.Errorf("/p/%s does not show %s as %s", portfolio, kpiID, row.Status)
		}
		return
	}
	t.Errorf("%s has no row for %s", portfolio, kpiID)
}

// words is a page without its markup.
func words(page string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")), " ")
}
