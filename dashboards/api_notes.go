package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/kpi"
)

// noteAnswer is one element of GET /api/v1/notes: the newest revision of a note.
type noteAnswer struct {
	ID         int64    `json:"id"`
	Revision   int      `json:"revision"`
	Portfolio  string   `json:"portfolio"`
	KPI        *string  `json:"kpi"`
	At         string   `json:"at"`
	Text       string   `json:"text"`
	Links      []string `json:"links"`
	Withdrawn  bool     `json:"withdrawn"`
	Author     string   `json:"author"`
	RecordedAt string   `json:"recorded_at"`
}

// actionAnswer is one element of GET /api/v1/actions.
type actionAnswer struct {
	ID         int64           `json:"id"`
	Revision   int             `json:"revision"`
	Portfolio  string          `json:"portfolio"`
	KPI        *string         `json:"kpi"`
	Due        string          `json:"due"`
	Overdue    bool            `json:"overdue"`
	Owner      string          `json:"owner"`
	State      kpi.ActionState `json:"state"`
	Text       string          `json:"text"`
	Links      []string        `json:"links"`
	Author     string          `json:"author"`
	RecordedAt string          `json:"recorded_at"`
}

// apiNotes answers GET /api/v1/notes.
func (s *server) apiNotes(w http.ResponseWriter, r *http.Request) error {
	journal, done, err := s.apiJournal(w, r)
	if done || err != nil {
		return err
	}
	answer := []noteAnswer{}
	for _, n := range journal.Notes {
		answer = append(answer, noteAnswer{n.ID, n.Revision, n.Portfolio, optional(n.KPI), n.At.String(), n.Text, append([]string{}, n.Links...),
			n.Withdrawn, n.Author, n.RecordedAt.String()})
	}
	return writeJSON(w, map[string]any{"notes": answer})
}

// apiActions answers GET /api/v1/actions.
func (s *server) apiActions(w http.ResponseWriter, r *http.Request) error {
	journal, done, err := s.apiJournal(w, r)
	if done || err != nil {
		return err
	}
	site := s.reader.Site()
	today := site.Calendar.Date(site.Now())
	answer := []actionAnswer{}
	for _, a := range journal.Actions {
		answer = append(answer, actionAnswer{a.ID, a.Revision, a.Portfolio, optional(a.KPI), a.Due.String(), a.Overdue(today), a.Owner, a.State, a.Text,
			append([]string{}, a.Links...), a.Author, a.RecordedAt.String()})
	}
	return writeJSON(w, map[string]any{"actions": answer})
}

// apiJournal reads what was written about a portfolio, of one KPI when it is named.
func (s *server) apiJournal(w http.ResponseWriter, r *http.Request) (*Journal, bool, error) {
	params := r.URL.Query()
	if err := only(params, "portfolio", "kpi"); err != nil {
		return nil, false, err
	}
	p, err := s.portfolio(s.apiPortfolio(params))
	if err != nil {
		return nil, false, err
	}
	id := params.Get("kpi")
	if _, ok := s.reader.Definition(id); id != "" && !ok {
		return nil, false, notFound("There is no KPI called " + cut(id, 80) + ".")
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return nil, done, err
	}
	all, err := s.reader.Journal(r.Context(), p.ID)
	if err != nil || id == "" {
		return all, false, err
	}
	out := &Journal{Register: all.Register}
	for _, n := range all.Notes {
		if n.KPI == id {
			out.Notes = append(out.Notes, n)
		}
	}
	for _, a := range all.Actions {
		if a.KPI == id {
			out.Actions = append(out.Actions, a)
		}
	}
	return out, false, nil
}
