package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// sendJSON posts an object and wants a status.
func (d *entryDesk) sendJSON(path, body string, want int) string {
	d.Helper()
	reply := must(http.Post(d.url+path, "application/json", strings.NewReader(body)))(d.T)
	defer reply.Body.Close()
	text := string(must(io.ReadAll(reply.Body))(d.T))
	if reply.StatusCode != want {
		d.Fatalf("%s %s: %d %s, want %d", path, body, reply.StatusCode, text, want)
	}
	return text
}

// TestGoalsAreJudged: the green light of the last quarter is on track by the scorecard's target
// and by one that a key result has of its own.
func TestGoalsAreJudged(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		d.enter("judgement", "kpi", "triad_health", "product", "@core", "rag", "green", "trend", "flat", "text", "Calm.", "date", "2026-06-15")
		d.compute()
		send := func(path, body string) { d.Helper(); d.sendJSON(path, body, 201) }
		send("/api/v1/objectives", `{"portfolio":"core","text":"The three work as one.","owner":"p.nair","due":"2026-12-31"}`)
		send("/api/v1/key-results", `{"portfolio":"core","objective":1,"kpi":"triad_health","owner":"p.nair"}`)
		send("/api/v1/key-results", `{"portfolio":"core","objective":1,"kpi":"triad_health","measure":"rating","expr":"judged every 1q","owner":"p.nair"}`)
		send("/api/v1/milestones", `{"portfolio":"core","item":"60d-published","state":"done","links":["https://miro.com/x"]}`)
		var got dashboardsGoals
		if err := json.Unmarshal([]byte(d.page("/api/v1/goals?portfolio=core")), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Objectives) != 1 || len(got.Objectives[0].Results) != 2 {
			t.Fatalf("%+v", got)
		}
		o := got.Objectives[0]
		if o.Week != "2026-W38" || o.Status != "on_track" || o.Judged != 2 || o.Results[0].Status != "on_track" || o.Results[1].Status != "on_track" {
			t.Errorf("judged as the scorecard is: %+v", o)
		}
		says := map[string]string{}
		for _, m := range got.Milestones {
			if m.Evidence != nil {
				says[m.Item] = m.Evidence.Sentence
			}
			if want := map[string]string{"30d-inventory": "2026-07-01", "60d-published": "2026-07-31", "12m-stable": "2027-06-01"}[m.Item]; want != "" && m.Due != want {
				t.Errorf("%s is due %s, want %s", m.Item, m.Due, want)
			}
		}
		for item, want := range map[string]string{
			"60d-published": "The first evaluation was stored on 2026-09-21; 1 of ",
			"60d-owned":     "1 of ",
			"6m-improved":   "No KPI has a baseline and an interval yet, so none can be said to have improved.",
			"12m-stable":    "Roadmap predictability has 0 periods with a number; 6 are needed before its process chart can say that it is stable.",
		} {
			if !strings.HasPrefix(says[item], want) {
				t.Errorf("%s: %q, want %q", item, says[item], want)
			}
		}
		page := d.page("/p/core/goals")
		for _, want := range []string{"1 of 1 objective is on track.", "1 of 10 milestones are reached", "The data says so:", "/p/core/k/triad_health"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
	})
}

// dashboardsGoals is what a test reads of GET /api/v1/goals.
type dashboardsGoals struct {
	Objectives []struct {
		Week, Status string
		Judged       int
		Results      []struct{ Status string } `json:"key_results"`
	}
	Milestones []struct {
		Item, Due string
		Evidence  *struct{ Sentence string }
	}
}

// TestRegisterIsKept: an entry keeps each state it was in, and says nothing twice.
func TestRegisterIsKept(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		d.vendor("initiative", `{"id":"b1","product_id":"app","name":"Bet one","size":"major","target_kpi":"activation_rate","baseline":40,"expected_lift":3,"lift_unit":"pts","measure_by":"2026-12-15T00:00:00Z"}`)
		d.sendJSON("/api/v1/register", `{"portfolio":"core","kind":"escalation","text":"No designer.","owner":"p.nair","at":"2026-09-18","due":"2026-09-30","bet":"vendor/b1","links":["https://app.vanta.com/x"]}`, 201)
		d.sendJSON("/api/v1/register", `{"portfolio":"core","id":1,"revision":1,"kind":"escalation","state":"answered","text":"No designer.","owner":"p.nair","at":"2026-09-20"}`, 201)
		d.sendJSON("/api/v1/register", `{"portfolio":"core","id":1,"revision":2,"kind":"escalation","state":"answered","text":"No designer.","owner":"p.nair","at":"2026-09-20"}`, 200)
		page := d.page("/p/core/register")
		for _, want := range []string{"Escalation: answered", "1 earlier revision", "Escalation open, 18 Sep, Priya Nair, due 30 Sep: No designer.", "Nothing is open in the register."} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if got := d.page("/api/v1/register?portfolio=core"); !strings.Contains(strings.ReplaceAll(got, " ", ""), `"revision":2`) || !strings.Contains(got, `"2026-09-18"`) {
			t.Errorf("%s", got)
		}
	})
}
