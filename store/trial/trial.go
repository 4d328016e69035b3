// Package trial gives the tests of KPI definitions their stores: empty, filled
// through the ordinary sink, and gone when they are closed.
package trial

import (
	"context"
	"errors"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// Ground is where the stores are made: copies of one whose schema is up to
// date, because bringing it up to date takes longer than most cases do.
type Ground struct {
	near, model string
	remove      func() error
}

// Prepare makes the model, on the kind of database that near names: see
// store.Scratch.
func Prepare(ctx context.Context, near string) (*Ground, error) {
	dsn, remove, err := store.Scratch(ctx, near, "")
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{DSN: dsn, Now: func() kpi.Millis { return 0 }})
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	return &Ground{near, dsn, remove}, nil
}

// Close takes the model away.
func (g *Ground) Close() error { return g.remove() }

// Store is a store for one case.
type Store struct {
	*store.Store
	remove func() error
}

// Open makes one whose clock stands at now.
func (g *Ground) Open(ctx context.Context, calendar kpi.Calendar, now kpi.Millis) (*Store, error) {
	dsn, remove, err := store.Scratch(ctx, g.near, g.model)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{DSN: dsn, Calendar: calendar, Now: func() kpi.Millis { return now }})
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	return &Store{s, remove}, nil
}

// Put stores rows as one page of a run of a source.
func (s *Store) Put(ctx context.Context, source string, rows []fact.Row, reach func(string, string, kpi.Millis, kpi.Millis) []kpi.Cell) error {
	run, err := s.Sink(store.SinkConfig{Reach: reach}).BeginRun(ctx, source, 0)
	if err != nil {
		return err
	}
	if _, err := run.Commit(ctx, ingest.Page{Stream: "load", Records: len(rows), Rows: rows}); err != nil {
		return err
	}
	return run.Finish(ctx, ingest.Report{Result: ingest.OK})
}

// Close ends the store and takes away what it was kept in.
func (s *Store) Close() error { return errors.Join(s.Store.Close(), s.remove()) }
