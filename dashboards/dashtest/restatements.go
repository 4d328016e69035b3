package dashtest

import (
	"context"
	"fmt"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Restatements implements dashboards.Reader: in activation duplicate events were
// removed from three weeks, and version 3 of the definition changed the first quarter.
func (r *Reader) Restatements(_ context.Context, _ dashboards.Query, row scorecard.Row) ([]scorecard.Restatement, error) {
	if r.Err != nil || row.ID != "activation_rate" {
		return nil, r.Err
	}
	var out []scorecard.Restatement
	add := func(week int, first, now float64, one scorecard.Restatement) {
		p, err := r.Company.Calendar.Period(fmt.Sprintf("2026-W%02d", week))
		if err != nil {
			return
		}
		one.Period, one.Starts, one.Ends, one.First, one.Now = p.ID, p.Starts, p.Ends, &first, &now
		out = append(out, one)
	}
	for i, v := range [][2]float64{{43.1, 42.7}, {44.0, 43.6}, {44.8, 44.4}} {
		add(37-i, v[0], v[1], scorecard.Restatement{At: noon(time.September, 17), Cause: "12 late rows, 3 corrected rows"})
	}
	for week := 13; week >= 1; week-- { // 41.3 to 42.5, on average 41.9
		first := 41.9 + float64(week-7)/10
		add(week, first, first+0.4, scorecard.Restatement{At: noon(time.April, 2), Cause: "new definition", Version: 3, By: "j.lind", Reason: "2 members active, was 3"})
	}
	if r.Restated != nil {
		out = r.Restated(out)
	}
	return out, nil
}

func noon(m time.Month, day int) kpi.Millis {
	return kpi.At(time.Date(2026, m, day, 12, 0, 0, 0, time.UTC))
}
