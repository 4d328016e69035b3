package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// What was known at an instant is what had been recorded by then: rows are only ever
// added, so nothing is computed again for it.

// ObservationsAt gives the newest revisions of a KPI in a scope that had been recorded
// by an instant. Ordered by measure and start.
func (s *Store) ObservationsAt(ctx context.Context, kpiID string, scope int64, at kpi.Millis) ([]kpi.Observation, error) {
	return s.knownObservations(ctx, "kpi = ? AND scope_id = ?", []any{kpiID, scope}, at)
}

// ObservationsOfAt is ObservationsOf as known at an instant.
func (s *Store) ObservationsOfAt(ctx context.Context, kpiID, measure string, scopes []int64, since, at kpi.Millis) ([]kpi.Observation, error) {
	var out []kpi.Observation
	err := chunks(scopes, 500, func(part []int64) error {
		args := append([]any{kpiID, measure, int64(since)}, anys(part)...)
		rows, err := s.knownObservations(ctx, "kpi = ? AND measure = ? AND starts >= ? AND scope_id IN ("+marks(len(part))+")", args, at)
		out = append(out, rows...)
		return err
	})
	return out, err
}

func (s *Store) knownObservations(ctx context.Context, where string, args []any, at kpi.Millis) ([]kpi.Observation, error) {
	var out []kpi.Observation
	q := "SELECT " + observationColumns + " FROM observation o WHERE " + where + ` AND recorded_at <= ?
		AND NOT EXISTS (SELECT 1 FROM observation l WHERE l.kpi = o.kpi AND l.measure = o.measure AND l.scope_id = o.scope_id
		  AND l.period = o.period AND l.revision > o.revision AND l.recorded_at <= ?)
		ORDER BY measure, scope_id, starts, ends`
	if err := s.r.SelectContext(ctx, &out, s.r.Rebind(q), append(args, int64(at), int64(at))...); err != nil {
		return nil, fmt.Errorf("read observations as known at %s: %w", at, err)
	}
	return out, nil
}

// EvaluatedBy is the newest evaluation that had ended well by an instant; 0 before the
// first.
func (s *Store) EvaluatedBy(ctx context.Context, at kpi.Millis) (int64, error) {
	return scalar[int64](ctx, s.r, "SELECT COALESCE(MAX(id), 0) FROM run WHERE kind = 'evaluate' AND result = 'ok' AND ended_at <= ?", int64(at))
}

// ThroughBy gives for each source up to when its runs that had ended by an instant said
// that it is complete.
func (s *Store) ThroughBy(ctx context.Context, at kpi.Millis) (map[string]kpi.Millis, error) {
	var rows []struct {
		Source string     `db:"source"`
		At     kpi.Millis `db:"at"`
	}
	err := s.r.SelectContext(ctx, &rows, s.r.Rebind(`SELECT source, MAX(complete_through) AS at FROM run
		WHERE kind = 'ingest' AND complete_through IS NOT NULL AND ended_at <= ? GROUP BY source`), int64(at))
	if err != nil {
		return nil, fmt.Errorf("read completeness as known at %s: %w", at, err)
	}
	out := map[string]kpi.Millis{}
	for _, r := range rows {
		out[r.Source] = r.At
	}
	return out, nil
}
