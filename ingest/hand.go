package ingest

import (
	"context"
	"errors"

	"github.com/kpid/kpid/kpi/fact"
)

// UnstoredError is a page that could not be stored: nothing more is to be read, for a
// later page would leave a gap behind its cursor.
type UnstoredError struct{ Err error }

// Error is that of the sink.
func (e *UnstoredError) Error() string { return e.Err.Error() }

// Unwrap gives the sink's error.
func (e *UnstoredError) Unwrap() error { return e.Err }

// Hand gives a page to emit. Its error is a *HeldError or an *UnstoredError, so that
// a source can tell its sink's trouble from the vendor's.
func Hand(ctx context.Context, emit func(context.Context, Page) error, p Page) error {
	err := emit(ctx, p)
	var held *HeldError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &held):
		return held
	}
	return &UnstoredError{err}
}

// Listing notes, by fact, the ids of everything there is. Facts that are not in it are
// not listed whole.
type Listing map[string][]string

// NewListing of facts, of which nothing is noted yet.
func NewListing(facts []string) Listing {
	out := Listing{}
	for _, name := range facts {
		out[name] = []string{}
	}
	return out
}

// Note adds the rows of listed facts.
func (l Listing) Note(rows []fact.Row) {
	for i := range rows {
		if ids, ok := l[rows[i].Fact]; ok {
			l[rows[i].Fact] = append(ids, rows[i].ID)
		}
	}
}
