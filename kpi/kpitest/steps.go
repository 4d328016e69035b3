package kpitest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
)

// steps runs the blocks of a case. A mistake in one does not hide those in the
// next ones, unless it is in a load: what follows would fail for want of facts.
func (r *runner) steps(blocks []block) error {
	var errs []error
	for _, b := range blocks {
		var err error
		switch b.words[0] {
		case "load", "then":
			if err := at(b.number, r.load(b)); err != nil {
				return errors.Join(append(errs, err)...)
			}
		case "eval":
			err = r.eval(b)
		case "rows":
			err = r.units(b)
		case "judge":
			err = r.judge(b)
		case "expect":
			err = r.expectNot(b)
		}
		errs = append(errs, at(b.number, err))
	}
	return errors.Join(errs...)
}

// header reads `KPI[/measure] at PERIOD … as of TIME` and evaluates.
func (r *runner) header(b block) (ev evaluated, err error) {
	if len(b.words) < 2 {
		return ev, fmt.Errorf("write %s KPI at PERIOD as of TIME", b.words[0])
	}
	id, measure, _ := strings.Cut(b.words[1], "/")
	period, ok := b.after("at", "as", "in")
	if !ok {
		return ev, fmt.Errorf("at PERIOD is missing")
	}
	if ev.period, err = r.calendar.Period(period); err != nil {
		return ev, err
	}
	asOf, err := r.asOf(b)
	if err != nil {
		return ev, err
	}
	ev.def = r.defs[0]
	if ev.def.ID != id {
		return ev, fmt.Errorf("the KPI under test is %s, not %q", ev.def.ID, id)
	}
	if ev.measure, ok = ev.def.Measure(measure); !ok {
		var ids []string
		for _, m := range ev.def.Measures {
			ids = append(ids, m.ID)
		}
		return ev, fmt.Errorf("%s has no measure %q%s; it has %s", id, measure, near.Hint(measure, ids), strings.Join(ids, ", "))
	}
	if !ev.def.Keeps(ev.measure, ev.period.Grain) {
		return ev, fmt.Errorf("%s is not kept by the %s; its grains are %v", b.words[1], ev.period.Grain, ev.def.Grains)
	}
	ev.bench, err = r.bring(asOf)
	return ev, err
}

func (r *runner) asOf(b block) (kpi.Millis, error) {
	text, ok := b.after("as of", "only")
	if !ok {
		return 0, fmt.Errorf("as of TIME is missing")
	}
	at, err := r.instant(text)
	return kpi.Millis(at), err
}

// only says whether the list under a block is said to be complete.
func (b block) only() bool {
	last := len(b.words) - 1
	return b.words[last] == "only" && !b.quoted[last]
}

func (r *runner) observation(ev evaluated, s kpi.Scope) (*kpi.Observation, error) {
	all, err := ev.bench.store.Observations(r.ctx, ev.def.ID, s.ID, []string{ev.period.ID})
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Measure == ev.measure.ID {
			return &all[i], nil
		}
	}
	return nil, nil
}

func (r *runner) eval(b block) error {
	r.last = evaluated{}
	ev, err := r.header(b)
	if err != nil {
		return err
	}
	r.last = ev
	var errs []error
	listed := map[int64]bool{}
	for _, l := range b.body {
		place, want := l.split()
		s, err := r.scope(ev, place)
		if err == nil {
			listed[s.ID] = true
			err = r.compare(ev, s, place, want)
		}
		errs = append(errs, at(l.number, err))
	}
	if b.only() {
		errs = append(errs, r.unlisted(b, ev, listed))
	}
	return errors.Join(errs...)
}

// compare holds one observation against what a line says of it.
func (r *runner) compare(ev evaluated, s kpi.Scope, place string, want line) error {
	list, err := claims(want, ev)
	if err != nil {
		return err
	}
	o, err := r.observation(ev, s)
	if err != nil {
		return err
	}
	r.expectations++
	var differs []string
	for _, c := range list {
		if text := c(o); text != "" && !slices.Contains(differs, text) {
			differs = append(differs, text)
		}
	}
	if len(differs) == 0 {
		return nil
	}
	units, err := r.rowsBehind(ev, s, o)
	if err != nil {
		return err
	}
	r.fail(Failure{Line: want.number, What: fmt.Sprintf("%s at %s in %s: %s", ev.name(), ev.period.ID, place, strings.Join(differs, ", ")),
		Expected: want.String(), Got: observationText(ev, o)}, units)
	return nil
}

// name of what was evaluated: the measure only where it is not the primary one.
func (ev evaluated) name() string {
	if ev.measure.ID == ev.def.Primary().ID {
		return ev.def.ID
	}
	return ev.def.ID + "/" + ev.measure.ID
}

// unlisted fails for each scope that has a number and no line, after `only`: of
// all accounts, and of the segments that some line names.
func (r *runner) unlisted(b block, ev evaluated, listed map[int64]bool) error {
	r.expectations++
	segments := []string{"all"}
	for _, l := range b.body {
		if s, ok := segmentOf(l); ok {
			segments = append(segments, s)
		}
	}
	for _, s := range ev.bench.engine.Scopes(ev.def.ID) {
		if listed[s.ID] || !slices.Contains(segments, s.Segment) {
			continue
		}
		o, err := r.observation(ev, s)
		if err != nil {
			return err
		}
		if o == nil || o.Value == nil && o.BoundLo == nil && o.BoundHi == nil {
			continue
		}
		r.fail(Failure{Line: b.number, What: fmt.Sprintf("%s at %s in %s: it has a number and no line", ev.name(), ev.period.ID, scopeText(s)),
			Expected: "only the scopes that are listed", Got: observationText(ev, o)}, nil)
	}
	return nil
}
