package main

import (
	"context"
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// shownRuns is how many of the last runs are listed.
const shownRuns = 20

// History of the sources for their page.
func (r *reader) History(ctx context.Context, days int, source string, rejected int) (*dashboards.History, error) {
	a := r.app
	out := &dashboards.History{Timeline: map[string][]string{}, Unmatched: map[string]int{}}
	starts := a.lastDays(days)
	runs, first, err := a.store.Deliveries(ctx, starts[0])
	if err != nil {
		return nil, err
	}
	for _, at := range starts[:len(starts)-1] {
		out.Days = append(out.Days, at.Time().In(a.zone()).Format("2 Jan"))
	}
	for _, s := range a.sources {
		out.Timeline[s.ID] = a.timeline(s, starts, runs, first)
	}
	if err := r.rejected(ctx, out, source, rejected); err != nil {
		return nil, err
	}
	matches, err := a.store.AccountMatches(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range matches {
		if n := len(m.Unmatched); n > 0 && slices.Contains(a.identity.Others, m.Source) {
			out.Unmatched[m.Source] = n
		}
	}
	out.Runs, err = r.Runs(ctx, source, 0, shownRuns)
	return out, err
}

// lastDays are the midnights of the last days, today's included, and the one after.
func (a *app) lastDays(days int) []kpi.Millis {
	var out []kpi.Millis
	at := a.cal.Midnight(nextDay(a.cal.Date(a.now())))
	for range days + 1 {
		out = append(out, at)
		at = a.cal.Sub(at, kpi.Span{N: 1, Unit: 'd'})
	}
	slices.Reverse(out)
	return out
}

// timeline says of each day how the source's runs ended, or that one was due before the
// day was over and did not come. Before the first run nothing is due.
func (a *app) timeline(s source, starts []kpi.Millis, runs []store.Delivery, first map[string]kpi.Millis) []string {
	var out []string
	good, known := first[s.ID] // the last run that brought something
	for i, from := range starts[:len(starts)-1] {
		to, word := starts[i+1], "none"
		for _, run := range runs {
			if run.Source == s.ID && run.StartedAt >= from && run.StartedAt < to {
				if word = worse(word, run.Result); run.Result == "ok" || run.Result == "partial" {
					good = run.StartedAt
				}
			}
		}
		switch {
		case word != "none" || !known || good >= to:
		case s.Cadence.N > 0 && a.cal.Add(good, s.Cadence) < min(to, a.now()):
			word = "late"
		default:
			word = "on_time"
		}
		out = append(out, word)
	}
	return out
}

// worse is what a day is called after one more run: a good one at its end mends a
// failure, but not a run that was partial.
func worse(day, result string) string {
	switch {
	case result == "ok" && day != "partial":
		return "on_time"
	case result == "partial":
		return "partial"
	case (result == "failed" || result == "held") && day == "none":
		return "failed"
	}
	return day
}

func (r *reader) rejected(ctx context.Context, out *dashboards.History, source string, limit int) error {
	list, err := r.Rejected(ctx, dashboards.RejectedQuery{Source: source, Limit: limit})
	if err != nil {
		return err
	}
	out.Rejected, out.Open = list.Rows, list.Open
	return nil
}

// Rejected lists records that were put aside, newest first.
func (r *reader) Rejected(ctx context.Context, q dashboards.RejectedQuery) (*dashboards.RejectedPage, error) {
	list, err := r.app.store.OpenRejected(ctx, store.RejectedQuery(q))
	if err != nil {
		return nil, err
	}
	out := &dashboards.RejectedPage{Open: list.Open, Ahead: list.Ahead}
	for _, j := range list.Rows {
		out.Rows = append(out.Rows, dashboards.RejectedRow{ID: j.ID, Source: j.Source, Stream: j.Stream, Locator: j.Locator, Field: j.Field, Found: j.Found, Allowed: j.Allowed, Body: j.Body, Run: j.Run})
	}
	return out, nil
}

// RejectedKinds counts the records of a source that were put aside, by stream and field.
func (r *reader) RejectedKinds(ctx context.Context, source string) ([]dashboards.RejectedKind, error) {
	kinds, err := r.app.store.RejectedKinds(ctx, source)
	var out []dashboards.RejectedKind
	for _, k := range kinds {
		out = append(out, dashboards.RejectedKind(k))
	}
	return out, err
}

// Runs lists the last runs of a source, or of all and the evaluations, newest first.
func (r *reader) Runs(ctx context.Context, source string, after int64, limit int) ([]dashboards.PastRun, error) {
	runs, err := r.app.store.LastRuns(ctx, source, after, limit)
	var out []dashboards.PastRun
	for _, run := range runs {
		p := dashboards.PastRun{ID: run.ID, Source: run.Source, Kind: run.Kind, At: run.StartedAt, Seconds: -1, Result: run.Result, Rows: run.Rows, Changed: run.Changed, Message: run.Message}
		if run.EndedAt != nil {
			p.Seconds = float64(*run.EndedAt-run.StartedAt) / 1000
		}
		out = append(out, p)
	}
	return out, err
}

// expected is when a source is due next: by its schedule, or a cadence after what it is
// complete through; nil when neither says.
func (a *app) expected(s source, last, through *kpi.Millis) (*kpi.Millis, error) {
	if s.Schedule != "" && last != nil {
		next, err := a.nextRun(s.Schedule, *last)
		if err != nil || next == kpi.Forever {
			return nil, err
		}
		return &next, nil
	}
	if through == nil || s.Cadence.N == 0 {
		return nil, nil
	}
	next := a.cal.Add(*through, s.Cadence)
	return &next, nil
}
