package engine

import (
	"context"
	"fmt"
	"math"
	"sort"

	"github.com/kpid/kpid/kpi"
)

// evaluateKPI computes the cells of one KPI and stores what differs.
func (e *Engine) evaluateKPI(ctx context.Context, d *kpi.Definition, run int64, st instantState) (cells, written int, err error) {
	w, err := e.work(ctx, d, st)
	if err != nil {
		return 0, 0, err
	}
	var out []kpi.Observation
	if len(w.cells) > 0 {
		if out, err = e.observe(ctx, d, w, run, st); err != nil {
			return len(w.cells), 0, err
		}
	}
	if len(out) > 0 || len(w.done) > 0 {
		if err := e.cfg.Store.SaveObservations(ctx, out, w.done); err != nil {
			return len(w.cells), 0, err
		}
	}
	if len(w.cells) == 0 {
		return 0, 0, nil
	}
	// noted last: a crash before this line means that all is computed again
	return len(w.cells), len(out), e.cfg.Store.RecordBasis(ctx, d, e.Basis(d.ID))
}

// observe gives the revisions to write for the wanted cells of every measure.
func (e *Engine) observe(ctx context.Context, d *kpi.Definition, w *wanted, run int64, st instantState) ([]kpi.Observation, error) {
	ids := make([]string, len(w.periods))
	for i, p := range w.periods {
		ids[i] = p.ID
	}
	before, err := e.cfg.Store.Observations(ctx, d.ID, 0, ids)
	if err != nil {
		return nil, err
	}
	type key struct {
		measure string
		cellKey
	}
	last := map[key]kpi.Observation{}
	for _, o := range before {
		last[key{o.Measure, cellKey{o.Scope, o.Period}}] = o
	}
	all, err := e.totals(ctx, d, d.Measures, w, st)
	if err != nil {
		return nil, err
	}
	refused := refusals(all)
	var out []kpi.Observation
	for i, m := range d.Measures {
		for _, s := range w.scopes {
			for _, p := range w.periodsOf(d, m) {
				c := cellKey{s.ID, p.ID}
				touch, ok := w.cells[c]
				if !ok {
					continue
				}
				prev, had := last[key{m.ID, c}]
				now, ok := e.observation(d, m, s, p, all[i][c], st)
				if text := refused[c]; text != "" && ok {
					now = refuse(now, text)
				}
				if !ok && !had {
					continue
				}
				now.Run, now.DefinitionHash, now.AsOf, now.Revision = run, d.Hash, st.asOf, 1
				if had {
					if same(prev, now) {
						continue
					}
					revise(&now, prev, m, touch)
				}
				out = append(out, now)
			}
		}
	}
	return out, nil
}

// refusals lists the cells in which some measure does not balance: then no
// measure of the KPI is published there.
func refusals(all []map[cellKey]*total) map[cellKey]string {
	out := map[cellKey]string{}
	for _, totals := range all {
		for c, t := range totals {
			if t.refused != "" {
				out[c] = t.refused
			}
		}
	}
	return out
}

// refuse takes the number away and says why.
func refuse(o kpi.Observation, why string) kpi.Observation {
	o.Num, o.Den, o.Value, o.N, o.CILo, o.CIHi, o.BoundLo, o.BoundHi = nil, nil, nil, nil, nil, nil, nil, nil
	o.Reason = ptr("error: " + why)
	return o
}

// observation is the number of one cell, or not ok when there is none: no unit
// is not a zero, unless the measure counts and the counted fact is connected.
func (e *Engine) observation(d *kpi.Definition, m kpi.Measure, s kpi.Scope, p kpi.Period, t *total, st instantState) (kpi.Observation, bool) {
	o := kpi.Observation{KPI: d.ID, Measure: m.ID, Scope: s.ID, Period: p.ID, Starts: p.Starts, Ends: p.Ends}
	complete := e.completeThrough(d, st)
	if t == nil {
		t = &total{}
	}
	o.Pending, o.Excluded = t.pending, t.excluded
	o.State = e.state(d, p, t.pending, complete, st.asOf)
	if t.trailing {
		o.Trailing = ptr(m.Trailing.Span.String())
	}
	counts := m.Agg == kpi.Count || m.Agg == kpi.Sum || m.Agg == kpi.Distinct
	switch {
	case counts && t.units == 0 && (m.NoZero || !e.connected(d, s, p, complete, st)):
		return o, false
	case counts:
		fillCount(&o, m, t)
	case valued(m.Agg) && t.n == 0, !valued(m.Agg) && t.den <= 0:
		return o, false
	case valued(m.Agg):
		fillValue(&o, m, t)
	default:
		fillQuotient(&o, m, t)
	}
	if m.Interval == "none" {
		o.CILo, o.CIHi = nil, nil
	}
	if t.reason != "" {
		o.Reason = &t.reason
	}
	if m.MinResponse > 0 && t.invited > 0 && float64(t.n)/float64(t.invited) < m.MinResponse {
		o.Reason = ptr("response")
	}
	return o, true
}

// valued aggregates have a value of their own; the others divide num by den.
func valued(a kpi.Agg) bool { return a == kpi.Mean || a == kpi.Median || a == kpi.NPS }

func fillCount(o *kpi.Observation, m kpi.Measure, t *total) {
	o.Num, o.Value, o.N = ptr(t.num), ptr(t.num), ptr(t.nonzero)
	if m.Agg == kpi.Count {
		lo, hi := kpi.Byar(t.num)
		o.CILo, o.CIHi = &lo, &hi
	}
}

