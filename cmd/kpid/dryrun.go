package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
)

// dryRun reads and maps as a run would, from where the stored cursors stand, and
// stores nothing.
func (a *app) dryRun(ctx context.Context, term terminal, ids []string, how reading) error {
	sources, err := a.named(ids, how)
	if err != nil {
		return err
	}
	failed := 0
	for _, s := range sources {
		cursors, err := a.store.Cursors(ctx, s.ID)
		if err != nil {
			return err
		}
		sink := &drySink{cursors: cursors, rows: map[string]int{}}
		r := ingest.RunSource(ctx, sink, s.ID, s.Source, a.now(), nil)
		fmt.Fprintf(term.out, "%s: ", s.ID)
		switch {
		case r.Err != nil:
			failed++
			fmt.Fprintf(term.out, "failed: %v\n", r.Err)
			continue
		case !r.Summary.Complete:
			fmt.Fprintf(term.out, "not whole: %s; ", r.Summary.Message)
		}
		fmt.Fprintf(term.out, "%d records on %d pages, %d would be put aside\n", r.Counts.Records, r.Summary.Pages, r.Counts.Rejected)
		for _, name := range slices.Sorted(maps.Keys(sink.rows)) {
			fmt.Fprintf(term.out, "  %s: %d rows\n", name, sink.rows[name])
		}
		for _, j := range sink.rejected[:min(len(sink.rejected), shownRejections)] {
			fmt.Fprintf(term.out, "  %s: %s: found %q; allowed: %s\n", j.Locator, j.Field, j.Found, j.Allowed)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of the sources failed", failed)
	}
	return nil
}

// drySink counts what it is given.
type drySink struct {
	mu       sync.Mutex
	cursors  map[string]json.RawMessage
	rows     map[string]int
	rejected []ingest.Rejection
}

// BeginRun opens a run that stores nothing.
func (d *drySink) BeginRun(context.Context, string, kpi.Millis) (ingest.Run, error) { return d, nil }

// ID of no run.
func (d *drySink) ID() int64 { return 0 }

// Cursor that is stored.
func (d *drySink) Cursor(stream string) json.RawMessage { return d.cursors[stream] }

// Commit counts.
func (d *drySink) Commit(_ context.Context, p ingest.Page) (ingest.Counts, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range p.Rows {
		d.rows[r.Fact]++
	}
	d.rejected = append(d.rejected, p.Rejected...)
	return ingest.Counts{Records: p.Records, Rows: len(p.Rows), Rejected: len(p.Rejected)}, nil
}

// Finish does nothing.
func (d *drySink) Finish(context.Context, ingest.Report) error { return nil }
