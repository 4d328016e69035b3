package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/kpid/kpid/kpi"
)

// Judgement of a KPI by a person, whatever source it came from.
type Judgement struct {
	Source  string     `db:"source" json:"-"`
	ID      string     `db:"id" json:"-"`
	KPI     string     `db:"kpi" json:"kpi"`
	Product string     `db:"product_id" json:"product_id"`
	Author  string     `db:"author_id" json:"author_id"`
	Role    string     `db:"author_role" json:"author_role"`
	RAG     string     `db:"rag" json:"rag"`
	Trend   string     `db:"trend" json:"trend"`
	Text    string     `db:"text" json:"text"`
	At      kpi.Millis `db:"at" json:"at"`
	// Until is when another took its place; nil while it stands.
	Until *kpi.Millis `db:"superseded_at" json:"-"`
}

// Judgements about products, newest first, the standing ones before what they
// replaced; of what was replaced, that entered in kpid only.
func (s *Store) Judgements(ctx context.Context, source string, products []string) ([]Judgement, error) {
	var out []Judgement
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT source, id, kpi, product_id, author_id, author_role, rag, trend, text, at FROM judgement
		WHERE product_id IN (`+marks(len(products))+`) ORDER BY at DESC, source, id LIMIT 200`), anys(products)...)
	if err != nil {
		return nil, wrap(err, "read judgements")
	}
	old, err := revisions[Judgement](ctx, s, "judgement", source)
	for _, o := range old {
		for _, p := range products {
			if o.value.Product == p {
				o.value.Source, o.value.ID, o.value.Until = source, o.id, &o.until
				out = append(out, o.value)
			}
		}
	}
	return out, err
}

// old is a version of a row that another took the place of.
type old[T any] struct {
	id    string
	until kpi.Millis
	value T
}

// revisions of a fact that one source said and then said otherwise, newest first.
func revisions[T any](ctx context.Context, s *Store, fact, source string) ([]old[T], error) {
	var rows []struct {
		ID    string     `db:"id"`
		Body  string     `db:"body"`
		Until kpi.Millis `db:"superseded_at"`
	}
	if err := s.r.SelectContext(ctx, &rows, s.r.Rebind("SELECT id, body, superseded_at FROM fact_revision WHERE fact = ? AND source = ? ORDER BY superseded_at DESC, id, revision DESC LIMIT 200"), fact, source); err != nil {
		return nil, wrap(err, "read what was replaced")
	}
	out := make([]old[T], len(rows))
	for i, r := range rows {
		out[i].id, out[i].until = r.ID, r.Until
		if err := json.Unmarshal([]byte(r.Body), &out[i].value); err != nil {
			return nil, wrap(err, "read what was replaced")
		}
	}
	return out, nil
}

// Incident as its vendor tells it.
type Incident struct {
	Source     string      `db:"source"`
	ID         string      `db:"id"`
	Product    string      `db:"product_id"`
	Severity   int64       `db:"severity"`
	StartedAt  kpi.Millis  `db:"started_at"`
	Cause      string      `db:"cause"`
	ChangeRef  *string     `db:"change_ref"`
	ReviewedAt *kpi.Millis `db:"reviewed_at"`
}

// Incidents of products since an instant, newest first.
func (s *Store) Incidents(ctx context.Context, products []string, since kpi.Millis) ([]Incident, error) {
	var out []Incident
	if len(products) == 0 {
		return nil, nil
	}
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT source, id, product_id, severity, started_at, cause, change_ref, reviewed_at FROM incident_row
		WHERE started_at >= ? AND gone_at IS NULL AND fault IS NULL AND product_id IN (`+marks(len(products))+`) ORDER BY started_at DESC, source, id LIMIT 500`),
		append([]any{int64(since)}, anys(products)...)...)
	return out, wrap(err, "read incidents")
}

// ChangeBefore is the change an incident would be laid to if nobody said otherwise:
// the latest good deployment of its product that finished before it (SCHEMA 9.15);
// "" when there is none.
func (s *Store) ChangeBefore(ctx context.Context, product string, at kpi.Millis) (string, error) {
	ref, err := scalar[string](ctx, s.r, `SELECT id FROM change_event
		WHERE product_id = ? AND kind = 'deployment' AND environment = 'production' AND result = 'success' AND finished_at < ?
		ORDER BY finished_at DESC, source, id LIMIT 1`, product, int64(at))
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return ref, wrap(err, "find the change before an incident")
}

// IsChange says whether a text names a change, by its id or its reference.
func (s *Store) IsChange(ctx context.Context, ref string) (bool, error) {
	n, err := scalar[int64](ctx, s.r, "SELECT COUNT(*) FROM change_event WHERE id = ? OR ref = ?", ref, ref)
	return n > 0, wrap(err, "find a change")
}

// Promise is a bet with what its vendor says of its result.
type Promise struct {
	Source    string      `db:"source"`
	ID        string      `db:"id"`
	Product   string      `db:"product_id"`
	Name      string      `db:"name"`
	KPI       string      `db:"target_kpi"`
	Unit      *string     `db:"lift_unit"`
	Expected  float64     `db:"expected_lift"`
	MeasureBy kpi.Millis  `db:"measure_by"`
	Released  *kpi.Millis `db:"released_at"`
	Measured  *float64    `db:"measured_lift"`
	Verdict   *string     `db:"verdict"`
	Outcome   *string     `db:"outcome"` // as worked out last
}

// Promises are the bets of products, the latest due first.
func (s *Store) Promises(ctx context.Context, products []string) ([]Promise, error) {
	var out []Promise
	if len(products) == 0 {
		return nil, nil
	}
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT r.source, r.id, r.product_id, r.name, r.target_kpi, r.lift_unit, r.expected_lift, r.measure_by, r.released_at,
		r.measured_lift, r.verdict, o.outcome
		FROM initiative_row r LEFT JOIN bet_outcome o ON o.source = r.source AND o.id = r.id
		WHERE r.target_kpi IS NOT NULL AND r.baseline IS NOT NULL AND r.expected_lift IS NOT NULL AND r.measure_by IS NOT NULL
		  AND r.gone_at IS NULL AND r.fault IS NULL AND r.product_id IN (`+marks(len(products))+`) ORDER BY r.measure_by DESC, r.source, r.id LIMIT 500`), anys(products)...)
	return out, wrap(err, "read bets")
}

// Moved gives the value of a cell as it stands, and the value it had before that, where
// it ever had another; nil for none.
func (s *Store) Moved(ctx context.Context, kpiID, measure string, scope int64, period string) (now, before *float64, err error) {
	var all []*float64
	if err := s.r.SelectContext(ctx, &all, s.r.Rebind("SELECT value FROM observation WHERE kpi = ? AND measure = ? AND scope_id = ? AND period = ? ORDER BY revision DESC LIMIT 50"), kpiID, measure, scope, period); err != nil {
		return nil, nil, wrap(err, "read how a number moved")
	}
	for i, v := range all {
		if i == 0 {
			now = v
		} else if !equal(v, now) {
			return now, v, nil
		}
	}
	return now, nil, nil
}
