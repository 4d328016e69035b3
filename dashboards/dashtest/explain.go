package dashtest

import (
	"context"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Explain implements dashboards.Reader: three units, one of them left out, one
// with a hostile name.
func (r *Reader) Explain(_ context.Context, q dashboards.Question) (*scorecard.Explanation, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	d, _ := r.Definition(q.KPI)
	m, _ := d.Measure(q.Measure)
	node, _ := r.Company.Tree.Portfolio(q.Portfolio)
	num := func(v float64) *float64 { return &v }
	text := func(s string) *string { return &s }
	n := int64(2)
	x := &scorecard.Explanation{
		KPI: d.ID, Name: d.Name, Measure: m.ID, Unit: m.Unit, Segment: "all", Period: "2026-W36", Kept: true, M: m,
		Portfolio: scorecard.PortfolioRef{ID: node.ID, Name: node.Name, Owner: node.Owner},
		Starts:    "2026-08-31T00:00:00Z", Ends: "2026-09-07T00:00:00Z", AsOf: Now().String(), State: text("final"),
		Value: num(50), Num: num(1), Den: num(2), N: &n, CI: &kpi.Interval{9.5, 90.5}, Method: "sum of num over sum of den; Wilson interval",
		Revisions: []scorecard.Revision{{Revision: 1, Value: num(50), Num: num(1), Den: num(2), State: "final", Definition: "5be1c0de", RecordedAt: Now().String()}},
		Warnings:  []string{}, Left: []scorecard.Left{{Reason: "internal", Units: 1}}, Units: 3,
		Check: scorecard.SumCheck{Num: num(1), Den: num(2), Matches: true, Says: "the rows add up to the number"},
		Rows: []scorecard.UnitRow{
			{Unit: "=A1", Counts: true, Num: num(1), Den: num(1), At: text("2026-09-01T00:00:00Z"), Ref: text("crm/A1")},
			{Unit: "</script><b>A2", Counts: true, Num: num(0), Den: num(1)},
			{Unit: "A3", Reason: text("internal"), Num: num(1), Den: num(1), Note: text("our own")},
		},
		Definition: scorecard.Explained{Version: 3, Hash: "5be1c0de", Since: text("2026-07-01T00:00:00Z"), By: "m.okafor", Why: "publishing is the milestone",
			Numerator: "accounts that reached the milestone", Basis: "accounts that signed up",
			Parameters: []scorecard.Parameter{{Name: "window_ms", Value: "14d", Doc: "time allowed"}}, SQL: "SELECT 1 AS period"},
		Run: &scorecard.RunRef{ID: 812, RecordedAt: Now().String()},
	}
	if q.Product != "" {
		x.Product = &q.Product
	}
	if q.Limit > 0 && q.Limit < len(x.Rows) {
		x.Rows, x.After = x.Rows[:q.Limit], text(x.Rows[q.Limit-1].Unit)
	}
	return x, nil
}
