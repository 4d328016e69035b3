package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// predictability is the KPI that tells how predictable a roadmap is.
const predictability = "roadmap_predictability"

// Goals of a portfolio, judged as its scorecard is. Of what is confidential nothing is said.
func (r *reader) Goals(ctx context.Context, portfolio string) (*dashboards.Goals, error) {
	a := r.app
	all, err := a.store.Objectives(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	written, err := a.store.Milestones(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	out := &dashboards.Goals{Since: a.cfg.DirectorSince[portfolio]}
	if out.Objectives, err = dashboards.NewObjectives(a.sayable(all), func(k kpi.Objective) (*scorecard.Row, string, error) { return r.keyResult(ctx, portfolio, k) }); err != nil {
		return nil, err
	}
	card, err := r.card(ctx, dashboards.Query{Portfolio: portfolio})
	if err != nil {
		return nil, err
	}
	first, err := a.firstEvaluated(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range kpi.Checklist(portfolio, out.Since, written) {
		out.Milestones = append(out.Milestones, dashboards.Milestone{Milestone: m, Evidence: card.EvidenceOf(kpi.EvidenceFor(m.Key), first, cardRow(card, predictability, ""))})
	}
	return out, nil
}

// sayable leaves out key results of confidential KPIs, and an objective that is about
// nothing else.
func (a *app) sayable(all []kpi.Objective) []kpi.Objective {
	shown, hidden := map[int64]bool{}, map[int64]bool{}
	for _, o := range all {
		if o.Parent != 0 {
			shown[o.Parent] = shown[o.Parent] || !a.hidden(o.KPI)
			hidden[o.Parent] = hidden[o.Parent] || a.hidden(o.KPI)
		}
	}
	all = slices.DeleteFunc(all, func(o kpi.Objective) bool {
		return a.hidden(o.KPI) || o.Parent == 0 && hidden[o.ID] && !shown[o.ID]
	})
	for i := range all {
		all[i].Earlier = slices.DeleteFunc(all[i].Earlier, func(o kpi.Objective) bool { return a.hidden(o.KPI) })
	}
	return all
}

// firstEvaluated is the day the first evaluation ended; nil while there was none.
func (a *app) firstEvaluated(ctx context.Context) (*kpi.Date, error) {
	at, err := a.store.FirstEvaluation(ctx)
	if err != nil || at == 0 {
		return nil, err
	}
	day := a.cal.Date(at)
	return &day, nil
}

// cardRow finds a KPI's row on a card; measure "" is the one the card shows.
func cardRow(card *scorecard.Scorecard, id, measure string) *scorecard.Row {
	for i, r := range card.KPIs {
		if r.ID == id && (measure == "" || r.Measure == measure) {
			return &card.KPIs[i]
		}
	}
	return nil
}

// keyResult is the row that judges a key result, with its week: the last whole one, or
// once it was due the one that had ended then.
func (r *reader) keyResult(ctx context.Context, portfolio string, k kpi.Objective) (*scorecard.Row, string, error) {
	a := r.app
	end := min(a.now(), a.cal.Add(a.cal.Midnight(k.Due), kpi.Span{N: 1, Unit: 'd'}))
	q := dashboards.Query{Portfolio: portfolio, Segment: "all", Week: a.cal.Ended(kpi.Week, end).ID}
	card, err := r.card(ctx, q)
	if err != nil {
		return nil, q.Week, err
	}
	if k.Expr == "" {
		return cardRow(card, k.KPI, k.Measure), q.Week, nil
	}
	row, err := kept(ctx, r, fmt.Sprintf("goal %s %s %q %q %s", portfolio, k.KPI, k.Measure, k.Expr, q.Week), func() (*scorecard.Row, error) { return r.ownTarget(ctx, q, k) })
	return row, q.Week, err
}

// ownTarget judges a KPI by the target of a key result in place of the scorecard's; nil
// where the KPI is not shown or has no such measure any more.
func (r *reader) ownTarget(ctx context.Context, q dashboards.Query, k kpi.Objective) (*scorecard.Row, error) {
	a := r.app
	d, ok := a.definition(k.KPI)
	if !ok || a.hidden(k.KPI) {
		return nil, nil
	}
	m, ok := d.Measure(k.Measure)
	expr, err := kpi.ParseExpr(k.Expr)
	if !ok || err != nil {
		return nil, nil
	}
	week, err := r.week(q.Week)
	if err != nil {
		return nil, err
	}
	version, err := a.store.DataVersion(ctx)
	if err != nil {
		return nil, err
	}
	in, err := r.inputOf(ctx, q, week, version, []*kpi.Definition{d})
	if err != nil {
		return nil, err
	}
	one := in.KPIs[0]
	if one.Measure.ID != m.ID || len(one.Targets) > 0 && one.Targets[0].Segment != "all" {
		if one.Observations, err = a.series(ctx, d, m, q.Portfolio, "", "all", d.CadenceOf(m)); err != nil {
			return nil, err
		}
		one.Others, one.Units, one.Wider, one.Events, one.Phases = nil, nil, nil, nil, nil
	}
	one.Measure, one.Baselines = m, nil
	one.Targets = []kpi.Target{{KPI: d.ID, Measure: k.Measure, Portfolio: q.Portfolio, Segment: "all", Text: k.Expr, Expr: expr, Owner: k.Owner}}
	in.KPIs = []scorecard.KPI{one}
	card := scorecard.Build(in)
	return &card.KPIs[0], nil
}
