package kpitest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// expectNot guards against the answer of a known wrong formula.
func (r *runner) expectNot(b block) error {
	if len(b.words) < 3 || b.words[1] != "not" || !numeric(b.words[2]) {
		return fmt.Errorf("write expect not NUMBER")
	}
	if r.last.def == nil {
		return fmt.Errorf("expect not needs an eval before it that worked")
	}
	if len(b.words) > 3 && b.words[3] != r.last.measure.Unit || len(b.words) > 4 {
		return unknown(b.words[len(b.words)-1], r.last.measure)
	}
	r.expectations++
	all, err := r.last.bench.store.Observations(r.ctx, r.last.def.ID, 0, nil)
	if err != nil {
		return err
	}
	var places []string
	got := ""
	for _, o := range all {
		if o.Measure == r.last.measure.ID && o.Value != nil && rounds(r.last.measure.Display(*o.Value), b.words[2]) {
			if places = append(places, r.place(o.Scope)+" at "+o.Period); got == "" {
				got = observationText(r.last, &o)
			}
		}
	}
	if len(places) > 0 {
		r.fail(Failure{Line: b.number, What: fmt.Sprintf("%s: a known wrong answer appears in %s", r.last.name(), strings.Join(places, ", ")),
			Expected: "not " + strings.Join(b.words[2:], " "), Got: got}, nil)
	}
	return nil
}

func (r *runner) place(scope int64) string {
	for _, s := range r.last.bench.engine.Scopes(r.last.def.ID) {
		if s.ID == scope {
			return scopeText(s)
		}
	}
	return fmt.Sprint(scope)
}

// rounds: v, rounded to as many digits as text has, is text.
func rounds(v float64, text string) bool {
	digits := 0
	if _, frac, ok := strings.Cut(text, "."); ok {
		digits = len(frac)
	}
	want, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	scale := math.Pow(10, float64(digits))
	// a half that float64 holds a trifle too small is rounded up all the same
	trifle := min(1e-9*math.Abs(v*scale), 1e-6)
	return math.Abs(math.Round(v*scale+trifle)-math.Round(want*scale)) < 0.5
}
