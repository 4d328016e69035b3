package main

import (
	"context"
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
)

// Journal is what people wrote about a portfolio and the KPIs that may be shown.
func (r *reader) Journal(ctx context.Context, portfolio string) (*dashboards.Journal, error) {
	notes, err := r.app.store.Notes(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	actions, err := r.app.store.Actions(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	return &dashboards.Journal{
		Notes:   slices.DeleteFunc(notes, func(n kpi.Note) bool { return r.app.hidden(n.KPI) }),
		Actions: slices.DeleteFunc(actions, func(x kpi.Action) bool { return r.app.hidden(x.KPI) }),
	}, nil
}
