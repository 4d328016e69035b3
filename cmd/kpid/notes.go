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
	register, err := r.app.store.Register(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	if register, err = r.sayableRegister(ctx, register); err != nil {
		return nil, err
	}
	return &dashboards.Journal{
		Register: register,
		Notes:    slices.DeleteFunc(notes, func(n kpi.Note) bool { return r.app.hidden(n.KPI) }),
		Actions:  slices.DeleteFunc(actions, func(x kpi.Action) bool { return r.app.hidden(x.KPI) }),
	}, nil
}

// sayableRegister leaves out entries, and revisions of entries, that are about a
// confidential KPI or about a bet on one.
func (r *reader) sayableRegister(ctx context.Context, all []kpi.RegisterEntry) ([]kpi.RegisterEntry, error) {
	secret := map[string]bool{}
	var bets []kpi.Bet
	if len(all) > 0 && r.app.secretive() {
		var err error
		if bets, err = r.app.store.Bets(ctx); err != nil {
			return nil, err
		}
	}
	for _, b := range bets {
		if r.app.hidden(b.KPI) {
			secret[b.Source+"/"+b.ID] = true
		}
	}
	hidden := func(e kpi.RegisterEntry) bool { return r.app.hidden(e.KPI) || secret[e.Bet] }
	all = slices.DeleteFunc(all, hidden)
	for i := range all {
		all[i].Earlier = slices.DeleteFunc(all[i].Earlier, hidden)
	}
	return all, nil
}

// secretive says that some KPI is confidential.
func (a *app) secretive() bool {
	for id := range a.cfg.KPIs {
		if a.hidden(id) {
			return true
		}
	}
	return false
}
