package kpitest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
)

func (r *runner) judge(b block) error {
	if len(b.words) < 2 || !b.quoted[1] {
		return fmt.Errorf(`write judge "EXPRESSION" as of TIME`)
	}
	if r.last.def == nil {
		return fmt.Errorf("judge needs an eval before it that worked")
	}
	asOf, err := r.asOf(b)
	if err != nil {
		return err
	}
	expr, err := kpi.ParseExpr(b.words[1])
	if err != nil {
		return err
	}
	target := kpi.Target{KPI: r.last.def.ID, Segment: "all", Text: b.words[1], Expr: expr, Hash: b.words[1]}
	ev := r.last
	if ev.bench, err = r.bring(asOf); err != nil {
		return err
	}
	var errs []error
	for _, l := range b.body {
		errs = append(errs, at(l.number, r.verdict(ev, l, target, asOf)))
	}
	return errors.Join(errs...)
}

// verdict compares a line such as `core not_enough_data "n 2, needs 30"`: the
// status, and quoted what its sentence must contain.
func (r *runner) verdict(ev evaluated, l line, target kpi.Target, asOf kpi.Millis) error {
	place, want := l.split()
	s, err := r.scope(ev, place)
	if err != nil {
		return err
	}
	if err := statusWords(want); err != nil {
		return err
	}
	all, err := ev.bench.store.Observations(r.ctx, ev.def.ID, s.ID, nil)
	if err != nil {
		return err
	}
	verdicts := kpi.Judge(kpi.Input{Calendar: r.calendar, Definition: ev.def, Measure: ev.measure, Targets: []kpi.Target{target},
		Observations: judged(all, ev, r.calendar), AsOf: asOf, Through: ev.period.Ends})
	status, sentence, got := "", "", "no verdict"
	if n := len(verdicts); n > 0 {
		status, sentence = string(verdicts[n-1].Raw), verdicts[n-1].Sentence
		got = status + "  " + strconv.Quote(sentence)
	}
	r.expectations++
	for i, w := range want.words {
		if want.quoted[i] && !strings.Contains(sentence, w) || !want.quoted[i] && w != status {
			r.fail(Failure{Line: l.number, What: fmt.Sprintf("judge %q at %s in %s", target.Text, ev.period.ID, place), Expected: want.String(), Got: got}, nil)
			return nil
		}
	}
	return nil
}

func statusWords(l line) error {
	var known []string
	for _, s := range []kpi.Status{kpi.Exceeding, kpi.OnTrack, kpi.AtRisk, kpi.OffTrack, kpi.MaturingNow, kpi.NotEnoughData, kpi.NoData} {
		known = append(known, string(s))
	}
	for i, w := range l.words {
		if !l.quoted[i] && !slices.Contains(known, w) {
			return fmt.Errorf("there is no status %q%s; allowed: %s, and what the sentence contains in quotes", w, near.Hint(w, known), strings.Join(known, ", "))
		}
	}
	if len(l.words) == 0 {
		return fmt.Errorf("a status is missing; allowed: %s", strings.Join(known, ", "))
	}
	return nil
}

// judged keeps the series at the grain that is judged.
func judged(all []kpi.Observation, ev evaluated, c kpi.Calendar) []kpi.Observation {
	var out []kpi.Observation
	for _, o := range all {
		if p, err := c.Period(o.Period); err == nil && p.Grain == ev.def.CadenceOf(ev.measure) && o.Measure == ev.measure.ID {
			out = append(out, o)
		}
	}
	return out
}
