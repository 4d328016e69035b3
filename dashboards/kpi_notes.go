package dashboards

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// maxDrawn is how many notes a chart carries; older ones are listed only.
const maxDrawn = 6

// kpiNotesView is the panel of notes of one KPI.
type kpiNotesView struct {
	Notes  []noteView // the newest, oldest of them first, with their numbers
	Older  []noteView // newest first
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

// kpiNotes makes the panel of a row and the marks of its chart.
func (s *server) kpiNotes(w noteWriter, j *Journal, card *scorecard.Scorecard, row scorecard.Row) (kpiNotesView, []drawnNote) {
	v := kpiNotesView{All: address(w.path, "kpi", row.ID)}
	w.filter = row.ID
	if w.edits {
		v.Add = v.All + "#note-new"
	}
	v.Silent = slices.ContainsFunc(card.Unexplained(w.site.Calendar, j.Notes), func(r scorecard.Row) bool { return r.ID == row.ID && r.Measure == row.Measure })
	var drawn []drawnNote
	standing := j.standing(row.ID)
	cut := min(maxDrawn, len(standing))
	for i, n := range slices.Backward(standing[:cut]) {
		one := w.note(n)
		one.Number = strconv.Itoa(cut - i)
		drawn = append(drawn, drawnNote{cut - i, w.site.Calendar.Midnight(n.At)})
		v.Notes = append(v.Notes, one)
	}
	for _, n := range standing[cut:] {
		v.Older = append(v.Older, w.note(n))
	}
	for _, a := range j.open(row.ID) {
		v.Open = append(v.Open, w.action(a))
	}
	return v, drawn
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

// inChart takes the numbers off notes that no panel shows.
func (v *kpiNotesView) inChart(m chartModel) {
	shown := map[string]bool{}
	m.each(func(k *chartMark) {
		for _, n := range strings.Split(k.Notes, ", ") {
			shown[n] = true
		}
	})
	for i := range v.Notes {
		if !shown[v.Notes[i].Number] {
			v.Notes[i].Number = ""
		}
	}
}
