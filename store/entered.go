package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// ErrNoFact is an entry about a row that is not there, or gone.
var ErrNoFact = errors.New("there is no such row")

// Review is what a person found out about an incident. It belongs to us, the
// incident to its vendor: a later run of the source touches no review.
type Review struct {
	Source     string     `db:"source"`
	ID         string     `db:"id"`
	Revision   int        `db:"revision"`
	Cause      string     `db:"cause"`
	ChangeRef  *string    `db:"change_ref"`
	Text       string     `db:"text"`
	Author     string     `db:"author"` // a person's id
	ReviewedAt kpi.Millis `db:"reviewed_at"`
	RecordedAt kpi.Millis `db:"recorded_at"`
}

// Lift is what a person measured of a bet, in the unit the bet promised in.
type Lift struct {
	Source     string     `db:"source"`
	ID         string     `db:"id"`
	Revision   int        `db:"revision"`
	Lift       float64    `db:"measured_lift"`
	Lo         *float64   `db:"lift_lo"`
	Hi         *float64   `db:"lift_hi"`
	Verdict    *string    `db:"verdict"` // nil: worked out from the lift
	Text       string     `db:"text"`
	Author     string     `db:"author"`
	MeasuredAt kpi.Millis `db:"measured_at"`
	RecordedAt kpi.Millis `db:"recorded_at"`
}

// Reviews of all incidents, oldest first.
func (s *Store) Reviews(ctx context.Context) ([]Review, error) {
	var out []Review
	err := s.r.SelectContext(ctx, &out, "SELECT source, id, revision, cause, change_ref, text, author, reviewed_at, recorded_at FROM incident_review ORDER BY source, id, revision")
	return out, wrap(err, "read reviews of incidents")
}

// Lifts of all bets, oldest first.
func (s *Store) Lifts(ctx context.Context) ([]Lift, error) {
	var out []Lift
	err := s.r.SelectContext(ctx, &out, "SELECT source, id, revision, measured_lift, lift_lo, lift_hi, verdict, text, author, measured_at, recorded_at FROM lift_reading ORDER BY source, id, revision")
	return out, wrap(err, "read measured lifts")
}

// SaveReview appends a review and marks what the incident reaches, together. One that
// says what the newest says already is not written again. The error is ErrNoFact
// where there is no such incident.
func (s *Store) SaveReview(ctx context.Context, reach Reach, r Review) (saved bool, err error) {
	err = s.enter(ctx, reach, "incident", r.Source, r.ID, func(tx *sqlx.Tx) (bool, error) {
		var last Review
		err := newest(ctx, tx, &last, "incident_review", "revision, cause, change_ref, text, author", r.Source, r.ID)
		if err != nil || last.Revision > 0 && last.Cause == r.Cause && equal(last.ChangeRef, r.ChangeRef) && last.Text == r.Text && last.Author == r.Author {
			return false, err
		}
		saved = true
		return true, insertMany(ctx, tx, "incident_review", []string{"source", "id", "revision", "cause", "change_ref", "text", "author", "reviewed_at", "recorded_at"},
			[][]any{{r.Source, r.ID, last.Revision + 1, r.Cause, r.ChangeRef, r.Text, r.Author, int64(r.ReviewedAt), int64(s.cfg.Now())}}, "")
	})
	return saved && err == nil, err
}

// SaveLift appends what was measured of a bet, as SaveReview does of an incident.
func (s *Store) SaveLift(ctx context.Context, reach Reach, l Lift) (saved bool, err error) {
	err = s.enter(ctx, reach, "initiative", l.Source, l.ID, func(tx *sqlx.Tx) (bool, error) {
		var last Lift
		err := newest(ctx, tx, &last, "lift_reading", "revision, measured_lift, lift_lo, lift_hi, verdict, text, author", l.Source, l.ID)
		if err != nil || last.Revision > 0 && last.Lift == l.Lift && equal(last.Lo, l.Lo) && equal(last.Hi, l.Hi) && equal(last.Verdict, l.Verdict) &&
			last.Text == l.Text && last.Author == l.Author {
			return false, err
		}
		saved = true
		return true, insertMany(ctx, tx, "lift_reading", []string{"source", "id", "revision", "measured_lift", "lift_lo", "lift_hi", "verdict", "text", "author", "measured_at", "recorded_at"},
			[][]any{{l.Source, l.ID, last.Revision + 1, l.Lift, l.Lo, l.Hi, l.Verdict, l.Text, l.Author, int64(l.MeasuredAt), int64(s.cfg.Now())}}, "")
	})
	return saved && err == nil, err
}

// enter runs a write about a vendor's row, and marks what the row reaches when
// something was written.
func (s *Store) enter(ctx context.Context, reach Reach, factName, source, id string, write func(*sqlx.Tx) (bool, error)) error {
	spec, ok := fact.Find(factName)
	if !ok {
		return fmt.Errorf("no fact is called %q", factName)
	}
	err := s.transact(ctx, func(tx *sqlx.Tx) error {
		product, at, err := placed(ctx, tx, spec, source, id)
		if err != nil {
			return err
		}
		written, err := write(tx)
		if err != nil || !written || reach == nil {
			return err
		}
		days, cells := newDayIndex(s.cfg.Calendar), map[kpi.Cell]bool{}
		for _, t := range at {
			from, to := days.bounds(days.of(t))
			for _, c := range reach(factName, product, from, to) {
				cells[c] = true
			}
		}
		return markCorrected(ctx, tx, cells)
	})
	if errors.Is(err, ErrNoFact) {
		return err
	}
	return wrap(err, "enter what is known of "+factName+" "+source+"/"+id)
}

// placed is the product of a row, and the instants that place it in time.
func placed(ctx context.Context, tx *sqlx.Tx, spec *fact.Spec, source, id string) (product string, at []kpi.Millis, err error) {
	columns := append([]string{spec.Product}, spec.Instants()...)
	row := make([]*kpi.Millis, len(columns)-1)
	into := []any{&product}
	for i := range row {
		into = append(into, &row[i])
	}
	err = tx.QueryRowContext(ctx, tx.Rebind("SELECT "+strings.Join(columns, ", ")+" FROM "+spec.Name+"_row WHERE source = ? AND id = ? AND gone_at IS NULL"), source, id).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, ErrNoFact
	}
	for _, t := range row {
		if t != nil {
			at = append(at, *t)
		}
	}
	return product, at, err
}

// newest reads the newest revision of a table of revisions; into stays as it is when
// there is none.
func newest(ctx context.Context, tx *sqlx.Tx, into any, table, columns, source, id string) error {
	err := tx.GetContext(ctx, into, tx.Rebind("SELECT "+columns+" FROM "+table+" WHERE source = ? AND id = ? ORDER BY revision DESC LIMIT 1"), source, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
