package kpitest

import (
	"context"
	"fmt"
	"math/big"
	"sort"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/fact"
)

// Store is an empty database for one case.
type Store interface {
	engine.Store
	// Put stores rows as one page of a run of a source called test.
	Put(ctx context.Context, rows []fact.Row, reach func(factName, product string, from, to kpi.Millis) []kpi.Cell) error
	Close() error
}

// Open makes one.
type Open func(ctx context.Context, calendar kpi.Calendar, now kpi.Millis) (Store, error)

// Configure gives the definitions of a case, with the parameters of the KPI under test.
type Configure func(params map[string]string) ([]*kpi.Definition, error)

// Failure is one expectation that did not hold.
type Failure struct {
	Line          int
	What          string
	Expected, Got string
	Rows          []engine.Unit
}

// String says what was expected, what came and what it was made of.
func (f Failure) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d: %s\n  expected  %s\n  got       %s", f.Line, f.What, f.Expected, f.Got)
	for i, u := range f.Rows {
		if i == 20 {
			fmt.Fprintf(&b, "\n  … %d more rows", len(f.Rows)-i)
			break
		}
		fmt.Fprintf(&b, "\n  row       %s", unitText(u))
	}
	return b.String()
}

// Run runs a test file. The error is about the file; failures are about the KPI.
func Run(ctx context.Context, text string, open Open, configure Configure) ([]Failure, error) {
	cases, err := parse(text)
	if err != nil {
		return nil, err
	}
	var out []Failure
	for _, c := range cases {
		r := &runner{ctx: ctx, open: open, named: segmentsIn(c.steps), calendar: kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday, FiscalStart: time.January}}
		if err := r.settings(c.settings, configure); err != nil {
			return out, err
		}
		if r.end, err = r.latest(c.steps); err != nil {
			return out, err
		}
		err := r.steps(c.steps)
		r.close()
		out = append(out, r.failures...)
		if err != nil {
			return out, err
		}
	}
	return out, nil
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
	loads    [][]fact.Row
	live     *bench // the store that time runs forward in
	benches  []*bench
	last     evaluated
	failures []Failure
}

type dated struct {
	since kpi.Millis
	ppm   int64
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

func (r *runner) settings(blocks []block, configure Configure) error {
	params := map[string]string{}
	for _, b := range blocks {
		var err error
		switch b.words[0] {
		case "zone":
			r.calendar.Zone, err = time.LoadLocation(strings.Join(b.words[1:], " "))
		case "tree":
			err = r.addTree(strings.Join(b.words[1:], " "))
		case "param":
			if len(b.words) < 3 {
				return fmt.Errorf("%d: param NAME VALUE", b.number)
			}
			params[b.words[1]] = strings.Join(b.words[2:], " ")
		case "fx":
			err = r.addRate(b)
		}
		if err != nil {
			return fmt.Errorf("%d: %w", b.number, err)
		}
	}
	var err error
	r.defs, err = configure(params)
	return err
}

func (r *runner) latest(steps []block) (end kpi.Millis, err error) {
	for _, b := range steps {
		if w := b.words[0]; w == "eval" || w == "rows" || w == "judge" {
			at, err := r.asOf(b)
			if err != nil {
				return 0, fmt.Errorf("%d: %w", b.number, err)
			}
			end = max(end, at)
		}
	}
	return end, nil
}

// segmentsIn lists the segments a case speaks of: they are computed like those
// that targets name.
func segmentsIn(steps []block) []string {
	var out []string
	for _, b := range steps {
		switch b.words[0] {
		case "eval", "judge":
			for _, l := range b.body {
				if s, ok := segmentOf(l); ok {
					out = append(out, s)
				}
			}
		case "rows":
			if in, ok := b.after("in", "as"); ok && strings.Contains(in, " ") {
				out = append(out, strings.Fields(in)[1])
			}
		}
	}
	return out
}

// segmentOf is the second word of a line when it is attribute=value.
func segmentOf(l line) (string, bool) {
	if len(l.words) > 1 && !l.quoted[1] && strings.Contains(l.words[1], "=") {
		return l.words[1], true
	}
	return "", false
}

// addTree reads `all > core > flows, forms`: nodes downwards, then products.
func (r *runner) addTree(text string) error {
	levels := strings.Split(text, ">")
	parent := ""
	for i, level := range levels {
		for _, name := range strings.Split(level, ",") {
			id := strings.TrimSpace(name)
			if id == "" {
				return fmt.Errorf("a name is missing in %q", text)
			}
			if i == len(levels)-1 {
				r.tree.Products = append(r.tree.Products, kpi.Product{ID: id, Name: id, Portfolio: parent})
				continue
			}
			if _, ok := r.tree.Portfolio(id); !ok {
				r.tree.Portfolios = append(r.tree.Portfolios, kpi.Portfolio{ID: id, Name: id, Parent: parent})
			}
		}
		parent = strings.TrimSpace(strings.Split(level, ",")[0])
	}
	return nil
}

func (r *runner) addRate(b block) error {
	if len(b.words) != 4 {
		return fmt.Errorf("fx CURRENCY DATE RATE")
	}
	since, err := r.instant(b.words[2])
	if err != nil {
		return err
	}
	rate, ok := new(big.Rat).SetString(b.words[3])
	if !ok {
		return fmt.Errorf("%q is no rate", b.words[3])
	}
	ppm := rate.Mul(rate, big.NewRat(1_000_000, 1))
	if !ppm.IsInt() {
		return fmt.Errorf("the rate %s has more than six decimals", b.words[3])
	}
	if r.fx == nil {
		r.fx = map[string][]dated{}
	}
	r.fx[b.words[1]] = append(r.fx[b.words[1]], dated{kpi.Millis(since), ppm.Num().Int64()})
	return nil
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

// at brings a store to an instant: the one time runs forward in, or, for an
// instant before that, a fresh one with the same loads.
func (r *runner) at(asOf kpi.Millis) (*bench, error) {
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
		if err := b.store.Put(r.ctx, r.loads[b.loaded], b.engine.Reach(r.end)); err != nil {
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
		_ = store.Close()
		return nil, err
	}
	return &bench{store: store, engine: e}, nil
}

func (r *runner) close() {
	for _, b := range r.benches {
		_ = b.store.Close()
	}
}
