package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/store"
)

// mostDrivers is how many reasons stand alone; the others are one line.
const mostDrivers = 8

type fieldKey struct {
	query                dashboards.Query
	kpi, measure, period string
}

// Field is what stands beside a row. It is made of the units of the row's number, so it
// agrees with it; where other facts are needed and do not add up to the units, the part
// is left out and not shown beside a number it contradicts.
func (r *reader) Field(ctx context.Context, q dashboards.Query, row scorecard.Row) (*dashboards.Field, error) {
	if row.Period == nil {
		return &dashboards.Field{}, nil
	}
	key := fieldKey{q, row.ID, row.Measure, *row.Period}
	key.query.Segment = segmentOf(q, row)
	return kept(ctx, r, fmt.Sprintf("field %+v", key), func() (*dashboards.Field, error) { return r.field(ctx, key, row) })
}

// fielding works out what stands beside one row.
type fielding struct {
	*explaining
	ctx     context.Context
	periods []kpi.Period
	out     *dashboards.Field
}

func (r *reader) field(ctx context.Context, key fieldKey, row scorecard.Row) (*dashboards.Field, error) {
	out := &dashboards.Field{}
	d, ok := r.Definition(key.kpi)
	if !ok || d.Warehouse != nil { // its units stay in the database of the source
		return out, nil
	}
	q := dashboards.Question{Query: key.query, KPI: key.kpi, Measure: key.measure, Period: key.period}
	q.Week = "" // a period says it all
	parts := partsOf(key.kpi)
	if len(parts) == 0 {
		return out, nil
	}
	x, err := r.explained(ctx, d, q)
	if err != nil {
		return nil, err
	}
	f := &fielding{explaining: x, ctx: ctx, out: out, periods: []kpi.Period{x.period}}
	if len(row.Pooled) > 0 {
		f.periods = nil
		for _, id := range row.Pooled {
			p, err := x.app.cal.Period(id)
			if err != nil {
				return nil, err
			}
			f.periods = append(f.periods, p)
		}
	}
	for _, p := range f.periods {
		out.Periods = append(out.Periods, p.ID)
	}
	for _, part := range parts {
		if err := part(f); err != nil && !errors.Is(err, errNoMeasure) {
			return nil, err
		}
	}
	return out, nil
}

// errNoMeasure says that a definition, which may be a company's own under a known name,
// lacks what a part is made of; the part is left out.
var errNoMeasure = errors.New("the definition has no such measure")

// partsOf a KPI: what belongs beside it.
func partsOf(id string) []func(*fielding) error {
	switch id {
	case "gross_retention":
		return []func(*fielding) error{(*fielding).churnReasons, (*fielding).grid}
	case "nrr_influence":
		return []func(*fielding) error{(*fielding).bridge}
	case "ticket_rate":
		return []func(*fielding) error{(*fielding).ticketTopics}
	case "deflection_rate":
		return []func(*fielding) error{(*fielding).askedTopics}
	case "change_incidents", "slo_attainment":
		return []func(*fielding) error{(*fielding).causes}
	case "funnel_conversion":
		return []func(*fielding) error{(*fielding).funnel}
	case "time_to_value":
		return []func(*fielding) error{(*fielding).spread}
	}
	return nil
}

// units of a measure by period: those that count, and those that do not.
func (f *fielding) units(d *kpi.Definition, measure string, periods []kpi.Period) (counted, left map[string][]engine.Unit, err error) {
	m, ok := d.Measure(measure)
	if !ok {
		return nil, nil, fmt.Errorf("%w: %s of %s", errNoMeasure, measure, d.ID)
	}
	all, err := f.app.engine.UnitsIn(f.ctx, d, m, f.scope, periods, f.asOf)
	if err != nil {
		return nil, nil, err
	}
	counted, left = map[string][]engine.Unit{}, map[string][]engine.Unit{}
	for period, units := range all {
		for _, u := range units {
			if u.Excluded == "" {
				counted[period] = append(counted[period], u)
			} else {
				left[period] = append(left[period], u)
			}
		}
	}
	return counted, left, nil
}

// together puts the units of some periods into one list; a unit of two periods is there
// twice, as the number adds it up.
func together(units map[string][]engine.Unit, periods []kpi.Period) []engine.Unit {
	var out []engine.Unit
	for _, p := range periods {
		out = append(out, units[p.ID]...)
	}
	return out
}

// before are as many periods that end where the row's begin.
func (f *fielding) before() []kpi.Period {
	out := make([]kpi.Period, len(f.periods))
	p := f.periods[0]
	for i := len(out) - 1; i >= 0; i-- {
		p = f.app.cal.Prev(p)
		out[i] = p
	}
	return out
}

// within is the span of a period in the scope; linked to usage, revenue of every product
// counts.
func (f *fielding) within(p kpi.Period) store.Within {
	w := store.Within{Products: engine.Products(f.app.tree, f.scope), Starts: p.Starts, Ends: p.Ends, AsOf: f.asOf, Segment: f.scope.Segment}
	if f.d.Values["linked"] == "usage" {
		w.Products = nil
	}
	return w
}

// money is what amounts of the engine are in.
func (f *fielding) money() scorecard.Money {
	currency := f.app.cfg.Company.Currency
	digits, _ := mapping.Decimals(currency)
	return scorecard.Money{Currency: currency, Digits: digits}
}

// minor is a unit's amount, which the engine rounds to whole minor units.
func minor(v *float64) int64 {
	if v == nil {
		return 0
	}
	return int64(math.Round(*v))
}

// compared puts the counts of the periods before beside those of the row's. Of a reason
// that was not given then it is 0; without any unit before nothing is known.
func compared(now, before []kpi.Driver) []kpi.Driver {
	if len(before) == 0 {
		return now
	}
	zero := 0
	for i := range now {
		now[i].Before = &zero
	}
	out := now
	for _, b := range before {
		n := b.Count
		out = append(out, kpi.Driver{Name: b.Name, Before: &n, Out: b.Out})
	}
	return out
}

// ids of periods.
func ids(periods []kpi.Period) []string {
	var out []string
	for _, p := range periods {
		out = append(out, p.ID)
	}
	return out
}
