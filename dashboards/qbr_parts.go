package dashboards

import (
	"context"
	"net/http"
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// paragraph of the narrative; a phrase with a URL is a number that opens.
type paragraph []link

// verdictLine is a status with its counts: the quarter before, first reported, now.
type verdictLine struct {
	Status             kpi.Status
	Before, First, Now int
	Bar, Tick          string // lengths in px
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
type movedView struct{ Name, URL, First, Now, Why string }

// longest bar of the verdict counts, px.
const longestBar = 124.0

// fill makes the first two sheets. Which card leads is the reader's choice.
func (v *qbrView) fill(review *scorecard.Review, q Query) {
	lead := review.Now
	if v.As == "first" {
		lead = review.First
	}
	byID := map[string]quarterRow{}
	for _, name := range fixedOrder("type") {
		g := quarterGroup{Name: strings.TrimPrefix(name, "Stakeholder ")}
		for _, row := range lead.KPIs {
			if groupOf(row, "type") != name {
				continue
			}
			made := v.row(review, row, q)
			byID[row.ID] = made
			g.Rows = append(g.Rows, made)
		}
		if len(g.Rows) > 0 {
			g.Name = title(g.Name)
			v.Groups = append(v.Groups, g)
		}
	}
	for _, id := range review.Deciding {
		v.Deciding = append(v.Deciding, byID[id])
	}
	for _, p := range review.Happened {
		var out paragraph
		for _, phrase := range p {
			out = append(out, link{phrase.Text, byID[phrase.KPI].URL})
		}
		v.Happened = append(v.Happened, out)
	}
	for _, m := range review.Moved {
		moved := movedView{Name: m.Row.Name, URL: byID[m.Row.ID].URL, First: shortValue(m.First.Value, measureOf(m.First)), Now: shortValue(m.Row.Value, measureOf(m.Row)), Why: m.Why}
		if m.Statuses {
			moved.First, moved.Now = word(m.First.Status)+" at "+moved.First, word(m.Row.Status)+" at "+moved.Now
		}
		v.Moved = append(v.Moved, moved)
	}
	v.Verdicts = verdictLines(review)
}

func (v *qbrView) row(review *scorecard.Review, row scorecard.Row, q Query) quarterRow {
	line := newRow(row, q)
	m := measureOf(row)
	out := quarterRow{Name: row.Name, Short: row.Name, URL: line.URL, Status: row.Status, Value: shortValue(row.Value, m), Before: unknown, First: unknown,
		OnBefore: unknown, OnAgo: unknown, Target: line.Target, TargetFull: line.TargetFull, Strip: line.Strip}
	if row.Def != nil && row.Def.Short != "" {
		out.Short = row.Def.Short
	}
	if before, ok := review.Before.Row(row); ok {
		out.Before, out.OnBefore = shortValue(before.Value, m), orDash(row.Against(before))
	}
	if ago, ok := review.YearAgo.Row(row); ok {
		out.OnAgo = orDash(row.Against(ago))
	}
	first, _ := review.First.Row(row)
	now, _ := review.Now.Row(row)
	out.First, out.FirstStatus = shortValue(first.Value, m), first.Status
	out.Restated, out.Same = restatedSaid(first, now, v.As == "first"), false
	if out.Restated == "" {
		out.Restated, out.Same = "same", true
	}
	return out
}

// restatedSaid is what the other of the two columns says of a row; "" when both agree.
func restatedSaid(first, now scorecard.Row, leadsFirst bool) string {
	other, text := first, "restated from "
	if leadsFirst {
		other, text = now, "now "
	}
	shown := shortValue(other.Value, measureOf(other))
	switch {
	case first.Value == nil && now.Value == nil:
		return ""
	case first.Status != now.Status:
		return word(other.Status) + " at " + shown
	case first.Value == nil || now.Value == nil || shortValue(now.Value, measureOf(now)) != shortValue(first.Value, measureOf(first)):
		return text + shown
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

func orDash(s string) string {
	if s == "" {
		return unknown
	}
	return s
}

// verdictLines count each status that any of the three cards has.
func verdictLines(r *scorecard.Review) []verdictLine {
	most := 1
	for _, s := range statuses() {
		most = max(most, r.Now.Counts.Of(s), r.Before.Counts.Of(s))
	}
	var out []verdictLine
	for _, s := range []kpi.Status{kpi.Exceeding, kpi.OnTrack, kpi.AtRisk, kpi.OffTrack, kpi.MaturingNow, kpi.NotEnoughData, kpi.NoData} {
		l := verdictLine{Status: s, Before: r.Before.Counts.Of(s), First: r.First.Counts.Of(s), Now: r.Now.Counts.Of(s)}
		if l.Before+l.First+l.Now == 0 {
			continue
		}
		l.Bar, l.Tick = draw.Px(longestBar*float64(l.Now)/float64(most)), draw.Px(longestBar*float64(l.Before)/float64(most))
		out = append(out, l)
	}
	return out
}

// quarterChart is one of the four charts of a review.
type quarterChart struct {
	Number  int
	Row     quarterRow
	Unit    string
	Finding string
	Drawing draw.Drawing
	Boxes   []box
}

// chartsShown is how many charts go on a sheet.
const chartsShown = 4

// quarterCharts draws those the review turns on, up to the end of the quarter.
func (s *server) quarterCharts(ctx context.Context, q Query, review *scorecard.Review) ([]quarterChart, error) {
	cal := s.reader.Site().Calendar
	until := cal.Ended(kpi.Week, review.Quarter.Ends).Ends // a week that goes on into the next quarter is none of its last six
	var out []quarterChart
	for _, id := range review.Deciding[:min(len(review.Deciding), chartsShown)] {
		for _, row := range review.Now.KPIs {
			if row.ID != id || row.Def == nil {
				continue
			}
			series, err := s.allSeries(ctx, q, row)
			if err != nil {
				return nil, err
			}
			v := qbrView{As: "now"}
			c := quarterChart{Number: len(out) + 1, Row: v.row(review, row, q), Unit: row.Unit, Finding: row.Sentence,
				Drawing: newQuarterDrawing(newChart(row, row.Def, cal, series, until), row.Name+". "+row.Sentence)}
			c.Boxes = quarterBoxes(review, row, c.Row)
			out = append(out, c)
			break
		}
	}
	return out, nil
}

// quarterBoxes are the six numbers under a chart.
func quarterBoxes(review *scorecard.Review, row scorecard.Row, line quarterRow) []box {
	m := measureOf(row)
	boxes := []box{{Label: periodShort(review.Quarter.ID), Value: line.Value}, {Label: "vs " + periodShort(review.Before.Week), Value: line.OnBefore},
		{Label: "YoY", Value: line.OnAgo}, {Label: "Target", Value: unknown}, {Label: "vs target", Value: unknown}, {Label: "n", Value: unknown}}
	if row.Target != nil && row.Target.FloorNow != nil {
		boxes[3].Value = shortValue(row.Target.FloorNow, m)
		if row.Value != nil {
			boxes[4].Value = m.FormatChange(*row.Value-*row.Target.FloorNow, nil)
		}
	}
	if row.N != nil {
		boxes[5].Value = kpi.FormatCount(*row.N)
	}
	return boxes
}

// writeReview answers with the second sheet as a file, in full precision.
func writeReview(w http.ResponseWriter, r *scorecard.Review) error {
	rows := [][]string{{"portfolio", "quarter", "kpi", "measure", "name", "unit", "status", "value", "first_status", "first_value", "value_quarter_before", "value_year_before", "target", "why_restated"}}
	why := map[string]string{}
	for _, m := range r.Moved {
		why[m.Row.ID] = m.Why
	}
	for _, row := range r.Now.KPIs {
		first, _ := r.First.Row(row)
		before, _ := r.Before.Row(row)
		ago, _ := r.YearAgo.Row(row)
		target := ""
		if row.Target != nil {
			target = row.Target.Expr
		}
		rows = append(rows, []string{scorecard.Inert(r.Now.Portfolio.ID), r.Quarter.ID, scorecard.Inert(row.ID), scorecard.Inert(row.Measure), scorecard.Inert(row.Name),
			scorecard.Inert(row.Unit), string(row.Status), scorecard.Figure(row.Value), string(first.Status), scorecard.Figure(first.Value),
			scorecard.Figure(before.Value), scorecard.Figure(ago.Value), scorecard.Inert(target), scorecard.Inert(why[row.ID])})
	}
	return writeRows(w, fileName("kpid", r.Now.Portfolio.ID, r.Quarter.ID), rows)
}
