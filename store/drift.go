package store

import (
	"context"
	"fmt"
	"math"

	"github.com/jmoiron/sqlx"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
)

// Drift is a change in the form of a source's records.
type Drift struct {
	Source  string     `db:"source"`
	Stream  string     `db:"stream"`
	Field   string     `db:"field"`
	Word    string     `db:"word"` // a new word; "" when the field itself is missing
	Records int64      `db:"records"`
	Since   kpi.Millis `db:"since"`
	Beside  string     `db:"beside"` // names where the field was
}

// Of a field that was in every record: so many without it are no accident. Of one that
// was in some: no longer run without it is as unlikely as this, and it must last, since
// what happens to records (a ticket is solved) has its days.
const (
	fewRecords   = 20 // before anything is said of a field
	allWithout   = 5
	someWithout  = 20
	unlikely     = 1e-4
	patienceDays = 3
)

// maxWords is how many words a field may have beside its map; one with more holds
// free text.
const maxWords = 50

// saveDrift adds up what a page shows of its fields and words.
func (p *page) saveDrift(ctx context.Context, in ingest.Page) error {
	if p.run.replay || len(in.Drift.Fields) == 0 {
		return nil
	}
	var fields [][]any
	for _, f := range in.Drift.Fields {
		gap, at := f.Asked, any(nil)
		if f.Present > 0 {
			gap, at = 0, int64(p.now)
		}
		fields = append(fields, []any{p.run.source, in.Stream, f.Field, p.run.id, f.Asked, f.Present, gap, p.run.id, f.Present, at, f.Beside})
	}
	err := insertMany(ctx, p.tx, "field_seen", []string{"source", "stream", "field", "first_run", "asked", "present", "gap", "run", "run_present", "present_at", "beside"}, fields,
		`ON CONFLICT (source, stream, field) DO UPDATE SET asked = field_seen.asked + excluded.asked, present = field_seen.present + excluded.present,
			gap = CASE WHEN excluded.present > 0 THEN 0 ELSE field_seen.gap + excluded.gap END,
			run_present = CASE WHEN field_seen.run = excluded.run THEN field_seen.run_present ELSE 0 END + excluded.run_present,
			run = excluded.run, present_at = COALESCE(excluded.present_at, field_seen.present_at),
			beside = CASE WHEN excluded.beside = '' THEN field_seen.beside ELSE excluded.beside END`)
	if err != nil {
		return fmt.Errorf("note the fields of a page: %w", err)
	}
	return p.saveWords(ctx, in)
}

func (p *page) saveWords(ctx context.Context, in ingest.Page) error {
	var words [][]any
	for _, w := range in.Drift.Words {
		words = append(words, []any{p.run.source, in.Stream, w.Field, w.Word, w.Records, p.run.id, int64(p.now), int64(p.now)})
	}
	err := insertMany(ctx, p.tx, "word_seen", []string{"source", "stream", "field", "word", "records", "first_run", "first_at", "seen_at"}, words,
		"ON CONFLICT (source, stream, field, word) DO UPDATE SET records = word_seen.records + excluded.records, seen_at = excluded.seen_at")
	if err != nil || len(words) == 0 {
		return err
	}
	// of free text no more is kept than shows that it is
	_, err = p.tx.ExecContext(ctx, p.tx.Rebind(`DELETE FROM word_seen WHERE source = ? AND stream = ? AND word NOT IN (
		SELECT k.word FROM word_seen k WHERE k.source = word_seen.source AND k.stream = word_seen.stream AND k.field = word_seen.field ORDER BY k.first_run, k.word LIMIT ?)`),
		p.run.source, in.Stream, maxWords+1)
	return err
}

// judgeFields says at the end of a run which fields are missing now.
func (r *run) judgeFields(ctx context.Context, tx *sqlx.Tx, now kpi.Millis) error {
	var fields []struct {
		Stream, Field       string
		Asked, Present, Gap int64
		RunPresent          int64  `db:"run_present"`
		PresentAt           *int64 `db:"present_at"`
		MissingAt           *int64 `db:"missing_at"`
	}
	err := tx.SelectContext(ctx, &fields, tx.Rebind("SELECT stream, field, asked, present, gap, run_present, present_at, missing_at FROM field_seen WHERE source = ? AND run = ?"), r.source, r.id)
	if err != nil {
		return err
	}
	for _, f := range fields {
		missing := f.RunPresent == 0 && f.PresentAt != nil && isMissing(f.Asked-f.Gap, f.Present, f.Gap, now-kpi.Millis(*f.PresentAt))
		if missing == (f.MissingAt != nil) || !missing && f.RunPresent == 0 {
			continue
		}
		var at any
		if missing {
			at = int64(now)
		}
		if _, err := tx.ExecContext(ctx, tx.Rebind("UPDATE field_seen SET missing_at = ? WHERE source = ? AND stream = ? AND field = ?"), at, r.source, f.Stream, f.Field); err != nil {
			return err
		}
	}
	return nil
}

// isMissing says that a field that was in present of asked records has gone: it was in
// none of the gap records since then.
func isMissing(asked, present, gap int64, since kpi.Millis) bool {
	const day = 24 * 3_600_000
	switch {
	case asked < fewRecords || present == 0:
		return false
	case present == asked:
		return gap >= allWithout
	}
	chance := math.Pow(1-float64(present)/float64(asked), float64(gap))
	return gap >= someWithout && chance < unlikely && since >= patienceDays*day
}

// Drifts of all sources, by source, stream and field: fields that are missing, and words
// that came after a field was first read, at or after an instant.
func (s *Store) Drifts(ctx context.Context, since kpi.Millis) ([]Drift, error) {
	var out []Drift
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`
		SELECT source, stream, field, '' AS word, gap AS records, missing_at AS since, beside FROM field_seen WHERE missing_at IS NOT NULL
		UNION ALL
		SELECT w.source, w.stream, w.field, w.word, w.records, w.first_at, '' FROM word_seen w
		JOIN field_seen f ON f.source = w.source AND f.stream = w.stream AND f.field = w.field
		WHERE w.first_run > f.first_run AND w.seen_at >= ?
		  AND (SELECT COUNT(*) FROM word_seen k WHERE k.source = w.source AND k.stream = w.stream AND k.field = w.field) <= ?
		ORDER BY 1, 2, 3, 4`), int64(since), maxWords)
	if err != nil {
		return nil, fmt.Errorf("changes in the form of records: %w", err)
	}
	return out, nil
}
