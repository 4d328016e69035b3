package dashboards

import (
	"net/http"
	"slices"
)

// runAnswer is a run that ended, or runs.
type runAnswer struct {
	Source  *string  `json:"source"` // null of an evaluation
	Kind    string   `json:"kind"`
	At      string   `json:"at"`
	Seconds *float64 `json:"seconds"` // null while it runs
	Result  *string  `json:"result"`
	Rows    int64    `json:"rows"`
	Changed int64    `json:"changed"`
	Message *string  `json:"message"`
}

// rejectedAnswer is a record that was put aside and is still open.
type rejectedAnswer struct {
	Source  string `json:"source"`
	Stream  string `json:"stream"`
	Locator string `json:"locator"`
	Field   string `json:"field"`
	Found   string `json:"found"`
	Allowed string `json:"allowed"`
	Run     int64  `json:"run"`
}

// answeredRejected bounds an answer; the CSV has them all.
const answeredRejected = 1000

// apiRuns answers GET /api/v1/runs: the last ones, newest first.
func (s *server) apiRuns(w http.ResponseWriter, r *http.Request) error {
	h, done, err := s.apiHistory(w, r)
	if done || err != nil {
		return err
	}
	out := []runAnswer{}
	for _, run := range h.Runs {
		a := runAnswer{Source: optional(run.Source), Kind: run.Kind, At: run.At.String(), Result: optional(run.Result), Rows: run.Rows, Changed: run.Changed, Message: optional(run.Message)}
		if run.Seconds >= 0 {
			a.Seconds = &run.Seconds
		}
		out = append(out, a)
	}
	return writeJSON(w, map[string]any{"runs": out})
}

// apiRejected answers GET /api/v1/rejected: what was found, where, and what is allowed.
func (s *server) apiRejected(w http.ResponseWriter, r *http.Request) error {
	h, done, err := s.apiHistory(w, r)
	if done || err != nil {
		return err
	}
	out := []rejectedAnswer{}
	for _, j := range h.Rejected {
		out = append(out, rejectedAnswer{j.Source, j.Stream, j.Locator, j.Field, j.Found, j.Allowed, j.Run})
	}
	return writeJSON(w, map[string]any{"open": h.Open, "rejected": out})
}

// apiHistory reads what was; done says that the caller has it already.
func (s *server) apiHistory(w http.ResponseWriter, r *http.Request) (h *History, done bool, err error) {
	if err := only(r.URL.Query(), "source"); err != nil {
		return nil, false, err
	}
	source := r.URL.Query().Get("source")
	if source != "" {
		if _, err := s.source(r, source); err != nil {
			return nil, false, err
		}
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return nil, done, err
	}
	h, err = s.reader.History(r.Context(), 1, source, answeredRejected)
	return h, false, err
}

// source finds a source; without one, the error names what is near.
func (s *server) source(r *http.Request, id string) (SourceStatus, error) {
	list, err := s.reader.Sources(r.Context())
	if err != nil {
		return SourceStatus{}, err
	}
	if i := slices.IndexFunc(list, func(src SourceStatus) bool { return src.ID == id }); i >= 0 {
		return list[i], nil
	}
	e := notFound("There is no source called " + cut(id, 80) + ".")
	var names []string
	for _, src := range list {
		names = append(names, src.ID)
	}
	for _, near := range nearest(id, names) {
		e.Near = append(e.Near, link{near, "/sources/" + near})
	}
	return SourceStatus{}, e
}
