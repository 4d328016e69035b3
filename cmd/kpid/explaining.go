package main

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Explain opens one number: the fraction, the definition, the run, and the units
// after a given one, at most limit of them (0: all).
func (r *reader) Explain(ctx context.Context, q dashboards.Question) (*scorecard.Explanation, error) {
	d, ok := r.Definition(q.KPI)
	if !ok {
		return nil, fmt.Errorf("there is no KPI %q", q.KPI)
	}
	x, err := r.explained(ctx, d, q)
	if err != nil {
		return nil, err
	}
	if err := x.number(ctx); err != nil {
		return nil, err
	}
	if err := x.units(ctx); err != nil {
		return nil, err
	}
	x.verdict()
	return x.out, x.definition(ctx)
}

// explaining gathers what is said of one number.
type explaining struct {
	*reader
	q      dashboards.Question
	d      *kpi.Definition
	m      kpi.Measure
	row    scorecard.KPI
	scope  kpi.Scope
	kept   bool // the scope is one whose numbers are stored
	period kpi.Period
	asOf   kpi.Millis
	obs    *kpi.Observation
	out    *scorecard.Explanation
}

func (r *reader) explained(ctx context.Context, d *kpi.Definition, q dashboards.Question) (*explaining, error) {
	a := r.app
	if q.Segment == "" {
		q.Segment = "all"
	}
	frozen, err := a.baselines(ctx)
	if err != nil {
		return nil, err
	}
	x := &explaining{reader: r, q: q, d: d}
	if x.row, err = r.row(ctx, q.Query, d, frozen); err != nil {
		return nil, err
	}
	x.m = x.row.Measure
	if q.Measure != "" {
		if x.m, _ = d.Measure(q.Measure); x.m.ID == "" {
			return nil, fmt.Errorf("%s has no measure %q", d.ID, q.Measure)
		}
	}
	if len(x.row.Targets) > 0 && q.Segment == "all" { // the promise may be about one segment only
		q.Segment = x.row.Targets[0].Segment
	}
	if x.scope, x.kept = a.engine.Scope(d.ID, q.Portfolio, q.Product, q.Segment); !x.kept {
		x.scope = kpi.Scope{Portfolio: q.Portfolio, Product: q.Product, Segment: q.Segment}
	}
	if x.period, err = x.whichPeriod(q.Period); err != nil {
		return nil, err
	}
	asOf, ok, err := a.store.Evaluated(ctx)
	if err != nil {
		return nil, err
	}
	if x.asOf = asOf; !ok {
		x.asOf = a.now()
	}
	return x, nil
}

// whichPeriod is the one asked for, else the newest settled one, else the last
// whole one.
func (x *explaining) whichPeriod(id string) (kpi.Period, error) {
	if id != "" {
		return x.app.cal.Period(id)
	}
	for i := len(x.row.Observations) - 1; i >= 0 && x.m.ID == x.row.Measure.ID; i-- {
		if o := x.row.Observations[i]; o.State == kpi.Final {
			return x.app.cal.Period(o.Period)
		}
	}
	return x.app.cal.Ended(x.d.CadenceOf(x.m), x.app.now()), nil
}

// number reads the stored revisions, or works the number out where none are kept.
func (x *explaining) number(ctx context.Context) error {
	node, _ := x.app.tree.Portfolio(x.q.Portfolio)
	x.out = &scorecard.Explanation{
		KPI: x.d.ID, Name: x.d.Name, Measure: x.m.ID, Unit: x.m.Unit, Segment: x.scope.Segment, Kept: x.kept, Money: x.row.Money, M: x.m,
		Portfolio: scorecard.PortfolioRef{ID: node.ID, Name: node.Name, Owner: node.Owner},
		Period:    x.period.ID, Starts: x.period.Starts.String(), Ends: x.period.Ends.String(), AsOf: x.asOf.String(),
		Method: method(x.m), Revisions: []scorecard.Revision{}, Warnings: []string{}, Left: []scorecard.Left{}, Rows: []scorecard.UnitRow{},
	}
	if x.scope.Product != "" {
		x.out.Product = &x.scope.Product
	}
	if !x.kept {
		return nil
	}
	all, err := x.app.store.Revisions(ctx, x.d.ID, x.m.ID, x.scope.ID, x.period.ID)
	if err != nil {
		return err
	}
	for i := range all {
		o := &all[i]
		x.obs = o
		x.out.Revisions = append(x.out.Revisions, scorecard.Revision{Revision: o.Revision, Value: shown(x.m, o.Value), Num: o.Num, Den: o.Den,
			State: string(o.State), Cause: o.Cause, Definition: o.DefinitionHash, RecordedAt: o.RecordedAt.String()})
	}
	if x.obs != nil {
		x.fill(*x.obs)
		x.out.Run = &scorecard.RunRef{ID: x.obs.Run, RecordedAt: x.obs.RecordedAt.String()}
	}
	return nil
}

func (x *explaining) fill(o kpi.Observation) {
	out, state := x.out, string(o.State)
	out.State, out.Value, out.Num, out.Den, out.N = &state, shown(x.m, o.Value), o.Num, o.Den, o.N
	out.Pending, out.Trailing, out.Reason, out.Restated, out.Cause = o.Pending, o.Trailing, o.Reason, o.Restated, o.Cause
	if lo, hi := shown(x.m, o.CILo), shown(x.m, o.CIHi); lo != nil && hi != nil {
		out.CI = &kpi.Interval{*lo, *hi}
	}
	if lo, hi := shown(x.m, o.BoundLo), shown(x.m, o.BoundHi); lo != nil && hi != nil {
		out.Bounds = &kpi.Interval{*lo, *hi}
	}
}

// verdict finds what was said of the period.
func (x *explaining) verdict() {
	a := x.app
	x.out.Warnings = scorecard.Doubts(scorecard.Input{Calendar: a.cal, AsOf: a.now(), Week: x.period}, x.row, kpi.Verdict{Period: x.period.ID})
	if x.m.ID != x.row.Measure.ID || x.period.Grain != x.d.CadenceOf(x.m) {
		return
	}
	for _, v := range kpi.Judge(kpi.Input{Calendar: a.cal, Definition: x.d, Measure: x.m, Targets: x.row.Targets,
		Observations: x.row.Observations, Baselines: x.row.Baselines, AsOf: a.now()}) {
		if v.Period == x.period.ID {
			sentence := v.Sentence
			x.out.Sentence = &sentence
			if v.Target != nil {
				x.out.Target = &v.Target.Text
			}
		}
	}
}

// definition says by which version the number was made, who made it and when.
func (x *explaining) definition(ctx context.Context) error {
	e := scorecard.Explained{Hash: x.d.Hash, Numerator: x.d.Numerator, Basis: x.d.Basis, Formula: x.d.Formula, SQL: x.m.SQL, Parameters: []scorecard.Parameter{}}
	if x.obs != nil && x.obs.DefinitionHash != "" {
		e.Hash = x.obs.DefinitionHash
	}
	all, err := x.app.store.Versions(ctx, "definition")
	if err != nil {
		return err
	}
	n := 0
	for _, v := range all {
		if v.Key != x.d.ID {
			continue
		}
		n++
		if v.Hash == e.Hash {
			since := v.Since.String()
			e.Version, e.Since, e.By, e.Why = n, &since, v.By, v.Reason
		}
	}
	for _, p := range x.d.Params {
		e.Parameters = append(e.Parameters, scorecard.Parameter{Name: p.Name, Value: catalog.Written(p, x.d.Values[p.Name]), Doc: p.Doc})
	}
	x.out.Definition = e
	return nil
}
