package dashboards

import (
	"slices"
	"strconv"
	"time"

	"github.com/kpid/kpid/kpi"
)

// enteredTable shows what was entered before.
type enteredTable struct {
	ID, Title, Note string
	Head            []string
	Rows            []enteredRow
	Away            [][]awayLink // of each row, in a last column; nil: there is none
	None            string
}

// enteredRow: the first cell heads the row, and leads somewhere when URL is set. Old:
// another took its place.
type enteredRow struct {
	URL   string
	Cells []string
	Old   bool
}

// fill makes the tables of a kind, and what is known of the row it is about.
func (v *enterView) fill(site Site, k entryKind, e *Entered, about string) {
	day := func(at kpi.Millis) string { return at.Time().In(zoneOf(site)).Format("2 Jan 2006") }
	switch k.Kind {
	case Judging:
		v.Tables = append(v.Tables, judgementTable(site, e, day))
		if len(e.KPIs) == 0 {
			v.Closed = "No KPI of this configuration is judged by people."
		}
	case Reviewing:
		if i := e.incident(about); i != nil {
			v.aboutIncident(site, *i, day)
			v.moved(e.Moved)
			return
		}
		v.Tables = append(v.Tables, incidentTable(site, v.Portfolio.ID, k, e, day))
	case Measuring:
		if b := e.bet(about); b != nil {
			v.aboutBet(site, *b, day)
			v.moved(e.Moved)
			return
		}
		v.Tables = append(v.Tables, betTable(v.Portfolio.ID, k, e, day))
	case Valuing:
		if b := e.bet(about); b != nil {
			v.aboutCase(site, *b, day)
			return
		}
		v.Tables = append(v.Tables, caseTable(v.Portfolio.ID, k, e))
	case Assessing:
		t := enteredTable{ID: "h-assessments", Title: "Entered here", Note: "a member is shown by the beginning of the hash", Head: []string{"Member", "Rubric", "Competency", "Level", "On", "By", "State"}, None: "No assessment was entered here."}
		for _, a := range e.Assessments {
			t.Rows = append(t.Rows, enteredRow{"", []string{a.Member, a.Rubric, a.Competency, plainNumber(a.Level), day(a.At), personName(site, a.Assessor), replaced(a.Until, day)}, a.Until != nil})
		}
		v.Tables = append(v.Tables, t)
	case Surveying:
		t := enteredTable{ID: "h-waves", Title: "Waves", Note: "answers are counted here; what they say is shown on the KPI once it has closed, from " + count(int(e.Enough)) + " answers on", Head: []string{"Wave", "Opened", "Last day", "Answered", "State"}, None: "No survey was opened here."}
		for _, w := range e.Waves {
			state := "open"
			if w.ClosesAt <= site.Now() {
				state = "closed"
				if w.Answered < e.Enough {
					state = "closed; too few answered to show a result"
				}
			}
			t.Rows = append(t.Rows, enteredRow{enterURL(v.Portfolio.ID, k, w.ID), []string{w.Name, day(w.OpensAt), day(w.ClosesAt - 1), count(int(w.Answered)) + " of " + count(int(w.Invited)), state}, false})
		}
		v.Tables = append(v.Tables, t)
	}
}

func judgementTable(site Site, e *Entered, day func(kpi.Millis) string) enteredTable {
	t := enteredTable{ID: "h-judgements", Title: "Judgements so far", Note: "newest first; what was replaced stands below", Head: []string{"KPI", "Portfolio or product", "Light", "Heading", "Reason", "By", "As of", "State"}, None: "Nobody has judged anything yet."}
	names := map[string]string{"up": "better", "flat": "the same", "down": "worse"}
	for _, j := range e.Judgements {
		t.Rows = append(t.Rows, enteredRow{"", []string{e.kpiName(j.KPI), productName(site, j.Product), j.RAG, names[j.Trend], j.Text,
			personName(site, j.Author) + ", " + j.Role, day(j.At), replaced(j.Until, day)}, j.Until != nil})
	}
	return t
}

func (e *Entered) kpiName(id string) string {
	for _, k := range e.KPIs {
		if k.ID == id {
			return k.Name
		}
	}
	return id
}

func replaced(until *kpi.Millis, day func(kpi.Millis) string) string {
	if until == nil {
		return "stands"
	}
	return "replaced " + day(*until)
}

func incidentTable(site Site, portfolio string, k entryKind, e *Entered, day func(kpi.Millis) string) enteredTable {
	t := enteredTable{ID: "h-incidents", Title: "Incidents of the last two quarters", Head: []string{"Incident", "Product", "Sev", "Began", "Cause, by the vendor", "As reviewed", "By"}, None: "No incident in the last two quarters."}
	for _, i := range e.Incidents {
		reviewed, by := enDash, enDash
		if n := len(i.Reviews); n > 0 {
			last := i.Reviews[n-1]
			reviewed, by = withRef(last.Cause, last.ChangeRef), personName(site, last.Author)+", "+day(last.At)
		} else if i.VendorReviewed {
			by = "the vendor"
		}
		t.Rows = append(t.Rows, enteredRow{enterURL(portfolio, k, i.ID), []string{i.ID, productName(site, i.Product), strconv.FormatInt(i.Severity, 10), day(i.StartedAt), withRef(i.Cause, i.ChangeRef), reviewed, by}, false})
	}
	return t
}

func withRef(cause, ref string) string {
	if ref == "" {
		return cause
	}
	return cause + ", " + ref
}

