package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store/storetest"
)

// entryDesk is a running kpid whose person enters what only people know. The sources of the
// company push, so that a test can let them speak again.
type entryDesk struct {
	*testing.T
	app *app
	url string
}

const deskConfig = `[server]
as_of = "2026-09-21T06:00:00Z"
person = "p.nair"
[[person]]
id = "p.nair"
name = "Priya Nair"
role = "engineering_lead"
[[portfolio]]
id = "all"
name = "All"
[[portfolio]]
id = "core"
name = "Core"
parent = "all"
owner = "p.nair"
director_since = 2026-06-01
[[portfolio]]
id = "growth"
name = "Growth"
parent = "all"
[[product]]
id = "app"
name = "App"
portfolio = "core"
[[product]]
id = "trial"
name = "Trial"
portfolio = "growth"
[[scorecard]]
portfolio = "core"
since = "2026-01-01"
[[target]]
kpi = "triad_health"
scope = "core"
metric = "rating"
expr = "judged every 1q"
since = "2026-01-01"
[[source]]
id = "vendor"
connector = "push"
config = { facts = ["incident", "change_event", "initiative", "team_member"] }
secrets = { token = "env:APP_TOKEN" }
`

func withDesk(t *testing.T, test func(d *entryDesk)) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("APP_TOKEN", pushToken)
	file := filepath.Join(dir, "config.toml")
	write(t, file, deskConfig+"[store]\ndsn = \""+storetest.DSN(t)+"\"\n")
	log := new(bytes.Buffer)
	o := &options{config: file, term: terminal{out: log, err: log}}
	err := o.with(t.Context(), false, func(a *app) error {
		h, err := dashboards.New(dashboards.Config{Reader: newReader(a), Records: &taker{app: a}, Entries: &enterer{app: a}, Notes: a.store})
		if err != nil {
			return err
		}
		server := httptest.NewServer(h)
		defer server.Close()
		test(&entryDesk{T: t, app: a, url: server.URL})
		return nil
	})
	if err != nil {
		t.Errorf("%v\n%s", err, log)
	}
}

// vendor lets the company's source send records.
func (d *entryDesk) vendor(fact, records string) {
	d.Helper()
	r := must(http.NewRequestWithContext(d.Context(), http.MethodPost, d.url+"/api/v1/records/"+fact, strings.NewReader(records)))(d.T)
	r.Header.Set("Authorization", "Bearer "+pushToken)
	reply := must(http.DefaultClient.Do(r))(d.T)
	defer reply.Body.Close()
	if text := string(must(io.ReadAll(reply.Body))(d.T)); reply.StatusCode != 200 || !strings.Contains(text, `"rejected":0`) {
		d.Fatalf("%s: %d %s", fact, reply.StatusCode, text)
	}
}

// post sends a form and follows where it leads.
func (d *entryDesk) post(path string, form ...string) (status int, where, page string) {
	d.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	reply := must(http.PostForm(d.url+path, values))(d.T)
	defer reply.Body.Close()
	return reply.StatusCode, reply.Request.URL.RequestURI(), string(must(io.ReadAll(reply.Body))(d.T))
}

// enter sends a form that is taken.
func (d *entryDesk) enter(kind string, form ...string) (page string) {
	d.Helper()
	status, where, page := d.post("/p/core/enter/"+kind, form...)
	if status != 200 || !strings.Contains(where, "done=1") {
		d.Fatalf("%s: status %d at %s: %s", kind, status, where, page)
	}
	return page
}

func (d *entryDesk) page(path string) string {
	d.Helper()
	reply := must(http.Get(d.url + path))(d.T)
	defer reply.Body.Close()
	return string(must(io.ReadAll(reply.Body))(d.T))
}

// compute evaluates what waits.
func (d *entryDesk) compute() {
	d.Helper()
	if waits, err := d.app.waiting(d.Context()); err != nil || !waits {
		d.Fatalf("nothing waits (%v)", err)
	}
	if _, err := d.app.evaluate(d.Context(), io.Discard); err != nil {
		d.Fatal(err)
	}
}

