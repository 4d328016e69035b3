package dashtest

import (
	"context"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Review is the card of the week as a quarter: a quarter before it two KPIs stood
// otherwise, and one number was first reported as another.
func (r *Reader) Review(_ context.Context, q dashboards.Query, quarter kpi.Period) (*scorecard.Review, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	as := func(p kpi.Period, edit func(*scorecard.Row)) *scorecard.Scorecard {
		card := r.card(q)
		card.Week, card.WeekStarts, card.WeekEnds = p.ID, p.Starts, p.Ends
		for i := range card.KPIs {
			if card.KPIs[i].Value != nil {
				edit(&card.KPIs[i])
			}
		}
		if r.Edit != nil {
			r.Edit(card)
		}
		card.Counts = count(card.KPIs)
		return card
	}
	scaled := func(by float64) func(*scorecard.Row) {
		return func(row *scorecard.Row) { v := *row.Value * by; row.Value = &v }
	}
	cal := r.Company.Calendar
	out := &scorecard.Review{Quarter: quarter, Now: as(quarter, func(*scorecard.Row) {}),
		Before: as(cal.Prev(quarter), func(row *scorecard.Row) {
			scaled(.98)(row)
			if row.ID == "activation_rate" {
				row.Status = kpi.OnTrack
			}
		}),
		YearAgo: as(cal.YearAgo(quarter), scaled(.9)),
		First: as(quarter, func(row *scorecard.Row) {
			if row.ID == "roadmap_outcomes" {
				v := 76.9
				row.Value = &v
			}
		})}
	out.Finish(map[string]string{"roadmap_outcomes": "one bet reversed at day 90"})
	return out, nil
}

// Standing rises by one a week to what stands now.
func (r *Reader) Standing(_ context.Context, q dashboards.Query, weeks int) ([]scorecard.Counts, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	card := r.card(q)
	if r.Edit != nil {
		r.Edit(card)
	}
	now := count(card.KPIs)
	var out []scorecard.Counts
	for i := range weeks {
		c := now
		c.OnTarget = max(0, now.OnTarget-(weeks-1-i))
		out = append(out, c)
	}
	return out, nil
}
