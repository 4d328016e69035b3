package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/internal/config"
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
}

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
		if _, err := h.queue(ctx, ""); err != nil && ctx.Err() == nil {
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

// heard says that an evaluation has ended. It never waits.
func (h *herald) heard() {
	select {
	case h.news <- struct{}{}:
	default:
	}
}

// recipient is one reader of one [[notify]].
type recipient struct {
	by     config.Notify
	reader deliver.Reader
	to     string // of an e-mail as it is written: a person or an address
}

// recipients of the [[notify]] that are enabled, or of the one of this id.
func (h *herald) recipients(only string) []recipient {
	a := h.app
	var out []recipient
	for _, n := range a.cfg.Notify {
		if only != "" && n.ID != only || only == "" && !n.Enabled {
			continue
		}
		to := n.To
		if len(to) == 0 {
			to = []string{""}
		}
		for _, who := range to {
			r := recipient{by: n, to: who, reader: deliver.Reader{ID: n.ID, Zone: time.UTC, PublicURL: a.cfg.Server.PublicURL}}
			if who != "" {
				r.reader.ID += "/" + who
			}
			p, _ := a.cfg.Person(who)
			for _, zone := range []*time.Location{a.cal.Zone, p.Zone, n.Zone} {
				if zone != nil {
					r.reader.Zone = zone
				}
			}
			out = append(out, r)
		}
	}
	return out
}

// about lists the portfolios a recipient is told of.
func (h *herald) about(r recipient) []string {
	if len(r.by.Portfolios) > 0 {
		return r.by.Portfolios
	}
	return h.reader.Site().Judged
}

// facts of a portfolio, as everybody who may see its page sees them.
func (h *herald) facts(ctx context.Context, portfolio string) (deliver.Facts, error) {
	card, err := h.reader.Scorecard(ctx, dashboards.Query{Portfolio: portfolio})
	if err != nil {
		return deliver.Facts{}, err
	}
	journal, err := h.reader.Journal(ctx, portfolio)
	if err != nil {
		return deliver.Facts{}, err
	}
	a := h.app
	f := deliver.Facts{Card: card, Unexplained: card.Unexplained(a.cal, journal.Notes), Person: func(id string) string {
		if p, ok := a.cfg.Person(id); ok {
			return p.Name
		}
		return id
	}}
	today := a.cal.Date(a.now())
	for _, x := range journal.Actions {
		if x.Overdue(today) {
			f.Overdue = append(f.Overdue, x)
		}
	}
	slices.SortStableFunc(f.Overdue, func(x, y kpi.Action) int { return int(x.ID - y.ID) })
	return f, nil
}

// decided is what a recipient is told of a portfolio, and what is remembered of it.
type decided struct {
	recipient
	portfolio string
	messages  []deliver.Message
	told      deliver.Told
}

// decide works out what is due; only "" is every [[notify]] that is enabled. While it
// looks nothing is computed, so that half of an evaluation is told to nobody.
func (h *herald) decide(ctx context.Context, only string) ([]decided, error) {
	h.app.gate.RLock()
	defer h.app.gate.RUnlock()
	if _, ok, err := h.app.store.Evaluated(ctx); err != nil || !ok {
		return nil, err // nothing was computed yet: that all is missing is no news
	}
	var out []decided
	known := map[string]deliver.Facts{}
	for _, r := range h.recipients(only) {
		now := h.app.now()
		due, err := deliver.LastDue(r.by.Day, r.by.Hour, r.by.Minute, r.reader.Zone, now)
		if err != nil {
			return nil, err
		}
		plan := deliver.Plan{Weekly: slices.Contains(r.by.Send, "weekly"), Changes: slices.Contains(r.by.Send, "changes"), Due: due}
		for _, portfolio := range h.about(r) {
			f, ok := known[portfolio]
			if !ok {
				if f, err = h.facts(ctx, portfolio); err != nil {
					return nil, fmt.Errorf("%s: %w", portfolio, err)
				}
				known[portfolio] = f
			}
			d, err := h.one(ctx, r, plan, f, now)
			if err != nil {
				return nil, fmt.Errorf("[[notify]] %s, %s: %w", r.by.ID, portfolio, err)
			}
			out = append(out, d)
		}
	}
	return out, nil
}

// one is what one recipient is told of one portfolio.
func (h *herald) one(ctx context.Context, r recipient, plan deliver.Plan, f deliver.Facts, now kpi.Millis) (decided, error) {
	d := decided{recipient: r, portfolio: f.Card.Portfolio.ID}
	var told deliver.Told
	body, err := h.app.store.Told(ctx, r.by.ID, r.to, d.portfolio)
	if err != nil {
		return d, err
	}
	if body != "" {
		if err := json.Unmarshal([]byte(body), &told); err != nil {
			return d, fmt.Errorf("what was told last cannot be read: %w", err)
		}
	}
	d.messages, d.told = deliver.Decide(f, r.reader, plan, h.app.cal, told, now)
	for i := range d.messages {
		h.draw(ctx, &d.messages[i])
	}
	return d, nil
}

// draw adds the picture of the KPI a message turns on. Without one it goes all the same.
func (h *herald) draw(ctx context.Context, m *deliver.Message) {
	led := m.Led()
	if h.charts == nil || led == "" {
		return
	}
	c, ok, err := h.charts(ctx, m.Portfolio.ID, led)
	if err != nil {
		h.log.Warn("a message goes without its picture", "kpi", led, "err", err)
	}
	if err == nil && ok {
		m.Charts = append(m.Charts, c)
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
