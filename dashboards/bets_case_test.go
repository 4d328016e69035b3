package dashboards_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// TestBusinessCases: two bets in dollars, 125,000 + 400,000 expected and 142,000.50
// realised, one in euros that lost 500.
func TestBusinessCases(t *testing.T) {
	h := writing(t, dashtest.New(), &dashtest.Entries{})
	doc := shown(t, h, "/p/core/bets")
	panel := byClass(doc, "betcases")[0]
	var rows []string
	for _, tr := range byTag(panel, "tr")[1:] {
		rows = append(rows, words(tr))
	}
	for i, want := range []string{
		"Approvals on mobile USD 400,000 – expected as of 2026-09-03, signed Priya Nair Say more of this bet",
		"Guided setup, 60% of accounts USD 125,000 USD 142,000.50 expected as of 2026-04-20, signed Priya Nair; realised as of 2026-09-01, signed Priya Nair Say more of this bet Confluence (another site) Dovetail (another site) Drata (another site)",
		"Renewal workspace report EUR 30,000 first said after the release −EUR 500 expected as of 2026-07-01, signed Priya Nair; realised as of 2026-07-02, signed Priya Nair Say more of this bet",
		"In EUR 1 bet with an expected value, 1 with a realised one, 1 with both EUR 30,000 −EUR 500",
		"In USD 2 bets with an expected value, 1 with a realised one, 1 with both USD 525,000 USD 142,000.50",
	} {
		if i >= len(rows) || rows[i] != want {
			t.Errorf("row %d: %q, want %q", i, rows, want)
		}
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get(t, h, "/p/core/bets?format=csv").Body.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	from := slices.Index(records[0], "expected_value")
	for _, r := range records[1:] {
		want := map[string]string{"b01": "125000.00|USD|142000.50|USD|https://larkfield.atlassian.net/wiki/case https://app.dovetail.com/projects/setup https://app.drata.com/controls/9",
			"b06": "30000.00|EUR|-500.00|EUR|", "b02": "||||"}[r[1]]
		if want != "" && strings.Join(r[from:], "|") != want {
			t.Errorf("%s: %q, want %q", r[1], r[from:], want)
		}
	}
	none := dashtest.New()
	none.Promises = func([]dashboards.Bet) []dashboards.Bet { return nil }
	if got := words(byClass(shown(t, serve(t, none), "/p/core/bets"), "betcases")[0]); !strings.HasSuffix(got, "Nobody has said what a bet is worth.") {
		t.Errorf("without any: %q", got)
	}
}

func TestEnterABusinessCase(t *testing.T) {
	entries := &dashtest.Entries{}
	h := writing(t, dashtest.New(), entries)
	form := []string{"bet", "roadmap/R9", "line", "realised", "amount", "9000", "currency", "JPY", "date", "2026-09-18", "text", "Ten seats.", "links", "https://miro.com/x"}
	if code, where, page := send(t, h, "/p/core/enter/value", form...); code != 303 || where != "/p/core/enter/value?bet=roadmap%2FR9&done=1" {
		t.Fatalf("%d to %s: %s", code, where, page)
	}
	if got := entries.Got[0]; got.Kind != dashboards.Valuing || got.Author.ID != "p.nair" || got.Fields["amount"] != "9000" || got.Fields["links"] != "https://miro.com/x" {
		t.Errorf("%+v", got)
	}
	if code, _, page := send(t, h, "/p/core/enter/value", append(form, "amount", "9000.50")...); code != 422 || !strings.Contains(page, "whole units only") {
		t.Errorf("yen have no cents: %d", code)
	}
	if page := words(shown(t, h, "/p/core/enter/value?bet=roadmap%2FR9")); !strings.Contains(page, "Expected USD 9,000 2026-01-12 Twelve seats. Priya Nair 12 Jan 2026 FigJam (another site)") {
		t.Errorf("what was said before: %q", page)
	}
}
