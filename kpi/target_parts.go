package kpi

import "strings"

// part is the target of one part of a composite. What the table says of the
// whole that a part can have, it has: the minimum, relative and strict. Warn
// lines, ceilings and baselines are of one series and refused beside parts.
func (t Target) part(e *Expr) Target {
	p := t
	p.Expr, p.Text, p.Measure = e, e.String(), e.Part
	p.Hash = t.Hash + " " + p.Text
	p.Relative = t.Relative && e.Kind == ChangeKind && e.Unit == "%"
	p.Strict = t.Strict && e.Kind != TrendKind && e.Kind != SLOKind && e.Kind != JudgedKind
	return p
}

// Single lists the targets that are judged by one series each: the target itself
// or, of a composite, its parts, with the measures they name. A part without a
// name is of the measure the target is of.
func (t Target) Single() []Target {
	if t.Expr == nil || !t.Expr.composite() {
		return []Target{t}
	}
	var out []Target
	t.Expr.Each(func(e *Expr) {
		if e.composite() {
			return
		}
		p := t.part(e)
		if p.Measure == "" {
			p.Measure = t.Measure
		}
		out = append(out, p)
	})
	return out
}

// composite checks each part against the measure it names.
func (c *checker) composite(all []Measure) {
	t := c.target
	for _, key := range []struct {
		name string
		set  bool
	}{{"warn", t.Warn != nil}, {"ceiling", t.Ceiling != nil}, {"smooth", t.Smooth != nil}, {"baseline", t.Baseline != nil}, {"when", len(t.When) > 0}} {
		if key.set {
			c.fail(key.name, "%s is for a single target; %q has parts", key.name, t.Expr)
		}
	}
	relative := false
	t.Expr.Each(func(e *Expr) { relative = relative || t.part(e).Relative })
	if t.Relative && !relative {
		c.fail("relative", "relative = true is for a change in %%; no part of %q is one", t.Expr)
	}
	c.parts(t.Expr, all)
}

func (c *checker) parts(e *Expr, all []Measure) {
	for _, part := range e.Parts {
		if part.composite() {
			c.parts(part, all)
			continue
		}
		m, ok := c.named(part.Part, all)
		if !ok {
			c.fail("expr", "there is no measure %q for the part %q; there are %s", part.Part, part, strings.Join(measureIDs(all), ", "))
			continue
		}
		t := c.target.part(part)
		sub := &checker{target: t, measure: m}
		sub.expr()
		sub.keys()
		for _, err := range sub.errs {
			_, msg, _ := strings.Cut(err.Error(), ": ")
			c.fail("expr", "in the part %q: %s", part, msg)
		}
	}
}

// named is the measure a part names; without a name it is the target's own.
func (c *checker) named(id string, all []Measure) (Measure, bool) {
	if id == "" || id == c.measure.ID {
		return c.measure, true
	}
	for _, m := range all {
		if m.ID == id {
			return m, true
		}
	}
	return Measure{}, false
}

func measureIDs(all []Measure) []string {
	var out []string
	for _, m := range all {
		out = append(out, m.ID)
	}
	return out
}
