package store

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

type caseRow struct {
	Source     string     `db:"source"`
	ID         string     `db:"id"`
	Revision   int        `db:"revision"`
	Line       string     `db:"line"`
	Minor      int64      `db:"minor"`
	Currency   string     `db:"currency"`
	Digits     int        `db:"digits"`
	At         string     `db:"at"`
	Text       string     `db:"text"`
	Links      string     `db:"links"`
	Author     string     `db:"author"`
	RecordedAt kpi.Millis `db:"recorded_at"`
}

func (r caseRow) entry() (e kpi.CaseEntry, err error) {
	e = kpi.CaseEntry{Source: r.Source, ID: r.ID, Revision: r.Revision, Line: kpi.CaseLine(r.Line), Minor: r.Minor, Currency: r.Currency, Digits: r.Digits,
		Text: r.Text, Author: r.Author, RecordedAt: r.RecordedAt}
	if err = json.Unmarshal([]byte(r.Links), &e.Links); err != nil {
		return e, err
	}
	e.At, err = kpi.ParseDate(r.At)
	return e, err
}

const caseColumns = "source, id, revision, line, minor, currency, digits, at, text, links, author, recorded_at"

// Cases are all lines of the business cases of bets, of each bet the oldest first.
func (s *Store) Cases(ctx context.Context) ([]kpi.CaseEntry, error) {
	var rows []caseRow
	if err := s.r.SelectContext(ctx, &rows, "SELECT "+caseColumns+" FROM bet_case ORDER BY source, id, revision"); err != nil {
		return nil, wrap(err, "read the business cases of bets")
	}
	out := make([]kpi.CaseEntry, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.entry(); err != nil {
			return nil, wrap(err, "read the business case of "+r.Source+"/"+r.ID)
		}
	}
	return out, nil
}

// SaveCase appends a line to a bet's business case. One that says what the newest of
// its kind says already is not written again. The error is ErrNoFact where there is no
// such bet. No number of a KPI rests on it.
func (s *Store) SaveCase(ctx context.Context, e kpi.CaseEntry) (saved bool, err error) {
	err = s.enter(ctx, nil, "initiative", e.Source, e.ID, func(tx *sqlx.Tx) (bool, error) {
		var rows []caseRow
		if err := tx.SelectContext(ctx, &rows, tx.Rebind("SELECT "+caseColumns+" FROM bet_case WHERE source = ? AND id = ? ORDER BY revision"), e.Source, e.ID); err != nil {
			return false, err
		}
		last := 0
		for _, r := range slices.Backward(rows) {
			last = max(last, r.Revision)
			if r.Line != string(e.Line) {
				continue
			}
			had, err := r.entry()
			if err != nil {
				return false, err
			}
			if had.Minor == e.Minor && had.Currency == e.Currency && had.At == e.At && had.Text == e.Text && had.Author == e.Author && slices.Equal(had.Links, e.Links) {
				return false, nil
			}
			break
		}
		saved = true
		return true, insertMany(ctx, tx, "bet_case", []string{"source", "id", "revision", "line", "minor", "currency", "digits", "at", "text", "links", "author", "recorded_at"},
			[][]any{{e.Source, e.ID, last + 1, string(e.Line), e.Minor, e.Currency, e.Digits, e.At.String(), e.Text, writeLinks(e.Links), e.Author, int64(s.cfg.Now())}}, "")
	})
	return saved && err == nil, err
}
