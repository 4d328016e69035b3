package sample

import (
	"math"
	"testing"
	"time"
)

// The tests of this file compute the seven KPIs of the README's story straight from the
// exports, by the plainest means, and hold them against the verdicts the story
// is meant to have. They know nothing of manifests, facts or KPI SQL.

// verdict is a range a number must lie in for its meant status.
type verdict struct {
	status string
	lo, hi float64
}

// check holds a number against the ranges of the four nodes.
func check(t *testing.T, of func(node string) float64, want map[string]verdict) {
	t.Helper()
	for node, w := range want {
		if got := of(node); !(got >= w.lo && got < w.hi) {
			t.Errorf("%s: %.2f, to be %s it must lie in [%g, %g)", node, got, w.status, w.lo, w.hi)
		}
	}
}

// TestActivation: up 3..10 pts from 1 April, 159 of 183 days gone at the end of
// W36, so 2.6 points are due and at risk ends at 1.8.
func TestActivation(t *testing.T) {
	gain := func(node string) float64 {
		now, base := activation(t, node, "2026-08-10", 4), activation(t, node, "2026-02-16", 6)
		return now - base
	}
	check(t, gain, map[string]verdict{
		"all": {"exceeding", 8.7, 20}, "core": {"off_track", -6, 1.8}, "growth": {"on_track", 2.7, 8.6}, "platform": {"exceeding", 8.7, 20},
	})
}

// activation is the percentage of the first sign-ups of some weeks that
// published within 14 days.
func activation(t *testing.T, node, monday string, weeks int) float64 {
	from := local(t, monday)
	to, home, real := from.AddDate(0, 0, 7*weeks), homes(), customers(t)
	publishes := map[string]bool{}
	for _, p := range products {
		publishes[p.publishes] = true
	}
	signup, done := map[string]time.Time{}, map[string][]time.Time{}
	for _, e := range events(t) {
		if e.Context.Account == nil || node != "all" && home[e.Product] != node {
			continue
		}
		a := *e.Context.Account
		if old, ok := signup[a]; e.Event == "Signed Up" && (!ok || e.at.Before(old)) {
			signup[a] = e.at
		}
		if publishes[e.Event] {
			done[a] = append(done[a], e.at)
		}
	}
	var num, den float64
	for a, at := range signup {
		if !real[a] || at.Before(from) || !at.Before(to) {
			continue
		}
		hit, early := 0.0, false
		for _, m := range done[a] {
			early = early || m.Before(at)
			if m.Before(at.Add(14 * day)) {
				hit = 1
			}
		}
		if !early {
			num, den = num+hit, den+1
		}
	}
	if den < 30 {
		t.Errorf("%s from %s: %g sign-ups are too few to judge", node, monday, den)
	}
	return 100 * num / den
}

// TestNorthStar: up 10..25 % on the same four weeks a year before; at risk from 7.
func TestNorthStar(t *testing.T) {
	growth := func(node string) float64 {
		return 100 * (activeAccounts(t, node, "2026-08-17", 4)/activeAccounts(t, node, "2025-08-18", 4) - 1)
	}
	check(t, growth, map[string]verdict{
		"all": {"on_track", 10, 25}, "core": {"on_track", 12, 17}, "growth": {"exceeding", 25, 40}, "platform": {"at_risk", 7, 10},
	})
}

// activeAccounts is the mean number of accounts with a successful use in a week.
func activeAccounts(t *testing.T, node, monday string, weeks int) float64 {
	home, real, used := homes(), customers(t), map[string]bool{}
	for _, p := range products {
		used[p.uses] = true
	}
	type key struct {
		account string
		week    int
	}
	seen := map[key]bool{}
	from := local(t, monday)
	to := from.AddDate(0, 0, 7*weeks)
	for _, e := range events(t) {
		if e.Context.Account == nil || e.Context.Bot || !e.Props.OK || e.at.Before(from) || !e.at.Before(to) ||
			!used[e.Event] || !real[*e.Context.Account] || node != "all" && home[e.Product] != node {
			continue
		}
		seen[key{*e.Context.Account, int(e.at.Sub(from) / week)}] = true
	}
	return float64(len(seen)) / float64(weeks)
}

// TestRetention: level > 100 % stretch 110 %, at risk from 95.
func TestRetention(t *testing.T) {
	check(t, func(node string) float64 { return retention(t, node) }, map[string]verdict{
		"all": {"on_track", 100.1, 110}, "core": {"on_track", 100.1, 110}, "growth": {"exceeding", 110, 120}, "platform": {"at_risk", 95, 100},
	})
}

// retention is MRR on 1 July 2026 of those who paid on 1 July 2025, in percent
// of what they paid then.
func retention(t *testing.T, node string) float64 {
	before, after := mrr(t, node, "2025-07-01"), mrr(t, node, "2026-07-01")
	var opening, closing, largest float64
	for a, v := range before {
		opening, closing, largest = opening+v, closing+after[a], math.Max(largest, v)
	}
	if len(before) < 20 || largest > opening/2 {
		t.Errorf("%s: %d accounts, the largest with %.0f %%, cannot be judged", node, len(before), 100*largest/opening)
	}
	return 100 * closing / opening
}

// mrr of every customer just before a day, in USD at the rate of 2025.
func mrr(t *testing.T, node, day string) map[string]float64 {
	out := map[string]float64{}
	for _, r := range terms(t, node) {
		amount := number(r["mrr"])
		if r["term_start"] < day && (r["term_end"] == "" || r["term_end"] >= day) {
			if r["currency"] == "EUR" {
				amount *= 1.039
			}
			out[r["customer"]] += amount
		}
	}
	return out
}

