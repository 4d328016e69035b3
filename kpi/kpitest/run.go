package kpitest

import (
	"context"
	"errors"
	"sort"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/fact"
)

// Store is an empty database for one case.
type Store interface {
	engine.Store
	// Put stores rows as one page of a run of a source.
	Put(ctx context.Context, source string, rows []fact.Row, reach func(factName, product string, from, to kpi.Millis) []kpi.Cell) error
	Close() error
}

// Open makes one.
type Open func(ctx context.Context, calendar kpi.Calendar, now kpi.Millis) (Store, error)

// Result of a file.
type Result struct {
	Cases        int
	Expectations int // lines that were compared, and lists said to be complete
	Failures     []Failure
}

// Run runs the test file of a definition. Failures are about the KPI; the error
// joins what is wrong with the file, a *Mistake each, and what stopped the run.
func Run(ctx context.Context, text string, d *kpi.Definition, open Open) (Result, error) {
	var res Result
	cases, err := parse(text)
	if err != nil {
		return res, err
	}
	var errs []error
	for _, c := range cases {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		r := &runner{ctx: ctx, open: open, named: segmentsIn(c.steps), calendar: kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday, FiscalStart: time.January}}
		errs = append(errs, r.run(c, d), r.close())
		res.Cases++
		res.Expectations += r.expectations
		res.Failures = append(res.Failures, r.failures...)
	}
	if err := errors.Join(errs...); err != nil {
		return res, err
	}
	if res.Expectations == 0 {
		return res, mistake(1, "the file expects nothing: there is no line under an eval, rows or judge")
	}
	return res, nil
}

type runner struct {
	ctx      context.Context
	open     Open
	calendar kpi.Calendar
	tree     kpi.Tree
	defs     []*kpi.Definition
	fx       map[string][]dated
	named    []string // segments that lines of the case name
	serial   int
	end      kpi.Millis // the latest "as of" of the case: no record reaches beyond
	loads    []batch
	live     *bench // the store that time runs forward in
	benches  []*bench
	last     evaluated
	failures []Failure

	expectations int
}

// bench is a store with its engine, evaluated up to an instant.
type bench struct {
	store  Store
	engine *engine.Engine
	loaded int
	asOf   kpi.Millis
}

// evaluated is the KPI the last eval was about.
type evaluated struct {
	bench   *bench
	def     *kpi.Definition
	measure kpi.Measure
	period  kpi.Period
}

func (r *runner) run(c tcase, d *kpi.Definition) error {
	if err := r.settings(c.settings, d); err != nil {
		return err
	}
	var err error
	if r.end, err = r.latest(c.steps); err != nil {
		return err
	}
	return r.steps(c.steps)
}

// latest is the last instant a case looks at.
func (r *runner) latest(steps []block) (end kpi.Millis, err error) {
	for _, b := range steps {
		if w := b.words[0]; w == "eval" || w == "rows" || w == "judge" {
			asOf, err := r.asOf(b)
			if err != nil {
				return 0, at(b.number, err)
			}
			end = max(end, asOf)
		}
	}
	return end, nil
}

// bring takes a store to an instant: the one time runs forward in or, for an
// instant before that, a fresh one with the same loads.
func (r *runner) bring(asOf kpi.Millis) (*bench, error) {
	b := r.live
	if b == nil || asOf < b.asOf {
		fresh, err := r.bench(asOf)
		if err != nil {
			return nil, err
		}
		if b == nil {
			r.live = fresh
		}
		r.benches = append(r.benches, fresh)
		b = fresh
	}
	for ; b.loaded < len(r.loads); b.loaded++ {
		if err := b.store.Put(r.ctx, r.loads[b.loaded].source, r.loads[b.loaded].rows, b.engine.Reach(r.end)); err != nil {
			return nil, err
		}
	}
	b.asOf = asOf
	_, err := b.engine.Evaluate(r.ctx, asOf)
	return b, err
}

func (r *runner) bench(now kpi.Millis) (*bench, error) {
	store, err := r.open(r.ctx, r.calendar, now)
	if err != nil {
		return nil, err
	}
	segments := map[string][]string{}
	for _, d := range r.defs {
		segments[d.ID] = r.named
	}
	e, err := engine.New(r.ctx, engine.Config{Store: store, Definitions: r.defs, Segments: segments, Tree: r.tree, Calendar: r.calendar, Rate: r.rate, Currencies: r.currencies()})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &bench{store: store, engine: e}, nil
}

func (r *runner) rate(currency string, at kpi.Millis) (int64, bool) {
	if currency == "USD" {
		return 1_000_000, true
	}
	ppm, ok := int64(0), false
	for _, d := range r.fx[currency] {
		if d.since <= at {
			ppm, ok = d.ppm, true
		}
	}
	return ppm, ok
}

func (r *runner) currencies() []string {
	out := []string{"USD"}
	for c := range r.fx {
		out = append(out, c)
	}
	sort.Strings(out)
	return out
}

func (r *runner) close() error {
	var errs []error
	for _, b := range r.benches {
		errs = append(errs, b.store.Close())
	}
	return errors.Join(errs...)
}
