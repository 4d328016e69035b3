package dashboards

import (
	"slices"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
)

// entryKind is a form with its siblings: its page, and its address in the API.
type entryKind struct {
	Kind, Title, Lead string
	API               string // last part of the path; "" for none
	About             string // the field that names the row it is about; "" when it is about none
	Param             string // of the page, that carries it
}

func entryKinds() []entryKind {
	return []entryKind{
		{Judging, "Judgement", "How you see a KPI that no number can judge, with your reason.", "judgements", "", ""},
		{Reviewing, "Incident review", "What the cause was, and which change. The vendor’s word is kept beside yours.", "incident-reviews", "incident", "id"},
		{Measuring, "Measured lift of a bet", "What a bet brought, in the unit it was promised in, and how that was measured.", "lifts", "bet", "bet"},
		{Valuing, "Business case of a bet", "What a bet is to be worth, what it was worth, and where that can be read.", "bet-values", "bet", "bet"},
		{Assessing, "Assessment", "The level of a team member in one competency of a rubric. Ids are stored as keyed hashes.", "assessments", "", ""},
		{Surveying, "Alignment survey", "Open a wave of five questions, hand out its links, and it closes by itself.", "", "", "id"},
	}
}

func kindOf(name string) (entryKind, bool) {
	for _, k := range entryKinds() {
		if k.Kind == name {
			return k, true
		}
	}
	return entryKind{}, false
}

func kindOfAPI(name string) (entryKind, bool) {
	for _, k := range entryKinds() {
		if k.API == name && name != "" {
			return k, true
		}
	}
	return entryKind{}, false
}

// fields of a kind's form. Where it is about a row, row tells what that row holds.
func (k entryKind) fields(site Site, portfolio kpi.Portfolio, e *Entered, about string) []inputField {
	today := site.Now().Time().In(zoneOf(site)).Format(time.DateOnly)
	switch k.Kind {
	case Judging:
		return judgementFields(site, portfolio, e, today)
	case Reviewing:
		return reviewFields(e, about)
	case Measuring:
		return liftFields(e, about)
	case Valuing:
		return caseFields(e, about, today)
	case Assessing:
		return []inputField{
			{Name: "member", Label: "Member", As: "text", Required: true, Max: 100, Hint: "Their id as the people source writes it, such as an employee number. Only its keyed hash is stored."},
			{Name: "rubric", Label: "Rubric", As: "text", Required: true, Max: shortText, Hint: "Two assessments compare only on the same rubric."},
			{Name: "competency", Label: "Competency", As: "text", Required: true, Max: shortText},
			{Name: "level", Label: "Level", As: "number", Required: true, Hint: "0 to 100, as the rubric counts; half levels as 2.5."},
			{Name: "date", Label: "Assessed on", As: "date", Required: true, Value: today},
		}
	}
	return []inputField{
		{Name: "name", Label: "Name of the wave", As: "text", Required: true, Max: shortText, Hint: "Such as 2026-Q3. It names the survey for good."},
		{Name: "closes", Label: "Last day", As: "date", Required: true, Hint: "It closes at the end of that day, in the company’s zone."},
		{Name: "invited", Label: "People invited", As: "number", Required: true, Hint: "One link is made for each, 1 to 500. A result is shown from " + count(int(e.Enough)) + " answers on."},
	}
}

func judgementFields(site Site, portfolio kpi.Portfolio, e *Entered, today string) []inputField {
	kpis := inputField{Name: "kpi", Label: "KPI", As: "select", Required: true}
	for _, k := range e.KPIs {
		kpis.Options = append(kpis.Options, inputOption{k.ID, k.Name})
		kpis.Hint = strings.TrimSpace(kpis.Hint + " " + k.Note)
	}
	of := inputField{Name: "product", Label: "Portfolio or product", As: "select", Required: true, Options: []inputOption{{"@" + portfolio.ID, portfolio.Name + ", the whole portfolio"}}}
	for _, p := range site.Tree.Under(portfolio.ID) {
		of.Options = append(of.Options, inputOption{p.ID, p.Name})
	}
	return []inputField{kpis, of,
		{Name: "rag", Label: "Light", As: "select", Required: true, Options: []inputOption{{"green", "Green: as it should be"}, {"amber", "Amber: needs attention"}, {"red", "Red: needs help"}}},
		{Name: "trend", Label: "Heading", As: "select", Required: true, Options: []inputOption{{"up", "Better"}, {"flat", "The same"}, {"down", "Worse"}}},
		{Name: "text", Label: "Reason", As: "area", Required: true, Max: longText, Hint: "What you saw that makes you say so. A light without a reason does not count."},
		{Name: "date", Label: "As of", As: "date", Required: true, Value: today, Hint: "A second one of the same day takes the place of the first; both are kept."},
	}
}

