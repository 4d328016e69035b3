package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// Capability is what a ramp needs to know of one.
type Capability struct {
	ID      string      `db:"id"`
	Product string      `db:"product_id"`
	Name    string      `db:"name"`
	Class   string      `db:"class"`
	GA      *kpi.Millis `db:"ga_at"` // nil: not generally available yet
}

// Capabilities lists those that are known, in id order.
func (s *Store) Capabilities(ctx context.Context) ([]Capability, error) {
	var out []Capability
	if err := s.r.SelectContext(ctx, &out, "SELECT id, product_id, name, class, ga_at FROM capability ORDER BY id, source"); err != nil {
		return nil, fmt.Errorf("read capabilities: %w", err)
	}
	return out, nil
}
