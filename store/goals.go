package store

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

type registerRow struct {
	saidRow
	Kind  string `db:"kind"`
	State string `db:"state"`
	Owner string `db:"owner"`
	At    string `db:"at"`
	Due   string `db:"due"`
	Bet   string `db:"bet"`
}

type objectiveRow struct {
	saidRow
	Parent  int64  `db:"parent"`
	Owner   string `db:"owner"`
	Due     string `db:"due"`
	State   string `db:"state"`
	Measure string `db:"measure"`
	Expr    string `db:"expr"`
}

type milestoneRow struct {
	saidRow
	Item  string `db:"item"`
	Due   string `db:"due"`
	State string `db:"state"`
	At    string `db:"at"`
}

// someDay reads a day that may be missing.
func someDay(text string) (kpi.Date, error) {
	if text == "" {
		return kpi.Date{}, nil
	}
	return kpi.ParseDate(text)
}

func dayText(d kpi.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// registerEntries says how an entry of the register is kept.
func registerEntries() revised[registerRow, kpi.RegisterEntry] {
	return revised[registerRow, kpi.RegisterEntry]{
		table: "register", columns: []string{"kind", "state", "owner", "at", "due", "bet"},
		read: func(r registerRow) (e kpi.RegisterEntry, err error) {
			e.Kind, e.State, e.Owner, e.Bet = kpi.RegisterKind(r.Kind), kpi.RegisterState(r.State), r.Owner, r.Bet
			if e.Said, err = r.said(); err != nil {
				return e, err
			}
			if e.At, err = kpi.ParseDate(r.At); err != nil {
				return e, err
			}
			e.Due, err = someDay(r.Due)
			return e, err
		},
		said: func(e *kpi.RegisterEntry) *kpi.Said { return &e.Said },
		same: kpi.RegisterEntry.Same,
		values: func(e kpi.RegisterEntry) []any {
			return []any{string(e.Kind), string(e.State), e.Owner, e.At.String(), dayText(e.Due), e.Bet}
		},
		join: func(now, was kpi.RegisterEntry) kpi.RegisterEntry {
			now.Earlier, was.Earlier = was.Earlier, nil
			now.Earlier = append(now.Earlier, was)
			return now
		},
	}
}

// objectives says how objectives and key results are kept.
func objectives() revised[objectiveRow, kpi.Objective] {
	return revised[objectiveRow, kpi.Objective]{
		table: "objective", columns: []string{"parent", "owner", "due", "state", "measure", "expr"},
		read: func(r objectiveRow) (o kpi.Objective, err error) {
			o.Parent, o.Owner, o.State, o.Measure, o.Expr = r.Parent, r.Owner, kpi.GoalState(r.State), r.Measure, r.Expr
			if o.Said, err = r.said(); err != nil {
				return o, err
			}
			o.Due, err = kpi.ParseDate(r.Due)
			return o, err
		},
		said: func(o *kpi.Objective) *kpi.Said { return &o.Said },
		same: kpi.Objective.Same,
		values: func(o kpi.Objective) []any {
			return []any{o.Parent, o.Owner, o.Due.String(), string(o.State), o.Measure, o.Expr}
		},
		join: func(now, was kpi.Objective) kpi.Objective {
			now.Earlier, was.Earlier = was.Earlier, nil
			now.Earlier = append(now.Earlier, was)
			return now
		},
	}
}

// milestones says how items of the checklist are kept; each of the usual set once.
func milestones() revised[milestoneRow, kpi.Milestone] {
	return revised[milestoneRow, kpi.Milestone]{
		table: "checklist_item", columns: []string{"item", "due", "state", "at"},
		read: func(r milestoneRow) (m kpi.Milestone, err error) {
			m.Key, m.State = r.Item, kpi.MilestoneState(r.State)
			if m.Said, err = r.said(); err != nil {
				return m, err
			}
			if m.Due, err = kpi.ParseDate(r.Due); err != nil {
				return m, err
			}
			m.At, err = someDay(r.At)
			return m, err
		},
		said: func(m *kpi.Milestone) *kpi.Said { return &m.Said },
		same: kpi.Milestone.Same,
		values: func(m kpi.Milestone) []any {
			return []any{m.Key, m.Due.String(), string(m.State), dayText(m.At)}
		},
		join: func(now, was kpi.Milestone) kpi.Milestone {
			now.Earlier, was.Earlier = was.Earlier, nil
			now.Earlier = append(now.Earlier, was)
			return now
		},
		taken: func(have, next kpi.Milestone) bool { return next.Key != "" && have.Key == next.Key },
	}
}

// Register of a portfolio as it stands, in id order, each entry with its earlier revisions.
func (s *Store) Register(ctx context.Context, portfolio string) ([]kpi.RegisterEntry, error) {
	out, err := registerEntries().all(ctx, s.r, portfolio)
	return out, wrap(err, "read the register of "+portfolio)
}

// Objectives and key results of a portfolio as they stand, in id order, each with its
// earlier revisions.
func (s *Store) Objectives(ctx context.Context, portfolio string) ([]kpi.Objective, error) {
	out, err := objectives().all(ctx, s.r, portfolio)
	return out, wrap(err, "read the objectives of "+portfolio)
}

// Milestones of a portfolio that somebody wrote about, in id order, each with its
// earlier revisions.
func (s *Store) Milestones(ctx context.Context, portfolio string) ([]kpi.Milestone, error) {
	out, err := milestones().all(ctx, s.r, portfolio)
	return out, wrap(err, "read the milestones of "+portfolio)
}

// SaveRegisterEntry appends a revision, as SaveNote does.
func (s *Store) SaveRegisterEntry(ctx context.Context, e kpi.RegisterEntry) (stands kpi.RegisterEntry, err error) {
	if stands, err = registerEntries().save(ctx, s, e); err != nil {
		return stands, fmt.Errorf("keep an entry of the register of %s: %w", e.Portfolio, err)
	}
	return stands, nil
}

// SaveObjective appends a revision of an objective or a key result, as SaveNote does.
func (s *Store) SaveObjective(ctx context.Context, o kpi.Objective) (stands kpi.Objective, err error) {
	if stands, err = objectives().save(ctx, s, o); err != nil {
		return stands, fmt.Errorf("keep an objective of %s: %w", o.Portfolio, err)
	}
	return stands, nil
}

// SaveMilestone appends a revision, as SaveNote does. When an item of the usual set
// has been written about already, a new one with its key is kpi.ErrStale.
func (s *Store) SaveMilestone(ctx context.Context, m kpi.Milestone) (stands kpi.Milestone, err error) {
	if stands, err = milestones().save(ctx, s, m); err != nil {
		return stands, fmt.Errorf("keep a milestone of %s: %w", m.Portfolio, err)
	}
	return stands, nil
}

// FirstEvaluation is when the first evaluation that went well had ended; 0 while none has.
func (s *Store) FirstEvaluation(ctx context.Context) (kpi.Millis, error) {
	at, err := scalar[int64](ctx, s.r, "SELECT COALESCE(MIN(ended_at), 0) FROM run WHERE kind = 'evaluate' AND result = 'ok'")
	return kpi.Millis(at), wrap(err, "find the first evaluation")
}
