package engine

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// lab is an engine on a real store, with the queries of facts counted.
type lab struct {
	testing.TB
	*store.Store
	engine  *Engine
	queries int
}

// Query counts what reads facts.
func (l *lab) Query(ctx context.Context, query string, args []any, each func(scan func(dest ...any) error) error) error {
	l.queries++
	return l.Store.Query(ctx, query, args, each)
}

// tree of two levels: all > core (flows, forms), edge (boards).
func tree() kpi.Tree {
	return kpi.Tree{
		Portfolios: []kpi.Portfolio{{ID: "all"}, {ID: "core", Parent: "all"}, {ID: "edge", Parent: "all"}},
		Products:   []kpi.Product{{ID: "flows", Portfolio: "core"}, {ID: "forms", Portfolio: "core"}, {ID: "boards", Portfolio: "edge"}},
	}
}

// pointSQL takes each metric_point as a unit.
const pointSQL = `SELECT p.id AS period, m.scope AS scope, x.id AS unit, x.num AS num, x.den AS den,
       CASE WHEN x.name = 'pending' THEN 1 ELSE 0 END AS pending,
       CASE WHEN x.name = 'excluded' THEN 'internal' END AS excluded
FROM period p
JOIN metric_point x ON x.starts_at >= p.starts AND x.starts_at < p.ends AND x.starts_at <= :as_of
JOIN member m ON m.product = x.product_id`

func definition(agg kpi.Agg, sql string) *kpi.Definition {
	return &kpi.Definition{ID: "k", Name: "K", Cadence: kpi.Month, Grains: []kpi.Grain{kpi.Month}, Facts: []string{"metric_point"},
		Grace: kpi.Span{N: 3, Unit: 'd'}, Hash: "1",
		Measures: []kpi.Measure{{ID: "m", Agg: agg, Direction: kpi.Up, Digits: 1, Scale: 1, SQL: sql}}}
}

func newLab(t testing.TB, cfg Config) *lab {
	t.Helper()
	if cfg.Calendar.Zone == nil {
		cfg.Calendar = storetest.Calendar()
	}
	l := &lab{TB: t, Store: storetest.Open(t, cfg.Calendar, func() kpi.Millis { return 0 })}
	l.use(cfg)
	return l
}

// use puts an engine of another configuration on the same store.
func (l *lab) use(cfg Config) {
	l.Helper()
	cfg.Store = l
	if cfg.Calendar.Zone == nil {
		cfg.Calendar = storetest.Calendar()
	}
	if len(cfg.Tree.Portfolios) == 0 {
		cfg.Tree = tree()
	}
	if cfg.Rate == nil {
		cfg.Rate = func(string, kpi.Millis) (int64, bool) { return 0, false }
	}
	var err error
	if l.engine, err = New(l.Context(), cfg); err != nil {
		l.Fatal(err)
	}
}

// load stores rows as a run at an instant does.
func (l *lab) load(now kpi.Millis, rows ...fact.Row) {
	l.Helper()
	storetest.Load(l, l.Store, store.SinkConfig{Reach: l.engine.Reach(now)}, "test", rows...)
}

// complete says up to when a source has delivered.
func (l *lab) complete(source string, at kpi.Millis) {
	l.Helper()
	run, err := l.Sink(store.SinkConfig{}).BeginRun(l.Context(), source, 0)
	if err != nil {
		l.Fatal(err)
	}
	if _, err := run.Commit(l.Context(), ingest.Page{Stream: "all", Cursor: []byte("1"), CompleteThrough: &at}); err != nil {
		l.Fatal(err)
	}
	if err := run.Finish(l.Context(), ingest.Report{Result: ingest.OK}); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) evaluate(asOf kpi.Millis) Result {
	l.Helper()
	res, err := l.engine.Evaluate(l.Context(), asOf)
	if err != nil {
		l.Fatal(err)
	}
	return res
}

// at gives the newest observation of a cell, and whether there is one.
func (l *lab) at(portfolio, product, period string) (kpi.Observation, bool) {
	l.Helper()
	s, ok := l.engine.Scope("k", portfolio, product, "all")
	if !ok {
		l.Fatalf("no scope %s/%s", portfolio, product)
	}
	obs, err := l.Observations(l.Context(), "k", s.ID, []string{period})
	if err != nil {
		l.Fatal(err)
	}
	if len(obs) == 0 {
		return kpi.Observation{}, false
	}
	return obs[0], true
}

func (l *lab) point(id, name, product string, at kpi.Millis, num, den any) fact.Row {
	l.Helper()
	return storetest.Row(l, "metric_point", id, storetest.Values{"product_id": product, "name": name, "starts_at": at, "ends_at": at, "num": num, "den": den})
}

func day(month time.Month, d int) kpi.Millis {
	return kpi.At(time.Date(2026, month, d, 0, 0, 0, 0, time.UTC))
}

// near compares numbers that were worked out by hand to four places.
func near(t testing.TB, what string, got *float64, want any) {
	t.Helper()
	switch w := want.(type) {
	case nil:
		if got != nil {
			t.Errorf("%s is %v, want none", what, *got)
		}
	case float64:
		if got == nil {
			t.Errorf("%s is none, want %v", what, w)
		} else if math.Abs(*got-w) > 0.00006*max(1, math.Abs(w)) {
			t.Errorf("%s is %v, want %v", what, *got, w)
		}
	}
}
