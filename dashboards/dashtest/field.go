package dashtest

import (
	"context"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Field implements dashboards.Reader. The numbers add up to those of the card: the
// bridge closes at 108.3%, 40 accounts left, 176 tickets came, one incident counts.
func (r *Reader) Field(_ context.Context, _ dashboards.Query, row scorecard.Row) (*dashboards.Field, error) {
	f := &dashboards.Field{}
	if r.Err != nil || row.Period == nil {
		return f, r.Err
	}
	f.Periods = row.Pooled
	money := scorecard.Money{Currency: "USD", Digits: 2}
	n := func(v int) *int { return &v }
	switch row.ID {
	case "nrr_influence":
		// 4,119,000 + 682,000 − 148,000 − 192,000 = 4,461,000; ÷ 4,119,000 = 108.3%
		f.Bridge = &dashboards.Bridge{Money: money, Opens: Day(2025, 7, 1), Ends: Day(2026, 7, 1), Bridge: kpi.Bridge{Opening: 411900000, Expansion: 68200000, Contraction: 14800000, Churn: 19200000, Closing: 446100000,
			Accounts: 412, Expanded: 171, Contracted: 38, Churned: 26}}
		f.Drivers = &dashboards.Drivers{Kind: dashboards.LossReasons, Money: &money, ByAmount: true, Measured: true, Rows: []kpi.Driver{
			{Name: "price", Count: 9, Less: 14, Amount: 12400000}, {Name: "missing feature", Count: 8, Less: 6, Amount: 9100000},
			{Name: "moved to another vendor", Count: 6, Amount: 7600000}, {Count: 3, Less: 18, Amount: 4900000}}}
	case "gross_retention":
		f.Drivers = &dashboards.Drivers{Kind: dashboards.LossReasons, Money: &money, Measured: true, Before: []string{"2026-07"}, Rows: []kpi.Driver{
			{Name: "price", Count: 13, Less: 4, Amount: 1840000, Before: n(9)}, {Name: "</script><b>'missing' feature", Count: 11, Less: 2, Amount: 1210000, Before: n(12)},
			{Name: "out of business", Count: 7, Amount: 640000, Before: n(7)}, {Count: 4, Less: 1, Amount: 410000, Before: n(2), Folded: 3}, {Count: 5, Less: 9, Amount: 720000, Before: n(6)}}}
		f.Grid = r.grid()
	case "ticket_rate":
		f.Drivers = &dashboards.Drivers{Kind: dashboards.TicketTopics, Measured: true, Before: []string{"2026-W36"}, Rows: []kpi.Driver{
			{Name: "workspace roles", Count: 58, Before: n(21)}, {Name: "billing", Count: 41, Before: n(43)}, {Name: "data import", Count: 37, Before: n(40)},
			{Name: "performance", Count: 22, Before: n(24)}, {Count: 18, Before: n(19)}}}
	case "change_incidents":
		f.Drivers = &dashboards.Drivers{Kind: dashboards.IncidentCauses, Measured: true, Before: []string{"2026-07"}, Rows: []kpi.Driver{
			{Name: "change", Count: 1, Before: n(3)}, {Name: "capacity", Count: 1, Before: n(0), Out: true}, {Count: 1, Before: n(1), Out: true}}}
	case "slo_attainment":
		f.Drivers = &dashboards.Drivers{Kind: dashboards.IncidentCauses, Starts: Day(2026, 8, 24), Ends: Day(2026, 9, 21)}
	case "trial_conversion":
		f.Funnel = &dashboards.Funnel{Steps: []dashboards.FunnelStep{{Name: "Trial started", Count: 1932}, {Name: "First result reached", Count: 911, Through: 911},
			{Name: "Became a customer", Count: 240, Through: 203}}}
	case "time_to_value":
		f.Spread = spread()
	}
	return f, nil
}

// spread is 1,107 accounts, half of them there after 6.8 days.
func spread() *dashboards.Spread {
	s := &dashboards.Spread{N: 1107, Waiting: 61, Never: 188, Share: .5}
	add := func(count int, from, to float64) {
		for i := range count {
			s.Took = append(s.Took, from+(to-from)*float64(i)/float64(count))
		}
	}
	add(553, 0.2, 6.8) // the 554th of 1,107 is at 6.8
	add(250, 6.8, 14)
	add(55, 14, 44)
	p10, p50 := 1.5, 6.8
	s.P10, s.P50, s.Mark = &p10, &p50, &p50
	return s
}

// grid has cohorts of every kind: large, too small, and one still running.
func (r *Reader) grid() *dashboards.Grid {
	g := &dashboards.Grid{MinN: 100, RetentionGrid: kpi.RetentionGrid{Grain: kpi.Quarter, Earlier: 412}}
	cal := r.Company.Calendar
	p := cal.Containing(kpi.Quarter, Now())
	g.Ends = p.Starts
	kept := [][]int{{210, 201, 190, 182, 171}, {198, 188, 176, 166}, {94, 90, 87}, {256, 243}, {121}}
	sizes := []int{214, 205, 97, 261, 122}
	for i := range kept {
		at := p
		for range len(kept) - 1 - i {
			at = cal.Prev(at)
		}
		g.Cohorts = append(g.Cohorts, kpi.RetentionRow{Period: at, Size: sizes[i], Kept: kept[i], Open: true})
	}
	g.Paying = g.Earlier + 182 + 176 + 90 + 256 // the newest whole diagonal
	return g
}
