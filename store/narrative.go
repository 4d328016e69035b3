package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

type narrativeRow struct {
	Section    string     `db:"section"`
	Revision   int        `db:"revision"`
	Text       string     `db:"text"`
	Numbers    string     `db:"numbers"`
	Author     string     `db:"author"`
	RecordedAt kpi.Millis `db:"recorded_at"`
}

// Narratives of a review, every revision, oldest first within each section.
func (s *Store) Narratives(ctx context.Context, portfolio, period string) ([]kpi.Narrative, error) {
	out, err := narratives(ctx, s.r, portfolio, period)
	return out, wrap(err, "narrative of "+portfolio+" "+period)
}

func narratives(ctx context.Context, q sqlx.ExtContext, portfolio, period string) ([]kpi.Narrative, error) {
	var rows []narrativeRow
	query := "SELECT section, revision, text, numbers, author, recorded_at FROM narrative WHERE portfolio = ? AND period = ? ORDER BY section, revision"
	if err := sqlx.SelectContext(ctx, q, &rows, q.(interface{ Rebind(string) string }).Rebind(query), portfolio, period); err != nil {
		return nil, err
	}
	var out []kpi.Narrative
	for _, r := range rows {
		n := kpi.Narrative{Portfolio: portfolio, Period: period, Section: kpi.Section(r.Section), Revision: r.Revision, Text: r.Text, Author: r.Author, RecordedAt: r.RecordedAt}
		if err := json.Unmarshal([]byte(r.Numbers), &n.Numbers); err != nil {
			return nil, fmt.Errorf("numbers %q: %w", r.Numbers, err)
		}
		out = append(out, n)
	}
	return out, nil
}

// SaveNarrative appends a revision and gives what stands then. Revision is the one it
// was made from; when that is not the newest any more nothing is written, and the newest
// comes back with kpi.ErrStale. What says nothing new is not written again.
func (s *Store) SaveNarrative(ctx context.Context, n kpi.Narrative) (stands kpi.Narrative, err error) {
	numbers, _ := json.Marshal(n.Numbers) // strings always marshal
	if n.Numbers == nil {
		numbers = []byte("{}")
	}
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		all, err := narratives(ctx, tx, n.Portfolio, n.Period)
		if err != nil {
			return err
		}
		stands = kpi.Narrative{Portfolio: n.Portfolio, Period: n.Period, Section: n.Section}
		for _, was := range all {
			if was.Section == n.Section {
				stands = was
			}
		}
		switch {
		case stands.Text == n.Text && maps.Equal(stands.Numbers, n.Numbers) && stands.Revision > 0, stands.Revision == 0 && n.Text == "":
			return nil
		case stands.Revision != n.Revision:
			return kpi.ErrStale
		}
		n.Revision, n.RecordedAt = n.Revision+1, s.cfg.Now()
		stands = n
		return insertMany(ctx, tx, "narrative", []string{"portfolio", "period", "section", "revision", "text", "numbers", "author", "recorded_at"},
			[][]any{{n.Portfolio, n.Period, string(n.Section), n.Revision, n.Text, string(numbers), n.Author, int64(n.RecordedAt)}}, "")
	})
	if err != nil {
		return stands, fmt.Errorf("keep the narrative of %s %s: %w", n.Portfolio, n.Period, err)
	}
	return stands, nil
}
