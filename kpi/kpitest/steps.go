package kpitest

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
)

func (r *runner) steps(blocks []block) error {
	for _, b := range blocks {
		var err error
		switch b.words[0] {
		case "load", "then":
			name := b.words[len(b.words)-1]
			rows, rowErr := r.rows(b, name)
			r.loads, err = append(r.loads, rows), rowErr
		case "eval":
			err = r.eval(b)
		case "rows":
			err = r.units(b)
		case "judge":
			err = r.judge(b)
		case "expect":
			err = r.expectNot(b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// header reads `KPI[/measure] at PERIOD … as of TIME` and evaluates.
func (r *runner) header(b block) (evaluated, kpi.Period, error) {
	fail := func(err error) (evaluated, kpi.Period, error) {
		return evaluated{}, kpi.Period{}, fmt.Errorf("%d: %w", b.number, err)
	}
	if len(b.words) < 2 {
		return fail(fmt.Errorf("%s KPI at PERIOD as of TIME", b.words[0]))
	}
	id, measure, _ := strings.Cut(b.words[1], "/")
	at, _ := b.after("at", "as", "in")
	period, err := r.calendar.Period(at)
	if err != nil {
		return fail(err)
	}
	asOf, err := r.asOf(b)
	if err != nil {
		return fail(err)
	}
	ev := evaluated{}
	for _, d := range r.defs {
		if d.ID == id {
			ev.def = d
		}
	}
	if ev.def == nil {
		return fail(fmt.Errorf("no KPI is called %q", id))
	}
	var ok bool
	if ev.measure, ok = ev.def.Measure(measure); !ok {
		return fail(fmt.Errorf("%s has no measure %q", id, measure))
	}
	if ev.bench, err = r.at(asOf); err != nil {
		return fail(err)
	}
	return ev, period, nil
}

func (r *runner) asOf(b block) (kpi.Millis, error) {
	text, ok := b.after("as of", "only")
	if !ok {
		return 0, fmt.Errorf("as of TIME is missing")
	}
	at, err := r.instant(text)
	return kpi.Millis(at), err
}

// scope finds `core/flows` or `core plan=team`.
func (r *runner) scope(ev evaluated, text string) (kpi.Scope, error) {
	place, segment, ok := strings.Cut(text, " ")
	if !ok {
		segment = "all"
	}
	node, product, _ := strings.Cut(place, "/")
	s, ok := ev.bench.engine.Scope(ev.def.ID, node, product, segment)
	if !ok {
		return s, fmt.Errorf("there is no scope %q in the tree", text)
	}
	return s, nil
}

// split takes the scope a line begins with off its words.
func (l line) split() (scope string, rest line) {
	n := 1
	scope = l.words[0]
	if s, ok := segmentOf(l); ok {
		scope, n = scope+" "+s, 2
	}
	return scope, line{number: l.number, words: l.words[n:], quoted: l.quoted[n:]}
}

func (r *runner) observation(ev evaluated, s kpi.Scope, p kpi.Period) (*kpi.Observation, error) {
	all, err := ev.bench.store.Observations(r.ctx, ev.def.ID, s.ID, []string{p.ID})
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
	ev, period, err := r.header(b)
	if err != nil {
		return err
	}
	ev.period = period
	r.last = ev
	for _, l := range b.body {
		place, want := l.split()
		s, err := r.scope(ev, place)
		if err != nil {
			return fmt.Errorf("%d: %w", l.number, err)
		}
		o, err := r.observation(ev, s, period)
		if err != nil {
			return fmt.Errorf("%d: %w", l.number, err)
		}
		if bad := compare(want, ev, o); bad != "" {
			o, err := r.observation(ev, s, period)
			if err != nil {
				return err
			}
			units, err := ev.bench.engine.Units(r.ctx, ev.def, ev.measure, s, period, o != nil && o.Trailing != nil, ev.bench.asOf)
			if err != nil {
				return err
			}
			r.failures = append(r.failures, Failure{Line: l.number, What: fmt.Sprintf("%s at %s in %s: %s", ev.def.ID, period.ID, place, bad),
				Expected: want.String(), Got: observationText(ev, o), Rows: units})
		}
	}
	return nil
}

func (r *runner) units(b block) error {
	ev, period, err := r.header(b)
	if err != nil {
		return err
	}
	in, _ := b.after("in", "as")
	s, err := r.scope(ev, in)
	if err != nil {
		return fmt.Errorf("%d: %w", b.number, err)
	}
	o, err := r.observation(ev, s, period)
	if err != nil {
		return err
	}
	units, err := ev.bench.engine.Units(r.ctx, ev.def, ev.measure, s, period, o != nil && o.Trailing != nil, ev.bench.asOf)
	if err != nil {
		return err
	}
	for _, l := range b.body {
		got := "no such unit"
		for _, u := range units {
			if u.Unit == l.words[0] {
				got = unitText(u)
			}
		}
		if got != l.String() {
			r.failures = append(r.failures, Failure{Line: l.number, What: "rows of " + ev.def.ID, Expected: l.String(), Got: got, Rows: units})
		}
	}
	return nil
}

func (r *runner) judge(b block) error {
	if r.last.def == nil || len(b.words) < 2 || !b.quoted[1] {
		return fmt.Errorf("%d: judge \"EXPRESSION\" as of TIME, after an eval", b.number)
	}
	asOf, err := r.asOf(b)
	if err != nil {
		return fmt.Errorf("%d: %w", b.number, err)
	}
	expr, err := kpi.ParseExpr(b.words[1])
	if err != nil {
		return fmt.Errorf("%d: %w", b.number, err)
	}
	target := kpi.Target{KPI: r.last.def.ID, Segment: "all", Text: b.words[1], Expr: expr, Hash: b.words[1]}
	ev := r.last
	if ev.bench, err = r.at(asOf); err != nil {
		return err
	}
	for _, l := range b.body {
		place, want := l.split()
		s, err := r.scope(ev, place)
		if err != nil {
			return fmt.Errorf("%d: %w", l.number, err)
		}
		all, err := ev.bench.store.Observations(r.ctx, ev.def.ID, s.ID, nil)
		if err != nil {
			return err
		}
		verdicts := kpi.Judge(kpi.Input{Calendar: r.calendar, Definition: ev.def, Measure: ev.measure, Targets: []kpi.Target{target},
			Observations: judged(all, ev, r.calendar), AsOf: asOf, Through: ev.period.Ends})
		got := "no verdict"
		if n := len(verdicts); n > 0 {
			got = string(verdicts[n-1].Raw) + " " + strconv.Quote(verdicts[n-1].Sentence)
		}
		for _, w := range want.words {
			if !strings.Contains(got, w) {
				r.failures = append(r.failures, Failure{Line: l.number, What: "judge " + b.words[1], Expected: want.String(), Got: got})
				break
			}
		}
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

// expectNot guards against the answer of a known wrong formula.
func (r *runner) expectNot(b block) error {
	if len(b.words) < 3 || b.words[1] != "not" || r.last.def == nil {
		return fmt.Errorf("%d: expect not NUMBER, after an eval", b.number)
	}
	all, err := r.last.bench.store.Observations(r.ctx, r.last.def.ID, 0, nil)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Measure == r.last.measure.ID && o.Value != nil && rounds(r.last.measure.Display(*o.Value), b.words[2]) {
			r.failures = append(r.failures, Failure{Line: b.number, What: "a known wrong answer appeared in " + o.Period, Expected: b.String(), Got: observationText(r.last, &o)})
		}
	}
	return nil
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
	return math.Abs(math.Round(v*scale+1e-9*math.Abs(v))-math.Round(want*scale)) < 0.5
}

func unitText(u engine.Unit) string {
	num := func(v *float64) string {
		if v == nil {
			return "_"
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	text := num(u.Num)
	switch {
	case u.Value != nil:
		text = num(u.Value)
	case u.Den != nil:
		text += "/" + num(u.Den)
	}
	if u.Excluded != "" {
		return u.Unit + " - excluded " + u.Excluded
	}
	return u.Unit + " " + text
}
