package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

type freezeRow struct {
	ID         string     `db:"id"`
	Portfolio  string     `db:"portfolio"`
	Period     string     `db:"period"`
	SHA256     string     `db:"sha256"`
	Body       string     `db:"body"`
	RecordedAt kpi.Millis `db:"recorded_at"`
	By         string     `db:"by"`
}

func (r freezeRow) freeze() kpi.Freeze {
	return kpi.Freeze{ID: r.ID, Portfolio: r.Portfolio, Period: r.Period, SHA256: r.SHA256, Body: []byte(r.Body), RecordedAt: r.RecordedAt, By: r.By}
}

// Freeze keeps a report for good and gives what stands. The same bytes of a portfolio
// and period are kept once: a second freeze of them gives the first, and added is false.
// ID, SHA256 and RecordedAt are set here.
func (s *Store) Freeze(ctx context.Context, f kpi.Freeze) (stands kpi.Freeze, added bool, err error) {
	f.SHA256 = kpi.Digest(f.Body)
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		var row freezeRow
		err := tx.GetContext(ctx, &row, tx.Rebind(`SELECT id, portfolio, period, sha256, body, recorded_at, by FROM "freeze" WHERE portfolio = ? AND period = ? AND sha256 = ?`), f.Portfolio, f.Period, f.SHA256)
		if stands, added = row.freeze(), false; !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		id := make([]byte, 16)
		if _, err := rand.Read(id); err != nil {
			return err
		}
		f.ID, f.RecordedAt = hex.EncodeToString(id), s.cfg.Now()
		stands, added = f, true
		return insertMany(ctx, tx, `"freeze"`, []string{"id", "portfolio", "period", "sha256", "body", "recorded_at", "by"},
			[][]any{{f.ID, f.Portfolio, f.Period, f.SHA256, string(f.Body), int64(f.RecordedAt), f.By}}, "")
	})
	if err != nil {
		return stands, false, fmt.Errorf("freeze %s of %s: %w", f.Period, f.Portfolio, err)
	}
	return stands, added, nil
}

// Freezes of a portfolio without their bodies, oldest first; period "" is any.
func (s *Store) Freezes(ctx context.Context, portfolio, period string) ([]kpi.Freeze, error) {
	var rows []freezeRow
	err := s.r.SelectContext(ctx, &rows, s.r.Rebind(`SELECT id, portfolio, period, sha256, '' AS body, recorded_at, by FROM "freeze"
		WHERE portfolio = ? AND (period = ? OR ? = '') ORDER BY recorded_at, id`), portfolio, period, period)
	var out []kpi.Freeze
	for _, r := range rows {
		out = append(out, r.freeze())
	}
	return out, wrap(err, "freezes of "+portfolio)
}

// Frozen is a freeze whole. The error is kpi.ErrNoFreeze where there is none, and that
// of kpi.Freeze.Check where its bytes are not what was frozen.
func (s *Store) Frozen(ctx context.Context, id string) (kpi.Freeze, error) {
	var row freezeRow
	err := s.r.GetContext(ctx, &row, s.r.Rebind(`SELECT id, portfolio, period, sha256, body, recorded_at, by FROM "freeze" WHERE id = ?`), id)
	if errors.Is(err, sql.ErrNoRows) {
		return kpi.Freeze{}, fmt.Errorf("%w: %s", kpi.ErrNoFreeze, id)
	}
	if err != nil {
		return kpi.Freeze{}, fmt.Errorf("read the freeze %s: %w", id, err)
	}
	f := row.freeze()
	return f, f.Check()
}