// terms are the billed terms of real customers, each in its newest version.
func terms(t *testing.T, node string) []record {
	rows, _ := readCSV(t, "billing/subscription_items.csv.gz")
	home, real := homes(), customers(t)
	var out []record
	for _, r := range newest(rows, "item_id", "modified_at") {
		if real[r["customer"]] && number(r["mrr"]) > 0 && r["charge_type"] == "recurring" && home[r["product_code"]] != "" && (node == "all" || home[r["product_code"]] == node) {
			out = append(out, r)
		}
	}
	return out
}

// TestTickets: down 10..25 % on the same month a year before; at risk from 7.
func TestTickets(t *testing.T) {
	change := func(node string) float64 {
		return 100 * (ticketRate(t, node, "2026-08")/ticketRate(t, node, "2025-08") - 1)
	}
	check(t, change, map[string]verdict{
		"all": {"off_track", -7, 10}, "core": {"off_track", 1, 10}, "growth": {"on_track", -25, -10}, "platform": {"at_risk", -10, -7},
	})
}

// ticketRate is tickets of paying accounts for 100 of these accounts.
func ticketRate(t *testing.T, node, month string) float64 {
	from := local(t, month+"-01")
	to := from.AddDate(0, 1, 0)
	paid := map[string]bool{}
	for _, r := range terms(t, node) {
		if r["term_start"] < to.Format(isoDay) && (r["term_end"] == "" || r["term_end"] > from.Format(isoDay)) {
			paid[r["customer"]] = true
		}
	}
	rows, _ := readCSV(t, "support/tickets.csv")
	home, n := homes(), 0
	for _, r := range newest(rows, "id", "updated_at") {
		at, err := time.Parse(time.RFC3339, r["created_at"])
		impossible := r["solved_at"] != "" && r["solved_at"] < r["created_at"]
		if err == nil && !at.Before(from) && at.Before(to) && !impossible && paid[r["organization"]] && r["kind"] == "customer" &&
			r["suspended"] == "false" && r["merged_into"] == "" && (node == "all" || home[r["brand"]] == node) {
			n++
		}
	}
	return 100 * float64(n) / float64(len(paid))
}

// TestPredictability: level 70..85 %, at risk from 65.
func TestPredictability(t *testing.T) {
	rows, _ := readCSV(t, "delivery/plan.csv")
	home := homes()
	kept := func(node string) float64 {
		var num, den float64
		for _, r := range rows {
			if r["month"] == "2026-08" && r["stretch"] == "no" && r["added_late"] == "no" && (node == "all" || home[r["product"]] == node) {
				num, den = num+math.Min(number(r["delivered"]), number(r["planned"])), den+number(r["planned"])
			}
		}
		return 100 * num / den
	}
	check(t, kept, map[string]verdict{
		"all": {"on_track", 70, 85}, "core": {"on_track", 76, 76.01}, "growth": {"on_track", 70, 85}, "platform": {"at_risk", 65, 70},
	})
}

// TestAlignment: level >= 4.2 /5, at risk from 3.99; in growth too few answered.
func TestAlignment(t *testing.T) {
	rows, _ := readCSV(t, "surveys/responses.csv.gz")
	mean := func(node string) (float64, int) {
		sum, n := map[string]float64{}, map[string]float64{}
		for _, r := range rows {
			if r["survey"] == "al-"+node+"-2026Q2" {
				sum[r["respondent"]] += number(r["score"])
				n[r["respondent"]]++
			}
		}
		total := 0.0
		for who := range sum {
			total += sum[who] / n[who]
		}
		return total / float64(len(sum)), len(sum)
	}
	check(t, func(node string) float64 { v, _ := mean(node); return v }, map[string]verdict{
		"core": {"on_track", 4.25, 4.35}, "platform": {"off_track", 3.5, 3.99},
	})
	if _, n := mean("growth"); n >= 8 {
		t.Errorf("growth: %d answered, it should be too few to judge (under 8)", n)
	}
	if _, n := mean("core"); n != 41 {
		t.Errorf("core: %d answered, want 41", n)
	}
}

// TestInAppSurveys: each product has enough answers to be judged, 50, and the
// runs of each workflow that effort is asked about are known.
func TestInAppSurveys(t *testing.T) {
	rows, _ := readCSV(t, "surveys/responses.csv.gz")
	answers := map[string]int{}
	for _, r := range rows {
		answers[r["survey"]]++
	}
	for _, p := range products {
		for _, k := range inApp {
			if id := k.code + "-" + p.id + "-2026Q2"; answers[id] < 50 {
				t.Errorf("%s: %d answers, want 50 or more", id, answers[id])
			}
		}
	}
	runs, _ := readCSV(t, "product/workflow_monthly.csv")
	known := map[string]bool{}
	for _, r := range runs {
		if number(r["completed"]) > number(r["begun"]) {
			t.Errorf("%s in %s: more runs completed than begun", r["segment"], r["month"])
		}
		known[r["segment"]] = true
	}
	questions, _ := readCSV(t, "surveys/questions.csv")
	for _, q := range questions {
		if q["purpose"] == "ces" && !known["workflow="+q["workflow"]] {
			t.Errorf("%s asks about %q, whose runs nobody counts", q["survey"], q["workflow"])
		}
	}
}

// TestIncidents counts severity 1 and 2 with a deployment as the cause.
func TestIncidents(t *testing.T) {
	count := func(month string) func(string) float64 {
		seen := onceEach(t, month)
		return func(node string) float64 { return float64(len(seen[node])) }
	}
	check(t, count("2026-08"), map[string]verdict{
		"all": {"on_track", 1, 6}, "core": {"on_track", 1, 2}, "growth": {"exceeding", 0, 1}, "platform": {"at_risk", 3, 5},
	})
	check(t, count("2026-03"), map[string]verdict{"core": {"off_track", 5, 6}})
}
