package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// Contradictions counts the keys of a fact that were delivered with two contents
// at once (the same updated_at, or none in one run), among the records that lie
// in [from, to) and, when products are given, belong to one of them.
func (s *Store) Contradictions(ctx context.Context, spec *fact.Spec, products []string, from, to kpi.Millis) (int, error) {
	if spec.Order == "" {
		return 0, nil
	}
	q := "SELECT COUNT(DISTINCT v.id) FROM fact_revision v JOIN " + spec.Name + " f ON f.source = v.source AND f.id = v.id WHERE v.fact = ? AND v.contradicts = 1 AND f." +
		spec.Order + " >= ? AND f." + spec.Order + " < ?"
	args := []any{spec.Name, int64(from), int64(to)}
	if spec.Order == "day" {
		args[1], args[2] = s.cfg.Calendar.Day(from), s.cfg.Calendar.Day(to)
	}
	if products != nil && spec.Product != "" {
		q += " AND f." + spec.Product + " IN (" + marks(len(products)) + ")"
		args = append(args, anys(products)...)
	}
	var n int
	if err := s.r.GetContext(ctx, &n, s.r.Rebind(q), args...); err != nil {
		return 0, fmt.Errorf("contradictions of %s: %w", spec.Name, err)
	}
	return n, nil
}
