package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

const observationColumns = `kpi, measure, scope_id, period, starts, ends, revision, num, den, value, n, ci_lo, ci_hi, bound_lo, bound_hi,
	pending, excluded, state, restated, reason, lookback, as_of, definition_hash, run, cause, recorded_at`

// BeginEvaluation opens a run of kind evaluate.
func (s *Store) BeginEvaluation(ctx context.Context, asOf kpi.Millis) (int64, error) {
	var id int64
	err := s.transact(ctx, func(tx *sqlx.Tx) (err error) {
		now := int64(s.cfg.Now())
		if _, err := tx.ExecContext(ctx, tx.Rebind(`UPDATE run SET result = 'failed', ended_at = ?, message = 'the process ended before the run did'
			WHERE kind = 'evaluate' AND ended_at IS NULL`), now); err != nil {
			return err
		}
		id, err = scalar[int64](ctx, tx, "INSERT INTO run (kind, as_of, started_at, heartbeat_at) VALUES ('evaluate', ?, ?, ?) RETURNING id", int64(asOf), now, now)
		return err
	})
	return id, err
}

// FinishEvaluation closes it; rows is the number of cells computed, changed that of revisions written.
func (s *Store) FinishEvaluation(ctx context.Context, run int64, rows, changed int, failure error) error {
	result, message := "ok", ""
	if failure != nil {
		result, message = "failed", failure.Error()
	}
	return s.transact(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, tx.Rebind("UPDATE run SET ended_at = ?, result = ?, message = ?, rows = ?, changed = ? WHERE id = ?"),
			int64(s.cfg.Now()), result, message, rows, changed, run)
		return err
	})
}

// SaveObservations appends revisions and empties the part of the work list they
// answer, in one transaction. A mark that grew since it was read stays.
func (s *Store) SaveObservations(ctx context.Context, obs []kpi.Observation, done []kpi.Touch) error {
	rows := make([][]any, 0, len(obs))
	for _, o := range obs {
		restated := 0
		if o.Restated {
			restated = 1
		}
		rows = append(rows, []any{o.KPI, o.Measure, o.Scope, o.Period, int64(o.Starts), int64(o.Ends), o.Revision, o.Num, o.Den, o.Value, o.N,
			o.CILo, o.CIHi, o.BoundLo, o.BoundHi, o.Pending, o.Excluded, string(o.State), restated, o.Reason, o.Trailing, int64(o.AsOf),
			o.DefinitionHash, o.Run, o.Cause, int64(s.cfg.Now())})
	}
	return s.transact(ctx, func(tx *sqlx.Tx) error {
		if err := insertMany(ctx, tx, "observation", splitColumns(observationColumns), rows, ""); err != nil {
			return err
		}
		return s.clearTouched(ctx, tx, done)
	})
}

func (s *Store) clearTouched(ctx context.Context, tx *sqlx.Tx, done []kpi.Touch) error {
	if len(done) == 0 {
		return nil
	}
	stmt, err := tx.PreparexContext(ctx, tx.Rebind("DELETE FROM touched WHERE kpi = ? AND scope_id = ? AND period = ? AND late = ? AND corrected = ?"))
	if err != nil {
		return fmt.Errorf("empty the work list: %w", err)
	}
	defer stmt.Close()
	for _, t := range done {
		if _, err := stmt.ExecContext(ctx, t.KPI, t.Scope, t.Period, t.Late, t.Corrected); err != nil {
			return fmt.Errorf("empty the work list: %w", err)
		}
	}
	return nil
}

// Observations gives the newest revisions of a KPI; periods nil means all of
// them, scope 0 means every scope. Ordered by measure, scope and start.
func (s *Store) Observations(ctx context.Context, kpiID string, scope int64, periods []string) ([]kpi.Observation, error) {
	where, args := "kpi = ?", []any{kpiID}
	if scope != 0 {
		where += " AND scope_id = ?"
		args = append(args, scope)
	}
	var out []kpi.Observation
	read := func(part []string) error {
		w, a := where, args
		if part != nil {
			w += " AND period IN (" + marks(len(part)) + ")"
			a = append(append([]any(nil), args...), anys(part)...)
		}
		var rows []kpi.Observation
		q := "SELECT " + observationColumns + " FROM observation_now WHERE " + w + " ORDER BY measure, scope_id, starts, ends"
		if err := s.r.SelectContext(ctx, &rows, s.r.Rebind(q), a...); err != nil {
			return fmt.Errorf("read observations of %s: %w", kpiID, err)
		}
		out = append(out, rows...)
		return nil
	}
	if periods == nil {
		return out, read(nil)
	}
	err := chunks(periods, 500, read)
	return out, err
}

// Revisions of one number, first reported first.
func (s *Store) Revisions(ctx context.Context, kpiID, measure string, scope int64, period string) ([]kpi.Observation, error) {
	var out []kpi.Observation
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT "+observationColumns+" FROM observation WHERE kpi = ? AND measure = ? AND scope_id = ? AND period = ? ORDER BY revision"),
		kpiID, measure, scope, period)
	return out, err
}
