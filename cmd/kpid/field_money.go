package main

import (
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/store"
)

// ownerOf says whose unit it is: one account may have several, one for each currency.
func ownerOf(u engine.Unit) string {
	if u.Cluster != "" {
		return u.Cluster
	}
	return u.Unit
}

// churnReasons says why accounts left or pay less.
func (f *fielding) churnReasons() error {
	before := f.before()
	all := append(slices.Clone(f.periods), before...)
	left, _, err := f.units(f.d, "logo_churn_monthly", all)
	if err != nil {
		return err
	}
	lost, _, err := f.units(f.d, "gross_mrr_churn", all)
	if err != nil {
		return err
	}
	losses := func(periods []kpi.Period) (out []kpi.Driver, err error) {
		for _, p := range periods {
			if out, err = f.named(out, lossesOf(left[p.ID], lost[p.ID]), p.Starts, p.Ends); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	now, err := losses(f.periods)
	if err != nil {
		return err
	}
	then, err := losses(before)
	if err != nil {
		return err
	}
	money, byAmount := f.money(), f.m.Agg == kpi.Ratio || f.m.Agg == kpi.Sum // else the number is of accounts
	f.out.Drivers = &dashboards.Drivers{Kind: dashboards.LossReasons, Money: &money, Measured: true, ByAmount: byAmount, Rows: kpi.Drivers(compared(now, then), mostDrivers, byAmount)}
	if len(then) > 0 {
		f.out.Drivers.Before = ids(before)
	}
	return nil
}

// lossesOf gives one line for each account that left or pays less, from the units of
// both numbers.
func lossesOf(left, lost []engine.Unit) map[string]*kpi.Driver {
	out := map[string]*kpi.Driver{}
	for _, u := range left {
		if u.Num != nil && *u.Num > 0 {
			out[u.Unit] = &kpi.Driver{Count: 1}
		}
	}
	for _, u := range lost {
		amount, account := minor(u.Num), ownerOf(u)
		if amount == 0 {
			continue
		}
		if out[account] == nil {
			out[account] = &kpi.Driver{Less: 1}
		}
		out[account].Amount += amount
	}
	return out
}

// named gives each account the reason of its last loss in a span, which is also how the
// segment reason= is formed. A price that ends as another begins is one movement: where
// an account pays no less after an instant than before it, nothing was lost there.
func (f *fielding) named(out []kpi.Driver, byAccount map[string]*kpi.Driver, from, to kpi.Millis) ([]kpi.Driver, error) {
	moved, err := f.app.store.Movements(f.ctx, f.within(kpi.Period{Starts: from, Ends: to}))
	if err != nil {
		return nil, err
	}
	for len(moved) > 0 { // in time order: the last loss stays
		n := 1
		for n < len(moved) && moved[n].At == moved[0].At {
			n++
		}
		net := map[string]int64{}
		for _, m := range moved[:n] {
			net[m.Account] += m.Delta
		}
		for _, m := range moved[:n] {
			if d := byAccount[m.Account]; d != nil && m.Delta < 0 && net[m.Account] < 0 {
				d.Name = m.Reason
			}
		}
		moved = moved[n:]
	}
	for _, d := range byAccount {
		out = append(out, *d)
	}
	return out, nil
}

// bridge leads from the opening of the row's number to its closing, and says why what
// was lost was lost.
func (f *fielding) bridge() error {
	if f.m.ID == "top_expansion_share" { // its parts are no opening and closing
		return nil
	}
	units, _, err := f.units(f.d, f.m.ID, f.periods)
	if err != nil {
		return err
	}
	var all []kpi.Flow
	var now []kpi.Driver
	for _, p := range f.periods {
		flows := flowsOf(units[p.ID])
		all = append(all, distinct(flows, p.ID)...)
		if now, err = f.lost(now, flows, p); err != nil {
			return err
		}
	}
	f.out.Bridge = &dashboards.Bridge{Bridge: kpi.NewBridge(all), Money: f.money(),
		Opens: f.opens(f.periods[0]), Ends: f.periods[len(f.periods)-1].Ends}
	// Two quarters that look back a year share three of the four: no comparison is made.
	f.out.Drivers = &dashboards.Drivers{Kind: dashboards.LossReasons, Money: &f.out.Bridge.Money, Measured: true, ByAmount: true, Rows: kpi.Drivers(now, mostDrivers, true)}
	return nil
}

// flowsOf units: what each account paid and pays.
func flowsOf(units []engine.Unit) []kpi.Flow {
	var out []kpi.Flow
	for _, u := range units {
		out = append(out, kpi.Flow{Account: ownerOf(u), Opening: minor(u.Den), Closing: minor(u.Num)})
	}
	return kpi.NetFlows(out)
}

// distinct keeps the accounts of pooled periods apart, as the number adds them up.
func distinct(flows []kpi.Flow, period string) []kpi.Flow {
	out := slices.Clone(flows)
	for i := range out {
		out[i].Account += " " + period
	}
	return out
}

// lost gives the accounts of some flows that pay less or nothing their reasons.
func (f *fielding) lost(out []kpi.Driver, flows []kpi.Flow, p kpi.Period) ([]kpi.Driver, error) {
	byAccount := map[string]*kpi.Driver{}
	for _, x := range flows {
		switch {
		case x.Opening <= 0 || x.Closing >= x.Opening:
		case x.Closing <= 0:
			byAccount[x.Account] = &kpi.Driver{Count: 1, Amount: x.Opening - x.Closing}
		default:
			byAccount[x.Account] = &kpi.Driver{Less: 1, Amount: x.Opening - x.Closing}
		}
	}
	return f.named(out, byAccount, f.opens(p), p.Ends)
}

// opens is when the comparison of a period opens.
func (f *fielding) opens(p kpi.Period) kpi.Millis {
	if f.m.FxAt == "year_ago" || f.m.FxAt == "" && f.d.FxAt == "year_ago" {
		return f.app.cal.Sub(p.Ends, kpi.Span{N: 12, Unit: 'm'})
	}
	return p.Starts
}

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
