package main

import (
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// gridRows is how many cohorts a grid shows.
const gridRows = 8

// grid shows customers by when they began. Its grain is the finest at which half of the
// cohorts are as large as a share of them needs. Revenue that is linked by usage has
// none: who used a product changes from period to period, and with it the cohort.
func (f *fielding) grid() error {
	if f.d.Values["linked"] == "usage" {
		return nil
	}
	w := f.within(kpi.Period{Ends: f.asOf})
	payments, err := f.app.store.Payments(f.ctx, w)
	if err != nil {
		return err
	}
	if s := f.scope.Segment; s != "" && s != "all" {
		spans, err := f.app.store.InSegment(f.ctx, s)
		if err != nil || len(spans) == 0 { // tenure and reason are no property of a customer
			return err
		}
		payments = beganIn(payments, spans)
	}
	m, ok := f.d.Measure("logo_retention")
	if !ok {
		return errNoMeasure
	}
	g := &dashboards.Grid{MinN: m.MinN}
	for _, grain := range []kpi.Grain{kpi.Month, kpi.Quarter, kpi.Half, kpi.Year} {
		g.RetentionGrid = kpi.Retention(f.app.cal, grain, payments, f.asOf, gridRows)
		if enough(g.RetentionGrid, m.MinN) {
			break
		}
		if grain == kpi.Year { // too few at any grain: their numbers by quarter, without shares
			g.RetentionGrid = kpi.Retention(f.app.cal, kpi.Quarter, payments, f.asOf, gridRows)
		}
	}
	if len(g.Cohorts) > 0 {
		f.out.Grid = g
	}
	return nil
}

// enough says whether half of the whole cohorts have at least so many customers.
func enough(g kpi.RetentionGrid, least int) bool {
	large, whole := 0, 0
	for i, c := range g.Cohorts {
		if c.Open && i == len(g.Cohorts)-1 {
			continue
		}
		whole++
		if c.Size >= least {
			large++
		}
	}
	return whole > 0 && 2*large >= whole
}

// beganIn keeps the payments of accounts that were in a segment when they first paid.
func beganIn(payments []kpi.Payment, spans map[string][]store.Span) []kpi.Payment {
	in, seen := map[string]bool{}, map[string]bool{}
	for _, p := range payments {
		if p.Delta <= 0 || seen[p.Account] {
			continue
		}
		seen[p.Account] = true
		in[p.Account] = slices.ContainsFunc(spans[p.Account], func(s store.Span) bool { return p.At >= s.From && p.At < s.To })
	}
	return slices.DeleteFunc(payments, func(p kpi.Payment) bool { return !in[p.Account] })
}
