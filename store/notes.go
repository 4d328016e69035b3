package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// saidRow is what a row of note and one of action have in common.
type saidRow struct {
	ID         int64      `db:"id"`
	Revision   int        `db:"revision"`
	Portfolio  string     `db:"portfolio"`
	KPI        string     `db:"kpi"`
	Text       string     `db:"text"`
	Links      string     `db:"links"`
	Author     string     `db:"author"`
	RecordedAt kpi.Millis `db:"recorded_at"`
}

type noteRow struct {
	saidRow
	At        string `db:"at"`
	Withdrawn int    `db:"withdrawn"`
}

type actionRow struct {
	saidRow
	Due   string `db:"due"`
	Owner string `db:"owner"`
	State string `db:"state"`
}

// notes says how a note is kept.
func notes() revised[noteRow, kpi.Note] {
	return revised[noteRow, kpi.Note]{
		table: "note", columns: []string{"at", "withdrawn"},
		read: func(r noteRow) (n kpi.Note, err error) {
			n.Withdrawn = r.Withdrawn == 1
			if n.Said, err = r.said(); err != nil {
				return n, err
			}
			n.At, err = kpi.ParseDate(r.At)
			return n, err
		},
		said: func(n *kpi.Note) *kpi.Said { return &n.Said },
		same: kpi.Note.Same,
		values: func(n kpi.Note) []any {
			withdrawn := 0
			if n.Withdrawn {
				withdrawn = 1
			}
			return []any{n.At.String(), withdrawn}
		},
		join: func(now, was kpi.Note) kpi.Note {
			now.Earlier, was.Earlier = was.Earlier, nil
			now.Earlier = append(now.Earlier, was)
			return now
		},
	}
}

// actions says how an action is kept.
func actions() revised[actionRow, kpi.Action] {
	return revised[actionRow, kpi.Action]{
		table: "action", columns: []string{"due", "owner", "state"},
		read: func(r actionRow) (a kpi.Action, err error) {
			a.Owner, a.State = r.Owner, kpi.ActionState(r.State)
			if a.Said, err = r.said(); err != nil {
				return a, err
			}
			a.Due, err = kpi.ParseDate(r.Due)
			return a, err
		},
		said:   func(a *kpi.Action) *kpi.Said { return &a.Said },
		same:   kpi.Action.Same,
		values: func(a kpi.Action) []any { return []any{a.Due.String(), a.Owner, string(a.State)} },
		join: func(now, was kpi.Action) kpi.Action {
			now.Earlier, was.Earlier = was.Earlier, nil
			now.Earlier = append(now.Earlier, was)
			return now
		},
	}
}

// Notes of a portfolio as they stand, in id order, withdrawn ones too, each with
// its earlier revisions.
func (s *Store) Notes(ctx context.Context, portfolio string) ([]kpi.Note, error) {
	out, err := notes().all(ctx, s.r, portfolio)
	if err != nil {
		return nil, fmt.Errorf("read the notes of %s: %w", portfolio, err)
	}
	return out, nil
}

// Actions of a portfolio as they stand, in id order, each with its earlier revisions.
func (s *Store) Actions(ctx context.Context, portfolio string) ([]kpi.Action, error) {
	out, err := actions().all(ctx, s.r, portfolio)
	if err != nil {
		return nil, fmt.Errorf("read the actions of %s: %w", portfolio, err)
	}
	return out, nil
}

// SaveNote appends a revision and gives what stands then. ID 0 is a new note, else
// Revision is the one it was made from: when that is not the newest any more,
// nothing is written and the newest comes back with kpi.ErrStale. What says
// nothing new is not written again, so a form may be sent twice.
func (s *Store) SaveNote(ctx context.Context, n kpi.Note) (stands kpi.Note, err error) {
	if stands, err = notes().save(ctx, s, n); err != nil {
		return stands, fmt.Errorf("keep a note of %s: %w", n.Portfolio, err)
	}
	return stands, nil
}

// SaveAction appends a revision of an action, as SaveNote does.
func (s *Store) SaveAction(ctx context.Context, a kpi.Action) (stands kpi.Action, err error) {
	if stands, err = actions().save(ctx, s, a); err != nil {
		return stands, fmt.Errorf("keep an action of %s: %w", a.Portfolio, err)
	}
	return stands, nil
}
