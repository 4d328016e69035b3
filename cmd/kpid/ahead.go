package main

import (
	"context"
	"math"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// How far back a forecast is tested: periods that were once running, and cohorts
// that once were as young.
const (
	runningTested = 24
	cohortsTested = 24
)

// heading is one series while its forecasts are made.
type heading struct {
	app   *app
	d     *kpi.Definition
	m     kpi.Measure
	scope kpi.Scope
	obs   []kpi.Observation // of the judged grain, in time order
	now   kpi.Millis
}

// Ahead is where a row is heading. The periods to come are those of the scorecard;
// days of a running period and young ages of past cohorts are worked out from the
// facts, for they are not kept.
func (r *reader) Ahead(ctx context.Context, q dashboards.Query, row scorecard.Row) (*scorecard.Ahead, error) {
	a := r.app
	segment := segmentOf(q, row)
	out := &scorecard.Ahead{KPI: row.ID, Measure: row.Measure, Portfolio: q.Portfolio, Segment: segment, Unit: row.Unit, Next: row.Forecast}
	if q.Product != "" {
		out.Product = &q.Product
	}
	d, ok := r.Definition(row.ID)
	if !ok || q.KnownAt != 0 { // records are there as they are now only
		return out, nil
	}
	m, _ := d.Measure(row.Measure)
	scope, ok := a.engine.Scope(d.ID, q.Portfolio, q.Product, segment)
	if !ok {
		return out, nil
	}
	h := &heading{app: a, d: d, m: m, scope: scope, now: a.now()}
	var err error
	if h.obs, err = a.series(ctx, d, m, q.Portfolio, q.Product, segment, d.CadenceOf(m)); err != nil || len(h.obs) == 0 {
		return out, err
	}
	var floor *float64
	if v := row.Verdict; v != nil && row.Target != nil && (v.Kind == kpi.LevelKind || v.Kind == kpi.ChangeKind || v.Kind == kpi.CountKind) {
		floor = row.Target.FloorNow
	}
	if out.Running, err = h.running(ctx, r, floor); err != nil {
		return nil, err
	}
	out.Maturing, err = h.maturing(ctx, floor)
	return out, err
}

// segmentOf is the one a row is about: its target may speak of one only.
func segmentOf(q dashboards.Query, row scorecard.Row) string {
	switch {
	case q.Segment != "" && q.Segment != "all":
		return q.Segment
	case row.Verdict != nil && row.Verdict.Target != nil:
		return row.Verdict.Target.Segment
	}
	return "all"
}

// running forecasts the period that is running, of a measure that adds up by day.
func (h *heading) running(ctx context.Context, r *reader, floor *float64) (*scorecard.Forecast, error) {
	if h.m.Agg != kpi.Count && h.m.Agg != kpi.Sum || h.m.Trailing.Span.N > 0 || h.m.NoZero {
		return nil, nil
	}
	c := h.app.cal
	through, err := h.through(ctx, r)
	if err != nil || through == 0 {
		return nil, err
	}
	p := c.Containing(h.d.CadenceOf(h.m), h.now)
	running := kpi.Days{From: c.Day(p.Starts), To: c.Day(p.Ends)}
	at := c.Day(through)
	if at < running.From {
		return nil, nil // what was before it is not known yet either
	}
	var past []kpi.Days
	for _, o := range h.obs[max(0, len(h.obs)-runningTested-1):] {
		if o.Ends <= p.Starts {
			past = append(past, kpi.Days{From: c.Day(o.Starts), To: c.Day(o.Ends)})
		}
	}
	daily, err := h.daily(ctx, running.From, at, past)
	if err != nil || !h.adds(daily) {
		return nil, err
	}
	return scorecard.NewForecast(h.m, p.ID, daily.Within(running, at, past), floor), nil
}

// adds says whether days add up to the periods that are stored: distinct accounts
// of a week are fewer than those of its days together.
func (h *heading) adds(daily kpi.Daily) bool {
	c := h.app.cal
	for _, o := range h.obs {
		days := kpi.Days{From: c.Day(o.Starts), To: c.Day(o.Ends)}
		if o.State != kpi.Final || o.Value == nil || !daily.Holds(days) {
			continue
		}
		if want := h.m.Display(*o.Value); math.Abs(daily.Total(days)-want) > 1e-6*max(1, math.Abs(want)) {
			return false
		}
	}
	return true
}

// through is the instant up to which every source of the KPI has delivered; 0:
// one never did.
func (h *heading) through(ctx context.Context, r *reader) (kpi.Millis, error) {
	sources, err := r.sources(ctx)
	if err != nil {
		return 0, err
	}
	through := h.now
	feeding := map[string]bool{}
	for _, id := range h.app.feeding(h.d) {
		feeding[id] = true
	}
	for _, s := range sources {
		switch {
		case !feeding[s.ID]:
		case s.CompleteThrough == nil:
			return 0, nil
		default:
			through = min(through, *s.CompleteThrough)
		}
	}
	return through, nil
}

// daily counts by day from far enough before the tested periods, a year and eight
// weeks, but not from before the series began.
func (h *heading) daily(ctx context.Context, from, to int64, past []kpi.Days) (kpi.Daily, error) {
	c := h.app.cal
	if len(past) > 0 {
		from = past[0].From
	}
	from = max(from-364-56, c.Day(h.obs[0].Starts))
	var days []kpi.Period
	place := map[string]int{}
	at := h.obs[0].Starts
	for at = c.Midnight(c.Date(at)); c.Day(at) < to; {
		next := c.Add(at, kpi.Span{N: 1, Unit: 'd'})
		if c.Day(at) >= from {
			id := c.Date(at).String()
			place[id] = len(days)
			days = append(days, kpi.Period{ID: id, Grain: h.d.CadenceOf(h.m), Starts: at, Ends: next})
		}
		at = next
	}
	out := kpi.Daily{First: from, Values: make([]float64, len(days))}
	if len(days) == 0 {
		return out, nil
	}
	obs, err := h.app.engine.Compute(ctx, h.d, h.m, h.scope, days, h.now)
	for _, o := range obs {
		if o.Value != nil {
			out.Values[place[o.Period]] = h.m.Display(*o.Value)
		}
	}
	return out, err
}

// maturing forecasts the newest ended cohort whose window is still open.
func (h *heading) maturing(ctx context.Context, floor *float64) (*scorecard.Forecast, error) {
	i := len(h.obs) - 1
	for i >= 0 && h.obs[i].Ends > h.now {
		i--
	}
	if h.m.Agg != kpi.Share || h.d.Mature == 0 || i < 0 || h.obs[i].State != kpi.Maturing {
		return nil, nil
	}
	young := h.obs[i]
	now, err := h.at(ctx, young, h.now)
	if err != nil {
		return nil, err
	}
	var past []kpi.Cohort
	gap := 0
	for j := max(0, i-cohortsTested); j < i; j++ {
		o := h.obs[j]
		if o.State != kpi.Final || o.Num == nil || o.Den == nil || *o.Den == 0 {
			continue
		}
		c, err := h.at(ctx, o, o.Starts+h.now-young.Starts)
		if err != nil {
			return nil, err
		}
		c.Final = *o.Num / *o.Den * c.Units // a unit may have been left out since
		past, gap = append(past, c), i-j
	}
	f := now.Ripen(past, gap)
	for _, v := range []*float64{&f.Value, &f.Interval[0], &f.Interval[1]} {
		*v = h.m.Display(h.m.Quotient(*v, 1))
	}
	if f.Interval[0] > f.Interval[1] { // of a complement
		f.Interval[0], f.Interval[1] = f.Interval[1], f.Interval[0]
	}
	return scorecard.NewForecast(h.m, young.Period, f, floor), nil
}

// at is a cohort as it stood at an instant.
func (h *heading) at(ctx context.Context, o kpi.Observation, asOf kpi.Millis) (kpi.Cohort, error) {
	p := kpi.Period{ID: o.Period, Grain: h.d.CadenceOf(h.m), Starts: o.Starts, Ends: o.Ends}
	obs, err := h.app.engine.Compute(ctx, h.d, h.m, h.scope, []kpi.Period{p}, asOf)
	if err != nil || len(obs) == 0 || obs[0].Num == nil || obs[0].Den == nil {
		return kpi.Cohort{}, err
	}
	return kpi.Cohort{Arrived: *obs[0].Num, Open: float64(obs[0].Pending), Units: *obs[0].Den}, nil
}