func (d *entryDesk) stored(statement string, want ...string) {
	d.Helper()
	if got := storetest.Select(d, d.app.store, statement); strings.Join(got, "\n") != strings.Join(want, "\n") {
		d.Errorf("%s:\n got %q\nwant %q", statement, got, want)
	}
}

// number is the newest revision of a measure of the portfolio in a period.
func (d *entryDesk) number(kpi, measure, period, want string) {
	d.Helper()
	d.stored("SELECT o.num, o.den FROM observation o JOIN scope s ON s.id = o.scope_id WHERE o.kpi = '"+kpi+"' AND o.measure = '"+measure+"' AND o.period = '"+period+
		"' AND s.portfolio = 'core' AND s.product = '' AND s.segment = 'all' ORDER BY o.revision DESC LIMIT 1", want)
}

// TestJudgementIsEntered: typed, signed, counted; corrected on the same day, both kept.
func TestJudgementIsEntered(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		d.compute()
		if page := d.page("/p/core/enter"); !strings.Contains(page, "has no judgement in 2026-Q3") {
			t.Error("the judgement is not asked for")
		}
		hostile := `<script>alert("x")</script> O'Hara & co`
		amber := []string{"kpi", "triad_health", "product", "@core", "rag", "amber", "trend", "down", "text", hostile, "date", "2026-08-03"}
		page := d.enter("judgement", amber...)
		if strings.Contains(page, "<script>alert") || !strings.Contains(page, "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; O&#39;Hara &amp; co") ||
			!strings.Contains(page, "Priya Nair, engineering_lead") || !strings.Contains(page, "3 Aug 2026") {
			t.Errorf("what was entered is not shown as it is: %s", page)
		}
		d.compute()
		d.number("triad_health", "rating", "2026-Q3", "1|2") // amber is 1 of 2 points

		if _, where, _ := d.post("/p/core/enter/judgement", amber...); !strings.Contains(where, "done=same") {
			t.Errorf("the same again leads to %s", where)
		}
		d.stored("SELECT COUNT(*) FROM touched", "0")
		d.stored("SELECT COUNT(*) FROM fact_revision", "0")
		amber[5], amber[9] = "red", "It got worse."
		page = d.enter("judgement", amber...)
		if !strings.Contains(page, "replaced 21 Sep 2026") || !strings.Contains(page, "O&#39;Hara") {
			t.Error("the earlier judgement is not shown as replaced")
		}
		d.compute()
		d.number("triad_health", "rating", "2026-Q3", "0|2")
		d.stored("SELECT source, author_id, author_role, rag, at FROM judgement", "kpid|p.nair|engineering_lead|red|1785715200000") // 2026-08-03T00:00Z
		d.stored("SELECT fact, source, contradicts FROM fact_revision", "judgement|kpid|0")
		if page := d.page("/sources"); !strings.Contains(page, "entered here") {
			t.Error("the sources page does not name what is entered here")
		}
		if page := d.page("/p/core/enter"); strings.Contains(page, "has no judgement") {
			t.Error("the judgement is still asked for")
		}
	})
}

// TestJudgementOfAnotherRole: one whom the KPI does not ask is told so, is kept, and
// moves nothing; the judgement that was asked for is still waited for.
func TestJudgementOfAnotherRole(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		d.app.cfg.People[0].Role = "director"
		if page := d.page("/p/core/enter/judgement"); !strings.Contains(page, "counts the judgements of engineering_lead, design_lead; yours is kept") {
			t.Error("the form does not say that this judgement is not asked for")
		}
		d.enter("judgement", "kpi", "triad_health", "product", "@core", "rag", "red", "trend", "down", "text", "Tense.", "date", "2026-08-03")
		d.compute()
		d.stored("SELECT COUNT(*) FROM observation WHERE kpi = 'triad_health' AND measure = 'rating' AND value IS NOT NULL", "0")
		d.stored("SELECT author_role FROM judgement", "director")
		if page := d.page("/p/core/enter"); !strings.Contains(page, "has no judgement in 2026-Q3") {
			t.Error("the judgement is no longer asked for")
		}
	})
}

