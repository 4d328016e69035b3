package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/kpid/kpid/kpi"
)

// Published is a page that kpid wrote elsewhere.
type Published struct {
	Target     string     `db:"target"` // [[publish]]
	Page       string     `db:"page"`   // of kpid: "qbr/core/2026-Q3"
	RemoteID   string     `db:"remote_id"`
	URL        string     `db:"url"`
	Hash       string     `db:"hash"` // of what was written
	RecordedAt kpi.Millis `db:"recorded_at"`
}

// Published finds a page that was written; ok is false when it was not.
func (s *Store) Published(ctx context.Context, target, page string) (p Published, ok bool, err error) {
	err = s.r.GetContext(ctx, &p, s.r.Rebind("SELECT target, page, remote_id, url, hash, recorded_at FROM published WHERE target = ? AND page = ?"), target, page)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

// SavePublished remembers where a page was written.
func (s *Store) SavePublished(ctx context.Context, p Published) error {
	return s.mark(ctx, `INSERT INTO published (target, page, remote_id, url, hash, recorded_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (target, page) DO UPDATE SET remote_id = EXCLUDED.remote_id, url = EXCLUDED.url, hash = EXCLUDED.hash, recorded_at = EXCLUDED.recorded_at`,
		p.Target, p.Page, p.RemoteID, p.URL, p.Hash, int64(p.RecordedAt))
}
