package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// RunLine is a run as a list of runs shows it.
type RunLine struct {
	ID        int64       `db:"id"`
	Source    string      `db:"source"` // "" of an evaluation
	Kind      string      `db:"kind"`   // ingest, evaluate, replay
	StartedAt kpi.Millis  `db:"started_at"`
	EndedAt   *kpi.Millis `db:"ended_at"`
	Result    string      `db:"result"` // "" while it runs
	Rows      int64       `db:"rows"`   // records read, or numbers computed
	Changed   int64       `db:"changed"`
	Message   string      `db:"message"`
}

// LastRuns gives the newest runs, newest first; a source "" is any, and evaluations.
// After is the id of the run that the list goes on behind, 0 for its beginning.
func (s *Store) LastRuns(ctx context.Context, source string, after int64, limit int) ([]RunLine, error) {
	where, args := "1 = 1", []any{}
	if source != "" {
		where, args = "source = ?", append(args, source)
	}
	if after > 0 {
		where, args = where+" AND id < ?", append(args, after)
	}
	var out []RunLine
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT id, COALESCE(source, '') AS source, kind, started_at, ended_at, COALESCE(result, '') AS result, rows, added + changed AS changed, message
		FROM run WHERE `+where+` ORDER BY id DESC LIMIT ?`), append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("last runs: %w", err)
	}
	return out, nil
}

// HeldRuns are by source the runs that were held back and stand: no good one came
// after them.
func (s *Store) HeldRuns(ctx context.Context) (map[string]RunLine, error) {
	var rows []RunLine
	err := s.r.SelectContext(ctx, &rows, `SELECT id, COALESCE(source, '') AS source, kind, started_at, ended_at, COALESCE(result, '') AS result, rows, added + changed AS changed, message
		FROM run WHERE result = 'held' AND id IN (SELECT MAX(id) FROM run WHERE kind = 'ingest' AND result IN ('ok', 'partial', 'held') GROUP BY source)`)
	if err != nil {
		return nil, fmt.Errorf("runs that were held back: %w", err)
	}
	out := map[string]RunLine{}
	for _, r := range rows {
		out[r.Source] = r
	}
	return out, nil
}

// Delivery is how the runs of a source ended that began at one instant or later.
type Delivery struct {
	Source    string     `db:"source"`
	StartedAt kpi.Millis `db:"started_at"`
	Result    string     `db:"result"`
}

// Deliveries gives the ended runs of every source since an instant, oldest first, and
// for each source when its first run began.
func (s *Store) Deliveries(ctx context.Context, since kpi.Millis) (runs []Delivery, first map[string]kpi.Millis, err error) {
	err = s.r.SelectContext(ctx, &runs, s.r.Rebind("SELECT source, started_at, result FROM run WHERE kind = 'ingest' AND result IS NOT NULL AND started_at >= ? ORDER BY id"), int64(since))
	if err != nil {
		return nil, nil, fmt.Errorf("runs of sources: %w", err)
	}
	var begins []struct {
		Source string     `db:"source"`
		At     kpi.Millis `db:"at"`
	}
	if err := s.r.SelectContext(ctx, &begins, "SELECT source, MIN(started_at) AS at FROM run WHERE kind = 'ingest' GROUP BY source"); err != nil {
		return nil, nil, fmt.Errorf("first runs of sources: %w", err)
	}
	first = map[string]kpi.Millis{}
	for _, b := range begins {
		first[b.Source] = b.At
	}
	return runs, first, nil
}
