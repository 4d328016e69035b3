package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	cron "github.com/netresearch/go-cron"

	"github.com/kpid/kpid/kpi"
)

// retryAfter keeps a source that fails from being asked every minute. It is
// counted on the machine's clock and forgotten at a restart.
const retryAfter = 10 * time.Minute

// spread is over how long vendors that share a schedule are asked: everybody asks
// on the full hour.
const spread = 45 * time.Second

// scheduler runs what is due. A source is run once at a time, and one that hangs
// keeps no other waiting.
type scheduler struct {
	app *app
	w   io.Writer
	log *slog.Logger
	// evaluated is told when an evaluation has ended; nil: nobody.
	evaluated func()

	mu      sync.Mutex
	running map[string]bool
	tried   map[string]time.Time // when a source was last run by this process
	wg      sync.WaitGroup
}

func newScheduler(a *app, w io.Writer, log *slog.Logger) *scheduler {
	return &scheduler{app: a, w: w, log: log, running: map[string]bool{}, tried: map[string]time.Time{}}
}

// catchUp runs the files that are due: sources whose last scheduled time has passed
// without a good run, then the evaluation when anything waits for it. Vendors are
// left to the first tick, so that pages are there before they answer. Started again
// on an up-to-date store it reads two rows and touches no fact.
func (s *scheduler) catchUp(ctx context.Context) error {
	due, err := s.due(ctx)
	if err != nil {
		return err
	}
	due = slices.DeleteFunc(due, func(id string) bool { return s.app.isRemote(id) })
	for _, id := range s.app.watched() { // what came while nobody watched
		if !slices.Contains(due, id) {
			due = append(due, id)
		}
	}
	for _, id := range due {
		s.tried[id] = time.Now()
	}
	if len(due) > 0 {
		if _, err := s.app.ingest(ctx, s.w, due, reading{}); err != nil {
			return err
		}
	}
	return s.compute(ctx)
}

func (a *app) isRemote(id string) bool {
	return slices.ContainsFunc(a.sources, func(s source) bool { return s.ID == id && s.remote() })
}

// compute evaluates when anything waits for it.
func (s *scheduler) compute(ctx context.Context) error {
	needed, err := s.app.waiting(ctx)
	if err != nil || !needed {
		return err
	}
	_, err = s.app.evaluate(ctx, s.w)
	if s.evaluated != nil {
		s.evaluated()
	}
	return err
}

// run looks once a minute for what is due, until the context ends, and then waits
// for what still runs: each stops at its next page. With the sample's clock standing
// still nothing falls due.
func (s *scheduler) run(ctx context.Context) {
	defer s.wg.Wait()
	s.wg.Go(func() {
		if err := s.watch(ctx, quiet); err != nil {
			s.log.Error("folders cannot be watched; their sources keep their schedules", "err", err)
		}
	})
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := s.tick(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("scheduled run", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tick starts what is due and does not run. Files are read one after another, for
// there is one writer; each vendor has a run of its own.
func (s *scheduler) tick(ctx context.Context) error {
	due, err := s.due(ctx)
	if err != nil {
		return err
	}
	var files []string
	for _, id := range s.claim(due) {
		if s.app.isRemote(id) {
			s.start(ctx, []string{id})
		} else {
			files = append(files, id)
		}
	}
	if len(files) > 0 {
		s.start(ctx, files)
		return nil
	}
	if s.idle() { // time alone may have made something final
		return s.compute(ctx)
	}
	return nil
}

// claim takes the sources that are neither running nor just tried.
func (s *scheduler) claim(ids []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, id := range ids {
		if !s.running[id] && time.Since(s.tried[id]) >= retryAfter {
			s.running[id], s.tried[id] = true, time.Now()
			out = append(out, id)
		}
	}
	return out
}

func (s *scheduler) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.running) == 0
}

// start runs sources in the background, then what their records reach.
func (s *scheduler) start(ctx context.Context, ids []string) {
	s.wg.Go(func() { s.read(ctx, ids, reading{}) })
}

// read runs sources that were claimed, and gives them back.
func (s *scheduler) read(ctx context.Context, ids []string, how reading) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, id := range ids {
			delete(s.running, id)
		}
	}()
	_, err := s.app.ingest(ctx, s.w, ids, how)
	if err = errors.Join(err, s.compute(ctx)); err != nil && ctx.Err() == nil {
		s.log.Error("scheduled run", "sources", ids, "err", err)
	}
}

// waiting says whether an evaluation would find something to do: marks of new
// records, a changed definition, or time that has passed since the last one.
func (a *app) waiting(ctx context.Context) (bool, error) {
	if marked, err := a.store.HasWork(ctx); marked || err != nil {
		return marked, err
	}
	if changed, err := a.engine.Changed(ctx); changed || err != nil {
		return changed, err
	}
	last, ok, err := a.store.Evaluated(ctx)
	if err != nil || !ok {
		return !ok, err
	}
	return a.now() >= a.cal.Midnight(nextDay(a.cal.Date(last))), nil
}

func nextDay(d kpi.Date) kpi.Date {
	t := time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC)
	return kpi.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

// due lists the sources with a schedule whose latest time has come since their
// last good run. A source that never ran is due.
func (s *scheduler) due(ctx context.Context) ([]string, error) {
	a := s.app
	states, err := a.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	success := map[string]kpi.Millis{}
	for _, st := range states {
		if st.LastSuccess != nil && st.Result != "failed" && st.EndedAt != nil {
			success[st.Source] = *st.LastSuccess
		}
	}
	var out []string
	for _, src := range a.sources {
		if src.Schedule == "" {
			continue
		}
		last, ran := success[src.ID]
		next, err := a.nextRun(src.Schedule, last)
		if err != nil {
			return nil, err
		}
		if src.remote() && next < kpi.Forever {
			next += jitter(src.ID)
		}
		if !ran || next <= a.now() {
			out = append(out, src.ID)
		}
	}
	return out, nil
}

// jitter is a source's own part of the spread, the same at each run.
func jitter(id string) kpi.Millis {
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, id)
	return kpi.Millis(h.Sum32() % uint32(spread.Milliseconds()))
}

// nextRun is the first scheduled instant after another, in the company's zone.
func (a *app) nextRun(schedule string, after kpi.Millis) (kpi.Millis, error) {
	s, err := cron.ParseStandard(schedule)
	if err != nil {
		return 0, err
	}
	zone := a.cal.Zone
	if zone == nil {
		zone = time.UTC
	}
	next := s.Next(after.Time().In(zone))
	if next.IsZero() {
		return kpi.Forever, nil
	}
	return kpi.At(next), nil
}

// lines writes each line to the log.
type lines struct{ log *slog.Logger }

// Write logs one line.
func (l lines) Write(p []byte) (int, error) {
	l.log.Info(string(trimNewline(p)))
	return len(p), nil
}

func trimNewline(p []byte) []byte {
	for len(p) > 0 && p[len(p)-1] == '\n' {
		p = p[:len(p)-1]
	}
	return p
}
