package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

// Scopes gives the wanted scopes their ids, making those that are new.
func (s *Store) Scopes(ctx context.Context, want []kpi.Scope) ([]kpi.Scope, error) {
	have := map[kpi.Scope]int64{}
	load := func(q sqlx.ExtContext) error {
		var rows []kpi.Scope
		if err := sqlx.SelectContext(ctx, q, &rows, "SELECT id, portfolio, product, segment FROM scope"); err != nil {
			return fmt.Errorf("read scopes: %w", err)
		}
		for _, r := range rows {
			have[kpi.Scope{Portfolio: r.Portfolio, Product: r.Product, Segment: r.Segment}] = r.ID
		}
		return nil
	}
	if err := load(s.r); err != nil {
		return nil, err
	}
	var missing [][]any
	out := append([]kpi.Scope(nil), want...)
	for i := range out {
		out[i].ID = 0
		if have[out[i]] == 0 {
			missing = append(missing, []any{out[i].Portfolio, out[i].Product, out[i].Segment})
		}
	}
	if len(missing) > 0 && s.w != nil {
		err := s.transact(ctx, func(tx *sqlx.Tx) error {
			if err := insertMany(ctx, tx, "scope", []string{"portfolio", "product", "segment"}, missing, "ON CONFLICT (portfolio, product, segment) DO NOTHING"); err != nil {
				return err
			}
			return load(tx)
		})
		if err != nil {
			return nil, err
		}
	}
	for i := range out {
		out[i].ID = have[kpi.Scope{Portfolio: out[i].Portfolio, Product: out[i].Product, Segment: out[i].Segment}]
	}
	// a store opened for reading has no numbers of the scopes it does not know
	return slices.DeleteFunc(out, func(s kpi.Scope) bool { return s.ID == 0 }), nil
}

// FirstFacts gives fact -> product -> the earliest instant ever stored.
func (s *Store) FirstFacts(ctx context.Context) (map[string]map[string]kpi.Millis, error) {
	var rows []struct {
		Fact    string     `db:"fact"`
		Product string     `db:"product"`
		At      kpi.Millis `db:"at"`
	}
	if err := s.r.SelectContext(ctx, &rows, "SELECT fact, product, at FROM first_fact"); err != nil {
		return nil, fmt.Errorf("read first facts: %w", err)
	}
	out := map[string]map[string]kpi.Millis{}
	for _, r := range rows {
		if out[r.Fact] == nil {
			out[r.Fact] = map[string]kpi.Millis{}
		}
		out[r.Fact][r.Product] = r.At
	}
	return out, nil
}

// Through gives for each source that has delivered the instant up to which all
// of its streams are complete.
func (s *Store) Through(ctx context.Context) (map[string]kpi.Millis, error) {
	var rows []struct {
		Source string      `db:"source"`
		At     *kpi.Millis `db:"at"`
	}
	// a stream that never ended has no complete_through, and neither has its source
	if err := s.r.SelectContext(ctx, &rows, `SELECT source, CASE WHEN COUNT(*) = COUNT(complete_through) THEN MIN(complete_through) END AS at
		FROM source_state GROUP BY source`); err != nil {
		return nil, fmt.Errorf("read completeness: %w", err)
	}
	out := map[string]kpi.Millis{}
	for _, r := range rows {
		if r.At != nil {
			out[r.Source] = *r.At
		}
	}
	return out, nil
}

// Touched is the work list of a KPI.
func (s *Store) Touched(ctx context.Context, kpiID string) ([]kpi.Touch, error) {
	var out []kpi.Touch
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT kpi, scope_id, period, late, corrected FROM touched WHERE kpi = ?"), kpiID)
	if err != nil {
		return nil, fmt.Errorf("read the work list of %s: %w", kpiID, err)
	}
	return out, nil
}

// Unsettled lists the cells whose newest revision is not final: time alone may change them.
func (s *Store) Unsettled(ctx context.Context, kpiID string) ([]kpi.Cell, error) {
	var out []kpi.Cell
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT DISTINCT o.kpi, o.scope_id, o.period FROM observation o
		WHERE o.kpi = ? AND o.state <> 'final'
		  AND NOT EXISTS (SELECT 1 FROM observation l WHERE l.kpi = o.kpi AND l.measure = o.measure
		    AND l.scope_id = o.scope_id AND l.period = o.period AND l.revision > o.revision)`), kpiID)
	if err != nil {
		return nil, fmt.Errorf("read unsettled cells of %s: %w", kpiID, err)
	}
	return out, nil
}

// Evaluated is the as-of instant of the last finished evaluation; ok is false before the first.
func (s *Store) Evaluated(ctx context.Context) (asOf kpi.Millis, ok bool, err error) {
	v, err := scalar[*kpi.Millis](ctx, s.r, "SELECT MAX(as_of) FROM run WHERE kind = 'evaluate' AND result = 'ok'")
	if err != nil || v == nil {
		return 0, false, err
	}
	return *v, true, nil
}
