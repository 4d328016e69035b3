package dashboards

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// maxDrawn is how many notes a chart carries, the newest; others are listed only.
const maxDrawn = 6

// shownNote is how much of a note stands beside a chart; the notes page has it all.
const shownNote = 300

// kpiNotesView is the panel of notes of one KPI.
type kpiNotesView struct {
	Notes  []noteView // those of the chart with their numbers, then newer ones, oldest first
	Other  []noteView // newest first
	Open   []noteView
	Add    string // "" when this server only reads
	All    string
	Silent bool // off track or at risk, and nobody has said why
}

// drawnNote is a note on the time axis.
type drawnNote struct {
	Number int
	At     kpi.Millis // where its day begins
}

// kpiNotes makes the panel of a row and puts the newest notes on its chart. What was
// written after the last period of the chart, while the page of its week is read,
// stands below them; the rest is folded.
func (s *server) kpiNotes(w noteWriter, j *Journal, card *scorecard.Scorecard, row scorecard.Row, m *chartModel) kpiNotesView {
	w.filter = row.ID
	v := kpiNotesView{All: address(w.path, "kpi", row.ID)}
	if w.edits {
		v.Add = v.All + "#note-new"
	}
	cal := w.site.Calendar
	v.Silent = slices.ContainsFunc(card.Unexplained(cal, j.Notes), func(r scorecard.Row) bool { return r.ID == row.ID && r.Measure == row.Measure })
	from, to := m.reach()
	read := max(to, cal.Containing(kpi.Week, card.WeekEnds).Ends)
	var inside, later []kpi.Note
	for _, n := range j.standing(row.ID) {
		switch at := cal.Midnight(n.At); {
		case at >= from && at < to && len(inside) < maxDrawn:
			inside = append(inside, n)
		case at >= to && at < read && len(later) < maxDrawn:
			later = append(later, n)
		default:
			v.Other = append(v.Other, w.brief(n))
		}
	}
	var drawn []drawnNote
	for i, n := range slices.Backward(inside) {
		one := w.brief(n)
		one.Number = strconv.Itoa(len(inside) - i)
		drawn = append(drawn, drawnNote{len(inside) - i, cal.Midnight(n.At)})
		v.Notes = append(v.Notes, one)
	}
	for _, n := range slices.Backward(later) {
		v.Notes = append(v.Notes, w.brief(n))
	}
	for _, a := range j.open(row.ID) {
		v.Open = append(v.Open, w.briefAction(a))
	}
	m.place(drawn)
	return v
}

// brief is a note with no more text than fits beside a chart.
func (w noteWriter) brief(n kpi.Note) noteView {
	v := w.note(n)
	v.Text, v.URL = cut(v.Text, shownNote), address(w.path, "kpi", w.filter)+"#"+v.Anchor
	return v
}

// briefAction is an action with no more text than fits a glance.
func (w noteWriter) briefAction(a kpi.Action) noteView {
	v := w.action(a)
	v.Text, v.URL = cut(v.Text, shownAction), address(w.path, "kpi", w.filter)+"#"+v.Anchor
	return v
}

// reach is from the first period of a chart to the end of its last.
func (m *chartModel) reach() (from, to kpi.Millis) {
	m.each(func(k *chartMark) {
		if to == 0 || k.Point.Starts < from {
			from = k.Point.Starts
		}
		to = max(to, k.Point.Ends)
	})
	return from, to
}

// place puts the numbers of notes on the periods their days lie in; several of one
// period share a mark: "4, 5". A note outside the chart is in the list only.
func (m *chartModel) place(notes []drawnNote) {
	m.each(func(k *chartMark) {
		var numbers []string
		for _, n := range notes {
			if n.At >= k.Point.Starts && n.At < k.Point.Ends {
				numbers = append(numbers, strconv.Itoa(n.Number))
			}
		}
		k.Notes = strings.Join(numbers, ", ")
	})
}
