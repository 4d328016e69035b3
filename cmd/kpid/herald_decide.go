package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
)

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
