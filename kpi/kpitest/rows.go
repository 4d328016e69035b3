package kpitest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
)

// units holds the units behind a number against the lines under rows.
func (r *runner) units(b block) error {
	ev, err := r.header(b)
	if err != nil {
		return err
	}
	in, ok := b.after("in", "as")
	if !ok {
		return fmt.Errorf("in SCOPE is missing")
	}
	s, err := r.scope(ev, in)
	if err != nil {
		return err
	}
	o, err := r.observation(ev, s)
	if err != nil {
		return err
	}
	units, err := r.rowsBehind(ev, s, o)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("rows of %s at %s in %s", ev.name(), ev.period.ID, in)
	var errs []error
	listed := []string{}
	for _, l := range b.body {
		want, err := unitClaim(l)
		if err != nil {
			errs = append(errs, at(l.number, err))
			continue
		}
		r.expectations++
		listed = append(listed, l.words[0])
		i := slices.IndexFunc(units, func(u engine.Unit) bool { return u.Unit == l.words[0] })
		switch {
		case i < 0:
			r.fail(Failure{Line: l.number, What: what, Expected: l.String(), Got: "no such unit"}, units)
		case !want(units[i]):
			r.fail(Failure{Line: l.number, What: what, Expected: l.String(), Got: unitText(units[i])}, units)
		}
	}
	if b.only() {
		r.expectations++
		for _, u := range units {
			if !slices.Contains(listed, u.Unit) {
				r.fail(Failure{Line: b.number, What: what, Expected: "only the units that are listed", Got: unitText(u)}, units)
			}
		}
	}
	return errors.Join(errs...)
}

// rowsBehind lists the units of an observation, over the window it took; never nil.
func (r *runner) rowsBehind(ev evaluated, s kpi.Scope, o *kpi.Observation) ([]engine.Unit, error) {
	units, err := ev.bench.engine.Units(r.ctx, ev.def, ev.measure, s, ev.period, o != nil && o.Trailing != nil, ev.bench.asOf)
	return append([]engine.Unit{}, units...), err
}

// unitClaim reads `A1 1/1`, `A1 36 pending` or `A1 - excluded internal`.
func unitClaim(l line) (func(engine.Unit) bool, error) {
	words := l.words[1:]
	if len(words) == 0 {
		return nil, fmt.Errorf("write the unit and 1/1, or a value, or - excluded REASON")
	}
	if words[0] == "-" {
		if len(words) < 3 || words[1] != "excluded" {
			return nil, fmt.Errorf("after - write excluded REASON")
		}
		reason := strings.Join(words[2:], " ")
		return func(u engine.Unit) bool { return u.Excluded == reason }, nil
	}
	num, den, fraction := strings.Cut(words[0], "/")
	for _, part := range []string{num, den} {
		if part != "_" && !numeric(part) && (part != den || fraction) {
			return nil, fmt.Errorf("%q is no fraction and no value; write 1/1, 36, or - excluded REASON", words[0])
		}
	}
	pending := len(words) > 1 && words[1] == "pending"
	if len(words) > 2 || len(words) == 2 && !pending {
		return nil, fmt.Errorf("the word %q says nothing here; allowed is pending", words[len(words)-1])
	}
	return func(u engine.Unit) bool {
		switch {
		case u.Excluded != "" || pending && !u.Pending:
			return false
		case u.Value != nil:
			return !fraction && same(u.Value, num)
		case u.Den != nil:
			return fraction && same(u.Num, num) && same(u.Den, den)
		}
		return !fraction && same(u.Num, num)
	}, nil
}

func same(v *float64, text string) bool {
	if v == nil || text == "_" {
		return v == nil && text == "_"
	}
	return rounds(*v, text)
}
