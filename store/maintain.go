package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

// RebuildSegments derives account_segment anew for every account, after the
// named segments of the configuration changed.
func (s *Store) RebuildSegments(ctx context.Context, rules []kpi.SegmentRule) error {
	return s.transact(ctx, func(tx *sqlx.Tx) error {
		var accounts []string
		if err := tx.SelectContext(ctx, &accounts, "SELECT id FROM account_row UNION SELECT account_id FROM account_attribute_row ORDER BY 1"); err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
		p := &page{run: &run{store: s, cfg: SinkConfig{Segments: rules}}, tx: tx, now: s.cfg.Now()}
		return p.rebuildSegments(ctx, accounts)
	})
}

// RebuildUsage folds every stored event into days anew, after the zone of the
// company changed and with it what a day is.
func (s *Store) RebuildUsage(ctx context.Context) error {
	return s.transact(ctx, func(tx *sqlx.Tx) error {
		days := newDayIndex(s.cfg.Calendar)
		p := &page{run: &run{store: s, days: days}, tx: tx, now: s.cfg.Now()}
		cells := map[cell]*usage{}
		rows, err := tx.QueryContext(ctx, `SELECT name, product, account, occurred_at, quantity, success FROM product_event_row
			WHERE is_bot = 0 AND gone_at IS NULL AND fault IS NULL ORDER BY source, id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c cell
			var at, success int64
			var quantity float64
			if err := rows.Scan(&c.name, &c.product, &c.account, &at, &quantity, &success); err != nil {
				return err
			}
			c.day = days.of(kpi.Millis(at))
			if cells[c] == nil {
				cells[c] = &usage{}
			}
			cells[c].add(at, quantity, success == 1)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM usage_day_cell"); err != nil {
			return err
		}
		return p.addCells(ctx, cells)
	})
}

// HasWork says whether anything waits to be computed.
func (s *Store) HasWork(ctx context.Context) (bool, error) {
	n, err := scalar[int64](ctx, s.r, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM touched LIMIT 1) t")
	return n > 0, err
}

// LastEvaluation is the newest evaluation that ended well; 0 before the first.
func (s *Store) LastEvaluation(ctx context.Context) (int64, error) {
	return scalar[int64](ctx, s.r, "SELECT COALESCE(MAX(id), 0) FROM run WHERE kind = 'evaluate' AND result = 'ok'")
}
