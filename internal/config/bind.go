package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
)

// Bind holds the configuration against the catalog. It gives the definitions
// with their parameters set, in the order given, fills weights, vetoes and
// guardrails that targets leave to the preset of their scorecard, and adds the
// preset's targets of the KPIs that the file says nothing of. The error is
// a tomldoc.Mistakes with every mistake; nothing is to be run then.
func (c *Config) Bind(defs []*kpi.Definition) ([]*kpi.Definition, error) {
	b := &binder{cfg: c, defs: map[string]*kpi.Definition{}}
	for _, d := range defs {
		b.defs[d.ID] = d
		b.ids = append(b.ids, d.ID)
	}
	out := b.parameters(defs)
	for i, t := range c.written.targets {
		b.target(&c.Targets[i], t)
	}
	b.overlaps()
	b.presets()
	b.output()
	b.phases()
	return out, b.errs.Err()
}

type binder struct {
	cfg  *Config
	defs map[string]*kpi.Definition
	ids  []string
	errs tomldoc.Mistakes
}

func (b *binder) bad(t *tomldoc.Table, key, allowed, format string, args ...any) {
	b.errs.Add(t.Mistake(key, fmt.Sprintf(format, args...), "", allowed))
}

// known checks that a key names a KPI.
func (b *binder) known(t *tomldoc.Table, key, id string) (*kpi.Definition, bool) {
	d, ok := b.defs[id]
	if !ok && id != "" {
		b.bad(t, key, list(b.ids), "there is no KPI %q%s", id, near.Hint(id, b.ids))
	}
	return d, ok
}

func (b *binder) parameters(defs []*kpi.Definition) []*kpi.Definition {
	for id, t := range b.cfg.written.kpis {
		b.known(t, "", id)
	}
	out := make([]*kpi.Definition, len(defs))
	for i, d := range defs {
		applied, err := catalog.Apply(d, b.cfg.KPIs[d.ID].Params)
		if err != nil {
			b.paramErrors(b.cfg.written.kpis[d.ID], err)
			applied = d
		}
		if k := b.cfg.KPIs[d.ID]; k.By != "" || k.Reason != "" {
			signed := *applied
			signed.By, signed.Reason = k.By, k.Reason
			applied = &signed
		}
		out[i] = applied
	}
	return out
}

func (b *binder) paramErrors(t *tomldoc.Table, err error) {
	for _, e := range split(err) {
		var pe *catalog.ParamError
		if errors.As(e, &pe) {
			b.bad(t, pe.Param, "", "%s", pe.Msg)
		}
	}
}

func (b *binder) target(x *kpi.Target, t *tomldoc.Table) {
	for _, g := range x.Guardrails {
		if g == x.KPI {
			b.bad(t, "guardrails", "", "a KPI cannot guard itself")
			continue
		}
		b.known(t, "guardrails", g)
	}
	d, ok := b.known(t, "kpi", x.KPI)
	if !ok {
		return
	}
	b.defaults(x, t)
	m, ok := d.Measure(x.Measure)
	if !ok {
		var ids []string
		for _, m := range d.Measures {
			ids = append(ids, m.ID)
		}
		b.bad(t, "metric", list(ids), "%s has no measure %q%s", d.ID, x.Measure, near.Hint(x.Measure, ids))
		return
	}
	b.segment(x, t, d, m)
	if x.Expr == nil {
		return
	}
	for _, e := range split(x.Check(m, d.Measures...)) {
		b.misfit(t, e)
	}
	b.ramp(x, t)
}

// ramp refuses a segment that the capabilities of a ramp cannot be cut by.
func (b *binder) ramp(x *kpi.Target, t *tomldoc.Table) {
	x.Expr.Each(func(e *kpi.Expr) {
		if e.Kind == kpi.RampKind && e.From.IsZero() && x.Segment != "all" && !strings.HasPrefix(x.Segment, "capability") {
			b.bad(t, "segment", "all, capability=ID, capability.class=CLASS", "a ramp from ga is judged for each capability, not by the segment %q; give it a date, from 2026-01-01, to judge that", x.Segment)
		}
	})
}

// misfit notes what Check says, which begins with the key that has to change.
func (b *binder) misfit(t *tomldoc.Table, err error) {
	key, msg, ok := strings.Cut(err.Error(), ": ")
	if !ok || !t.Has(key) {
		key, msg = "expr", err.Error()
	}
	b.bad(t, key, "", "%s", msg)
}

// split gives the errors that were joined into one.
func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// segment checks that a plain segment is one the KPI can be cut by: one it
// lists, or any attribute of accounts when its SQL joins account_segment.
func (b *binder) segment(x *kpi.Target, t *tomldoc.Table, d *kpi.Definition, m kpi.Measure) {
	attribute, _, plain := strings.Cut(x.Segment, "=")
	if x.Segment == "all" || plain && slices.Contains(d.Segments, attribute) || strings.Contains(m.SQL, "account_segment") {
		return
	}
	b.bad(t, "segment", list(append([]string{"all"}, d.Segments...)), "%s cannot be cut by the segment %q", d.ID, x.Segment)
}

// defaults fills what the target leaves to the preset. Guardrails that name a
// KPI outside the catalog are left out: they could never be read.
func (b *binder) defaults(x *kpi.Target, t *tomldoc.Table) {
	line, ok := b.line(x)
	if !ok {
		return
	}
	if !t.Has("weight") {
		x.Weight = line.Weight
	}
	if !t.Has("veto") {
		x.Veto = line.Veto
	}
	if t.Has("guardrails") {
		return
	}
	x.Guardrails = nil
	for _, g := range line.Guardrails {
		if b.defs[g] != nil {
			x.Guardrails = append(x.Guardrails, g)
		}
	}
}

// line finds the preset's line for a target: that of the scorecard of its node
// or, for a target of every node, of the first scorecard that has one.
func (b *binder) line(x *kpi.Target) (Line, bool) {
	for _, s := range b.cfg.Scorecards {
		if x.Portfolio != "" && x.Portfolio != s.Portfolio {
			continue
		}
		if l, ok := s.Lines()[x.KPI]; ok {
			return l, true
		}
	}
	return Line{}, false
}

// overlaps refuses two targets of one series that are in force on one day.
func (b *binder) overlaps() {
	written := b.cfg.Targets[:len(b.cfg.written.targets)]
	for i, x := range written {
		for j, y := range written[:i] {
			if !b.sameSeries(x, y) || !overlap(x, y) {
				continue
			}
			t, other := b.cfg.written.targets[i], b.cfg.written.targets[j]
			b.bad(t, "kpi", "", "two targets of %s are in force at once: the other is at %s:%d; set since and until so that they do not overlap",
				x.KPI, other.File(), other.Place("kpi").Line)
			break
		}
	}
}

func (b *binder) sameSeries(x, y kpi.Target) bool {
	return x.KPI == y.KPI && x.Portfolio == y.Portfolio && x.Product == y.Product && x.Segment == y.Segment &&
		b.measure(x) == b.measure(y)
}

// measure gives the measure's id also where the target leaves it to the KPI.
func (b *binder) measure(x kpi.Target) string {
	if d := b.defs[x.KPI]; x.Measure == "" && d != nil {
		return d.Primary().ID
	}
	return x.Measure
}

// overlap compares spans of days; their written form sorts as they do.
func overlap(x, y kpi.Target) bool {
	before := func(until, since kpi.Date) bool {
		return !until.IsZero() && until.String() <= since.String()
	}
	return !before(x.Until, y.Since) && !before(y.Until, x.Since)
}
