package dashboards

import (
	"context"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// How many fit a glance on the weekly page; a link counts the rest.
const (
	maxMissing  = 6
	maxOpen     = 4
	shownAction = 120 // characters of an action
)

// missingView names what is off track or at risk and nobody has explained.
type missingView struct {
	Rows []missingRow
	More int
	None string
	All  string // the notes page
}

type missingRow struct {
	Name, URL string
	Status    kpi.Status
	Add       string // where a note is added; "" when this server only reads
}

// promisedView is the open actions.
type promisedView struct {
	Rows []noteView
	More int
	Said string
	All  string
}

// weeklyNotes puts what people wrote, and did not write, on the weekly page.
func (s *server) weeklyNotes(ctx context.Context, q Query, v *weeklyView) error {
	journal, err := s.reader.Journal(ctx, q.Portfolio)
	if err != nil {
		return err
	}
	w := s.newNoteWriter(v.Card, q)
	v.Missing, v.Trust.Owed = newMissing(v.Card, w, journal, q, maxMissing), newPromised(w, journal)
	return nil
}

// newMissing lists at most limit rows.
func newMissing(card *scorecard.Scorecard, w noteWriter, j *Journal, q Query, limit int) missingView {
	v := missingView{All: w.path}
	rows := card.Unexplained(w.site.Calendar, j.Notes)
	misses := card.Counts.OffTrack + card.Counts.AtRisk
	switch {
	case misses == 0:
		v.None = "Nothing is off track or at risk."
	case len(rows) == 0:
		v.None = "Every miss is explained."
	}
	for i, r := range rows {
		if i == limit {
			v.More = len(rows) - limit
			break
		}
		one := missingRow{Name: r.Name, URL: kpiPage(r, q), Status: r.Status}
		if w.edits {
			one.Add = address(w.path, "kpi", r.ID) + "#note-new"
		}
		v.Rows = append(v.Rows, one)
	}
	return v
}

func newPromised(w noteWriter, j *Journal) promisedView {
	open := j.open("")
	v := promisedView{All: w.path + "#h-open", Said: openSaid(open, w), More: max(0, len(open)-maxOpen)}
	for _, a := range open[:min(maxOpen, len(open))] {
		v.Rows = append(v.Rows, w.briefAction(a))
	}
	return v
}
