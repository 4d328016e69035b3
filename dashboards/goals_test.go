package dashboards_test

import (
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards/dashtest"
)

func named(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return attr(n, "name") == name }
}

// TestGoalsPage: of the two open objectives one rests on activation, which is off track,
// and time to value, which is at risk: half of what is judged is off track.
func TestGoalsPage(t *testing.T) {
	h := serve(t, dashtest.New())
	doc := shown(t, h, "/p/core/goals")
	if got := words(byTag(doc, "h1")[0]); got != "1 of 2 objectives are on track. 1 of 11 milestones are reached, 5 overdue." {
		t.Errorf("headline %q", got)
	}
	for id, want := range map[string]string{
		"objective-1":           "A new team sees the value of a workflow in its first week. Off track 0 of 2 judged key results are on target, 1 off track. Priya Nair , by 31 Dec; signed Priya Nair Change this objective",
		"objective-4":           "Customers help themselves. On track 1 of 1 judged key result is on target. Lena Brandt",
		"objective-7":           "Releases do not wake anybody.",
		"result-6":              "gone_from_the_scorecard",
		"milestone-1":           "The dashboard is published, and the weekly review reads it. done 22 May, was due 31 May; signed Priya Nair Change this milestone Confluence (another site) The data says so: The first evaluation was stored on 2026-03-02; ",
		"milestone-60d-owned":   "Every KPI of the scorecard has a definition, an owner and a target that were agreed on. open due 31 May, overdue Change this milestone The data says so: 24 of 24 KPIs have an owner and a target.",
		"milestone-12m-stable":  "The roadmap delivers predictably: what is committed to is delivered, period after period. open due 1 Apr 2027 Change this milestone The data does not say so: Roadmap predictability has 0 periods with a number; 6 are needed before its process chart can say that it is stable.",
		"milestone-6m-improved": "One or two KPIs are measurably better than when they were first judged. open due 1 Oct Change this milestone The data says so: ",
		"milestone-2":           "A second product lead is hired. open due 31 Oct; signed Priya Nair Change this milestone",
	} {
		if got := words(byID(t, doc, id)); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := words(byID(t, doc, "result-3")); !strings.HasPrefix(got, "Time-to-value, median Half of them within two days.") {
		t.Errorf("a key result: %q", got)
	}
	if got := words(byID(t, doc, "result-6")); !strings.Contains(got, "dropped does not count") {
		t.Errorf("a dropped key result: %q", got)
	}
	empty := words(shown(t, h, "/p/growth/goals"))
	for _, want := range []string{"No objective is set.", "director_since", "No objective is open."} {
		if !strings.Contains(empty, want) {
			t.Errorf("without goals the page lacks %q: %s", want, empty)
		}
	}
}

// TestWriteGoals sets an objective with a key result and reaches a milestone.
func TestWriteGoals(t *testing.T) {
	h := serve(t, dashtest.New())
	if code, to, page := sendSheet(t, h, "goals", "sheet", "objective", "text", "Fewer <b>tickets</b>", "owner", "l.brandt", "due", "2026-12-31"); code != 303 || to != "/p/core/goals#objective-9" {
		t.Fatalf("%d to %q: %s", code, to, page)
	}
	if got := words(byID(t, shown(t, h, "/p/core/goals"), "objective-9")); !strings.HasPrefix(got, "Fewer <b>tickets</b> No data No key result says when it is reached. ") {
		t.Errorf("without a key result: %q", got)
	}
	result := []string{"sheet", "result", "objective", "9", "kpi", "ticket_rate", "owner", "l.brandt", "expr", "level < 5"}
	if code, to, page := sendSheet(t, h, "goals", result...); code != 303 || to != "/p/core/goals#result-10" {
		t.Fatalf("%d to %q: %s", code, to, words(parse(t, page)))
	}
	if got := words(byID(t, shown(t, h, "/p/core/goals"), "objective-9")); !strings.Contains(got, "Off track 0 of 1 judged key result is on target, 1 off track.") {
		t.Errorf("judged by its key result: %q", got)
	}
	for _, c := range []struct{ field, value, want string }{
		{"objective", "2", "is not among the choices"}, {"objective", "", "Objective is missing."}, {"kpi", "nope", "is not among the choices"},
		{"measure", "nope", "has no measure nope"}, {"expr", "soon", "expr"}, {"expr", "level > 5", "less"},
	} {
		form := append(append([]string{}, result...), c.field, c.value)
		code, _, page := sendSheet(t, h, "goals", form...)
		doc := parse(t, page)
		if got := words(byID(t, doc, "e-result-new-"+c.field)); code != 422 || !strings.Contains(strings.ToLower(got+c.field), strings.ToLower(c.want)) {
			t.Errorf("%s=%s: %d %q, want %q", c.field, c.value, code, got, c.want)
		}
		if _, open := findAttr(byID(t, doc, "form-result-new").Parent, "open"); !open {
			t.Errorf("%s=%s: the form is folded", c.field, c.value)
		}
	}
	if code, to, page := sendSheet(t, h, "goals", "sheet", "milestone", "item", "60d-owned", "text", "Agreed.", "due", "2026-05-31", "state", "done"); code != 303 || to != "/p/core/goals#milestone-3" {
		t.Fatalf("%d to %q: %s", code, to, page)
	}
	if got := words(byID(t, shown(t, h, "/p/core/goals"), "milestone-3")); !strings.HasPrefix(got, "Agreed. done 21 Sep, was due 31 May; signed Priya Nair") {
		t.Errorf("done today when nothing else is said: %q", got)
	}
	if w := sendJSON(t, h, "/api/v1/milestones", `{"item":"90d-plan","state":"dropped","at":"2026-07-01"}`); w.Code != 201 {
		t.Errorf("what the usual set says need not be said again: %d %s", w.Code, w.Body)
	}
	if w := sendJSON(t, h, "/api/v1/milestones", `{"item":"nothing"}`); w.Code != 400 || !strings.Contains(w.Body.String(), "There is no item called nothing") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := sendJSON(t, h, "/api/v1/key-results", `{"id":9,"revision":1}`); w.Code != 404 {
		t.Errorf("an objective is no key result: %d", w.Code)
	}
}

func findAttr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func TestGoalsAPI(t *testing.T) {
	h := serve(t, dashtest.New())
	var got struct {
		Since      string `json:"director_since"`
		Objectives []struct {
			ID       int64
			Status   string
			OnTarget int `json:"on_target"`
			Results  []struct {
				KPI, Status string
				Value       *float64
				Attainment  *float64
			} `json:"key_results"`
		}
		Milestones []struct {
			ID       *int64
			Item     *string
			State    string
			Evidence *struct {
				Kind, Sentence string
				Holds          bool
			}
		}
	}
	if err := json.Unmarshal(get(t, h, "/api/v1/goals?portfolio=core").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	first := got.Objectives[0]
	if got.Since != "2026-04-01" || first.Status != "off_track" || len(first.Results) != 2 || first.Results[0].KPI != "activation_rate" || !near(*first.Results[0].Value, 41.8) {
		t.Errorf("%+v", first)
	}
	gone := got.Objectives[1].Results[1]
	if gone.Status != "no_data" || gone.Value != nil || gone.Attainment != nil {
		t.Errorf("a KPI that is gone has no value: %+v", gone)
	}
	for _, m := range got.Milestones {
		if m.Item != nil && *m.Item == "60d-published" && (m.ID == nil || m.State != "done" || !m.Evidence.Holds) || m.Item != nil && *m.Item == "90d-plan" && (m.ID != nil || m.Evidence != nil) {
			t.Errorf("%+v", m)
		}
	}
}

func near(a, b float64) bool { return a-b < 0.05 && b-a < 0.05 }
