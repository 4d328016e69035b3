// Package delivertest holds scorecards to speak of and the limits that Slack and
// Microsoft publish, for tests.
package delivertest

import (
	"fmt"
	"strings"
	"time"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Now is Monday 21 September 2026, 06:10 UTC.
func Now() kpi.Millis { return kpi.At(time.Date(2026, 9, 21, 6, 10, 0, 0, time.UTC)) }

// Calendar of the company: Berlin, weeks from Monday, years from January.
func Calendar() kpi.Calendar {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err) // the zones are part of every Go installation that builds kpid
	}
	return kpi.Calendar{Zone: zone, WeekStarts: time.Monday, FiscalStart: time.January}
}

// Reader of the messages, in New York.
func Reader() deliver.Reader {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return deliver.Reader{ID: "monday", Zone: zone, PublicURL: "https://kpid.example.com"}
}

// Row of a scorecard.
func Row(id, name string, status kpi.Status) scorecard.Row {
	return scorecard.Row{ID: id, Measure: "rate", Name: name, Status: status, Owner: "m.okafor",
		Sentence: "41.8% against 45.2% by now: " + strings.ReplaceAll(string(status), "_", " ") + ".",
		Links:    scorecard.Links{Page: "/p/core/k/" + id + "?w=2026-W38"}}
}

// Signalled is the row with a signal in a week, bad or good.
func Signalled(r scorecard.Row, period string, favourable bool) scorecard.Row {
	r.Process = &scorecard.Process{Signals: []scorecard.ProcessPoint{{Period: period, Rule: kpi.Outside, Favourable: &favourable}},
		Values: []scorecard.ProcessValue{{Period: period}}}
	return r
}

// Facts of a portfolio with these rows.
func Facts(rows ...scorecard.Row) deliver.Facts {
	bad := 0
	for _, r := range rows {
		if r.Status == kpi.OffTrack {
			bad++
		}
	}
	return deliver.Facts{Card: &scorecard.Scorecard{
		Portfolio: scorecard.PortfolioRef{ID: "core", Name: "Core Workflows", Owner: "p.nair"}, Week: "2026-W38", DataVersion: "9f2c",
		Headline: fmt.Sprintf("%d of %d KPIs are on target. %d are off track.", len(rows)-bad, len(rows), bad), Second: "Ticket rate is 4.1 against 3.6 or less.", KPIs: rows,
	}}
}

// Many is a portfolio in which so many KPIs have one status.
func Many(n int, status kpi.Status) deliver.Facts {
	var rows []scorecard.Row
	for i := range n {
		rows = append(rows, Row(fmt.Sprintf("kpi_%03d", i), fmt.Sprintf("Indicator number %03d of a long list", i), status))
	}
	return Facts(rows...)
}

// HostileNames are what somebody could call a thing.
func HostileNames() []string {
	return []string{
		"<!channel> <!here> <@U123> <#C123> @here @channel @everyone",
		"[click](https://evil.example) **bold** <https://evil.example|click>",
		"line\r\nBcc: victim@example.com\nSubject: hello",
		"<script>alert(1)</script> <img src=x onerror=alert(1)> {{.}} </bdi>",
		"\u202etxet desrever\u202c \u2066isolated\u2069 \x00\x1b[31m",
		"```code``` `tick` *star* _under_ ~strike~ | & \" '",
		"<at>Everyone</at> ${expand} {{DATE(2026-01-01T00:00:00Z)}}",
		strings.Repeat("long ", 200),
	}
}

// Hostile is a portfolio, a source and an action with those names.
func Hostile() deliver.Facts {
	var rows []scorecard.Row
	for i, name := range HostileNames() {
		r := Row(fmt.Sprintf("kpi_%d", i), name, kpi.OffTrack)
		r.Sentence = name
		rows = append(rows, r)
	}
	f := Facts(rows...)
	all := strings.Join(HostileNames()[:6], " ")
	f.Card.Portfolio.Name, f.Card.Headline, f.Card.Second = all, all, all
	f.Card.Trust.Late = []scorecard.Late{{Source: all, State: "stale", Behind: all, KPIs: HostileNames()}}
	f.Unexplained = rows
	f.Overdue = []kpi.Action{{Said: kpi.Said{ID: 1, Portfolio: "core", Text: all}, Due: kpi.Date{Year: 2026, Month: 9, Day: 1}, Owner: all, State: kpi.ActionOpen}}
	return f
}
