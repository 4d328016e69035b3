package engine

import (
	"context"

	"github.com/kpid/kpid/kpi"
)

// wanted is the set of cells of one KPI to compute, with what reached each.
type wanted struct {
	cells   map[cellKey]kpi.Touch
	scopes  []kpi.Scope
	periods []kpi.Period
	done    []kpi.Touch // marks this answers
}

type cellKey struct {
	scope  int64
	period string
}

// work collects the cells of a KPI: those that records reached, those not final
// yet, those of the time since the last evaluation, and all of them when the
// definition changed.
func (e *Engine) work(ctx context.Context, d *kpi.Definition, st instantState) (*wanted, error) {
	if d.Warehouse != nil {
		return e.workAway(ctx, d, st)
	}
	w := &wanted{cells: map[cellKey]kpi.Touch{}}
	known := map[int64]bool{}
	for _, s := range e.scopesOf(d.ID) {
		known[s.ID] = true
	}
	periods := map[string]kpi.Period{}
	add := func(scope int64, p kpi.Period, t kpi.Touch) {
		if known[scope] && p.Starts < st.asOf && hasGrain(d, p.Grain) {
			periods[p.ID] = p
			w.cells[cellKey{scope, p.ID}] = t
		}
	}
	everywhere := func(from kpi.Millis) {
		for _, g := range d.Grains {
			for _, p := range e.cfg.Calendar.Between(g, from, st.asOf) {
				for id := range known {
					add(id, p, kpi.Touch{})
				}
			}
		}
	}
	definition, rest, err := e.cfg.Store.Basis(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	if from, ok := e.firstOf(d, st); ok && (st.all || definition != d.Hash || rest != e.Basis(d.ID)) {
		everywhere(from)
	} else if st.since > 0 {
		everywhere(st.since)
	}
	unsettled, err := e.cfg.Store.Unsettled(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range unsettled {
		if p, err := e.cfg.Calendar.Period(c.Period); err == nil {
			add(c.Scope, p, kpi.Touch{})
		}
	}
	if w.done, err = e.cfg.Store.Touched(ctx, d.ID); err != nil {
		return nil, err
	}
	for _, t := range w.done {
		if p, err := e.cfg.Calendar.Period(t.Period); err == nil {
			add(t.Scope, p, t)
		}
	}
	w.collect(e, d, periods)
	return w, nil
}

// collect lists the scopes and periods that occur, in a fixed order.
func (w *wanted) collect(e *Engine, d *kpi.Definition, periods map[string]kpi.Period) {
	used := map[int64]bool{}
	for c := range w.cells {
		used[c.scope] = true
	}
	for _, s := range e.scopesOf(d.ID) {
		if used[s.ID] {
			w.scopes = append(w.scopes, s)
		}
	}
	for _, p := range periods {
		w.periods = append(w.periods, p)
	}
	sortPeriods(w.periods)
}

// periodsOf are the periods a measure is kept at.
func (w *wanted) periodsOf(d *kpi.Definition, m kpi.Measure) []kpi.Period {
	var out []kpi.Period
	for _, p := range w.periods {
		if d.Keeps(m, p.Grain) {
			out = append(out, p)
		}
	}
	return out
}

func hasGrain(d *kpi.Definition, g kpi.Grain) bool {
	for _, have := range d.Grains {
		if have == g {
			return true
		}
	}
	return false
}

// firstOf is the earliest record of the fact a KPI counts: the first it names,
// or, where that has never come, of the next it can count instead.
func (e *Engine) firstOf(d *kpi.Definition, st instantState) (first kpi.Millis, ok bool) {
	for _, f := range d.Facts {
		if f == "account" || f == "account_attribute" {
			continue // known long before anything is counted
		}
		for _, at := range st.first[Stored(f)] {
			if !ok || at < first {
				first, ok = at, true
			}
		}
		if ok {
			return first, true
		}
	}
	return 0, false
}

// Stored names the fact behind a relation that KPI SQL reads.
func Stored(relation string) string {
	switch relation {
	case "usage_day":
		return "product_event"
	case "account_segment":
		return "account_attribute"
	case betOutcome:
		return "initiative"
	case "capability_event", "capability_target":
		return "capability"
	}
	return relation
}

// Reach lists the cells a record reaches; the store marks them in the
// transaction that writes the record.
func (e *Engine) Reach(asOf kpi.Millis) func(factName, product string, from, to kpi.Millis) []kpi.Cell {
	type scopeKey struct{ kpi, product string }
	scopes := map[scopeKey][]int64{}
	in := func(d *kpi.Definition, product string) []int64 {
		key := scopeKey{d.ID, product}
		ids, ok := scopes[key]
		if !ok {
			for _, s := range e.scopesOf(d.ID) {
				if d.EveryScope || holds(e.cfg.Tree, s, product) {
					ids = append(ids, s.ID)
				}
			}
			scopes[key] = ids
		}
		return ids
	}
	between := e.periodsOf()
	return func(factName, product string, day, next kpi.Millis) []kpi.Cell {
		var out []kpi.Cell
		for _, d := range e.cfg.Definitions {
			if !reads(d, factName) {
				continue
			}
			from, to := e.span(d, factName, day, next, asOf)
			for _, period := range between(d.Grains, from, to) {
				for _, id := range in(d, product) {
					out = append(out, kpi.Cell{KPI: d.ID, Scope: id, Period: period})
				}
			}
		}
		return out
	}
}

// periodsOf lists the periods of some grains over a stretch of time, and keeps
// what it has worked out: the records of a day ask the same for every product.
func (e *Engine) periodsOf() func(grains []kpi.Grain, from, to kpi.Millis) []string {
	type key struct {
		grain    kpi.Grain
		from, to kpi.Millis
	}
	known := map[key][]string{}
	return func(grains []kpi.Grain, from, to kpi.Millis) []string {
		var out []string
		for _, g := range grains {
			k := key{g, from, to}
			ids, ok := known[k]
			if !ok {
				for _, p := range e.cfg.Calendar.Between(g, from, to) {
					ids = append(ids, p.ID)
				}
				known[k] = ids
			}
			out = append(out, ids...)
		}
		return out
	}
}

func reads(d *kpi.Definition, factName string) bool {
	for _, f := range d.Facts {
		if Stored(f) == factName || f == "account" && factName == "account_attribute" {
			return true
		}
	}
	return false
}

// span is the stretch of time that records of a day reach, up to now. What is
// known of an account (its segment, that it is internal) holds from then on.
func (e *Engine) span(d *kpi.Definition, factName string, day, next, asOf kpi.Millis) (from, to kpi.Millis) {
	from, to = day-kpi.Millis(d.Back), next+kpi.Millis(d.Ahead)
	if d.Back < 0 {
		from = e.earliest(d, day)
	}
	if d.Ahead < 0 || factName == "account" || factName == "account_attribute" {
		to = asOf
	}
	return from, min(to, asOf)
}

// earliest is how far "every earlier period" goes: to the first record of any
// fact the KPI reads that had been stored at the last evaluation. Periods before
// it hold nothing, and what came since has marked its own.
func (e *Engine) earliest(d *kpi.Definition, day kpi.Millis) kpi.Millis {
	first := *e.first.Load()
	for _, f := range d.Facts {
		for _, at := range first[Stored(f)] {
			day = min(day, at)
		}
	}
	return day
}
