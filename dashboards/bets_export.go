package dashboards

import (
	"net/http"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// betsCSV is the file of the page: lifts in full precision, with the sign the
// source gave them.
func betsCSV(list []Bet) [][]string {
	rows := [][]string{{"source", "id", "name", "product", "owner", "size", "risk", "kpi", "measure", "segment", "baseline", "expected_lift", "expected_now", "lift_unit",
		"registered", "released", "measure_by", "killed", "stage", "outcome", "seen_lift", "lift_low", "lift_high", "share", "how", "signed_by", "period", "note", "guardrails", "url",
		"expected_value", "expected_currency", "realised_value", "realised_currency", "links"}}
	for _, b := range list {
		rows = append(rows, []string{scorecard.Inert(b.Source), scorecard.Inert(b.ID), scorecard.Inert(b.Name), scorecard.Inert(b.Product), scorecard.Inert(b.Owner),
			scorecard.Inert(b.Size), scorecard.Inert(b.Risk), scorecard.Inert(b.KPI), scorecard.Inert(b.Measure), scorecard.Inert(b.Segment),
			scorecard.Figure(&b.Baseline), scorecard.Figure(&b.Expected), scorecard.Figure(&b.ExpectedNow), scorecard.Inert(b.LiftUnit),
			deref(instant(b.Registered)), deref(instant(b.ReleasedAt)), b.MeasureBy.String(), deref(instant(b.Killed)), string(b.Stage), string(b.Seen.Outcome),
			scorecard.Figure(b.Seen.Lift), scorecard.Figure(b.Seen.Lo), scorecard.Figure(b.Seen.Hi), scorecard.Figure(betShare(b)),
			b.Seen.How, scorecard.Inert(b.SignedBy), scorecard.Inert(b.Seen.Period), scorecard.Inert(b.Seen.Note), scorecard.Inert(strings.Join(b.Guardrails, " ")), scorecard.Inert(safeURL(b.URL)),
			amountPlain(b.Case.Expected), caseCurrency(b.Case.Expected), amountPlain(b.Case.Realised), caseCurrency(b.Case.Realised), scorecard.Inert(strings.Join(b.Case.Links, " "))})
	}
	return rows
}

// betShare is the lift seen as a share of the one expected, nil where unknown.
func betShare(b Bet) *float64 {
	if b.Seen.Lift == nil {
		return nil
	}
	share, ok := b.Share(*b.Seen.Lift)
	if !ok {
		return nil
	}
	return &share
}

// betAnswer is one element of GET /api/v1/bets. Lifts have the sign of the source.
type betAnswer struct {
	Source      string      `json:"source"`
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Product     string      `json:"product"`
	Owner       *string     `json:"owner"`
	KPI         string      `json:"kpi"`
	Measure     *string     `json:"measure"`
	Segment     string      `json:"segment"`
	Baseline    float64     `json:"baseline"`
	Expected    float64     `json:"expected_lift"`
	ExpectedNow float64     `json:"expected_now"`
	LiftUnit    string      `json:"lift_unit"`
	Registered  *string     `json:"registered"`
	Released    *string     `json:"released"`
	MeasureBy   string      `json:"measure_by"`
	Killed      *string     `json:"killed"`
	Stage       kpi.Stage   `json:"stage"`
	Outcome     kpi.Outcome `json:"outcome"`
	Lift        *float64    `json:"lift"`
	Lo          *float64    `json:"lift_low"`
	Hi          *float64    `json:"lift_high"`
	Share       *float64    `json:"share"`
	How         *string     `json:"how"`
	SignedBy    *string     `json:"signed_by"`
	Period      *string     `json:"period"`
	Note        *string     `json:"note"`
	Guardrails  []string    `json:"guardrails"`
	URL         *string     `json:"url"`

	ExpectedValue *valueAnswer `json:"expected_value"` // null: nobody has said
	RealisedValue *valueAnswer `json:"realised_value"`
	ValueLate     bool         `json:"expected_value_late"` // first said after the release
	Links         []string     `json:"links"`
}

// apiBets answers GET /api/v1/bets with every bet of a portfolio, whenever due.
func (s *server) apiBets(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio"); err != nil {
		return err
	}
	node, err := s.portfolio(s.apiPortfolio(params))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	list, err := s.reader.Bets(r.Context(), node.ID)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, stage := range kpi.Stages() {
		counts[string(stage)] = 0
	}
	answer := []betAnswer{}
	for _, b := range list {
		counts[string(b.Stage)]++
		answer = append(answer, newBetAnswer(b))
	}
	return writeJSON(w, map[string]any{"portfolio": node.ID, "counts": counts, "values": sumAnswers(list), "bets": answer})
}

func newBetAnswer(b Bet) betAnswer {
	return betAnswer{Source: b.Source, ID: b.ID, Name: b.Name, Product: b.Product, Owner: optional(b.Owner), KPI: b.KPI, Measure: optional(b.Measure), Segment: b.Segment,
		Baseline: b.Baseline, Expected: b.Expected, ExpectedNow: b.ExpectedNow, LiftUnit: b.LiftUnit,
		Registered: instant(b.Registered), Released: instant(b.ReleasedAt), MeasureBy: b.MeasureBy.String(), Killed: instant(b.Killed),
		Stage: b.Stage, Outcome: b.Seen.Outcome, Lift: b.Seen.Lift, Lo: b.Seen.Lo, Hi: b.Seen.Hi, Share: betShare(b),
		How: optional(b.Seen.How), SignedBy: optional(b.SignedBy), Period: optional(b.Seen.Period), Note: optional(b.Seen.Note), Guardrails: append([]string{}, b.Guardrails...), URL: optional(safeURL(b.URL)),
		ExpectedValue: newValueAnswer(b.Case.Expected), RealisedValue: newValueAnswer(b.Case.Realised), ValueLate: b.Case.Late, Links: append([]string{}, b.Case.Links...)}
}
