package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"time"

	cron "github.com/netresearch/go-cron"

	"github.com/kpid/kpid/kpi"
)

// retryAfter keeps a source that fails from being asked every minute. It is
// counted on the machine's clock and forgotten at a restart.
const retryAfter = 10 * time.Minute

// catchUp runs what is due: sources whose last scheduled time has passed
// without a good run, then the evaluation when anything waits for it. Started
// again on an up-to-date store it reads two rows and touches no fact.
func (a *app) catchUp(ctx context.Context, w io.Writer) error {
	due, err := a.due(ctx)
	if err != nil {
		return err
	}
	due = slices.DeleteFunc(due, func(id string) bool { return time.Since(a.tried[id]) < retryAfter })
	for _, id := range due {
		a.tried[id] = time.Now()
	}
	if len(due) > 0 {
		if _, err := a.ingest(ctx, w, due, false); err != nil {
			return err
		}
	}
	needed, err := a.waiting(ctx)
	if err != nil || !needed {
		return err
	}
	_, err = a.evaluate(ctx, w)
	return err
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
func (a *app) due(ctx context.Context) ([]string, error) {
	states, err := a.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	success := map[string]kpi.Millis{}
	for _, s := range states {
		if s.LastSuccess != nil && s.Result != "failed" && s.EndedAt != nil {
			success[s.Source] = *s.LastSuccess
		}
	}
	var out []string
	for _, s := range a.sources {
		if s.Schedule == "" {
			continue
		}
		last, ran := success[s.ID]
		next, err := a.nextRun(s.Schedule, last)
		if err != nil {
			return nil, err
		}
		if !ran || next <= a.now() {
			out = append(out, s.ID)
		}
	}
	return out, nil
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

// schedule looks once a minute for what is due, until the context ends. One
// goroutine runs everything, so no source ever runs twice at once. With the
// sample's clock standing still nothing falls due.
func (a *app) schedule(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := a.catchUp(ctx, lines{log}); err != nil && ctx.Err() == nil {
				log.Error("scheduled run", "err", err)
			}
		}
	}
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
