package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/kpid/kpid/dashboards"
)

// warmer works out beside the pages, once an evaluation has ended, what their first
// reader would wait for.
type warmer struct {
	work func(context.Context) error
	log  *slog.Logger
	due  chan struct{} // of one: two evaluations in a row are one reason
}

func newWarmer(work func(context.Context) error, log *slog.Logger) *warmer {
	return &warmer{work: work, log: log, due: make(chan struct{}, 1)}
}

// evaluated says that the numbers are new. It never waits.
func (w *warmer) evaluated() {
	select {
	case w.due <- struct{}{}:
	default:
	}
}

// run warms whenever something is due, until the context ends.
func (w *warmer) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.due:
		}
		if err := w.work(ctx); err != nil && ctx.Err() == nil {
			w.log.Warn("segments are worked out when a page asks for them", "err", err)
		}
	}
}

// warm asks for what KPI pages show beside a number and is not stored: its segments, and
// what its units are made of. It is one question at a time, of the reader the pages use, so that what a page asks for in the meantime is
// worked out once, by whoever came first. One that fails stops no other; its page says so
// itself.
func (r *reader) warm(ctx context.Context) error {
	var errs []error
	for _, portfolio := range r.Site().Judged {
		q := dashboards.Query{Portfolio: portfolio}
		card, err := r.Scorecard(ctx, q)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, row := range card.KPIs {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if !seen[row.ID] { // a page opens with the first row of its KPI
				_, bySegment := r.Segments(ctx, q, row, "")
				_, beside := r.Field(ctx, q, row)
				errs = append(errs, bySegment, beside)
			}
			seen[row.ID] = true
		}
	}
	return errors.Join(errs...)
}
