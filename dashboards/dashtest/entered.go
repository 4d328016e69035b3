package dashtest

import (
	"context"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

func on(month time.Month, day, hour int) kpi.Millis {
	return kpi.At(time.Date(2026, month, day, hour, 0, 0, 0, time.UTC))
}

// Entered implements dashboards.Reader: what people of the company have said.
func (r *Reader) Entered(_ context.Context, portfolio, about string) (*dashboards.Entered, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	if portfolio != "core" || r.Silent {
		return &dashboards.Entered{Enough: 8}, nil
	}
	replaced, lo, hi := on(time.July, 6, 9), 0.4, 2.0
	return &dashboards.Entered{
		KPIs: []dashboards.Named{{ID: "triad_health", Name: "Triad health"}},
		Judgements: []dashboards.JudgementLine{
			{KPI: "triad_health", Product: "@core", Author: "p.nair", Role: "director", RAG: "amber", Trend: "down", Text: r.hostile("Reviews wait for design: 9 of 14 stories stood more than a week."), Source: "kpid", At: on(time.July, 6, 0)},
			{KPI: "triad_health", Product: "flows", Author: "eng.core", Role: "engineering_lead", RAG: "green", Trend: "flat", Text: "Work is finished as planned.", Source: "people", At: on(time.July, 2, 0)},
			{KPI: "triad_health", Product: "@core", Author: "p.nair", Role: "director", RAG: "red", Trend: "down", Text: "Reviews wait for design.", Source: "kpid", At: on(time.July, 6, 0), Until: &replaced}},
		Incidents: []dashboards.IncidentLine{
			{ID: "pager/PX81", Product: "flows", Severity: 1, StartedAt: on(time.September, 9, 14), Cause: "unknown"},
			{ID: "pager/PX77", Product: "forms", Severity: 2, StartedAt: on(time.August, 18, 8), Cause: "unknown", VendorReviewed: true,
				Reviews: []dashboards.ReviewLine{{Cause: "capacity", Text: "The queue was full.", Author: "p.nair", At: on(time.August, 20, 9)},
					{Cause: "change", ChangeRef: "deploy-5512", Text: "The queue was full since the new retry.", Author: "p.nair", At: on(time.August, 27, 9)}}}},
		Enough:     8,
		Currencies: []scorecard.Money{{Currency: "USD", Digits: 2}, {Currency: "JPY"}},
		Suggested:  "deploy-5540",
		Moved:      moved(about),
		Bets: []dashboards.BetLine{
			{ID: "roadmap/R12", Product: "flows", Name: "Templates", KPI: "Activation rate", Unit: "pts", Expected: 2, MeasureBy: on(time.September, 1, 0), Outcome: "pending"},
			{ID: "roadmap/R9", Product: "forms", Name: "Bulk edit", KPI: "Feature adoption", Unit: "pts", Expected: 1, MeasureBy: on(time.June, 1, 0), Outcome: "met",
				Lifts: []dashboards.LiftLine{{Lift: 1.2, Lo: &lo, Hi: &hi, Text: "Holdout of a tenth.", Author: "p.nair", At: on(time.June, 5, 9)}},
				Case:  kpi.NewBusinessCase([]kpi.CaseEntry{{Line: kpi.CaseExpected, Minor: 900_000, Currency: "USD", Digits: 2, At: date(1, 12), Text: r.hostile("Twelve seats."), Links: []string{"https://www.figma.com/board/7"}, Author: "p.nair", RecordedAt: on(time.January, 12, 9)}}, nil)}},
		Assessments: []dashboards.AssessmentLine{{Member: "5b1c09ae", Rubric: "pm-2026", Competency: "Discovery", Assessor: "p.nair", Level: 2.5, At: on(time.June, 30, 0)}},
		Waves:       []dashboards.WaveLine{{ID: "alignment:core:2026-Q3", Name: "2026-Q3", OpensAt: on(time.September, 14, 0), ClosesAt: on(time.October, 1, 0), Invited: 3, Answered: 1}},
		Due: []dashboards.Due{{Kind: dashboards.Judging, What: "Triad health", Why: "has no judgement since Q2 2026"},
			{Kind: dashboards.Reviewing, ID: "pager/PX81", What: "Incident PX81", Why: "of 2026-09-09 has not been reviewed; its source says unknown"},
			{Kind: dashboards.Measuring, ID: "roadmap/R12", What: "Templates", Why: "was due to be measured on 2026-09-01, and nobody has"},
			{Kind: dashboards.Surveying, ID: "alignment:core:2026-Q3", What: "Alignment survey 2026-Q3", Why: "is open until the end of 2026-09-30"}},
	}, nil
}

// hostile gives a text the company would write, or the one a test wants in its place.
func (r *Reader) hostile(text string) string {
	if r.Typed != "" {
		return r.Typed
	}
	return text
}

// Entries takes what is entered in the invented company, and remembers it.
type Entries struct {
	Got     []dashboards.Entry
	Answers [][]int
	Err     error // every entry fails with it
	Same    bool
	Closed  bool // the survey is over
}

// Enter implements dashboards.Entries.
func (e *Entries) Enter(_ context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	if e.Err != nil {
		return dashboards.Receipt{}, e.Err
	}
	e.Got = append(e.Got, in)
	return dashboards.Receipt{ID: "alignment:core:2026-Q3", Same: e.Same}, nil
}

// Token is the one of the first invitation.
const Token = "9f2c41d7-1-00112233445566778899aabbccddeeff"

// Links implements dashboards.Entries.
func (e *Entries) Links(context.Context, string, string) ([]string, error) {
	return []string{Token, "9f2c41d7-2-10112233445566778899aabbccddeeff", "9f2c41d7-3-20112233445566778899aabbccddeeff"}, e.Err
}

// Asked implements dashboards.Entries.
func (e *Entries) Asked(_ context.Context, token string) (dashboards.Asked, error) {
	if token != Token {
		return dashboards.Asked{}, dashboards.ErrNoSurvey
	}
	return dashboards.Asked{Name: "2026-Q3", Portfolio: "Core Workflows", ClosesAt: on(time.October, 1, 0), Closed: e.Closed, Enough: 8, Answered: len(e.Answers) > 0}, nil
}

// Answer implements dashboards.Entries.
func (e *Entries) Answer(_ context.Context, _, _ string, scores []int) error {
	e.Answers = append(e.Answers, scores)
	return e.Err
}

// moved is the number that an incident or a bet counts in.
func moved(about string) *dashboards.Moved {
	switch about {
	case "pager/PX77":
		return &dashboards.Moved{Name: "Sev 1–2 incidents from changes", Period: "2026-08", Now: "2", Before: "1"}
	case "roadmap/R9":
		return &dashboards.Moved{Name: "Roadmap outcome attainment", Period: "2026-Q2", Now: "60%", Before: "50%"}
	}
	return nil
}
