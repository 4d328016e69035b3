package kpi

import (
	"errors"
	"fmt"
	"strings"
)

// TargetError is one thing about a target that does not fit, under the key of
// its table that has to change.
type TargetError struct {
	Key string // expr, warn, ceiling, smooth, min_n, relative, baseline, when, until, metric, strict
	Msg string
}

// Error gives key and message.
func (e *TargetError) Error() string { return e.Key + ": " + e.Msg }

// Check says whether a target fits the measure it judges: unit, direction,
// relative, ceiling, warn and the rest. Parts of a composite name measures of
// all. The error joins one *TargetError for each mistake; nil means that Judge
// can judge it.
func (t Target) Check(m Measure, all ...Measure) error {
	if t.Expr == nil {
		return &TargetError{"expr", "there is no target expression, such as level 60..80 %"}
	}
	c := &checker{target: t, measure: m}
	if t.Expr.composite() {
		c.composite(all)
		return errors.Join(c.errs...)
	}
	c.expr()
	c.keys()
	c.smooth()
	c.baseline()
	c.when()
	return errors.Join(c.errs...)
}

type checker struct {
	target  Target
	measure Measure
	errs    []error
}

func (c *checker) fail(key, format string, args ...any) {
	c.errs = append(c.errs, &TargetError{key, fmt.Sprintf(format, args...)})
}

// expr checks the expression against unit, kind and direction of the measure.
func (c *checker) expr() {
	e, m := c.target.Expr, c.measure
	if m.Agg == Composite {
		c.fail("expr", "%s has parts and no number of its own; name one of its measures with metric", m.ID)
	}
	if e.Part != "" && e.Part != m.ID {
		c.fail("metric", "the expression names %s, the target judges %s; name the same measure", e.Part, m.ID)
	}
	if e.Dir != 0 && e.Dir != m.Direction {
		c.fail("expr", "%q is for a measure where %s is better; of %s %s is better", e, e.Dir.more(), m.ID, m.Direction.more())
	}
	if e.Kind != ChangeKind && e.Cmp == "" && e.Stretch != nil && float64(m.Direction)*(*e.Stretch-e.Floor) < 0 {
		c.fail("expr", "found %s with the stretch first; where %s is better the easier end comes first: %s..%s",
			e.span(), m.Direction.more(), decimal(*e.Stretch), decimal(e.Floor))
	}
	switch e.Kind {
	case LevelKind:
		if e.Unit != "" && e.Unit != m.Unit {
			c.fail("expr", "found the unit %s; %s is in %s", e.Unit, m.ID, unitName(m.Unit))
		}
	case ChangeKind:
		c.changeUnit()
	case CountKind:
		if !m.amount() {
			c.fail("expr", "count is for counted or summed measures; %s is a %s: write level", m.ID, m.Agg)
		}
	case RampKind, SLOKind:
		if m.Unit != "%" || m.Unbounded {
			c.fail("expr", "found a target of kind %s; it is for a share in %%, %s is in %s: write level", e.Kind, m.ID, unitName(m.Unit))
		}
	case JudgedKind:
		if m.Unit != Rag {
			c.fail("expr", "judged is for a traffic light that people set (unit %s); %s is in %s: write level", Rag, m.ID, unitName(m.Unit))
		}
	}
	if e.Kind != JudgedKind && m.Unit == Rag {
		c.fail("expr", "%s is a traffic light that people set; write judged every 1q", m.ID)
	}
}

func (c *checker) changeUnit() {
	e, m, relative := c.target.Expr, c.measure, c.target.Relative
	switch {
	case e.Unit == "pts" && m.Unit != "%" && m.Unit != "pts":
		c.fail("expr", "found pts; points are for rates and index scores, %s is in %s: write abs or %%", m.ID, unitName(m.Unit))
	case e.Unit == "%" && m.Unit == "%" && !relative:
		c.fail("expr", "found %% on %s, which is itself in %%; write pts for percentage points, or set relative = true for percent of the baseline", m.ID)
	}
}

