package dashboards

import (
	"context"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// NewMonthly is the update of a month: how its KPIs stood at its end, against the end of
// the month before, with what was restated, said, measured and done within it. It is made of the same parts as the weekly page and the review.
func NewMonthly(ctx context.Context, r Reader, portfolio string, month kpi.Period, base string) (*report.Document, error) {
	s := &server{reader: r}
	site := r.Site()
	cal := site.Calendar
	// a page of the last week does not know the numbers of the month yet: a month is judged as a quarter is
	card, err := r.Scorecard(ctx, Query{Portfolio: portfolio, Week: month.ID})
	if err != nil {
		return nil, err
	}
	before, err := r.Scorecard(ctx, Query{Portfolio: portfolio, Week: cal.Prev(month).ID})
	if err != nil {
		return nil, err
	}
	journal, err := r.Journal(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	bets, err := r.Bets(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	q := Query{Portfolio: portfolio, Week: cal.Ended(kpi.Week, min(month.Ends, site.Now())).ID} // where links lead
	w := docWriter{site: site, q: q, base: base, notes: s.newNoteWriter(card, q)}
	d := w.document(card, title(periodLong(month.ID))+" update", card.Headline)
	restated, err := s.restatedIn(ctx, card, q, month, w.notes)
	if err != nil {
		return nil, err
	}
	left := append(w.turned(card, before, month), w.unexplained(card, journal)...)
	right := append(w.trust(card), w.said(journal, month)...)
	w.sheet(d, "Month", report.Heading{Level: 1, Text: card.Headline}, report.Plain(monthSecond(card, before, month, site)), w.counts(card), report.Columns{Left: left, Right: right, Share: .5})
	w.sheet(d, "Scorecard", w.scorecard(card)...)
	w.sheet(d, "Bets and actions", append(append(w.measured(s, bets, month), w.acted(journal, month)...), restated...)...)
	return d, nil
}

// monthSecond says where the month stands.
func monthSecond(card, before *scorecard.Scorecard, month kpi.Period, site Site) string {
	text := onTarget(card.Counts) + ", " + onTarget(before.Counts) + " at the end of the month before."
	if month.Ends > site.Now() {
		text = title(periodLong(month.ID)) + " has not ended; this is how it stands. " + text
	}
	return text
}

// turned lists the verdicts that are not those of the month before.
func (w docWriter) turned(card, before *scorecard.Scorecard, month kpi.Period) []report.Block {
	var items [][]report.Piece
	for _, row := range card.KPIs {
		was, ok := before.Row(row)
		if !ok || was.Status == row.Status {
			continue
		}
		items = append(items, []report.Piece{{Text: row.Name, URL: w.url(kpiPage(row, w.q)), Bold: true}, {Text: ": " + word(was.Status) + " → " + word(row.Status) + ". " + row.Sentence}})
	}
	out := []report.Block{report.Heading{Level: 2, Text: "What turned in " + strings.TrimSpace(periodLong(month.ID))}}
	if len(items) == 0 {
		return append(out, report.Small("Every verdict is the one of the month before."))
	}
	return append(out, report.List{Items: items})
}

// said are the notes of the month, newest day first.
func (w docWriter) said(j *Journal, month kpi.Period) []report.Block {
	var items [][]report.Piece
	for _, n := range j.standing("") {
		if at := w.site.Calendar.Midnight(n.At); at >= month.Starts && at < month.Ends {
			v := w.notes.note(n)
			about := v.About.Text
			if about == "" {
				about = "The portfolio"
			}
			items = append(items, []report.Piece{{Text: v.At + " "}, {Text: about, Bold: true}, {Text: ": " + v.Text + " (" + v.Signed + ")"}})
		}
	}
	out := []report.Block{report.Heading{Level: 2, Text: "What was said"}}
	if len(items) == 0 {
		return append(out, report.Small("Nobody wrote a note in this month."))
	}
	return append(out, report.List{Items: items})
}

// measured are the bets that were due in the month.
func (w docWriter) measured(s *server, all []Bet, month kpi.Period) []report.Block {
	t := report.Table{Title: "Bets due", Columns: []report.Column{{Name: "Bet", Share: 2.4}, {Name: "KPI", Share: 1.8}, {Name: "Expected", Right: true}, {Name: "Seen", Right: true}, {Name: "no lift · as expected · twice", Center: true, Share: 2.4}, {Name: "Verdict", Share: 1.4}}}
	for _, b := range all {
		if b.MeasureBy < month.Starts || b.MeasureBy >= month.Ends {
			continue
		}
		row := s.betRow(w.q.Portfolio, b)
		plot := row.Plot.Drawing()
		t.Rows = append(t.Rows, []report.Cell{{Text: row.Name}, {Text: row.KPI}, {Text: row.Expected}, {Text: row.Seen, Bold: true}, {Text: orDash(row.Interval), Drawing: &plot}, {Text: row.Word}})
	}
	out := []report.Block{report.Heading{Level: 2, Text: "Bets due in the month"}}
	if len(t.Rows) == 0 {
		return append(out, report.Small("No bet was due."))
	}
	return append(out, t)
}

// acted are the actions that were due or done in the month, and those still open.
func (w docWriter) acted(j *Journal, month kpi.Period) []report.Block {
	cal := w.site.Calendar
	t := report.Table{Title: "Actions", Columns: []report.Column{{Name: "Action", Share: 4}, {Name: "Owner", Share: 1.4}, {Name: "Due"}, {Name: "Result", Share: 1.4}}}
	for _, a := range j.Actions {
		due, since := cal.Midnight(a.Due), a.Since()
		within := due >= month.Starts && due < month.Ends || a.State != kpi.ActionOpen && since >= month.Starts && since < month.Ends
		if !within && (a.State != kpi.ActionOpen || a.RecordedAt >= month.Ends) {
			continue
		}
		v := w.notes.action(a)
		result := "Open"
		switch {
		case a.State == kpi.ActionDone:
			result = "Done, " + w.notes.day(cal.Date(since))
		case a.State == kpi.ActionDropped:
			result = "Dropped"
		case v.Overdue:
			result = "Overdue"
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: v.Text}, {Text: v.Owner}, {Text: v.Due}, {Text: result, Bold: a.State == kpi.ActionOpen}})
	}
	out := []report.Block{report.Heading{Level: 2, Text: "Actions"}}
	if len(t.Rows) == 0 {
		return append(out, report.Small("No action was due, and none is open."))
	}
	return append(out, t)
}

// restatedIn are the numbers that were restated in the month.
func (s *server) restatedIn(ctx context.Context, card *scorecard.Scorecard, q Query, month kpi.Period, w noteWriter) ([]report.Block, error) {
	t := report.Table{Title: "Restatements", Columns: []report.Column{{Name: "KPI", Share: 2}, {Name: "Period", Share: 1.2}, {Name: "First", Right: true}, {Name: "Now", Right: true}, {Name: "On"}, {Name: "Why", Share: 3}}}
	for _, row := range card.KPIs {
		all, err := s.reader.Restatements(ctx, q, row)
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			if r.At >= month.Starts && r.At < month.Ends {
				m := measureOf(row)
				t.Rows = append(t.Rows, []report.Cell{{Text: row.Name}, {Text: periodLong(r.Period)}, {Text: orUnknown(r.First, m)}, {Text: orUnknown(r.Now, m), Bold: true}, {Text: w.day(w.site.Calendar.Date(r.At))}, {Text: orDash(r.Cause)}})
			}
		}
	}
	out := []report.Block{report.Heading{Level: 2, Text: "Restated in the month"}}
	if len(t.Rows) == 0 {
		return append(out, report.Small("No settled number was restated.")), nil
	}
	return append(out, t), nil
}
