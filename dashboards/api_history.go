package dashboards

import (
	"net/http"
	"slices"
)

// runAnswer is a run that ended, or runs.
type runAnswer struct {
	ID      int64    `json:"id"`
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
	ID      int64  `json:"id"`
	Source  string `json:"source"`
	Stream  string `json:"stream"`
	Locator string `json:"locator"`
	Field   string `json:"field"`
	Found   string `json:"found"`
	Allowed string `json:"allowed"`
	Run     int64  `json:"run"`
}

// Entries of an answer that names no limit.
const (
	answeredRuns     = 20
	answeredRejected = 1000
)

// apiRuns answers GET /api/v1/runs: the last ones, newest first.
func (s *server) apiRuns(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "source", "limit", "after"); err != nil {
		return err
	}
	limit, after, err := s.listed(r, answeredRuns)
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	runs, err := s.reader.Runs(r.Context(), params.Get("source"), after, limit+1)
	if err != nil {
		return err
	}
	out, next := []runAnswer{}, (*int64)(nil)
	if len(runs) > limit {
		runs, next = runs[:limit], &runs[limit-1].ID
	}
	for _, run := range runs {
		a := runAnswer{ID: run.ID, Source: optional(run.Source), Kind: run.Kind, At: run.At.String(), Result: optional(run.Result), Rows: run.Rows, Changed: run.Changed, Message: optional(run.Message)}
		if run.Seconds >= 0 {
			a.Seconds = &run.Seconds
		}
		out = append(out, a)
	}
	return writeJSON(w, map[string]any{"runs": out, "next": next})
}

// apiRejected answers GET /api/v1/rejected: what was found, where, and what is allowed.
func (s *server) apiRejected(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "source", "stream", "field", "limit", "after"); err != nil {
		return err
	}
	limit, after, err := s.listed(r, answeredRejected)
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	list, err := s.reader.Rejected(r.Context(), RejectedQuery{Source: params.Get("source"), Stream: params.Get("stream"), Field: params.Get("field"), After: after, Limit: limit})
	if err != nil {
		return err
	}
	out, next := []rejectedAnswer{}, (*int64)(nil)
	for _, j := range list.Rows {
		out = append(out, rejectedAnswer{j.ID, j.Source, j.Stream, j.Locator, j.Field, j.Found, j.Allowed, j.Run})
	}
	if n := len(list.Rows); n > 0 && list.Ahead+n < list.Open {
		next = &list.Rows[n-1].ID
	}
	return writeJSON(w, map[string]any{"open": list.Open, "rejected": out, "next": next})
}

// listed reads how long a list may be and where it goes on, and finds the source.
func (s *server) listed(r *http.Request, standard int) (limit int, after int64, err error) {
	params := r.URL.Query()
	if limit, err = limitOf(params, standard); err != nil {
		return 0, 0, err
	}
	if after, err = placeOf(params, "after"); err != nil {
		return 0, 0, err
	}
	if source := params.Get("source"); source != "" {
		_, err = s.source(r, source)
	}
	return limit, after, err
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
