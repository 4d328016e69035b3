package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/kpid/kpid/kpi"
)

// Store is what the engine needs of the store.
type Store interface {
	Scopes(ctx context.Context, want []kpi.Scope) ([]kpi.Scope, error)
	FirstFacts(ctx context.Context) (map[string]map[string]kpi.Millis, error)
	Through(ctx context.Context) (map[string]kpi.Millis, error)
	Evaluated(ctx context.Context) (asOf kpi.Millis, ok bool, err error)
	Touched(ctx context.Context, kpiID string) ([]kpi.Touch, error)
	Unsettled(ctx context.Context, kpiID string) ([]kpi.Cell, error)
	Observations(ctx context.Context, kpiID string, scope int64, periods []string) ([]kpi.Observation, error)
	SaveObservations(ctx context.Context, obs []kpi.Observation, done []kpi.Touch) error
	BeginEvaluation(ctx context.Context, asOf kpi.Millis) (int64, error)
	FinishEvaluation(ctx context.Context, run int64, rows, changed int, failure error) error
	// Basis is what a KPI was last evaluated in full with: the definition's hash
	// and Config.Basis of then.
	Basis(ctx context.Context, kpiID string) (definition, rest string, err error)
	RecordBasis(ctx context.Context, d *kpi.Definition, rest string) error
	Query(ctx context.Context, query string, args []any, each func(scan func(dest ...any) error) error) error
	Columns(ctx context.Context, query string, args []any) ([]string, error)
	// Totals are what a warehouse answered by a definition, AskedBy the hash of the
	// definition it was last asked by.
	Totals(ctx context.Context, kpiID, hash string) ([]kpi.Total, error)
	AskedBy(ctx context.Context, kpiID string) (hash string, err error)
	// Bets lists the promises; SaveBets keeps what became of them where that is
	// new, and puts the cells that reach gives on the work list.
	Bets(ctx context.Context) ([]kpi.Bet, error)
	SaveBets(ctx context.Context, run int64, bets []kpi.Bet, judged []kpi.Judged, reach func(kpi.Bet) []kpi.Cell) (int, error)
}

// Config of an engine.
type Config struct {
	Store       Store
	Definitions []*kpi.Definition
	Tree        kpi.Tree
	Calendar    kpi.Calendar
	// Segments named by targets, by KPI id.
	Segments map[string][]string
	// Values lists by KPI id the segments that facts name, such as the
	// capabilities a ramp is judged by. It is asked before each evaluation; nil:
	// there are none.
	Values func(ctx context.Context) (map[string][]Value, error)
	// Feeds lists the enabled sources by the fact they deliver.
	Feeds map[string][]string
	// Rate of a currency at an instant, in millionths of the reporting currency.
	Rate func(currency string, at kpi.Millis) (ppm int64, ok bool)
	// Currencies that have a rate, the reporting one included.
	Currencies []string
	// Basis is a hash of what else decides which cells there are and what they
	// hold: tree, zone, segments, rates. When it changes all is computed again.
	Basis string
	// OwnLimits hold the SQL of a user's definitions.
	OwnLimits Limits
	// Progress is called after each KPI; nil is fine.
	Progress func(Progress)
}

// Value is a segment that a fact names, with the product the fact is of.
type Value struct{ Segment, Product string }

// Limits of one query; a zero value is no limit.
type Limits struct {
	Time time.Duration
	Rows int
}

// Progress of an evaluation.
type Progress struct {
	KPI     string
	Done    int // KPIs
	Of      int
	Cells   int // of this KPI
	Written int
	Err     error
}

// Engine evaluates KPIs.
type Engine struct {
	cfg     Config
	kept    atomic.Pointer[kept]
	columns map[string]map[string]bool // by KPI/measure
	byID    map[string]*kpi.Definition
	// of each fact, the earliest instant known at the last evaluation
	first atomic.Pointer[map[string]map[string]kpi.Millis]
}

// New checks the definitions against the database and gives the scopes their ids.
func New(ctx context.Context, cfg Config) (*Engine, error) {
	e := &Engine{cfg: cfg, columns: map[string]map[string]bool{}, byID: map[string]*kpi.Definition{}}
	first, err := cfg.Store.FirstFacts(ctx)
	if err != nil {
		return nil, err
	}
	e.first.Store(&first)
	if err := e.keep(ctx); err != nil {
		return nil, err
	}
	var errs []error
	for _, d := range cfg.Definitions {
		e.byID[d.ID] = d
		if err := e.prepare(ctx, d); err != nil {
			errs = append(errs, err)
		}
	}
	return e, errors.Join(errs...)
}

// Scopes lists the scopes that are kept for a KPI.
func (e *Engine) Scopes(kpiID string) []kpi.Scope { return slices.Clone(e.scopesOf(kpiID)) }