// fillValue copies a mean, median or score. A median that open units can still
// move is not published, only what it can become.
func fillValue(o *kpi.Observation, m kpi.Measure, t *total) {
	o.N = ptr(t.n)
	if m.Agg == kpi.NPS {
		o.Num, o.Den = ptr(t.num), ptr(t.den)
	}
	if t.boundLo != nil || t.boundHi != nil {
		o.BoundLo, o.BoundHi = t.boundLo, t.boundHi
		return
	}
	o.Value, o.CILo, o.CIHi = t.value, t.ciLo, t.ciHi
}

func fillQuotient(o *kpi.Observation, m kpi.Measure, t *total) {
	o.Num, o.Den, o.N = ptr(t.num), ptr(t.den), ptr(t.n)
	lo, hi := t.ciLo, t.ciHi
	if m.Agg == kpi.Share {
		o.N = ptr(int64(math.Round(t.den)))
		if l, h, ok := kpi.Wilson(t.num, t.den); ok {
			lo, hi = &l, &h
		}
		if o.State == kpi.Maturing || t.pending > 0 {
			// the rate of a young cohort is not published, only what it can still become
			o.BoundLo, o.BoundHi = m.Range(t.num/t.den, (t.num+float64(t.pending))/t.den)
			return
		}
	}
	o.Value = ptr(m.Quotient(t.num, t.den))
	if lo != nil {
		o.CILo, o.CIHi = m.Range(max(*lo, 0), min(*hi, ceilingOf(m)))
	}
}

// ceilingOf clips an interval to the possible range; below, that is zero.
func ceilingOf(m kpi.Measure) float64 {
	if m.Unit == "%" && !m.Unbounded {
		return 1
	}
	return math.Inf(1)
}

// state of a period: open until it ends; maturing while an outcome is open;
// final needs the grace over and every feeding source complete through the end.
func (e *Engine) state(d *kpi.Definition, p kpi.Period, pending int64, complete, asOf kpi.Millis) kpi.State {
	switch {
	case asOf < p.Ends:
		return kpi.Open
	case pending > 0, asOf < p.Ends+kpi.Millis(d.Mature):
		return kpi.Maturing
	case asOf < e.cfg.Calendar.Add(p.Ends, d.Grace), complete < p.Ends:
		return kpi.Provisional
	}
	return kpi.Final
}

// completeThrough is the earliest instant any feeding source has reached. With
// no source at all (a unit test of a definition) everything is there.
func (e *Engine) completeThrough(d *kpi.Definition, st instantState) kpi.Millis {
	if d.Warehouse != nil {
		return st.through[d.Warehouse.Source]
	}
	through := kpi.Forever
	for _, f := range d.Facts {
		for _, source := range e.cfg.Feeds[Stored(f)] {
			through = min(through, st.through[source])
		}
	}
	return through
}

// connected tells a true zero from "never connected": the scope has had a
// record of the counted fact by the end of the period, and the sources are
// complete through it. A period still running shows what has come so far.
func (e *Engine) connected(d *kpi.Definition, s kpi.Scope, p kpi.Period, complete kpi.Millis, st instantState) bool {
	if p.Ends <= st.asOf && complete < p.Ends || d.Warehouse != nil { // what a warehouse does not say is no zero
		return false
	}
	for product, at := range st.first[Stored(d.Facts[0])] {
		if at < p.Ends && product != "" && holds(e.cfg.Tree, s, product) {
			return true
		}
	}
	return false
}

// same: nothing but as_of, run and recorded_at differs.
func same(a, b kpi.Observation) bool {
	return eq(a.Num, b.Num) && eq(a.Den, b.Den) && eq(a.Value, b.Value) && eq(a.N, b.N) && eq(a.CILo, b.CILo) && eq(a.CIHi, b.CIHi) &&
		eq(a.BoundLo, b.BoundLo) && eq(a.BoundHi, b.BoundHi) && eq(a.Reason, b.Reason) && eq(a.Trailing, b.Trailing) &&
		a.Pending == b.Pending && a.Excluded == b.Excluded && a.State == b.State && a.DefinitionHash == b.DefinitionHash
}

// revise makes now the next revision: a final value that changed by more than
// rounding is restated, and says why.
func revise(now *kpi.Observation, prev kpi.Observation, m kpi.Measure, t kpi.Touch) {
	now.Revision = prev.Revision + 1
	now.Restated = prev.Restated
	if prev.State != kpi.Final || m.Shown(prev.Value) == m.Shown(now.Value) {
		now.Cause = prev.Cause
		return
	}
	now.Restated = true
	now.Cause = ptr(cause(prev, *now, t))
}

func cause(prev, now kpi.Observation, t kpi.Touch) string {
	rows := func(n int, what string) string {
		if n == 1 {
			return "1 " + what + " row"
		}
		return fmt.Sprintf("%d %s rows", n, what)
	}
	switch {
	case prev.DefinitionHash != now.DefinitionHash:
		return "new definition"
	case t.Late > 0 && t.Corrected > 0:
		return rows(t.Late, "late") + ", " + rows(t.Corrected, "corrected")
	case t.Corrected > 0:
		return rows(t.Corrected, "corrected")
	case t.Late > 0:
		return rows(t.Late, "late")
	}
	return "recomputed"
}

func ptr[T any](v T) *T { return &v }

func eq[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func sortPeriods(p []kpi.Period) {
	sort.Slice(p, func(i, j int) bool {
		if p[i].Starts != p[j].Starts {
			return p[i].Starts < p[j].Starts
		}
		return p[i].Ends < p[j].Ends
	})
}