// TestIncidentIsReviewed: a vendor's incident of unknown cause is laid to a change; the
// count of its month follows, and the vendor's next word changes nothing of ours.
func TestIncidentIsReviewed(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		d.vendor("change_event", `{"id":"d1","product_id":"app","kind":"deployment","started_at":"2026-08-01T09:00:00Z","finished_at":"2026-08-01T10:00:00Z","result":"success","ref":"r1"}
{"id":"d2","product_id":"app","kind":"deployment","started_at":"2026-08-05T09:00:00Z","finished_at":"2026-08-05T10:00:00Z","result":"success","ref":"r2"}`)
		incident := `{"id":"i1","product_id":"app","severity":%,"started_at":"2026-08-04T12:00:00Z","cause":"unknown"}
{"id":"i2","product_id":"app","severity":2,"started_at":"2026-08-06T12:00:00Z","cause":"change","change_ref":"d2","reviewed_at":"2026-08-07T12:00:00Z"}`
		d.vendor("incident", strings.Replace(incident, "%", "1", 1))
		d.compute()
		d.number("change_incidents", "count", "2026-08", "1|-")
		d.number("change_incidents", "cause_unknown", "2026-08", "1|2")
		if page := d.page("/p/core/enter"); strings.Count(page, "Incident i") != 1 || !strings.Contains(page, "Incident i1") {
			t.Error("i1, and it alone, waits for a review")
		}
		if page := d.page("/p/core/enter/incident?id=vendor%2Fi1"); !strings.Contains(page, "Here that is d1.") {
			t.Error("the deployment before the incident is not suggested")
		}
		review := []string{"incident", "vendor/i1", "cause", "change", "change_ref", "r1", "text", "The new retry filled the queue."}
		page := d.enter("incident", review...)
		for _, part := range []string{"change, r1", "unknown", "The new retry filled the queue.", "Priya Nair"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page does not show %q", part)
			}
		}
		d.stored("SELECT COUNT(DISTINCT period) FROM touched WHERE kpi = 'change_incidents' AND period = '2026-08'", "1")
		d.compute()
		d.number("change_incidents", "count", "2026-08", "2|-")
		d.number("change_incidents", "cause_unknown", "2026-08", "0|2")
		if page := d.page("/p/core/enter/incident?id=vendor%2Fi1"); !strings.Contains(page, "<dd><bdi>1 → 2</bdi></dd>") {
			t.Error("the page does not show how the month's count moved")
		}
		if _, where, _ := d.post("/p/core/enter/incident", review...); !strings.Contains(where, "done=same") {
			t.Errorf("the same again leads to %s", where)
		}
		d.vendor("incident", strings.Replace(incident, "%", "2", 1)) // its next run: another severity, the cause as before
		d.stored("SELECT severity, cause, change_ref FROM incident WHERE id = 'i1'", "2|change|r1")
		d.stored("SELECT cause FROM incident_row WHERE id = 'i1'", "unknown")
		d.compute()
		d.number("change_incidents", "count", "2026-08", "2|-")
	})
}