// keys checks the keys beside the expression, one by one.
func (c *checker) keys() {
	t, e, m := c.target, c.target.Expr, c.measure
	if t.Relative && (e.Kind != ChangeKind || e.Unit != "%") && len(t.When) == 0 {
		c.fail("relative", "relative = true is for a change in %%; %q has none", e)
	}
	if t.Strict && (e.Kind == TrendKind || e.Kind == SLOKind || e.Kind == JudgedKind) {
		c.fail("strict", "strict is for level, change, count and ramp; %q knows no equality", e)
	}
	if t.Ceiling != nil {
		switch {
		case e.Kind == TrendKind || e.Kind == SLOKind || e.Kind == JudgedKind:
			c.fail("ceiling", "a ceiling is for level, change, count and ramp; %q has no stretch to hold back", e)
		case m.Direction != Up:
			c.fail("ceiling", "a ceiling is for measures where more is better; of %s less is", m.ID)
		case !finite(*t.Ceiling):
			c.fail("ceiling", "want a number in the measure's unit")
		case e.Kind != ChangeKind && *t.Ceiling <= e.Floor:
			c.fail("ceiling", "the ceiling %s is not above the floor %s", decimal(*t.Ceiling), decimal(e.Floor))
		}
	}
	if t.Warn != nil {
		switch {
		case e.Kind != LevelKind:
			c.fail("warn", "warn is for level targets; %q has its own warn line", e)
		case !(*t.Warn >= 0) || !finite(*t.Warn):
			c.fail("warn", "found %v; want a distance from the floor, 0 or more", *t.Warn)
		}
	}
	if t.MinN != nil && *t.MinN < 0 {
		c.fail("min_n", "found %d; want 0 or more", *t.MinN)
	}
	if !t.Since.IsZero() && !t.Until.IsZero() && !t.Since.Before(t.Until) {
		c.fail("until", "a target in force from %s to %s never holds; until is the first day it no longer does", t.Since, t.Until)
	}
}

func (c *checker) smooth() {
	t, e := c.target, c.target.Expr
	if t.Smooth == nil {
		return
	}
	switch {
	case *t.Smooth < 1 || *t.Smooth > 60:
		c.fail("smooth", "found %d; want 1 to 60 periods", *t.Smooth)
	case *t.Smooth == 1:
	case !e.smooths():
		c.fail("smooth", "found %d; a %s is judged by single periods", *t.Smooth, e.Kind)
	case e.Over.N > 0:
		c.fail("smooth", "found %d beside over %s; say it once", *t.Smooth, e.Over)
	case !c.measure.poolable():
		c.fail("smooth", "found %d; periods of a %s cannot be pooled without its units: want 1", *t.Smooth, c.measure.Agg)
	}
}

func (c *checker) baseline() {
	b, e := c.target.Baseline, c.target.Expr
	if b == nil {
		return
	}
	switch {
	case e.Kind != ChangeKind:
		c.fail("baseline", "%q has no baseline; only up and down have one", e)
	case b.Method == "value" && (b.Value == nil || !finite(*b.Value)):
		c.fail("baseline", "method value needs value = a number in the measure's unit")
	case b.Method != "value" && b.Value != nil:
		c.fail("baseline", "a value is given for method %q; want method = \"value\"", b.Method)
	case b.Method == "value":
	case b.Method != "pooled" && b.Method != "same_period_last_year":
		c.fail("baseline", "found method %q; want pooled, value or same_period_last_year", b.Method)
	case e.In.N == 0:
		c.fail("baseline", "%q takes its own baseline; method %s is for in SPAN from DATE", e, b.Method)
	case b.Periods < 0 || b.Periods > 60:
		c.fail("baseline", "found periods = %d; want 1 to 60, or leave it out", b.Periods)
	}
}

// when checks the alternatives. Their baseline is the one of the expression, so
// that must have one, and a paced alternative must start on the same day.
func (c *checker) when() {
	t := c.target
	if len(t.When) > 0 && t.Expr.Kind != ChangeKind {
		c.fail("when", "%q has no baseline to choose by; only up and down have one", t.Expr)
	}
	for i, w := range t.When {
		switch {
		case w.Expr == nil:
			c.fail("when", "entry %d has no expression", i+1)
			continue
		case w.BaselineGTE == nil && w.BaselineLT == nil:
			c.fail("when", "entry %d has no condition; want baseline_gte or baseline_lt", i+1)
		case w.Expr.In.N > 0 && w.Expr.From != t.Expr.From:
			c.fail("when", "entry %d starts on %s, the target on %s; both use one baseline, so both start on one day", i+1, w.Expr.From, t.Expr.From)
		}
		if w.Expr.composite() {
			c.fail("when", "entry %d has parts; an alternative is a single target", i+1)
			continue
		}
		alt := &checker{target: Target{Expr: w.Expr, Relative: t.Relative && w.Expr.Unit == "%"}, measure: c.measure}
		alt.expr()
		for _, err := range alt.errs {
			c.fail("when", "entry %d: %s", i+1, strings.TrimPrefix(err.Error(), "expr: "))
		}
	}
}

// smooths says whether a verdict may pool several periods: those of a level and
// of a change may, the other kinds look at single ones.
func (e *Expr) smooths() bool { return e.Kind == LevelKind || e.Kind == ChangeKind }

// poolable says whether periods can be pooled from what an observation holds.
func (m Measure) poolable() bool { return m.amount() || m.Agg == Share || m.Agg == Ratio }

// more is the word for better.
func (d Direction) more() string {
	if d == Down {
		return "less"
	}
	return "more"
}

func unitName(unit string) string {
	if unit == "" {
		return "plain numbers"
	}
	return unit
}
