package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestBusinessCaseOfABet: what people say stands beside the bet, signed and dated, in
// the API, the file and on the page; a correction keeps what was said before.
func TestBusinessCaseOfABet(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		bet := `{"id":"b1","product_id":"app","name":"Bet one","size":"major","released_at":"2026-05-01T00:00:00Z","registered_at":"2026-04-01T00:00:00Z","measure_by":"2026-07-15T00:00:00Z","target_kpi":"activation_rate","baseline":40,"expected_lift":3,"lift_unit":"pts"}`
		d.vendor("initiative", bet)
		d.enter("value", "bet", "vendor/b1", "line", "expected", "amount", "125000", "currency", "USD", "date", "2026-04-01", "text", "100 seats.", "links", "https://miro.com/case")
		d.sendJSON("/api/v1/bet-values", `{"portfolio":"core","bet":"vendor/b1","line":"realised","amount":-99.5,"currency":"USD","date":"2026-09-01","text":"Refunds.","links":["https://app.drata.com/x"]}`, 201)
		d.sendJSON("/api/v1/bet-values", `{"portfolio":"core","bet":"vendor/b1","line":"realised","amount":140000.05,"currency":"USD","date":"2026-09-02","text":"112 seats."}`, 201)
		d.sendJSON("/api/v1/bet-values", `{"portfolio":"core","bet":"vendor/b1","line":"realised","amount":"140000.05","currency":"USD","date":"2026-09-02","text":"112 seats."}`, 200)
		for body, field := range map[string]string{
			`{"bet":"vendor/b2","line":"expected","amount":1,"currency":"USD","date":"2026-09-01","text":"x"}`:                                      "bet",
			`{"bet":"vendor/b1","line":"hoped","amount":1,"currency":"USD","date":"2026-09-01","text":"x"}`:                                         "line",
			`{"bet":"vendor/b1","line":"expected","amount":1.005,"currency":"USD","date":"2026-09-01","text":"x"}`:                                  "amount",
			`{"bet":"vendor/b1","line":"expected","currency":"USD","date":"2026-09-01","text":"x"}`:                                                 "amount",
			`{"bet":"vendor/b1","line":"evidence","amount":1,"date":"2026-09-01","text":"x"}`:                                                       "amount",
			`{"bet":"vendor/b1","line":"evidence","date":"2026-09-01"}`:                                                                             "links",
			`{"bet":"vendor/b1","line":"expected","amount":1,"currency":"CHF","date":"2026-09-01","text":"x"}`:                                      "currency",
			`{"bet":"vendor/b1","line":"expected","amount":1,"currency":"USD","date":"2026-09-22","text":"x"}`:                                      "date",
			`{"bet":"vendor/b1","line":"expected","amount":1,"currency":"USD","date":"2026-09-01"}`:                                                 "text",
			`{"bet":"vendor/b1","line":"expected","amount":1,"currency":"USD","date":"2026-09-01","text":"x","links":["https://f\u0456gma.com/x"]}`: "links",
		} {
			var problem struct{ Errors []struct{ Field string } }
			if err := json.Unmarshal([]byte(d.sendJSON("/api/v1/bet-values", body, 422)), &problem); err != nil || len(problem.Errors) != 1 || problem.Errors[0].Field != field {
				t.Errorf("%s: %v, want %s", body, problem.Errors, field)
			}
		}
		d.vendor("initiative", strings.Replace(bet, "Bet one", "Bet 1", 1)) // the vendor's next run
		var got struct {
			Values []struct {
				Currency string
				Expected int64 `json:"expected_minor"`
				Realised int64 `json:"realised_minor"`
				Both     int   `json:"with_both"`
			}
			Bets []struct {
				Expected *struct{ Minor int64 } `json:"expected_value"`
				Late     bool                   `json:"expected_value_late"`
				Links    []string
			}
		}
		if err := json.Unmarshal([]byte(d.page("/api/v1/bets?portfolio=core")), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Values) != 1 || got.Values[0].Expected != 12_500_000 || got.Values[0].Realised != 14_000_005 || got.Values[0].Both != 1 ||
			got.Bets[0].Expected.Minor != 12_500_000 || !got.Bets[0].Late || len(got.Bets[0].Links) != 1 || got.Bets[0].Links[0] != "https://miro.com/case" {
			t.Errorf("%+v", got)
		}
		page := d.page("/p/core/bets?span=all")
		for _, want := range []string{"USD 125,000", "USD 140,000.05", "first said after the release", "<bdi>Miro</bdi>", "In USD"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if file := d.page("/p/core/bets?span=all&format=csv"); !strings.Contains(file, ",125000.00,USD,140000.05,USD,https://miro.com/case") {
			t.Errorf("the file: %s", file)
		}
		if form := d.page("/p/core/enter/value?bet=vendor%2Fb1"); !strings.Contains(form, "−USD 99.50") || !strings.Contains(form, "Drata") {
			t.Error("what was said before is kept and shown")
		}
	})
}
