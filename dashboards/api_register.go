package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/kpi"
)

// entryAnswer is one element of GET /api/v1/register: the newest revision of an entry.
type entryAnswer struct {
	ID         int64             `json:"id"`
	Revision   int               `json:"revision"`
	Portfolio  string            `json:"portfolio"`
	Kind       kpi.RegisterKind  `json:"kind"`
	State      kpi.RegisterState `json:"state"`
	Open       bool              `json:"open"`
	Raised     string            `json:"raised"` // day of its first state
	At         string            `json:"at"`     // day of this one
	Due        *string           `json:"due"`
	Overdue    bool              `json:"overdue"`
	Owner      string            `json:"owner"`
	KPI        *string           `json:"kpi"`
	Bet        *string           `json:"bet"`
	Text       string            `json:"text"`
	Links      []string          `json:"links"`
	Author     string            `json:"author"`
	RecordedAt string            `json:"recorded_at"`
}

// apiRegister answers GET /api/v1/register.
func (s *server) apiRegister(w http.ResponseWriter, r *http.Request) error {
	journal, done, err := s.apiJournal(w, r)
	if done || err != nil {
		return err
	}
	id := r.URL.Query().Get("kpi")
	site := s.reader.Site()
	today := site.Calendar.Date(site.Now())
	answer := []entryAnswer{}
	for _, e := range journal.Register {
		if id == "" || e.KPI == id {
			answer = append(answer, newEntryAnswer(e, today))
		}
	}
	return writeJSON(w, map[string]any{"register": answer})
}

func newEntryAnswer(e kpi.RegisterEntry, today kpi.Date) entryAnswer {
	return entryAnswer{e.ID, e.Revision, e.Portfolio, e.Kind, e.State, e.State.Open(), e.RaisedAt().String(), e.At.String(), someDay(e.Due), e.Overdue(today), e.Owner,
		optional(e.KPI), optional(e.Bet), e.Text, append([]string{}, e.Links...), e.Author, e.RecordedAt.String()}
}

// someDay is nil for no day.
func someDay(d kpi.Date) *string {
	if d.IsZero() {
		return nil
	}
	return optional(d.String())
}