// TestLiftIsEntered: a bet that nobody measured is met when somebody has.
func TestLiftIsEntered(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		bet := `{"id":"b%","product_id":"app","name":"Bet %","size":"major","released_at":"2026-05-01T00:00:00Z","registered_at":"2026-04-01T00:00:00Z","measure_by":"2026-07-15T00:00:00Z","target_kpi":"activation_rate","baseline":40,"expected_lift":3,"lift_unit":"pts"}`
		bets := strings.ReplaceAll(bet, "%", "1") + "\n" + strings.ReplaceAll(bet, "%", "2")
		d.vendor("initiative", bets)
		d.compute()
		d.number("roadmap_outcome_attainment", "attained", "2026-Q3", "0|2")
		if page := d.page("/p/core/enter"); !strings.Contains(page, "Bet 1") || !strings.Contains(page, "was due to be measured on 15 Jul 2026") {
			t.Error("the bets do not wait for a lift")
		}
		page := d.enter("lift", "bet", "vendor/b1", "lift", "3.5", "lo", "1", "hi", "6", "verdict", "", "text", "Holdout of a tenth.")
		if !strings.Contains(page, "&#43;3.5 pts") || !strings.Contains(page, "&#43;1 to &#43;6") || !strings.Contains(page, "Holdout of a tenth.") {
			t.Errorf("the lift is not shown: %s", page)
		}
		d.compute()
		d.number("roadmap_outcome_attainment", "attained", "2026-Q3", "1|2")
		if page := d.page("/p/core/enter/lift?bet=vendor%2Fb1"); !strings.Contains(page, "<dd><bdi>0% → 50%</bdi></dd>") {
			t.Errorf("the page does not show how the quarter's share moved: %s", page)
		}
		d.vendor("initiative", bets)
		d.enter("lift", "bet", "vendor/b1", "lift", "-2", "lo", "-3", "hi", "-1", "verdict", "", "text", "The holdout was not random; measured again.")
		d.compute()
		d.number("roadmap_outcome_attainment", "attained", "2026-Q3", "0|2")
		d.stored("SELECT revision, measured_lift FROM lift_reading ORDER BY revision", "1|3.5", "2|-2")
	})
}

// TestAssessmentsAreEntered: the member's id joins the team's, and is stored nowhere.
func TestAssessmentsAreEntered(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		d.vendor("team_member", `{"id":"E-17","product_id":"@core","role":"Product Manager","starts_at":"2024-01-01T00:00:00Z"}
{"id":"E-90","product_id":"@growth","role":"Product Manager","starts_at":"2024-01-01T00:00:00Z"}`)
		form := []string{"member", "E-17", "rubric", "pm-2025", "competency", "Discovery", "level", "2", "date", "2025-09-10"}
		d.enter("assessment", form...)
		form[7], form[9] = "3", "2026-09-10"
		page := d.enter("assessment", form...)
		if strings.Contains(page, "E-17") || !strings.Contains(page, "10 Sep 2026") || !strings.Contains(page, "Priya Nair") {
			// p.nair is the id behind the name: assessors who are listed are named
			t.Errorf("the list reads %s", page)
		}
		d.compute()
		d.number("pm_capability_growth", "improved", "2026-H2", "1|1") // one level up in a year
		for _, name := range []string{"assessment_row", "fact_revision", "raw_record", "rejected_record", "source_state"} {
			if rows := storetest.Select(d, d.app.store, "SELECT * FROM "+name); strings.Contains(strings.Join(rows, "\n"), "E-17") {
				t.Errorf("%s holds the plain id: %v", name, rows)
			}
		}
		for typed, want := range map[string]string{"E-18": "Nobody of the team has this id.", "E-90": "This person belongs to another portfolio"} {
			form[1] = typed
			if status, _, page := d.post("/p/core/enter/assessment", form...); status != 422 || !strings.Contains(page, want) || !strings.Contains(page, `value="`+typed+`"`) {
				t.Errorf("%s: %d", typed, status)
			}
		}
		d.stored("SELECT COUNT(*) FROM assessment_row", "2")
	})
}

