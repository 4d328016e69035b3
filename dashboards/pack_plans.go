package dashboards

import (
	"context"
	"fmt"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// How much the story and the third sheet of a review tell. What the last sheet has no
// room for is in the pack all the same: a freeze loses nothing.
const (
	reviewActs  = 6
	reviewNotes = 3
	chartsShown = 4
)

// packCharts draws those the review turns on, up to the end of the quarter.
func (s *server) packCharts(ctx context.Context, p *report.Pack, review *scorecard.Review, q Query) error {
	cal := s.reader.Site().Calendar
	until := cal.Ended(kpi.Week, review.Quarter.Ends).Ends // a week that goes on into the next quarter is none of its last six
	for _, id := range review.Deciding[:min(len(review.Deciding), chartsShown)] {
		for _, row := range review.Now.KPIs {
			if row.ID != id || row.Def == nil {
				continue
			}
			series, err := s.allSeries(ctx, Query{Portfolio: q.Portfolio}, row)
			if err != nil {
				return err
			}
			p.Charts = append(p.Charts, report.Chart{KPI: row.ID, Name: row.Name, Unit: row.Unit, Status: row.Status, Finding: row.Sentence,
				Drawing: newQuarterDrawing(newChart(row, row.Def, cal, series, until), row.Name+". "+row.Sentence), Boxes: packBoxes(p, row)})
			break
		}
	}
	return nil
}

// packBoxes are the six numbers under a chart.
func packBoxes(p *report.Pack, row scorecard.Row) []report.Box {
	k, _ := p.KPI(row.ID, row.Measure)
	boxes := []report.Box{{Label: p.Period.Short, Value: k.Now.Shown}, {Label: "vs " + p.Before.Short, Value: orDash(k.Now.OnBefore)},
		{Label: "YoY", Value: orDash(k.Now.OnAgo)}, {Label: "Target", Value: unknown}, {Label: "vs target", Value: unknown}, {Label: "n", Value: unknown}}
	if t := k.Now.Target; t != nil && t.Floor != nil {
		boxes[3].Value, boxes[4].Value = t.FloorShown, orDash(t.OnTarget)
	}
	if row.N != nil {
		boxes[5].Value = kpi.FormatCount(*row.N)
	}
	return boxes
}

// packBets takes the bets whose day came in the quarter.
func (s *server) packBets(p *report.Pack, all []Bet, quarter kpi.Period) {
	v := betsView{Node: kpi.Portfolio{ID: p.Portfolio.ID}}
	var due []Bet
	met := 0
	for _, b := range all {
		if b.Stage.Due() && b.MeasureBy >= quarter.Starts && b.MeasureBy < quarter.Ends {
			due = append(due, b)
			if b.Stage == kpi.StageMet {
				met++
			}
		}
	}
	if len(due) == 0 {
		return
	}
	said := func(e *kpi.CaseEntry) string {
		if e == nil {
			return ""
		}
		return caseText(e)
	}
	s.fillBets(&v, due)
	for _, g := range v.Groups {
		for _, b := range g.Rows {
			p.Bets.Rows = append(p.Bets.Rows, report.Bet{Key: b.bet.Key(), Name: b.Name, About: b.About, KPI: b.KPI, Expected: b.Expected, Seen: b.Seen,
				Interval: b.Interval, Verdict: b.Word, Worth: said(b.bet.Case.Expected), Realised: said(b.bet.Case.Realised), Plot: b.Plot})
		}
	}
	for _, a := range v.Areas {
		p.Bets.Areas = append(p.Bets.Areas, report.BetArea{Name: a.Name, Of: a.Of, Met: a.Met, Due: a.Due, Median: a.Median, Few: a.Few})
	}
	var cases []kpi.BusinessCase
	for _, b := range due {
		cases = append(cases, b.Case)
	}
	for _, c := range kpi.SumCases(cases) {
		p.Bets.Worth = append(p.Bets.Worth, fmt.Sprintf("Worth %s as expected of %s, %s as realised of %d.", amountText(c.Expected, c.Currency, c.Digits),
			plural(c.WithExpected, "bet", "bets"), amountText(c.Realised, c.Currency, c.Digits), c.WithRealised))
	}
	p.Bets.Said = fmt.Sprintf("%d of %s due in %s reached their lift.", met, plural(len(due), "bet", "bets"), p.Period.Short)
}

// packPlans fills what was promised for the quarter, what is at stake and what was said.
func packPlans(p *report.Pack, review *scorecard.Review, j *Journal, w noteWriter) {
	cal := w.site.Calendar
	for _, a := range j.Actions {
		due := cal.Midnight(a.Due)
		if due < review.Quarter.Starts || due >= review.Quarter.Ends {
			continue
		}
		result := map[kpi.ActionState]string{kpi.ActionDone: "Done, " + w.day(cal.Date(a.Since())), kpi.ActionDropped: "Dropped", kpi.ActionOpen: "Not done"}[a.State]
		p.Promised = append(p.Promised, report.Promise{Text: strings.TrimSpace(a.Text), Owner: personName(w.site, a.Owner), Due: w.day(a.Due), Result: result, Kept: a.State == kpi.ActionDone})
	}
	p.Risks = packRisks(review, j, w)
	packRegister(p, review, j.Register, w)
	for _, n := range j.standing("") {
		if cal.Midnight(n.At) >= review.Quarter.Starts && (n.KPI == "" || w.names[n.KPI].Text != "") {
			p.Notes = append(p.Notes, report.Note{KPI: n.KPI, Name: w.about(n.KPI).Text, At: n.At.String(), Text: n.Text, Signed: w.signed(n.Said, n.Revision > 1), Links: n.Links})
		}
	}
}

// packRegister carries the entries of the register that were open in the quarter or
// settled in it, as they stood on its last day or stand today.
func packRegister(p *report.Pack, review *scorecard.Review, all []kpi.RegisterEntry, w noteWriter) {
	cal := w.site.Calendar
	first, last := cal.Date(review.Quarter.Starts), cal.Date(review.Quarter.Ends-1)
	if today := w.today(); today.Before(last) {
		last = today
	}
	carried := map[int64]bool{}
	for _, e := range kpi.RegisterCarried(all, first) {
		carried[e.ID] = true
	}
	end := cal.Date(cal.Midnight(last) + 36*hour) // the day after, also when this one has 25 hours
	for _, e := range append(kpi.RegisterOpen(all, last), kpi.RegisterSettled(all, first, end)...) {
		m := report.Matter{Kind: string(e.Kind), Text: e.Text, KPI: e.KPI, Name: w.about(e.KPI).Text, Owner: personName(w.site, e.Owner), Carried: carried[e.ID], Links: e.Links}
		for _, turn := range e.Turns() {
			if !last.Before(turn.At) {
				m.State, m.On, m.Open = string(turn.State), w.day(turn.At), turn.State.Open()
			}
		}
		if !e.Due.IsZero() {
			m.Due = w.day(e.Due)
		}
		p.Register = append(p.Register, m)
	}
}

// hour in milliseconds.
const hour = 3_600_000

// packRisks are the misses of the quarter, worst first, with the newest note since it began.
func packRisks(review *scorecard.Review, j *Journal, w noteWriter) []report.Risk {
	var out []report.Risk
	for _, status := range []kpi.Status{kpi.OffTrack, kpi.AtRisk} {
		for _, row := range review.Now.KPIs {
			if row.Status != status || !primary(row) {
				continue
			}
			r := report.Risk{KPI: row.ID, Name: row.Name, Owner: ownerOf(row), Status: status, Said: row.Sentence + " Nobody has said why."}
			for _, n := range j.standing(row.ID) {
				if w.site.Calendar.Midnight(n.At) >= review.Quarter.Starts {
					r.Said = n.Text
					break
				}
			}
			out = append(out, r)
		}
	}
	return out
}
