package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/kpid/kpid/kpi"
)

// SourceState is how a source stands.
type SourceState struct {
	Source      string      `db:"source"`
	Through     *kpi.Millis `db:"complete_through"`
	LastRun     *kpi.Millis `db:"last_run"`
	LastSuccess *kpi.Millis `db:"last_success"`
	Result      string      `db:"result"`
	Message     string      `db:"message"`
	StartedAt   kpi.Millis  `db:"started_at"`
	EndedAt     *kpi.Millis `db:"ended_at"`
	Records     int64       `db:"records"`
	Added       int64       `db:"added"`
	Changed     int64       `db:"changed"`
	Duplicates  int64       `db:"duplicates"`
	Refused     int64       `db:"refused"`  // of all runs, like the counts above
	Rejected    int64       `db:"rejected"` // still unresolved
}

// SourceStates of every source that has run; counts are over all its runs.
func (s *Store) SourceStates(ctx context.Context) ([]SourceState, error) {
	var out []SourceState
	err := s.r.SelectContext(ctx, &out, `
		SELECT r.source, r.started_at, r.ended_at, COALESCE(r.result, '') AS result, r.message,
		       t.last_run, t.last_success, t.records, t.added, t.changed, t.duplicates, t.refused, COALESCE(j.rejected, 0) AS rejected
		FROM run r
		JOIN (SELECT source, MAX(id) AS id, MAX(as_of) AS last_run,
		             MAX(CASE WHEN result IN ('ok', 'partial') THEN as_of END) AS last_success,
		             CAST(SUM(rows) AS BIGINT) AS records, CAST(SUM(added) AS BIGINT) AS added,
		             CAST(SUM(changed) AS BIGINT) AS changed, CAST(SUM(duplicates) AS BIGINT) AS duplicates,
		             CAST(SUM(rejected) AS BIGINT) AS refused
		      FROM run WHERE kind = 'ingest' GROUP BY source) t ON t.id = r.id
		LEFT JOIN (SELECT source, COUNT(*) AS rejected FROM rejected_record WHERE resolved_at IS NULL GROUP BY source) j ON j.source = r.source
		ORDER BY r.source`)
	if err != nil {
		return nil, err
	}
	through, err := s.Through(ctx)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if at, ok := through[out[i].Source]; ok {
			out[i].Through = &at
		}
	}
	return out, nil
}

// RunOf gives the source and the result of a run; ok is false when there is none.
func (s *Store) RunOf(ctx context.Context, id int64) (source, result string, ok bool, err error) {
	err = s.r.QueryRowxContext(ctx, s.r.Rebind("SELECT source, COALESCE(result, '') FROM run WHERE id = ? AND kind = 'ingest'"), id).Scan(&source, &result)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", false, nil
	}
	return source, result, err == nil, err
}

// Cursors of a source's streams, as they were stored with their last pages.
func (s *Store) Cursors(ctx context.Context, source string) (map[string]json.RawMessage, error) {
	var rows []struct{ Stream, Cursor string }
	if err := s.r.SelectContext(ctx, &rows, s.r.Rebind("SELECT stream, cursor FROM source_state WHERE source = ?"), source); err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	for _, r := range rows {
		out[r.Stream] = json.RawMessage(r.Cursor)
	}
	return out, nil
}

// Rejected is a quarantined record.
type Rejected struct {
	ID      int64  `db:"id"`
	Run     int64  `db:"run"`
	Source  string `db:"source"`
	Stream  string `db:"stream"`
	Locator string `db:"locator"`
	Field   string `db:"field"`
	Found   string `db:"found"`
	Allowed string `db:"allowed"`
	Body    string `db:"body"`
}

// RejectedRecords of a source that are still unresolved, oldest first; run 0
// means of any run.
func (s *Store) RejectedRecords(ctx context.Context, source string, run int64, limit int) ([]Rejected, error) {
	var out []Rejected
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT id, run, source, stream, locator, field, found, allowed, body FROM rejected_record
		WHERE resolved_at IS NULL AND source = ? AND (run = ? OR ? = 0) ORDER BY id LIMIT ?`), source, run, run, limit)
	return out, err
}