// TestSurveyIsHeld: a wave is opened, answered by link, and computed once it is closed.
func TestSurveyIsHeld(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		clock := d.app.now()
		d.app.now = func() kpi.Millis { return clock }
		d.enter("survey", "name", "2026-Q3", "closes", "2026-09-22", "invited", "10")
		page := d.page("/p/core/enter/survey?id=alignment%3Acore%3A2026-Q3")
		links := regexp.MustCompile(`/survey/[0-9a-f]{8}-[0-9]+-[0-9a-f]{32}`).FindAllString(page, -1)
		if len(links) != 10 {
			t.Fatalf("%d links", len(links))
		}
		answers := func(role string, scores ...string) []string {
			out := []string{"role", role}
			for i, s := range scores {
				out = append(out, "q"+strconv.Itoa(i+1), s)
			}
			return out
		}
		// eight people answer: six say 4 throughout, one 5, one at first 1 and then 2
		for i := range 8 {
			score := map[int]string{6: "5", 7: "1"}[i]
			if score == "" {
				score = "4"
			}
			if status, where, _ := d.post(links[i], answers("Sales", score, score, score, score, score)...); status != 200 || !strings.Contains(where, "done=1") {
				t.Fatalf("answer %d: %d at %s", i, status, where)
			}
			// until eight have answered it is no survey that anything counts
			d.stored("SELECT COUNT(*) FROM survey_question WHERE purpose = 'alignment'", map[bool]string{true: "5", false: "0"}[i == 7])
		}
		if page := d.page(links[7]); !strings.Contains(page, "Somebody has answered with this link already.") {
			t.Error("a link does not say that it was used")
		}
		d.post(links[7], answers("Sales", "2", "2", "2", "2", "2")...)
		d.stored("SELECT COUNT(*), COUNT(DISTINCT respondent_id) FROM survey_response", "40|8")
		if page := d.page("/p/core/enter/survey"); !strings.Contains(page, "8 of 10") {
			t.Error("the wave does not count its answers")
		}
		broken := links[0][:len(links[0])-1] + map[bool]string{true: "1", false: "0"}[strings.HasSuffix(links[0], "0")]
		for _, path := range []string{broken, "/survey/x", strings.Replace(links[0], "-1-", "-11-", 1)} {
			if status, _, _ := d.post(path, answers("Sales", "1", "1", "1", "1", "1")...); status != 404 {
				t.Errorf("%s: %d", path, status)
			}
		}
		if status, _, page := d.post(links[8], answers("Pope", "4", "4", "6", "4")...); status != 422 || strings.Count(page, "Choose one of 1 to 5.") != 2 || !strings.Contains(page, "among the choices") {
			t.Errorf("a wrong answer: %d", status)
		}
		var all []string
		for _, name := range []string{"survey_row", "survey_response_row", "fact_revision", "raw_record", "source_state"} {
			all = append(all, storetest.Select(d, d.app.store, "SELECT * FROM "+name)...)
		}
		if text := strings.Join(all, "\n"); strings.Contains(text, strings.TrimPrefix(links[0], "/survey/")) || strings.Contains(text, "nair") {
			t.Error("the store tells who answered, or by which link")
		}
		d.compute()
		d.stored("SELECT COUNT(*) FROM observation WHERE kpi = 'stakeholder_alignment' AND measure = 'mean' AND value IS NOT NULL", "0")

		clock += 3 * 24 * 3_600_000 // 24 September: it has closed
		if status, _, page := d.post(links[8], answers("Sales", "4", "4", "4", "4", "4")...); status != 410 || !strings.Contains(page, "This survey is closed.") {
			t.Errorf("an answer after the end: %d", status)
		}
		d.compute()
		// (6 × 4 + 5 + 2) / 8 = 3.875; 8 of 10 answered
		d.stored("SELECT o.value, o.n FROM observation o JOIN scope s ON s.id = o.scope_id WHERE o.kpi = 'stakeholder_alignment' AND o.measure = 'mean' AND o.period = '2026-Q3' AND s.portfolio = 'core' AND s.product = '' AND s.segment = 'all' ORDER BY o.revision DESC LIMIT 1", "3.875|8")
		d.number("stakeholder_alignment", "response_rate", "2026-Q3", "8|10")
	})
}