func (v *enterView) aboutIncident(site Site, i IncidentLine, day func(kpi.Millis) string) {
	v.About = []factLine{{"Incident", i.ID}, {"Product", productName(site, i.Product)}, {"Severity", strconv.FormatInt(i.Severity, 10)},
		{"Began", i.StartedAt.Time().In(zoneOf(site)).Format("Mon 2 Jan 2006 15:04")}, {"Cause, by the vendor", withRef(i.Cause, i.ChangeRef)}}
	t := enteredTable{ID: "h-reviews", Title: "What was found", Note: "newest first; the first line counts", Head: []string{"Cause", "Before", "What was found", "By", "On"}, None: "Nobody has reviewed it; the vendor’s word counts."}
	before := withRef(i.Cause, i.ChangeRef)
	for _, r := range i.Reviews {
		now := withRef(r.Cause, r.ChangeRef)
		t.Rows = append([]enteredRow{{"", []string{now, before, r.Text, personName(site, r.Author), day(r.At)}, false}}, t.Rows...)
		before = now
	}
	v.Tables = append(v.Tables, t)
}

// moved adds the number the row counts in, with what it was before it last changed.
func (v *enterView) moved(m *Moved) {
	if m == nil {
		return
	}
	text := m.Now
	if m.Before != "" {
		text = m.Before + " → " + m.Now
	}
	v.About = append(v.About, factLine{m.Name + ", " + periodShort(m.Period), text})
}

func betTable(portfolio string, k entryKind, e *Entered, day func(kpi.Millis) string) enteredTable {
	t := enteredTable{ID: "h-bets", Title: "Bets", Note: "the latest due first", Head: []string{"Bet", "KPI", "Due", "Promised", "Measured", "Outcome"}, None: "No bet promises a lift of a KPI by a date."}
	for _, b := range e.Bets {
		measured := enDash
		if n := len(b.Lifts); n > 0 {
			measured = liftText(b.Lifts[n-1].Lift, b.Unit)
		} else if b.Measured != nil {
			measured = liftText(*b.Measured, b.Unit) + ", by the vendor"
		}
		t.Rows = append(t.Rows, enteredRow{enterURL(portfolio, k, b.ID), []string{b.Name, b.KPI, day(b.MeasureBy), liftText(b.Expected, b.Unit), measured, outcomeWord(b.Outcome)}, false})
	}
	return t
}

func (v *enterView) aboutBet(site Site, b BetLine, day func(kpi.Millis) string) {
	vendor := enDash
	if b.Measured != nil {
		vendor = liftText(*b.Measured, b.Unit)
	}
	v.About = []factLine{{"Bet", b.Name}, {"KPI", b.KPI}, {"Due", day(b.MeasureBy)}, {"Promised", liftText(b.Expected, b.Unit)},
		{"Measured, by the vendor", vendor}, {"Outcome", outcomeWord(b.Outcome)}}
	t := enteredTable{ID: "h-lifts", Title: "What was measured", Note: "newest first; the first line counts", Head: []string{"Lift", "Interval", "Verdict", "How", "By", "On"}, None: "Nobody has measured it here."}
	for _, l := range b.Lifts {
		interval := enDash
		if l.Lo != nil && l.Hi != nil {
			interval = signed(*l.Lo) + " to " + signed(*l.Hi)
		}
		verdict := "worked out"
		if l.Verdict != "" {
			verdict = outcomeWord(l.Verdict)
		}
		t.Rows = append([]enteredRow{{"", []string{liftText(l.Lift, b.Unit), interval, verdict, l.Text, personName(site, l.Author), day(l.At)}, false}}, t.Rows...)
	}
	v.Tables = append(v.Tables, t)
}

// caseTable lists the bets with what they are and were worth.
func caseTable(portfolio string, k entryKind, e *Entered) enteredTable {
	t := enteredTable{ID: "h-cases", Title: "Bets", Note: "the latest due first", Head: []string{"Bet", "KPI", "Expected value", "Realised value"}, None: "No bet promises a lift of a KPI by a date."}
	for _, b := range e.Bets {
		t.Rows = append(t.Rows, enteredRow{enterURL(portfolio, k, b.ID), []string{b.Name, b.KPI, caseText(b.Case.Expected), caseText(b.Case.Realised)}, false})
	}
	return t
}

func (v *enterView) aboutCase(site Site, b BetLine, day func(kpi.Millis) string) {
	v.About = []factLine{{"Bet", b.Name}, {"KPI", b.KPI}, {"Due", day(b.MeasureBy)}, {"Expected value", caseText(b.Case.Expected)}, {"Realised value", caseText(b.Case.Realised)}}
	t := enteredTable{ID: "h-case", Title: "What was said", Note: "newest first; of each line the first one counts", Head: []string{"Line", "Amount", "As of", "How", "By", "On", "Links"}, None: "Nobody has said what it is worth."}
	for _, c := range slices.Backward(b.Case.Entries) {
		amount := enDash
		if c.Line != kpi.CaseEvidence {
			amount = caseText(&c)
		}
		t.Rows = append(t.Rows, enteredRow{"", []string{title(string(c.Line)), amount, c.At.String(), c.Text, personName(site, c.Author), day(c.RecordedAt)}, false})
		t.Away = append(t.Away, newAwayLinks(c.Links))
	}
	v.Tables = append(v.Tables, t)
}

func outcomeWord(outcome string) string {
	if outcome == "" {
		return enDash
	}
	return words(outcome)[0].Text
}

// liftText writes a lift with its sign and unit.
func liftText(v float64, unit string) string {
	switch unit {
	case "percent":
		return signed(v) + "%"
	case "abs":
		return signed(v)
	}
	return signed(v) + " pts"
}

func signed(v float64) string {
	switch {
	case v > 0:
		return "+" + plainNumber(v)
	case v < 0:
		return "−" + plainNumber(-v)
	}
	return "0"
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// lastDay of a survey that closes at an instant.
func lastDay(at kpi.Millis, zone *time.Location) string {
	return (at - 1).Time().In(zone).Format("2 Jan 2006")
}
