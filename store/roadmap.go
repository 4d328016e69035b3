package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// Initiative is a line of the roadmap as the sources tell it today; what they do
// not say is nil.
type Initiative struct {
	Source     string      `db:"source"`
	ID         string      `db:"id"`
	Product    string      `db:"product_id"`
	Name       string      `db:"name"`
	Size       string      `db:"size"`
	Risk       *string     `db:"risk"`
	Horizon    *string     `db:"horizon"`
	Owner      *string     `db:"owner"`
	KPI        *string     `db:"target_kpi"`
	Baseline   *float64    `db:"baseline"`
	Expected   *float64    `db:"expected_lift"`
	MeasureBy  *kpi.Millis `db:"measure_by"`
	Registered *kpi.Millis `db:"registered_at"`
	Released   *kpi.Millis `db:"released_at"`
	Killed     *kpi.Millis `db:"killed_at"`
	URL        *string     `db:"url"`
}

// Initiatives of all products, in id order.
func (s *Store) Initiatives(ctx context.Context) ([]Initiative, error) {
	var out []Initiative
	err := s.r.SelectContext(ctx, &out, `SELECT source, id, product_id, name, size, risk, horizon, owner, target_kpi, baseline, expected_lift,
		measure_by, registered_at, released_at, killed_at, url FROM initiative ORDER BY source, id`)
	if err != nil {
		return nil, fmt.Errorf("read initiatives: %w", err)
	}
	return out, nil
}

// BetOutcomes gives what became of each bet as the last evaluation found, by
// source and id; a bet it has not looked at yet is not there.
func (s *Store) BetOutcomes(ctx context.Context) (map[[2]string]kpi.Judged, error) {
	var rows []betResult
	err := s.r.SelectContext(ctx, &rows, `SELECT source, id, 0 AS revision, outcome, expected, expected_now, lift, lift_lo, lift_hi, how, period, note FROM bet_outcome`)
	if err != nil {
		return nil, fmt.Errorf("read outcomes of bets: %w", err)
	}
	out := make(map[[2]string]kpi.Judged, len(rows))
	for _, r := range rows {
		out[[2]string{r.Source, r.ID}] = kpi.Judged{Outcome: kpi.Outcome(r.Outcome), Lift: r.Lift, Lo: r.Lo, Hi: r.Hi, How: r.How, Period: r.Period, Note: r.Note}
	}
	return out, nil
}

// Release is one planned or made release of a product.
type Release struct {
	Source   string      `db:"source"`
	ID       string      `db:"id"`
	Product  string      `db:"product_id"`
	Name     string      `db:"name"`
	Planned  *kpi.Millis `db:"planned_at"`
	Released *kpi.Millis `db:"released_at"`
}

// Releases that were planned for or made at an instant or later, in id order.
func (s *Store) Releases(ctx context.Context, since kpi.Millis) ([]Release, error) {
	var out []Release
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT source, id, product_id, name, planned_at, released_at FROM "release"
		WHERE planned_at >= ? OR released_at >= ? ORDER BY source, id`), int64(since), int64(since))
	if err != nil {
		return nil, fmt.Errorf("read releases: %w", err)
	}
	return out, nil
}
