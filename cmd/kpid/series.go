package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
)

// shown are the definitions that pages, API, metrics and the terminal may name.
// A confidential KPI is for readers with the right to it, and while nobody signs
// in nobody has that right: it is computed, and shown to no one.
func (a *app) shown() []*kpi.Definition {
	return slices.DeleteFunc(slices.Clone(a.defs), func(d *kpi.Definition) bool { return a.hidden(d.ID) })
}

// definition in force of a KPI that may be named.
func (a *app) definition(id string) (*kpi.Definition, bool) {
	for _, d := range a.shown() {
		if d.ID == id {
			return d, true
		}
	}
	return nil, false
}

// hidden says that nothing about a KPI may be shown: what people say of it and the bets
// on it tell as much as its numbers do.
func (a *app) hidden(id string) bool { return a.cfg.KPIs[id].Confidential }

// hides says that some KPI may not be shown.
func (a *app) hides() bool {
	return slices.ContainsFunc(a.defs, func(d *kpi.Definition) bool { return a.hidden(d.ID) })
}

// feeding lists the sources of the facts a KPI reads.
func (a *app) feeding(d *kpi.Definition) []string {
	if d.Warehouse != nil {
		return []string{d.Warehouse.Source}
	}
	by := feeds(a.sources)
	var out []string
	for _, f := range d.Facts {
		for _, id := range by[engine.Stored(f)] {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (a *app) owner(portfolio string) string {
	p, _ := a.tree.Portfolio(portfolio)
	return p.Owner
}

// targetsFor are a KPI's targets for a node, product and segment ("" is any),
// as written for it, or for every node with a scorecard.
func (a *app) targetsFor(kpiID, portfolio, product, segment string) []kpi.Target {
	judged := slices.ContainsFunc(a.cfg.Scorecards, func(s config.Scorecard) bool { return s.Portfolio == portfolio })
	var own, general []kpi.Target
	for _, t := range a.cfg.Targets {
		if t.KPI != kpiID || t.Product != product || segment != "" && t.Segment != segment {
			continue
		}
		switch {
		case t.Portfolio == portfolio:
			own = append(own, t)
		case t.Portfolio == "" && judged:
			general = append(general, t)
		}
	}
	if len(own) > 0 {
		return own
	}
	return general
}

// series reads one measure at one grain.
func (a *app) series(ctx context.Context, d *kpi.Definition, m kpi.Measure, portfolio, product, segment string, g kpi.Grain) ([]kpi.Observation, error) {
	s, ok := a.engine.Scope(d.ID, portfolio, product, segment)
	if !ok {
		return nil, nil
	}
	all, err := a.observations(ctx, d.ID, s.ID)
	if err != nil {
		return nil, err
	}
	var out []kpi.Observation
	for _, o := range all {
		if o.Measure == m.ID && kpi.GrainOf(o.Period) == g {
			out = append(out, o)
		}
	}
	return out, nil
}

func (a *app) definitionVersions(ctx context.Context) (map[string]int, error) {
	all, err := a.store.Versions(ctx, "definition")
	out := map[string]int{}
	for _, v := range known(all, a.knownAt) {
		out[v.Key]++
	}
	return out, err
}

// baselines that were frozen, by key.
func (a *app) baselines(ctx context.Context) (map[string]kpi.Baseline, error) {
	all, err := a.store.Versions(ctx, "baseline")
	if err != nil {
		return nil, err
	}
	out := map[string]kpi.Baseline{}
	for _, v := range known(all, a.knownAt) {
		var b kpi.Baseline
		if err := json.Unmarshal([]byte(v.Body), &b); err != nil {
			return nil, fmt.Errorf("baseline %s: %w", v.Key, err)
		}
		out[v.Key] = b
	}
	return out, nil
}

func baselineKey(kpiID, measure string, scope int64, target string) string {
	return fmt.Sprintf("%s/%s/%d/%s", kpiID, measure, scope, target)
}

// scoped picks the baselines of one series, by target.
func scoped(frozen map[string]kpi.Baseline, kpiID, measure string, scope int64) map[string]kpi.Baseline {
	prefix := baselineKey(kpiID, measure, scope, "")
	out := map[string]kpi.Baseline{}
	for key, b := range frozen {
		if target, ok := strings.CutPrefix(key, prefix); ok {
			out[target] = b
		}
	}
	return out
}

// dimensions are the weights of the scorecard that is in force in a week; of one
// before the first scorecard, that one's.
func (a *app) dimensions(portfolio string, week kpi.Period) map[string]float64 {
	var found *config.Scorecard
	for i := range a.cfg.Scorecards {
		s := &a.cfg.Scorecards[i]
		begun := s.Since.IsZero() || a.cal.Midnight(s.Since) < week.Ends
		if s.Portfolio == portfolio && (found == nil || begun && s.Since.String() > found.Since.String()) {
			found = s
		}
	}
	if found == nil {
		return nil
	}
	return found.Dimensions
}
