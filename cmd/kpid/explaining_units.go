package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/scorecard"
)

// units lists them and adds them up again, so that the file a reader takes away
// is known to give the number on the page.
func (x *explaining) units(ctx context.Context) error {
	trailing := x.obs != nil && x.obs.Trailing != nil
	units, err := x.app.engine.Units(ctx, x.d, x.m, x.scope, x.period, trailing, x.asOf)
	var away *engine.AwayError
	if errors.As(err, &away) {
		x.out.Check = scorecard.SumCheck{Matches: true, Says: away.Error()}
		return nil
	}
	if err != nil {
		return err
	}
	if !x.kept {
		obs, err := x.app.engine.Compute(ctx, x.d, x.m, x.scope, []kpi.Period{x.period}, x.asOf)
		if err != nil {
			return err
		}
		for _, o := range obs {
			x.obs = &o
			x.fill(o)
		}
	}
	reasons := map[string]int{}
	for _, u := range units {
		if u.Excluded != "" {
			reasons[u.Excluded]++
		}
	}
	for reason, n := range reasons {
		x.out.Left = append(x.out.Left, scorecard.Left{Reason: reason, Units: n})
	}
	sort.Slice(x.out.Left, func(i, j int) bool { return x.out.Left[i].Reason < x.out.Left[j].Reason })
	x.out.Units = len(units)
	x.out.Check = check(x.m, units, x.obs)
	x.page(units)
	return nil
}

// page takes the units after the one asked for.
func (x *explaining) page(units []engine.Unit) {
	from, _ := slices.BinarySearchFunc(units, x.q.After, func(u engine.Unit, after string) int { return strings.Compare(u.Unit, after) })
	if x.q.After != "" && from < len(units) && units[from].Unit == x.q.After {
		from++
	}
	rest := units[from:]
	if x.q.Limit > 0 && len(rest) > x.q.Limit {
		rest = rest[:x.q.Limit]
		x.out.After = &rest[len(rest)-1].Unit
	}
	for _, u := range rest {
		x.out.Rows = append(x.out.Rows, unitRow(u))
	}
}

func unitRow(u engine.Unit) scorecard.UnitRow {
	row := scorecard.UnitRow{Unit: u.Unit, Counts: u.Excluded == "", Reason: given(u.Excluded), Num: u.Num, Den: u.Den, Value: u.Value,
		Currency: given(u.Currency), OwnNum: u.Own[0], OwnDen: u.Own[1], Pending: u.Pending, Censored: u.Censored, Ref: given(u.Ref), Note: given(u.Note)}
	if u.At != nil {
		at := u.At.String()
		row.At = &at
	}
	return row
}

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func shown(m kpi.Measure, v *float64) *float64 {
	if v == nil {
		return nil
	}
	d := m.Display(*v)
	return &d
}

// check adds the counted rows up and holds the sum against the stored number.
func check(m kpi.Measure, units []engine.Unit, o *kpi.Observation) scorecard.SumCheck {
	var num, den float64
	counted := 0
	for _, u := range units {
		if u.Excluded != "" {
			continue
		}
		counted++
		if u.Num != nil {
			num += *u.Num
		}
		if u.Den != nil {
			den += *u.Den
		}
	}
	switch m.Agg {
	case kpi.Median, kpi.Mean, kpi.NPS, kpi.Worst:
		c := scorecard.SumCheck{Matches: o == nil || o.N == nil || m.Agg == kpi.Worst || *o.N == int64(counted)}
		c.Says = fmt.Sprintf("%d units that count", counted)
		return c
	}
	c := scorecard.SumCheck{Num: &num, Matches: o == nil || adds(o.Num, num)}
	c.Says = "the rows add up to the number"
	if m.Agg == kpi.Share || m.Agg == kpi.Ratio {
		c.Den, c.Matches = &den, o == nil || adds(o.Num, num) && adds(o.Den, den)
	}
	if o != nil && o.Num == nil && counted > 0 {
		c.Matches = o.Reason != nil // refused: the rows are there, the number is not
	}
	if !c.Matches {
		c.Says = "records have come since the number was computed; evaluate to bring it up to date"
	}
	return c
}

func adds(stored *float64, sum float64) bool {
	if stored == nil {
		return sum == 0
	}
	return math.Abs(*stored-sum) <= 1e-9*math.Max(1, math.Abs(sum))
}

// method says how the units become the number, and its interval.
func method(m kpi.Measure) string {
	text := map[kpi.Agg]string{
		kpi.Share: "sum of num over sum of den; Wilson interval", kpi.Ratio: "sum of num over sum of den; interval of the ratio estimator over clusters",
		kpi.Count: "sum of num; Byar's interval", kpi.Sum: "sum of num; a full count has no interval", kpi.Distinct: "units with num = 1; a full count has no interval",
		kpi.Median: "median of value (Kaplan-Meier where units have not arrived yet); order-statistic interval",
		kpi.Mean:   "mean of value; t interval", kpi.NPS: "100 * (promoters - detractors) / answers; normal interval", kpi.Worst: "num over den of the worst cluster; no interval",
	}[m.Agg]
	if m.Complement {
		text = "1 - " + text
	}
	switch m.Interval {
	case "none":
		text, _, _ = strings.Cut(text, ";")
		text += "; a full count has no interval"
	case "byar":
		text, _, _ = strings.Cut(text, ";")
		text += "; Byar's interval of num"
	}
	return text
}
