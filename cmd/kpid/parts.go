package main

import (
	"context"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/store"
)

// A target may look at more than the series it stands beside: its parts name
// other measures, and a ramp from ga looks at each capability.

// parts adds to a row the series of other measures and of capabilities that its
// targets look at, and the phases its chart has.
func (r *reader) parts(ctx context.Context, q dashboards.Query, d *kpi.Definition, segment string, frozen map[string]kpi.Baseline, k *scorecard.KPI) error {
	a := r.app
	for _, p := range a.cfg.Phases {
		if p.Holds(d.ID, q.Portfolio, q.Product, segment) {
			k.Phases = append(k.Phases, kpi.Phase{Starts: p.Starts, Cause: p.Cause, By: p.By})
		}
	}
	seen := map[string]bool{k.Measure.ID: true}
	ramp := false
	for _, t := range k.Targets {
		for _, e := range expressions(t) {
			ramp = ramp || isRamp(e)
			m, ok := d.Measure(e.Part)
			if !ok || e.Part == "" || seen[m.ID] {
				continue
			}
			seen[m.ID] = true
			obs, err := a.series(ctx, d, m, q.Portfolio, q.Product, segment, d.CadenceOf(m))
			if err != nil {
				return err
			}
			other := kpi.Series{Measure: m, Observations: obs}
			if s, ok := a.engine.Scope(d.ID, q.Portfolio, q.Product, segment); ok {
				other.Baselines = scoped(frozen, d.ID, m.ID, s.ID)
			}
			k.Others = append(k.Others, other)
		}
	}
	if !ramp {
		return nil
	}
	return r.units(ctx, q, d, segment, k)
}

// series gathers what a target that is only proposed looks at.
func (r *reader) series(ctx context.Context, d *kpi.Definition, m kpi.Measure, q dashboards.Question, t kpi.Target) (k scorecard.KPI, err error) {
	k = scorecard.KPI{Definition: d, Measure: m, Targets: []kpi.Target{t}}
	if k.Observations, err = r.app.series(ctx, d, m, q.Portfolio, q.Product, q.Segment, d.CadenceOf(m)); err != nil {
		return k, err
	}
	return k, r.parts(ctx, dashboards.Query{Portfolio: q.Portfolio, Product: q.Product}, d, q.Segment, nil, &k)
}

// units adds the series of each capability in the segment, or the day of the one
// the segment is.
func (r *reader) units(ctx context.Context, q dashboards.Query, d *kpi.Definition, segment string, k *scorecard.KPI) error {
	a := r.app
	all, err := a.store.Capabilities(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.GA == nil {
			continue
		}
		ga := a.cal.Date(*c.GA)
		if segment == capabilitySegment(c) {
			k.GA = ga
			return nil
		}
		if segment != "all" && segment != "capability.class="+c.Class {
			continue
		}
		if _, kept := a.engine.Scope(d.ID, q.Portfolio, q.Product, capabilitySegment(c)); !kept {
			continue // of another portfolio
		}
		obs, err := a.series(ctx, d, k.Measure, q.Portfolio, q.Product, capabilitySegment(c), d.CadenceOf(k.Measure))
		if err != nil {
			return err
		}
		k.Units = append(k.Units, kpi.Unit{ID: c.ID, Name: c.Name, GA: ga, Observations: obs})
	}
	return nil
}

func capabilitySegment(c store.Capability) string { return "capability=" + c.ID }

// expressions of a target: its own, those it may be swapped for, and their parts.
func expressions(t kpi.Target) []*kpi.Expr {
	var out []*kpi.Expr
	add := func(e *kpi.Expr) { out = append(out, e) }
	if t.Expr != nil {
		t.Expr.Each(add)
	}
	for _, w := range t.When {
		if w.Expr != nil {
			w.Expr.Each(add)
		}
	}
	return out
}

// isRamp says whether an expression is a ramp that starts with each capability.
func isRamp(e *kpi.Expr) bool { return e.Kind == kpi.RampKind && e.From.IsZero() }

// values lists the segments that are kept because a target is a ramp: one for
// each capability that is or will be generally available.
func (a *app) values(ctx context.Context) (map[string][]engine.Value, error) {
	out := map[string][]engine.Value{}
	if a.store == nil { // check holds definitions against an empty schema
		return out, nil
	}
	var all []store.Capability
	for _, t := range a.cfg.Targets {
		for _, e := range expressions(t) {
			if !isRamp(e) || out[t.KPI] != nil || strings.HasPrefix(t.Segment, "capability=") {
				continue
			}
			if all == nil {
				var err error
				if all, err = a.store.Capabilities(ctx); err != nil {
					return nil, err
				}
			}
			for _, c := range all {
				if c.GA != nil {
					out[t.KPI] = append(out[t.KPI], engine.Value{Segment: capabilitySegment(c), Product: c.Product})
				}
			}
		}
	}
	return out, nil
}