// Scope finds the scope of a KPI.
func (e *Engine) Scope(kpiID, portfolio, product, segment string) (kpi.Scope, bool) {
	for _, s := range e.scopesOf(kpiID) {
		if s.Portfolio == portfolio && s.Product == product && s.Segment == segment {
			return s, true
		}
	}
	return kpi.Scope{}, false
}

// Result of an evaluation.
type Result struct {
	Run     int64
	Cells   int // computed
	Written int // revisions, where something differed
	Failed  []string
}

// Evaluate computes what the work list asks for as of an instant. A KPI that
// fails keeps its old numbers and its work; the others go on.
func (e *Engine) Evaluate(ctx context.Context, asOf kpi.Millis) (Result, error) {
	return e.evaluate(ctx, asOf, false)
}

// EvaluateAll computes every cell from the facts, whatever the work list says.
// After an Evaluate as of the same instant it has nothing to write.
func (e *Engine) EvaluateAll(ctx context.Context, asOf kpi.Millis) (Result, error) {
	return e.evaluate(ctx, asOf, true)
}

func (e *Engine) evaluate(ctx context.Context, asOf kpi.Millis, all bool) (Result, error) {
	run, err := e.cfg.Store.BeginEvaluation(ctx, asOf)
	if err != nil {
		return Result{}, err
	}
	res := Result{Run: run}
	err = e.keep(ctx)
	var state instantState
	if err == nil {
		state, err = e.snapshot(ctx, asOf)
	}
	state.all = all
	var errs []error
	if err != nil {
		errs = append(errs, err)
	} else {
		measured := false
		for i, d := range e.ordered() {
			if needsBets(d) && !measured {
				measured = true
				if err := e.measureBets(ctx, run, state); err != nil {
					errs = append(errs, fmt.Errorf("bets: %w", err))
				}
			}
			cells, written, err := e.evaluateKPI(ctx, d, run, state)
			res.Cells += cells
			res.Written += written
			if err != nil {
				res.Failed = append(res.Failed, d.ID)
				errs = append(errs, fmt.Errorf("%s: %w", d.ID, err))
			}
			if e.cfg.Progress != nil {
				e.cfg.Progress(Progress{KPI: d.ID, Done: i + 1, Of: len(e.cfg.Definitions), Cells: cells, Written: written, Err: err})
			}
		}
	}
	failure := errors.Join(errs...)
	// the end of the run is noted even when the caller has gone
	if err := e.cfg.Store.FinishEvaluation(context.WithoutCancel(ctx), run, res.Cells, res.Written, failure); err != nil {
		return res, errors.Join(failure, err)
	}
	return res, failure
}

// ordered puts what counts bets after the series that bets are judged by.
func (e *Engine) ordered() []*kpi.Definition {
	out := slices.Clone(e.cfg.Definitions)
	slices.SortStableFunc(out, func(a, b *kpi.Definition) int {
		rank := func(d *kpi.Definition) int {
			if needsBets(d) {
				return 1
			}
			return 0
		}
		return rank(a) - rank(b)
	})
	return out
}

// Changed says whether a definition, or the basis, differs from what was last
// evaluated in full, where there is anything to evaluate.
func (e *Engine) Changed(ctx context.Context) (bool, error) {
	first, err := e.cfg.Store.FirstFacts(ctx)
	if err != nil {
		return false, err
	}
	for _, d := range e.cfg.Definitions {
		definition, rest, err := e.cfg.Store.Basis(ctx, d.ID)
		if err != nil {
			return false, err
		}
		if definition == d.Hash && rest == e.Basis(d.ID) {
			continue
		}
		if has, err := e.hasData(ctx, d, first); has || err != nil {
			return has, err
		}
	}
	return false, nil
}

// hasData says that a KPI has something to be computed from.
func (e *Engine) hasData(ctx context.Context, d *kpi.Definition, first map[string]map[string]kpi.Millis) (bool, error) {
	if d.Warehouse == nil {
		_, ok := e.firstOf(d, instantState{first: first})
		return ok, nil
	}
	list, err := e.cfg.Store.Totals(ctx, d.ID, d.Hash)
	return len(list) > 0, err
}

// instantState is what an evaluation reads once.
type instantState struct {
	asOf    kpi.Millis
	since   kpi.Millis // of the evaluation before; 0: there was none
	all     bool       // every cell is wanted
	through map[string]kpi.Millis
	first   map[string]map[string]kpi.Millis
}

func (e *Engine) snapshot(ctx context.Context, asOf kpi.Millis) (instantState, error) {
	st := instantState{asOf: asOf}
	var err error
	if st.through, err = e.cfg.Store.Through(ctx); err != nil {
		return st, err
	}
	if st.first, err = e.cfg.Store.FirstFacts(ctx); err != nil {
		return st, err
	}
	e.first.Store(&st.first)
	if since, ok, err := e.cfg.Store.Evaluated(ctx); err != nil {
		return st, err
	} else if ok {
		st.since = since
	}
	return st, nil
}
