package main

import (
	"context"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/kpi/scorecard"
)

// beside gathers what is said beside a number: the checks of the definition,
// where its versions began, and records that contradict each other.
func (r *reader) beside(ctx context.Context, q dashboards.Query, d *kpi.Definition, segment string, k *scorecard.KPI) error {
	a := r.app
	for _, m := range d.Measures {
		if m.Warns == nil {
			continue
		}
		g := d.CadenceOf(m)
		obs, err := a.series(ctx, d, m, q.Portfolio, q.Product, segment, g)
		if err != nil {
			return err
		}
		k.Checks = append(k.Checks, scorecard.Check{Measure: m, Grain: g, Observations: obs})
	}
	if err := r.breaks(ctx, d, k); err != nil {
		return err
	}
	return r.contradictions(ctx, q, d, k)
}

// breaks lists the versions of a definition after the first.
func (r *reader) breaks(ctx context.Context, d *kpi.Definition, k *scorecard.KPI) error {
	all, err := r.app.versionsOf(ctx, "definition", d.ID)
	if err != nil {
		return err
	}
	for i, v := range all {
		if i > 0 {
			k.Breaks = append(k.Breaks, scorecard.Break{Version: i + 1, Since: v.Since, At: v.Since.String(), By: v.By, Reason: v.Reason})
		}
	}
	return nil
}

// contradictions counts them in the last whole period of the KPI's grain.
func (r *reader) contradictions(ctx context.Context, q dashboards.Query, d *kpi.Definition, k *scorecard.KPI) error {
	a := r.app
	if a.knownAt != 0 { // records are there as they are now only
		return nil
	}
	week, err := r.week(q.Week)
	if err != nil {
		return err
	}
	p := a.cal.Ended(d.CadenceOf(k.Measure), week.Ends)
	seen := map[string]bool{}
	for _, name := range d.Facts {
		name = engine.Stored(name)
		spec, ok := fact.Find(name)
		if !ok || seen[name] {
			continue
		}
		seen[name] = true
		n, err := a.store.Contradictions(ctx, spec, a.homes(q), p.Starts, p.Ends)
		if err != nil {
			return err
		}
		if n > 0 {
			k.Contradictions = append(k.Contradictions, scorecard.Contradiction{Fact: name, Keys: n})
		}
	}
	return nil
}

// homes are the products whose facts a page counts, nil for all.
func (a *app) homes(q dashboards.Query) []string {
	node, _ := a.tree.Portfolio(q.Portfolio)
	switch {
	case q.Product != "":
		return []string{q.Product}
	case node.Parent == "":
		return nil
	}
	out := []string{"@" + node.ID}
	for _, p := range a.tree.Under(node.ID) {
		out = append(out, p.ID)
	}
	return out
}
