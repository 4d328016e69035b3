package main

import (
	"context"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/store"
)

// lettersLooked is how far back a message that did not arrive is looked for.
const lettersLooked = 500

// Deliveries says how the messages of each [[notify]] that is enabled stand.
func (r *reader) Deliveries(ctx context.Context) ([]dashboards.Delivery, error) {
	a := r.app
	if len(a.cfg.Notify) == 0 {
		return nil, nil
	}
	posts, err := a.store.Posts(ctx)
	if err != nil {
		return nil, err
	}
	letters, err := a.store.Letters(ctx, lettersLooked)
	if err != nil {
		return nil, err
	}
	var out []dashboards.Delivery
	for _, n := range a.cfg.Notify {
		if !n.Enabled {
			continue
		}
		d := dashboards.Delivery{ID: n.ID, Kind: n.Kind}
		for _, p := range posts {
			if p.Notify == n.ID {
				d.Waiting, d.Sent, d.GivenUp, d.LastSent = p.Waiting, p.Sent, p.GivenUp, p.LastSent
			}
		}
		for _, l := range letters { // the newest first
			if l.Notify == n.ID && l.State != store.Queued {
				d.Error = l.LastError
				break
			}
		}
		out = append(out, d)
	}
	return out, nil
}
