package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// herald tells people what changed. It looks at scorecards after each evaluation and
// once a minute, queues what is due, and sends what is queued. Nothing waits for it.
type herald struct {
	app    *app
	reader *reader
	log    *slog.Logger
	wall   func() kpi.Millis // of tries and waits; the clock of a sample stands still
	by     string            // this process, in the claims of letters
	pause  time.Duration     // between two letters of one [[notify]]
	news   chan struct{}     // an evaluation has ended
	charts charts
	// unready is since when an evaluation has been waited for; 0: none is due.
	unready kpi.Millis
}

// mostPatience is how long an evaluation that is due is waited for: one that fails
// again and again must not silence everything else.
const mostPatience = kpi.Millis(60 * 60 * 1000)

// charts draws a KPI of a portfolio for a message, as its page shows it; ok is false
// where there is nothing to draw.
type charts func(ctx context.Context, portfolio, kpiID string) (c deliver.Chart, ok bool, err error)

// pace is one message a second for each channel, which is what Slack allows.
const pace = time.Second

func newHerald(a *app, r *reader, log *slog.Logger) *herald {
	wall := func() kpi.Millis { return kpi.At(time.Now()) }
	return &herald{app: a, reader: r, log: log, wall: wall, by: fmt.Sprintf("%x", time.Now().UnixNano()), pause: pace, news: make(chan struct{}, 1), charts: r.picture}
}

// run tells until the context ends; a letter that is on its way then is finished.
func (h *herald) run(ctx context.Context) {
	if len(h.app.cfg.Notify) == 0 {
		return
	}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		ready, err := h.ready(ctx)
		if err == nil && ready {
			_, err = h.queue(ctx, "")
		}
		if err != nil && ctx.Err() == nil {
			h.log.Error("what people are told cannot be worked out", "err", err)
		}
		if err := h.send(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("what people are told cannot be sent", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-h.news:
		}
	}
}

// ready says that nothing waits to be computed, so that a week is not told before it
// was looked at, or that this has been waited for long enough.
func (h *herald) ready(ctx context.Context) (bool, error) {
	waiting, err := h.app.waiting(ctx)
	switch {
	case err != nil:
		return false, err
	case !waiting:
		h.unready = 0
		return true, nil
	case h.unready == 0:
		h.unready = h.wall()
	}
	return h.wall()-h.unready >= mostPatience, nil
}

// heard says that an evaluation has ended. It never waits.
func (h *herald) heard() {
	select {
	case h.news <- struct{}{}:
	default:
	}
}

// queue puts what is due into the outbox and says how many messages that are.
func (h *herald) queue(ctx context.Context, only string) (int, error) {
	all, err := h.decide(ctx, only)
	total := 0
	for _, d := range all {
		n, qerr := h.keep(ctx, d)
		total, err = total+n, errors.Join(err, qerr)
	}
	return total, err
}

// keep queues what a recipient is told and remembers it, at once.
func (h *herald) keep(ctx context.Context, d decided) (int, error) {
	body, err := json.Marshal(d.told)
	if err != nil {
		return 0, err
	}
	was, err := h.app.store.Told(ctx, d.by.ID, d.to, d.portfolio)
	if err != nil || was == string(body) {
		return 0, err
	}
	letters, err := d.letters()
	if err != nil {
		return 0, err
	}
	return h.app.store.Queue(ctx, &store.Told{Notify: d.by.ID, Recipient: d.to, Portfolio: d.portfolio, Body: string(body)}, h.wall(), letters...)
}

// letters of the messages.
func (d decided) letters() ([]store.Letter, error) {
	var out []store.Letter
	for _, m := range d.messages {
		b, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		out = append(out, store.Letter{ID: m.ID, Kind: string(m.Kind), Notify: d.by.ID, Channel: d.by.Kind, Recipient: d.to,
			Portfolio: d.portfolio, Period: m.Period, Body: string(b)})
	}
	return out, nil
}

// send sends what may be tried now: each [[notify]] beside the others, so that one
// that hangs keeps no other waiting.
func (h *herald) send(ctx context.Context) error {
	names, err := h.app.store.Waiting(ctx, h.wall())
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make([]error, len(names))
	for i, name := range names {
		wg.Go(func() { errs[i] = h.empty(ctx, name) })
	}
	wg.Wait()
	if len(names) > 0 {
		errs = append(errs, h.app.store.Forget(ctx, h.wall()-keptLetters))
	}
	return errors.Join(errs...)
}

// keptLetters is how long letters that are done with are kept: 90 days.
const keptLetters = kpi.Millis(90 * 24 * 60 * 60 * 1000)
