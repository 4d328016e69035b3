package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// FirstReported gives of every number of a KPI and scope the first final revision: what
// was reported when it first stood. A number that never was final is not among them.
// Ordered by measure and start.
func (s *Store) FirstReported(ctx context.Context, kpiID string, scope int64) ([]kpi.Observation, error) {
	var out []kpi.Observation
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT "+observationColumns+` FROM observation o
		WHERE kpi = ? AND scope_id = ? AND state = 'final' AND NOT EXISTS (SELECT 1 FROM observation e WHERE e.kpi = o.kpi AND e.measure = o.measure
			AND e.scope_id = o.scope_id AND e.period = o.period AND e.state = 'final' AND e.revision < o.revision)
		ORDER BY measure, starts, ends`), kpiID, scope)
	if err != nil {
		return nil, fmt.Errorf("read what was first reported of %s: %w", kpiID, err)
	}
	return out, nil
}
