package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/kpid/kpid/kpi"
)

// Progress says where a run stands, after each page and once more at its end.
type Progress struct {
	Source string
	Stream string // of the page just stored
	Pages  int
	Counts Counts  // so far
	Share  float64 // of the stream that is read, 0..1; 0: nobody knows
	Report *Report // set at the end of the run
}

// PanicError is a panic inside a source, turned into the failure of its run.
type PanicError struct {
	Source string
	Value  any
	Stack  []byte // for the log, not for pages
}

// Error names the source and the value.
func (e *PanicError) Error() string { return fmt.Sprintf("source %s: panic: %v", e.Source, e.Value) }

// RunSource runs one source and stores what it brings. It never panics and
// always closes the run it opened, even when ctx is cancelled; what went wrong
// is in the report. Pages stored before a failure stay stored.
func RunSource(ctx context.Context, sink Sink, id string, src Source, asOf kpi.Millis, progress func(Progress)) Report {
	if progress == nil {
		progress = func(Progress) {}
	}
	rep := Report{Source: id}
	run, err := sink.BeginRun(ctx, id, asOf)
	if err != nil {
		rep.Result, rep.Err = Failed, fmt.Errorf("source %s: the run could not be opened: %w", id, err)
		progress(Progress{Source: id, Report: &rep})
		return rep
	}
	rep.Run = run.ID()
	pages := 0
	rep.Summary, rep.Err = fetch(ctx, id, src, run, func(ctx context.Context, p Page) error {
		got, err := run.Commit(ctx, p)
		if err != nil {
			return err
		}
		pages++
		rep.Counts.Add(got)
		progress(Progress{Source: id, Stream: p.Stream, Pages: pages, Counts: rep.Counts, Share: p.Share})
		return nil
	})
	rep.Summary.Pages = pages
	rep.Result = result(rep)
	if err := run.Finish(context.WithoutCancel(ctx), rep); err != nil {
		rep.Result = Failed
		rep.Err = errors.Join(rep.Err, fmt.Errorf("source %s: the run could not be closed: %w", id, err))
	}
	progress(Progress{Source: id, Pages: pages, Counts: rep.Counts, Report: &rep})
	return rep
}

// fetch contains a panic of the source.
func fetch(ctx context.Context, id string, src Source, state State, emit func(context.Context, Page) error) (sum Summary, err error) {
	defer func() {
		if v := recover(); v != nil {
			sum, err = Summary{}, &PanicError{Source: id, Value: v, Stack: debug.Stack()}
		}
	}()
	return src.Fetch(ctx, state, emit)
}

// result judges a run whose pages are stored.
func result(r Report) Result {
	var held *HeldError
	switch {
	case errors.As(r.Err, &held):
		return Held
	case r.Err != nil:
		return Failed
	case r.Counts.Rejected > 0 || !r.Summary.Complete:
		return Partial
	}
	return OK
}

// Named is a source with its id.
type Named struct {
	ID     string
	Source Source
}

// RunAll runs several sources, at most parallel at a time (one after another
// for 1 or less), and reports in the order given. The failure of one stops no
// other; after ctx is cancelled the rest fail without being read. progress is
// never called twice at once.
func RunAll(ctx context.Context, sink Sink, sources []Named, asOf kpi.Millis, parallel int, progress func(Progress)) []Report {
	var (
		reports = make([]Report, len(sources))
		slots   = make(chan struct{}, max(1, parallel))
		mu      sync.Mutex
		wg      sync.WaitGroup
	)
	serial := func(p Progress) {
		mu.Lock()
		defer mu.Unlock()
		if progress != nil {
			progress(p)
		}
	}
	for i, s := range sources {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := ctx.Err(); err != nil {
				reports[i] = Report{Source: s.ID, Result: Failed, Err: err}
				serial(Progress{Source: s.ID, Report: &reports[i]})
				return
			}
			reports[i] = RunSource(ctx, sink, s.ID, s.Source, asOf, serial)
		})
	}
	wg.Wait()
	return reports
}
