package main

import (
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
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
