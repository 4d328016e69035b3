package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// query runs SQL of a definition. That of a user is stopped when it takes too
// long or gives too many rows: one bad definition must not hold the others up.
func (e *Engine) query(ctx context.Context, d *kpi.Definition, query string, args []any, each func(scan func(dest ...any) error) error) error {
	limits := e.cfg.OwnLimits
	if !d.Own {
		return e.cfg.Store.Query(ctx, query, args, each)
	}
	bounded, cancel := ctx, context.CancelFunc(func() {})
	if limits.Time > 0 {
		bounded, cancel = context.WithTimeout(ctx, limits.Time)
	}
	defer cancel()
	n := 0
	err := e.cfg.Store.Query(bounded, query, args, func(scan func(dest ...any) error) error {
		if n++; limits.Rows > 0 && n > limits.Rows {
			return fmt.Errorf("its SQL gives more than %s rows, the limit of own KPIs ([catalog] rows)", kpi.FormatCount(int64(limits.Rows)))
		}
		return each(scan)
	})
	if err != nil && ctx.Err() == nil && errors.Is(bounded.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("its SQL took longer than %s, the limit of own KPIs ([catalog] seconds)", limits.Time)
	}
	return err
}
