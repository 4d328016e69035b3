package dashboards

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// verdictLine is a status with its counts: the quarter before, first reported, now.
type verdictLine struct {
	report.Verdicts
	Bar, Tick string // lengths in px
}

// quarterGroup is a type of KPIs.
type quarterGroup struct {
	Name string
	Rows []quarterRow
}

// quarterRow is a KPI of a quarter.
type quarterRow struct {
	Name, Short, URL     string
	Status, FirstStatus  kpi.Status
	Before, Value, First string
	OnBefore, OnAgo      string
	Target, TargetFull   string
	Strip                draw.Strip
	Restated             string // "same", "restated from 108.0%", "on track at 0.33"
	Same                 bool
}

// movedView is a number that is not as first reported.
type movedView struct {
	report.Moved
	URL string
}

// quarterChart is one of the four charts of a review.
type quarterChart struct {
	report.Chart
	Number int
	URL    string
}

// riskView is a miss with what its people say of it.
type riskView struct {
	report.Risk
	URL string
}

// How much fits the last sheet; files have all of it.
const (
	reviewBets     = 14
	reviewRisks    = 5
	reviewPromises = 6
	reviewMatters  = 5
)

// Bets are the first of those that were due.
func (v qbrView) Bets() []report.Bet {
	return v.Pack.Bets.Rows[:min(len(v.Pack.Bets.Rows), reviewBets)]
}

// Promised are the first of what was promised for the quarter, each in a line or two.
func (v qbrView) Promised() []report.Promise {
	out := slices.Clone(v.Pack.Promised[:min(len(v.Pack.Promised), reviewPromises)])
	for i := range out {
		out[i].Text = cut(out[i].Text, 90)
	}
	return out
}

// More is how much of each kind the sheet leaves out.
func (v qbrView) More() struct{ Bets, Risks, Promises, Matters int } {
	p, over := v.Pack, func(have, fit int) int { return max(0, have-fit) }
	return struct{ Bets, Risks, Promises, Matters int }{over(len(p.Bets.Rows), reviewBets), over(len(p.Risks), reviewRisks),
		over(len(p.Promised), reviewPromises), over(len(p.Register), reviewMatters)}
}

// Matters are the first of the register.
func (v qbrView) Matters() []report.Matter {
	return v.Pack.Register[:min(len(v.Pack.Register), reviewMatters)]
}

// longest bar of the verdict counts, px.
const longestBar = 124.0

// fill makes the sheets. Which numbers lead is the reader's choice.
func (v *qbrView) fill(edits string, edit *sectionForm) {
	p := v.Pack
	urls, rows := map[string]string{}, map[string]quarterRow{}
	for _, k := range p.KPIs {
		row := newQuarterRow(k, v.As == "first")
		urls[k.ID], rows[k.ID] = k.URL, row
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Name != k.Group {
			v.Groups = append(v.Groups, quarterGroup{Name: k.Group})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Rows = append(g.Rows, row)
	}
	for _, id := range p.Deciding {
		v.Deciding = append(v.Deciding, rows[id])
	}
	for _, m := range p.Moved {
		v.Moved = append(v.Moved, movedView{m, urls[m.KPI]})
	}
	for i, c := range p.Charts {
		v.Charts = append(v.Charts, quarterChart{c, i + 1, urls[c.KPI]})
	}
	for _, r := range p.Risks[:min(len(p.Risks), reviewRisks)] {
		r.Said = cut(r.Said, 140)
		v.Risks = append(v.Risks, riskView{r, urls[r.KPI]})
	}
	v.Verdicts = verdictLines(p.Verdicts)
	v.Appendix = newBlocks(p.Appendix(), "Appendix")
	v.sections(urls, edits, edit)
	v.Sheets = 2
	if len(v.Charts) > 0 {
		v.Sheets++
	}
	if v.Plans() {
		v.Sheets++
	}
}

// Plans says that there is something for the sheet of bets, promises and risks.
func (v qbrView) Plans() bool {
	return len(v.Pack.Bets.Rows)+len(v.Pack.Promised)+len(v.Pack.Risks)+len(v.Pack.Register) > 0
}

func newQuarterRow(k report.KPI, leadsFirst bool) quarterRow {
	lead := k.Now
	if leadsFirst {
		lead = k.First
	}
	out := quarterRow{Name: k.Name, Short: k.Short, URL: k.URL, Status: lead.Status, FirstStatus: k.First.Status, Value: lead.Shown, Before: unknown,
		First: k.First.Shown, OnBefore: orDash(lead.OnBefore), OnAgo: orDash(lead.OnAgo), Strip: lead.Strip, Restated: restatedSaid(k, leadsFirst)}
	if k.Before != nil {
		out.Before = k.Before.Shown
	}
	if t := lead.Target; t != nil {
		out.Target, out.TargetFull = t.Short, t.Full
	}
	if out.Restated == "" {
		out.Restated, out.Same = "same", true
	}
	return out
}

// restatedSaid is what the other of the two columns says of a row; "" when both agree.
func restatedSaid(k report.KPI, leadsFirst bool) string {
	other, text := k.First, "restated from "
	if leadsFirst {
		other, text = k.Now, "now "
	}
	switch {
	case k.First.Value == nil && k.Now.Value == nil:
		return ""
	case k.First.Status != k.Now.Status:
		return word(other.Status) + " at " + other.Shown
	case k.First.Shown != k.Now.Shown:
		return text + other.Shown
	}
	return ""
}

// shortValue leaves out a unit that is part of the KPI's name.
func shortValue(v *float64, m kpi.Measure) string {
	if v == nil || m.Unit == "%" {
		return orUnknown(v, m)
	}
	return strings.TrimSpace(bare(*v, m) + " " + unitSlot(m.Unit))
}

// verdictLines draw each status that any of the three cards has.
func verdictLines(all []report.Verdicts) []verdictLine {
	most := 1
	for _, v := range all {
		most = max(most, v.Now, v.Before)
	}
	var out []verdictLine
	for _, v := range all {
		out = append(out, verdictLine{v, draw.Px(longestBar * float64(v.Now) / float64(most)), draw.Px(longestBar * float64(v.Before) / float64(most))})
	}
	return out
}
