package dashboards

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// pageError is an error whose text is meant for the reader.
type pageError struct {
	Status int
	Title  string // one sentence: what is wrong
	Detail string // what is allowed, what to do next
	Near   []link // what may have been meant
	Fields FieldErrors
}

type link struct{ Text, URL string }

func (e *pageError) Error() string { return strings.TrimSpace(e.Title + " " + e.Detail) }

func notFound(title string) *pageError {
	return &pageError{Status: http.StatusNotFound, Title: title}
}

func badRequest(title, detail string) *pageError {
	return &pageError{Status: http.StatusBadRequest, Title: title, Detail: detail}
}

// fail is the one place where an error becomes an answer. What a reader may not
// see (queries, paths, stacks) goes to the log under the request's id.
func (s *server) fail(w http.ResponseWriter, r *http.Request, machine bool, err error) {
	id := w.Header().Get("X-Request-Id")
	var known *pageError
	switch {
	case errors.As(err, &known):
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		return // nobody is left to answer
	case errors.Is(err, context.DeadlineExceeded):
		known = &pageError{Status: http.StatusServiceUnavailable,
			Title: "This page could not be made in time.", Detail: "Your data is safe; nothing changed. The database was busy."}
		s.log.Error("request failed", "request", id, "error", err)
	default:
		known = &pageError{Status: http.StatusInternalServerError,
			Title: "This page could not be made.", Detail: "Your data is safe; nothing changed. The program's log says more under the reference below."}
		s.log.Error("request failed", "request", id, "error", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	if machine {
		writeProblem(w, known, id)
		return
	}
	s.errorPage(w, r, known, id)
}

// writeProblem answers with application/problem+json (RFC 9457).
func writeProblem(w http.ResponseWriter, e *pageError, id string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(e.Status)
	near := []string{}
	for _, n := range e.Near {
		near = append(near, n.Text)
	}
	answer := map[string]any{
		"type": "about:blank", "title": e.Title, "status": e.Status,
		"detail": e.Detail, "instance": id, "near": near,
	}
	if len(e.Fields) > 0 {
		answer["errors"] = e.Fields
	}
	_ = json.NewEncoder(w).Encode(answer) // the connection is the only thing that can fail here
}

// errorView is what the error page shows.
type errorView struct {
	base
	Problem   *pageError
	Reference string
	Retry     string
}

func (s *server) errorPage(w http.ResponseWriter, r *http.Request, e *pageError, id string) {
	v := errorView{base: s.base(r, "", e.Title), Problem: e, Reference: id}
	if r.Method == http.MethodGet && e.Status >= 500 {
		v.Retry = r.URL.RequestURI()
	}
	if err := s.pageOf(w, e.Status, "error", v); err != nil {
		s.log.Error("error page failed", "request", id, "error", err)
		http.Error(w, e.Title+" Reference "+id, e.Status)
	}
}
