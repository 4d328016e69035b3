package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

// ConfigVersion is one state of something a person decides: a definition, a
// target, a frozen baseline. Rows are only ever added.
type ConfigVersion struct {
	Kind       string     `db:"kind"`
	Key        string     `db:"key"`
	Hash       string     `db:"hash"`
	Body       string     `db:"body"`
	Since      kpi.Millis `db:"since"`
	RecordedAt kpi.Millis `db:"recorded_at"`
	By         string     `db:"by"`
	Reason     string     `db:"reason"`
}

// RecordVersion adds a version when the newest one of (kind, key) has another
// hash, and says whether it did.
func (s *Store) RecordVersion(ctx context.Context, v ConfigVersion) (added bool, err error) {
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		last, err := scalar[string](ctx, tx, "SELECT hash FROM config_version WHERE kind = ? AND key = ? ORDER BY id DESC LIMIT 1", v.Kind, v.Key)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if last == v.Hash {
			return nil
		}
		added = true
		return insertMany(ctx, tx, "config_version", []string{"kind", "key", "hash", "body", "since", "recorded_at", "by", "reason"},
			[][]any{{v.Kind, v.Key, v.Hash, v.Body, int64(v.Since), int64(s.cfg.Now()), v.By, v.Reason}}, "")
	})
	if err != nil {
		return false, fmt.Errorf("record the version of %s %s: %w", v.Kind, v.Key, err)
	}
	return added, nil
}

// Versions of one kind, oldest first.
func (s *Store) Versions(ctx context.Context, kind string) ([]ConfigVersion, error) {
	var out []ConfigVersion
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT kind, key, hash, body, since, recorded_at, by, reason FROM config_version WHERE kind = ? ORDER BY id"), kind)
	return out, err
}

// VersionsOf one key, oldest first.
func (s *Store) VersionsOf(ctx context.Context, kind, key string) ([]ConfigVersion, error) {
	var out []ConfigVersion
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT kind, key, hash, body, since, recorded_at, by, reason FROM config_version WHERE kind = ? AND key = ? ORDER BY id"), kind, key)
	return out, err
}

// LastVersion is the newest version of (kind, key); ok is false when there is none.
func (s *Store) LastVersion(ctx context.Context, kind, key string) (v ConfigVersion, ok bool, err error) {
	err = s.r.GetContext(ctx, &v, s.r.Rebind("SELECT kind, key, hash, body, since, recorded_at, by, reason FROM config_version WHERE kind = ? AND key = ? ORDER BY id DESC LIMIT 1"), kind, key)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}

// Verdict as it was shown.
type Verdict struct {
	KPI        string     `db:"kpi"`
	Measure    string     `db:"measure"`
	Scope      int64      `db:"scope_id"`
	Period     string     `db:"period"`
	Revision   int        `db:"revision"`
	TargetHash string     `db:"target_hash"`
	Raw        string     `db:"raw_status"`
	Status     string     `db:"status"`
	Displayed  string     `db:"displayed"`
	Pending    *string    `db:"pending"`
	Caps       string     `db:"caps"`
	Detail     string     `db:"detail"`
	Sentence   string     `db:"sentence"`
	Run        int64      `db:"run"`
	RecordedAt kpi.Millis `db:"recorded_at"`
}

const verdictColumns = "kpi, measure, scope_id, period, revision, target_hash, raw_status, status, displayed, pending, caps, detail, sentence, run, recorded_at"

// SaveVerdicts appends those that differ from what was last shown for the same
// KPI, measure, scope and period; it says how many.
func (s *Store) SaveVerdicts(ctx context.Context, verdicts []Verdict) (written int, err error) {
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		written = 0
		for _, v := range verdicts {
			var last Verdict
			err := tx.GetContext(ctx, &last, tx.Rebind("SELECT "+verdictColumns+" FROM verdict WHERE kpi = ? AND measure = ? AND scope_id = ? AND period = ? ORDER BY revision DESC LIMIT 1"),
				v.KPI, v.Measure, v.Scope, v.Period)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			if err == nil && last.sameAs(v) {
				continue
			}
			written++
			if err := insertMany(ctx, tx, "verdict", splitColumns(verdictColumns), [][]any{{v.KPI, v.Measure, v.Scope, v.Period, last.Revision + 1,
				v.TargetHash, v.Raw, v.Status, v.Displayed, v.Pending, v.Caps, v.Detail, v.Sentence, v.Run, int64(s.cfg.Now())}}, ""); err != nil {
				return err
			}
		}
		return nil
	})
	return written, err
}

func (v Verdict) sameAs(o Verdict) bool {
	pending := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	return v.TargetHash == o.TargetHash && v.Raw == o.Raw && v.Status == o.Status && v.Displayed == o.Displayed &&
		pending(v.Pending) == pending(o.Pending) && v.Caps == o.Caps && v.Sentence == o.Sentence
}

// Basis is what a KPI was last evaluated in full with: the hash of its
// definition, and that of everything else that decides which cells there are
// (the tree, the zone, rates, segments). Both are "" before the first time.
func (s *Store) Basis(ctx context.Context, kpiID string) (definition, rest string, err error) {
	d, _, err := s.LastVersion(ctx, "definition", kpiID)
	if err != nil {
		return "", "", err
	}
	r, _, err := s.LastVersion(ctx, "params", "basis of "+kpiID)
	return d.Hash, r.Hash, err
}

// RecordBasis keeps what a definition said, with its parameters, and the rest.
func (s *Store) RecordBasis(ctx context.Context, d *kpi.Definition, rest string) error {
	sql := map[string]string{}
	for _, m := range d.Measures {
		sql[m.ID] = m.SQL
	}
	body, err := json.Marshal(map[string]any{"name": d.Name, "question": d.Question, "numerator": d.Numerator, "basis": d.Basis, "parameters": d.Values, "sql": sql})
	if err != nil {
		return err
	}
	now, by := s.cfg.Now(), d.By
	for _, name := range []string{s.cfg.By, "kpid"} {
		if by == "" {
			by = name
		}
	}
	if _, err := s.RecordVersion(ctx, ConfigVersion{Kind: "definition", Key: d.ID, Hash: d.Hash, Body: string(body), Since: now, By: by, Reason: d.Reason}); err != nil {
		return err
	}
	_, err = s.RecordVersion(ctx, ConfigVersion{Kind: "params", Key: "basis of " + d.ID, Hash: rest, Body: "{}", Since: now, By: "kpid", Reason: "evaluated"})
	return err
}
