package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// Restated gives every revision of the periods of a series that were restated once,
// in time order, each period's first revision first.
func (s *Store) Restated(ctx context.Context, kpiID, measure string, scope int64) ([]kpi.Observation, error) {
	var out []kpi.Observation
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT "+observationColumns+` FROM observation
		WHERE kpi = ? AND measure = ? AND scope_id = ?
		  AND period IN (SELECT period FROM observation WHERE kpi = ? AND measure = ? AND scope_id = ? AND restated = 1)
		ORDER BY starts, ends, revision`), kpiID, measure, scope, kpiID, measure, scope)
	if err != nil {
		return nil, fmt.Errorf("read what was restated of %s: %w", kpiID, err)
	}
	return out, nil
}
