package main

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/scorecard"
)

// everyLevel holds that all the KPIs that come with kpid show a value for the
// company, each director's portfolio and each product. What is a fact about a
// portfolio (its people, its stakeholders) has no product: sample/README.md.
func everyLevel(t *testing.T, s *service) {
	defs, err := catalog.Load(catalog.Builtin(), catalog.BuiltinOrigin)
	if err != nil || len(defs) != 24 {
		t.Fatalf("%d definitions, want 24: %v", len(defs), err)
	}
	products := map[string][]string{"core": {"flows", "forms", "approvals"}, "growth": {"onboarding", "templates"}, "platform": {"api", "admin"}}
	ofPortfolios := []string{"stakeholder_alignment", "triad_health", "pm_engagement_retention", "pm_capability_growth"}
	for _, d := range defs {
		for _, portfolio := range []string{"all", "core", "growth", "platform"} {
			for _, product := range append([]string{""}, products[portfolio]...) {
				if product != "" && slices.Contains(ofPortfolios, d.ID) {
					continue
				}
				if x := explained(t, s, d.ID, portfolio, product, ""); x.Value == nil && x.Bounds == nil {
					t.Errorf("%s of %s %s shows nothing in %s", d.ID, portfolio, product, x.Period)
				}
			}
		}
	}
}

func explained(t *testing.T, s *service, id, portfolio, product, measure string) scorecard.Explanation {
	t.Helper()
	var x scorecard.Explanation
	q := url.Values{"portfolio": {portfolio}, "limit": {"1"}}
	if product != "" {
		q.Set("product", product)
	}
	if measure != "" {
		q.Set("measure", measure)
	}
	res, body := s.get(t, "/api/v1/kpis/"+id+"/rows?"+q.Encode())
	if err := json.Unmarshal([]byte(body), &x); res.StatusCode != 200 || err != nil {
		t.Fatalf("%s of %s %s: %s, %v: %.200s", id, portfolio, product, res.Status, err, body)
	}
	return x
}

// rowsMakeTheNumber takes the rows of every measure as the file a reader would
// take away, and works the number out of nothing else.
func rowsMakeTheNumber(t *testing.T, s *service) {
	defs, err := catalog.Load(catalog.Builtin(), catalog.BuiltinOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range defs {
		for _, m := range d.Measures {
			for _, portfolio := range []string{"all", "core"} {
				x := explained(t, s, d.ID, portfolio, "", m.ID)
				if x.Reason != nil && strings.HasPrefix(*x.Reason, "error") {
					t.Errorf("%s/%s of %s is refused: %s", d.ID, m.ID, portfolio, *x.Reason)
				}
				if x.State == nil {
					continue
				}
				_, body := s.get(t, "/p/"+portfolio+"/k/"+d.ID+"/why?format=csv&measure="+m.ID+"&period="+x.Period)
				if says := differs(t, m, x, body); says != "" {
					t.Errorf("%s/%s of %s in %s: %s", d.ID, m.ID, portfolio, x.Period, says)
				}
			}
		}
	}
}

// differs adds the file up and holds it against the number.
func differs(t *testing.T, m kpi.Measure, x scorecard.Explanation, file string) string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil || len(lines) == 0 {
		t.Fatalf("the file: %v", err)
	}
	at := map[string]int{}
	for i, name := range lines[0] {
		at[name] = i
	}
	var num, den float64
	var values []float64
	left := 0
	for _, l := range lines[1:] {
		number := func(name string) float64 {
			v, _ := strconv.ParseFloat(l[at[name]], 64) // an empty cell adds nothing
			return v
		}
		if l[at["counts"]] != "true" {
			left++
			continue
		}
		num, den = num+number("num"), den+number("den")
		values = append(values, number("value"))
	}
	near := func(a *float64, b float64) bool { return a != nil && math.Abs(*a-b) <= 1e-9*math.Max(1, math.Abs(b)) }
	switch m.Agg {
	case kpi.Share, kpi.Ratio:
		if x.Num != nil && (!near(x.Num, num) || !near(x.Den, den)) {
			return "the rows add up to " + strconv.FormatFloat(num, 'g', -1, 64) + " / " + strconv.FormatFloat(den, 'g', -1, 64)
		}
	case kpi.Count, kpi.Sum, kpi.Distinct:
		if !near(x.Num, num) {
			return "the rows add up to " + strconv.FormatFloat(num, 'g', -1, 64)
		}
	case kpi.Median, kpi.Mean, kpi.NPS:
		if x.N == nil || *x.N != int64(len(values)) {
			return strconv.Itoa(len(values)) + " rows count"
		}
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		if m.Agg == kpi.Mean && !near(x.Value, m.Display(sum/float64(len(values)))) {
			return "the mean of the rows is another"
		}
		if m.Agg == kpi.NPS && !near(x.Value, 100*sum/float64(len(values))) {
			return "the score of the rows is another"
		}
	}
	said := 0
	for _, l := range x.Left {
		said += l.Units
	}
	if said != left {
		return strconv.Itoa(left) + " rows are left out, " + strconv.Itoa(said) + " are said to be"
	}
	return ""
}
