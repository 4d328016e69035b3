package dashtest

import (
	"context"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
)

// wager is a bet of the invented company. Lifts are in the KPI's display unit.
type wager struct {
	id, name, kpi, unit string
	product, owner      string
	expected            float64
	released            kpi.Millis // 0: not yet
	days                int        // from the release to its date
	seen                []float64  // lift and both ends of its interval, as recorded
}

const oneDay = kpi.Millis(24 * 60 * 60 * 1000)

// wagers are the 13 bets that were due, of which 9 reached their lift, and
// those that are not due or do not count.
func wagers() []wager {
	return []wager{
		{"b01", "Guided setup, 60% of accounts", "activation_rate", "pts", "flows", "m.okafor", 1.5, Day(2026, 5, 12), 90, []float64{1.9, 0.9, 2.9}},
		{"b02", "Invite from template", "activation_rate", "pts", "flows", "m.okafor", 1, Day(2026, 3, 3), 90, []float64{1.6, 0.7, 2.5}},
		{"b03", "Checklist emails", "time_to_value", "abs", "flows", "m.okafor", -0.4, Day(2026, 2, 10), 90, []float64{-0.6, -0.84, -0.36}},
		{"b04", "Sample data on signup", "time_to_value", "abs", "forms", "m.okafor", -0.3, Day(2026, 3, 17), 90, []float64{-0.3, -0.45, -0.15}},
		{"b05", "Saved views", "feature_adoption", "pts", "tables", "s.patel", 30, Day(2026, 1, 13), 90, []float64{44, 41, 47}},
		{"b06", "Renewal workspace report", "nrr_influence", "pts", "tables", "p.nair", 1, Day(2026, 1, 20), 90, []float64{1.4, 0.6, 2.2}},
		{"b07", "Seat suggestions", "nrr_influence", "pts", "flows", "p.nair", 0.5, Day(2026, 2, 2), 90, []float64{0.6, 0.2, 1}},
		{"b08", "Help panel in editor", "ticket_rate", "abs", "flows", "l.brandt", -0.3, Day(2026, 2, 17), 90, []float64{-0.4, -0.57, -0.21}},
		{"b09", "Answer suggestions", "deflection_rate", "pts", "forms", "l.brandt", 2, Day(2026, 3, 9), 90, []float64{2.4, 1.6, 3.2}},
		{"b10", "Pre-merge contract tests", "defect_escape", "abs", "flows", "r.meyer", -0.04, Day(2026, 1, 27), 90, []float64{-0.01, -0.036, 0.016}},
		{"b11", "Queue rewrite", "slo_attainment", "pts", "flows", "r.meyer", 0.05, Day(2026, 2, 24), 90, []float64{-0.04, -0.08, 0.01}},
		{"b12", "Event schema checks", "instrumentation_coverage", "pts", "tables", "j.lind", 8, Day(2026, 3, 24), 90, []float64{4}},
		{"b13", "Bulk editor shortcuts", "ces", "abs", "tables", "s.patel", -0.3, Day(2026, 3, 31), 90, []float64{-0.1, -0.27, 0.06}},
		{"b14", "Template gallery", "activation_rate", "pts", "flows", "a.cruz", 1, Day(2026, 7, 8), 90, nil},
		{"b15", "Import wizard", "time_to_value", "abs", "forms", "m.okafor", -0.5, Day(2026, 6, 12), 90, nil},
		{"b16", "Approvals on mobile", "north_star", "percent", "flows", "p.nair", 5, 0, 160, nil},
		{"b17", "Linked tables", "feature_adoption", "pts", "tables", "s.patel", 20, 0, 200, nil},
		{"b18", "Weekly digest", "activation_rate", "pts", "forms", "a.cruz", 2, 0, 120, nil},
		{"b19", "Role hints", "ticket_rate", "abs", "flows", "l.brandt", -0.2, Day(2026, 4, 14), 90, []float64{-0.3, -0.4, -0.2}},
	}
}

func (w wager) bet() dashboards.Bet {
	by, registered := w.released+kpi.Millis(w.days)*oneDay, w.released-30*oneDay
	b := kpi.Bet{Source: "roadmap", ID: w.id, Product: w.product, KPI: w.kpi, Segment: "all", Baseline: 40, Expected: w.expected, ExpectedNow: w.expected,
		LiftUnit: w.unit, ReleasedAt: &w.released, MeasureBy: by, Guardrails: []string{"gross_retention"}}
	if w.released == 0 {
		b.ReleasedAt, b.MeasureBy, registered = nil, Now()+kpi.Millis(w.days)*oneDay, Now()-20*oneDay
	}
	if len(w.seen) > 0 {
		b.Measured = &w.seen[0]
	}
	if len(w.seen) > 1 {
		b.Lo, b.Hi = &w.seen[1], &w.seen[2]
	}
	out := dashboards.Bet{Bet: b, Name: w.name, Owner: w.owner, Size: "major", Risk: "core", Registered: &registered, Seen: b.Judge(nil, "no settled week of the KPI lies there yet", Now())}
	switch w.id {
	case "b01": // read from the series: 41.9 against a baseline of 40
		out.Seen = kpi.Judged{Outcome: kpi.BetMet, Lift: b.Measured, Lo: b.Lo, Hi: b.Hi, How: "series", Period: "2026-W31"}
		out.URL = "https://tracker.example/b01"
	case "b18":
		killed := Day(2026, time.August, 20)
		out.Killed = &killed
	case "b19":
		late := w.released + 10*oneDay
		out.Registered = &late
	}
	out.Case = w.worth(b.ReleasedAt)
	out.Stage = b.Stage(out.Seen.Outcome, out.Killed, out.Registered, Now())
	return out
}

// Bets implements dashboards.Reader: only Core Workflows has any.
func (r *Reader) Bets(_ context.Context, portfolio string) ([]dashboards.Bet, error) {
	if r.Err != nil || portfolio != "core" && portfolio != "all" {
		return nil, r.Err
	}
	var out []dashboards.Bet
	for _, w := range wagers() {
		out = append(out, w.bet())
	}
	if r.Promises != nil {
		out = r.Promises(out)
	}
	return out, nil
}

// worth is what people said of a bet: of three of them, one in another currency and one
// after its release.
func (w wager) worth(released *kpi.Millis) kpi.BusinessCase {
	said := func(line kpi.CaseLine, minor int64, currency string, month time.Month, day int, links ...string) kpi.CaseEntry {
		return kpi.CaseEntry{Source: "roadmap", ID: w.id, Line: line, Minor: minor, Currency: currency, Digits: 2, At: date(month, day), Text: "Seats times price.",
			Links: append([]string{}, links...), Author: "p.nair", RecordedAt: Day(2026, month, day)}
	}
	var all []kpi.CaseEntry
	switch w.id {
	case "b01":
		all = []kpi.CaseEntry{said(kpi.CaseExpected, 12_500_000, "USD", time.April, 20, "https://larkfield.atlassian.net/wiki/case"), said(kpi.CaseRealised, 14_200_050, "USD", time.September, 1),
			said(kpi.CaseEvidence, 0, "", time.September, 2, "https://app.dovetail.com/projects/setup", "https://app.drata.com/controls/9")}
	case "b06":
		all = []kpi.CaseEntry{said(kpi.CaseExpected, 3_000_000, "EUR", time.July, 1), said(kpi.CaseRealised, -50_000, "EUR", time.July, 2)}
	case "b16":
		all = []kpi.CaseEntry{said(kpi.CaseExpected, 40_000_000, "USD", time.September, 3)}
	}
	return kpi.NewBusinessCase(all, released)
}
