package dashtest

import (
	"context"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// share is a segment's accounts that were activated and those that signed up, in
// weeks 33 to 38.
type share struct {
	name   string
	num    [6]float64
	den    [6]float64
	signal bool
}

// shares of activation by channel: in week 37 they add up to 500 of 1,170 (42.7%), in
// week 38 to 537 of 1,284 (41.8%).
func shares() []share {
	return []share{
		{"Self-serve SMB", [6]float64{241, 247, 246, 238, 237, 254}, [6]float64{620, 633, 634, 622, 630, 702}, true},
		{"Self-serve mid-market", [6]float64{96, 99, 98, 96, 95, 101}, [6]float64{212, 216, 215, 213, 214, 231}, false},
		{"Sales-assisted mid-market", [6]float64{114, 116, 115, 117, 118, 127}, [6]float64{224, 226, 225, 228, 229, 246}, false},
		{"Enterprise", [6]float64{42, 43, 42, 43, 44, 49}, [6]float64{77, 77, 76, 78, 79, 87}, false},
		{"Partner-led", [6]float64{5, 6, 6, 6, 6, 6}, [6]float64{17, 18, 18, 18, 18, 18}, false},
	}
}

// Segments implements dashboards.Reader: activation by channel, with one segment too
// small to show.
func (r *Reader) Segments(_ context.Context, _ dashboards.Query, row scorecard.Row, by string) (*scorecard.Segments, error) {
	if r.Err != nil || row.ID != "activation_rate" {
		return &scorecard.Segments{}, r.Err
	}
	s := &scorecard.Segments{By: by, Dimensions: []string{"channel", "region", "plan"}}
	switch by {
	case "":
		s.By = "channel"
	case "channel", "region", "plan":
	default:
		s.By = ""
		return s, nil
	}
	cal := r.Company.Calendar
	last, _ := cal.Period("2026-W38")
	var all share
	for i := range 6 {
		p := last
		for range 5 - i {
			p = cal.Prev(p)
		}
		s.Periods = append(s.Periods, p.ID)
	}
	for _, one := range shares() {
		for i := range 6 {
			all.num[i] += one.num[i]
			all.den[i] += one.den[i]
		}
		segment := scorecard.Segment{ID: s.By + "=" + one.name, Name: one.name, Points: one.points(s.Periods)}
		if one.signal {
			segment.Signal = &kpi.Signal{Rule: 1}
		}
		s.Of = append(s.Of, segment)
	}
	s.All = all.points(s.Periods)
	if r.Parts != nil {
		r.Parts(s)
	}
	return s, nil
}

func (s share) points(periods []string) []scorecard.Point {
	var out []scorecard.Point
	for i, id := range periods {
		num, den := s.num[i], s.den[i]
		value, n := 100*num/den, int64(den)
		out = append(out, scorecard.Point{Period: id, Value: &value, Num: &num, Den: &den, N: &n, State: kpi.Final})
	}
	return out
}

// Newest implements dashboards.Reader: six accounts of activation, one left out and
// one with a hostile name.
func (r *Reader) Newest(_ context.Context, _ dashboards.Query, row scorecard.Row, _ string, limit int) (*scorecard.Newest, error) {
	if r.Err != nil || row.Num == nil {
		return &scorecard.Newest{}, r.Err
	}
	one, zero := 1.0, 0.0
	text := func(s string) *string { return &s }
	at := func(day, hour int) *kpi.Millis {
		v := kpi.At(time.Date(2026, 9, day, hour, 0, 0, 0, time.UTC))
		return &v
	}
	unit := func(id, segment string, when *kpi.Millis, num *float64, ref string) scorecard.NewestUnit {
		return scorecard.NewestUnit{UnitRow: scorecard.UnitRow{Unit: id, Counts: true, Num: num, Den: &one, Ref: text(ref)}, When: when, Segment: segment}
	}
	n := &scorecard.Newest{All: int(*row.Den), Rows: []scorecard.NewestUnit{
		unit("acc_88213", "Self-serve SMB", at(4, 17), &zero, "events.csv:41877"), unit("acc_88209", "Self-serve SMB", at(4, 15), &zero, "events.csv:41840"),
		unit("acc_88197", "Enterprise", at(3, 19), &one, "events.csv:41803"), unit("acc_88190", "Self-serve mid-market", at(3, 11), &one, "events.csv:41766"),
		unit("acc_88184</code><script>", "Self-serve SMB", at(3, 9), &zero, "events.csv:41729"), unit("acc_88176", "Sales-assisted mid-market", at(2, 8), &one, "events.csv:41692")}}
	n.Rows[4].Counts, n.Rows[4].Reason = false, text("internal")
	n.Rows = n.Rows[:min(limit, len(n.Rows))]
	return n, nil
}
