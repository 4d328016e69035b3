package main

import (
	"context"

	"github.com/kpid/kpid/dashboards"
)

// Journal is what people wrote about a portfolio.
func (r *reader) Journal(ctx context.Context, portfolio string) (*dashboards.Journal, error) {
	notes, err := r.app.store.Notes(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	actions, err := r.app.store.Actions(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	return &dashboards.Journal{Notes: notes, Actions: actions}, nil
}