// causes in the words of the schema.
func causes() []inputOption { return words("change", "dependency", "capacity", "external", "unknown") }

func reviewFields(e *Entered, about string) []inputField {
	cause := inputField{Name: "cause", Label: "Cause", As: "select", Required: true, Options: causes()}
	ref := inputField{Name: "change_ref", Label: "Change", As: "text", Max: 200, Hint: "The deployment’s id or reference, where a change was the cause. Left empty, the latest good deployment before it is taken."}
	if e.Suggested != "" {
		ref.Hint += " Here that is " + e.Suggested + "."
	}
	if i := e.incident(about); i != nil {
		cause.Value, ref.Value = i.Cause, i.ChangeRef
		if n := len(i.Reviews); n > 0 {
			cause.Value, ref.Value = i.Reviews[n-1].Cause, i.Reviews[n-1].ChangeRef
		}
	}
	return []inputField{{Name: "incident", Label: "Incident", As: "hidden", Required: true, Max: 300, Value: about}, cause, ref,
		{Name: "text", Label: "What was found", As: "area", Max: longText}}
}

func liftFields(e *Entered, about string) []inputField {
	unit := "In the unit the bet was promised in"
	if b := e.bet(about); b != nil {
		unit = "In " + liftUnit(b.Unit) + ", as it was promised"
	}
	verdict := inputField{Name: "verdict", Label: "Verdict", As: "select", Options: append([]inputOption{{"", "Worked out from the lift"}}, words("met", "partly", "missed", "harmful", "not_measured")...),
		Hint: "Only where the numbers do not tell, such as a guardrail that broke."}
	return []inputField{{Name: "bet", Label: "Bet", As: "hidden", Required: true, Max: 300, Value: about},
		{Name: "lift", Label: "Lift", As: "number", Required: true, Hint: unit + "; a fall where a rise was promised is negative."},
		{Name: "lo", Label: "From", As: "number", Hint: "Lower end of the interval, where one is known."},
		{Name: "hi", Label: "To", As: "number", Hint: "Upper end."},
		verdict,
		{Name: "text", Label: "How it was measured", As: "area", Required: true, Max: longText, Hint: "Experiment, holdout, before and after: what another person would need to judge it."}}
}

// caseFields are those of a line of a bet's business case.
func caseFields(e *Entered, about, today string) []inputField {
	currency := inputField{Name: "currency", Label: "Currency", As: "select"}
	for _, c := range e.Currencies {
		currency.Options = append(currency.Options, inputOption{c.Currency, c.Currency})
	}
	if len(e.Currencies) > 0 {
		currency.Value = e.Currencies[0].Currency
	}
	return []inputField{{Name: "bet", Label: "Bet", As: "hidden", Required: true, Max: 300, Value: about},
		{Name: "line", Label: "What is said", As: "select", Required: true, Options: []inputOption{{string(kpi.CaseExpected), "What it is to be worth"},
			{string(kpi.CaseRealised), "What it was worth, so far"}, {string(kpi.CaseEvidence), "Where it can be read; no amount"}}},
		{Name: "amount", Label: "Amount", As: "text", Max: 30, Hint: "Such as 125000 or 125000.50; a loss is negative."}, currency,
		{Name: "date", Label: "As of", As: "date", Required: true, Value: today},
		{Name: "text", Label: "How it was worked out", As: "area", Max: kpi.MaxNoteText, Hint: "Volume, price, period: what another person would need to check it."}, linksField(nil)}
}

// liftUnit in words.
func liftUnit(unit string) string {
	switch unit {
	case "percent":
		return "percent of the baseline"
	case "abs":
		return "the KPI’s own unit"
	}
	return "points"
}

func (e *Entered) incident(id string) *IncidentLine {
	i := slices.IndexFunc(e.Incidents, func(l IncidentLine) bool { return l.ID == id })
	if i < 0 {
		return nil
	}
	return &e.Incidents[i]
}

func (e *Entered) bet(id string) *BetLine {
	i := slices.IndexFunc(e.Bets, func(l BetLine) bool { return l.ID == id })
	if i < 0 {
		return nil
	}
	return &e.Bets[i]
}

func zoneOf(site Site) *time.Location {
	if site.Calendar.Zone == nil {
		return time.UTC
	}
	return site.Calendar.Zone
}