// ask posts JSON to the API.
func (d *entryDesk) ask(name, body string, change ...func(*http.Request)) (int, string) {
	d.Helper()
	r := must(http.NewRequestWithContext(d.Context(), http.MethodPost, d.url+"/api/v1/"+name, strings.NewReader(body)))(d.T)
	r.Header.Set("Content-Type", "application/json")
	for _, c := range change {
		c(r)
	}
	reply := must(http.DefaultClient.Do(r))(d.T)
	defer reply.Body.Close()
	text := string(must(io.ReadAll(reply.Body))(d.T))
	if reply.StatusCode >= 400 && reply.Header.Get("Content-Type") != "application/problem+json" {
		d.Errorf("%s answers %d with %s", name, reply.StatusCode, reply.Header.Get("Content-Type"))
	}
	return reply.StatusCode, text
}

// TestEntriesOfTheAPI: the rules of the forms, field by field, and none of what is
// wrong is stored.
func TestEntriesOfTheAPI(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		d.vendor("incident", `{"id":"i1","product_id":"app","severity":1,"started_at":"2026-08-04T12:00:00Z","cause":"unknown"}
{"id":"old","product_id":"app","severity":1,"started_at":"2026-03-31T12:00:00Z","cause":"unknown"}
{"id":"t1","product_id":"trial","severity":1,"started_at":"2026-08-04T12:00:00Z","cause":"unknown"}`)
		d.vendor("initiative", `{"id":"b1","product_id":"app","name":"B","size":"major","released_at":"2026-05-01T00:00:00Z","measure_by":"2026-07-15T00:00:00Z","target_kpi":"activation_rate","baseline":40,"expected_lift":3}`)
		d.vendor("team_member", `{"id":"E-17","product_id":"app","role":"Product Manager","starts_at":"2024-01-01T00:00:00Z"}`)
		judgement := map[string]any{"kpi": "triad_health", "product": "app", "rag": "green", "trend": "flat", "text": "Fine.", "date": "2026-09-01"}
		review := map[string]any{"incident": "vendor/i1", "cause": "external", "text": "The carrier."}
		lift := map[string]any{"bet": "vendor/b1", "lift": 2.5, "lo": 1, "hi": 4, "text": "Experiment."}
		assessment := map[string]any{"member": "E-17", "rubric": "r", "competency": "c", "level": 2.5, "date": "2026-09-01"}
		for _, tt := range []struct {
			to    string
			good  map[string]any
			field string
			bad   any
		}{
			{"judgements", judgement, "kpi", "activation_rate"}, {"judgements", judgement, "kpi", nil},
			{"judgements", judgement, "product", "trial"}, {"judgements", judgement, "product", "@growth"},
			{"judgements", judgement, "rag", "blue"}, {"judgements", judgement, "trend", "sideways"},
			{"judgements", judgement, "text", ""}, {"judgements", judgement, "text", "  "}, {"judgements", judgement, "text", strings.Repeat("ä", 4001)}, {"judgements", judgement, "text", "a\u0000b"},
			{"judgements", judgement, "date", "2026-09-22"}, {"judgements", judgement, "date", "2026-02-30"}, {"judgements", judgement, "date", "1.9.2026"}, {"judgements", judgement, "date", "1026-01-01"},
			{"incident-reviews", review, "incident", "vendor/t1"}, {"incident-reviews", review, "incident", "vendor/old"}, {"incident-reviews", review, "incident", ""}, {"incident-reviews", review, "incident", "i1"},
			{"incident-reviews", review, "cause", "bad luck"}, {"incident-reviews", review, "change_ref", "d1"}, {"incident-reviews", review, "text", strings.Repeat("x", 4001)},
			{"lifts", lift, "bet", "vendor/b2"}, {"lifts", lift, "lift", "3,5"}, {"lifts", lift, "lift", "NaN"}, {"lifts", lift, "lift", nil}, {"lifts", lift, "lift", 1e13},
			{"lifts", lift, "lo", 3}, {"lifts", lift, "hi", 2}, {"lifts", lift, "hi", nil}, {"lifts", lift, "verdict", "great"}, {"lifts", lift, "text", nil},
			{"assessments", assessment, "member", "E-18"}, {"assessments", assessment, "rubric", strings.Repeat("r", 61)}, {"assessments", assessment, "competency", ""},
			{"assessments", assessment, "level", -1}, {"assessments", assessment, "level", 101}, {"assessments", assessment, "date", "2027-01-01"},
		} {
			entry := maps.Clone(tt.good)
			entry[tt.field] = tt.bad
			body := string(must(json.Marshal(entry))(t))
			status, text := d.ask(tt.to, body)
			var problem struct {
				Errors []dashboards.FieldError `json:"errors"`
			}
			if err := json.Unmarshal([]byte(text), &problem); err != nil || status != 422 || len(problem.Errors) != 1 || problem.Errors[0].Field != tt.field || problem.Errors[0].Text == "" {
				t.Errorf("%s %s = %v: %d %s", tt.to, tt.field, tt.bad, status, text)
			}
		}
		for _, table := range []string{"judgement_row", "assessment_row", "incident_review", "lift_reading", "rejected_record"} {
			d.stored("SELECT COUNT(*) FROM "+table, "0")
		}
		d.stored("SELECT COUNT(*) FROM run WHERE source = 'kpid'", "0")

		doc := must(openapi3.NewLoader().LoadFromData([]byte(d.page("/api/v1/openapi.json"))))(t)
		for to, entry := range map[string]map[string]any{"judgements": judgement, "incident-reviews": review, "lifts": lift, "assessments": assessment} {
			body := string(must(json.Marshal(entry))(t))
			var plain any
			status, text := d.ask(to, body)
			if err := json.Unmarshal([]byte(text), &plain); err != nil || status != 201 || !strings.Contains(text, `"author":"p.nair"`) || !strings.Contains(text, `"same":false`) {
				t.Errorf("%s: %d %s", to, status, text)
			}
			if err := doc.Components.Schemas["Receipt"].Value.VisitJSON(plain); err != nil {
				t.Error(err)
			}
			if status, text := d.ask(to, body); status != 200 || !strings.Contains(text, `"same":true`) {
				t.Errorf("%s again: %d %s", to, status, text)
			}
			for _, bad := range []string{"", "[]", "null", `{"kpi":["x"]}`, body + body, strings.Replace(body, "{", `{"colour":"red",`, 1)} {
				if status, _ := d.ask(to, bad); status != 400 {
					t.Errorf("%s %s: %d", to, bad, status)
				}
			}
			for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
				if status, _ := d.ask(to, body, func(r *http.Request) { r.Header.Set("Content-Type", kind) }); status != 415 {
					t.Errorf("%s as %q: %d", to, kind, status)
				}
			}
			if status, _ := d.ask(to, body, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }); status != 403 {
				t.Errorf("%s from another site: %d", to, status)
			}
		}
		d.stored("SELECT (SELECT COUNT(*) FROM judgement), (SELECT COUNT(*) FROM assessment), (SELECT COUNT(*) FROM incident_review), (SELECT COUNT(*) FROM lift_reading)", "1|1|1|1")
	})
}

// TestOwnSourceIsReserved: what people enter is not mixed with what a source sends.
func TestOwnSourceIsReserved(t *testing.T) {
	t.Setenv("APP_TOKEN", pushToken)
	file := filepath.Join(t.TempDir(), "config.toml")
	write(t, file, strings.Replace(deskConfig, `id = "vendor"`, `id = "kpid"`, 1))
	log := new(bytes.Buffer)
	if status := run(t.Context(), []string{"check", "--config", file}, terminal{out: log, err: log}); status != exitFailed || !strings.Contains(log.String(), "the id of what people enter") {
		t.Errorf("status %d: %s", status, log)
	}
}
