package dashboards

import (
	"net/http"
	"strings"
)

// ofOneSource is how many rejected rows the page of a source shows.
const ofOneSource = 50

// sourceOneView is one source: what it delivered, when, and what it did not.
type sourceOneView struct {
	base
	Row      sourceView
	Headline string
	Days     [3]string
	Span     string
	Runs     []runView
	Rejected []RejectedRow
	Open     int // rejected rows there are
	Unknown  int
	Held     *heldView // nil: no run waits for somebody's word
	Said     string    // what became of the one that was accepted
	AsOf     string
}

// oneSource answers /sources/{id}.
func (s *server) oneSource(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query(), "accepted"); err != nil {
		return err
	}
	src, err := s.source(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	history, err := s.reader.History(r.Context(), timelineDays, src.ID, ofOneSource)
	if err != nil {
		return err
	}
	site := s.reader.Site()
	v := sourceOneView{Row: s.newSource(site, src), Rejected: history.Rejected, Open: history.Open, Unknown: history.Unmatched[src.ID], AsOf: stamp(site.Now(), site.Calendar.Zone)}
	v.Row.Timeline = newTimeline(history.Days, history.Timeline[src.ID])
	v.Headline = src.ID + " is " + strings.ToLower(v.Row.Said) + ", complete through " + v.Row.Complete + "."
	if src.CompleteThrough == nil {
		v.Headline = src.ID + " has delivered nothing yet."
	}
	var all sourcesView
	all.past(site, history)
	v.Days, v.Span = all.Days, all.Span
	v.Runs = all.Runs
	v.Held, v.Said = s.newHeld(site, src.Held), accepted(r.URL.Query().Get("accepted"), history.Runs)
	v.base = s.base(r, "sources", v.Headline)
	return s.page(w, "source", v)
}
