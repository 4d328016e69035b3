package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi"
)

// States of a message on its way.
const (
	Queued  = "queued"   // not tried yet
	Failed  = "failed"   // tried, to be tried again at NextAt
	Sent    = "sent"     // taken by the other side
	GivenUp = "given_up" // not taken in time
)

// Letter is a message on its way to one recipient.
type Letter struct {
	ID        string      `db:"id"` // shown in the message; one id is queued once
	Kind      string      `db:"kind"`
	Notify    string      `db:"notify"` // of the configuration
	Channel   string      `db:"channel"`
	Recipient string      `db:"recipient"`
	Portfolio string      `db:"portfolio"`
	Period    string      `db:"period"`
	Body      string      `db:"body"` // JSON
	State     string      `db:"state"`
	Attempts  int         `db:"attempts"`
	NextAt    kpi.Millis  `db:"next_at"`
	LastError string      `db:"last_error"`
	CreatedAt kpi.Millis  `db:"created_at"`
	SentAt    *kpi.Millis `db:"sent_at"`
}

// Told is what a recipient of a [[notify]] was told of a portfolio.
type Told struct {
	Notify, Recipient, Portfolio string
	Body                         string // JSON
}

const letterColumns = "id, kind, notify, channel, recipient, portfolio, period, body, state, attempts, next_at, last_error, created_at, sent_at"

// Told gives what is remembered of a recipient and a portfolio, "" at first.
func (s *Store) Told(ctx context.Context, notify, recipient, portfolio string) (string, error) {
	body, err := scalar[string](ctx, s.r, "SELECT body FROM told WHERE notify = ? AND recipient = ? AND portfolio = ?", notify, recipient, portfolio)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return body, err
}

// Queue remembers what is told and queues the letters that tell it, in one
// transaction: a message is neither lost nor made twice. Of a letter only what says
// where it goes and Body is looked at. A letter whose id is there already is left as
// it is. Without told nothing is remembered. It gives how many were new.
func (s *Store) Queue(ctx context.Context, told *Told, now kpi.Millis, letters ...Letter) (queued int, err error) {
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		for _, l := range letters {
			res, err := tx.ExecContext(ctx, tx.Rebind(`INSERT INTO outbox (id, kind, notify, channel, recipient, portfolio, period, body, state, attempts, claim, next_at, last_error, created_at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, '', ?, '', ?) ON CONFLICT (id) DO NOTHING`),
				l.ID, l.Kind, l.Notify, l.Channel, l.Recipient, l.Portfolio, l.Period, l.Body, int64(now), int64(now))
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			queued += int(n)
		}
		if told == nil {
			return nil
		}
		_, err := tx.ExecContext(ctx, tx.Rebind(`INSERT INTO told (notify, recipient, portfolio, body, recorded_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (notify, recipient, portfolio) DO UPDATE SET body = EXCLUDED.body, recorded_at = EXCLUDED.recorded_at`),
			told.Notify, told.Recipient, told.Portfolio, told.Body, int64(now))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("queue messages: %w", err)
	}
	return queued, nil
}

// Waiting lists the [[notify]] with a letter that may be tried now.
func (s *Store) Waiting(ctx context.Context, now kpi.Millis) ([]string, error) {
	var out []string
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT DISTINCT notify FROM outbox WHERE state IN ('queued', 'failed') AND next_at <= ? ORDER BY notify"), int64(now))
	return out, err
}

// Claim takes the oldest letter of a [[notify]] that may be tried, and counts the
// try; ok is false when there is none. by names the process: what a process that has
// ended claimed is free again, for only one at a time holds the store.
func (s *Store) Claim(ctx context.Context, notify, by string, now kpi.Millis) (l Letter, ok bool, err error) {
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		err := tx.GetContext(ctx, &l, tx.Rebind("UPDATE outbox SET claim = ?, attempts = attempts + 1 WHERE id = (SELECT id FROM outbox"+
			" WHERE notify = ? AND state IN ('queued', 'failed') AND next_at <= ? AND claim <> ? ORDER BY created_at, id LIMIT 1) RETURNING "+letterColumns),
			by, notify, int64(now), by)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		ok = err == nil
		return err
	})
	return l, ok, err
}

// Sent marks a claimed letter as taken.
func (s *Store) Sent(ctx context.Context, id string, at kpi.Millis) error {
	return s.mark(ctx, "UPDATE outbox SET state = 'sent', sent_at = ?, claim = '', last_error = '' WHERE id = ?", int64(at), id)
}

// Unsent marks a claimed letter as not taken: state is Failed, to be tried at next,
// or GivenUp. why holds no secret.
func (s *Store) Unsent(ctx context.Context, id, state string, next kpi.Millis, why string) error {
	return s.mark(ctx, "UPDATE outbox SET state = ?, next_at = ?, claim = '', last_error = ? WHERE id = ?", state, int64(next), why, id)
}

// Postpone lets nothing of a [[notify]] be tried before an instant.
func (s *Store) Postpone(ctx context.Context, notify string, until kpi.Millis) error {
	return s.mark(ctx, "UPDATE outbox SET next_at = ? WHERE notify = ? AND state IN ('queued', 'failed') AND next_at < ?", int64(until), notify, int64(until))
}

// Forget drops letters that were sent or given up before an instant.
func (s *Store) Forget(ctx context.Context, before kpi.Millis) error {
	return s.mark(ctx, "DELETE FROM outbox WHERE state IN ('sent', 'given_up') AND created_at < ?", int64(before))
}

func (s *Store) mark(ctx context.Context, query string, args ...any) error {
	return s.transact(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, tx.Rebind(query), args...)
		return err
	})
}

// Letters lists the newest letters without their bodies, at most so many.
func (s *Store) Letters(ctx context.Context, most int) ([]Letter, error) {
	var out []Letter
	err := s.r.SelectContext(ctx, &out, s.r.Rebind(`SELECT id, kind, notify, channel, recipient, portfolio, period, '' AS body, state, attempts, next_at, last_error, created_at, sent_at
		FROM outbox ORDER BY created_at DESC, id LIMIT ?`), most)
	return out, err
}

// Post is how the letters of one [[notify]] stand.
type Post struct {
	Notify   string      `db:"notify"`
	Waiting  int64       `db:"waiting"`
	Sent     int64       `db:"sent"`
	GivenUp  int64       `db:"given_up"`
	LastSent *kpi.Millis `db:"last_sent"`
}

// Posts counts the letters of each [[notify]] that has any.
func (s *Store) Posts(ctx context.Context) ([]Post, error) {
	var out []Post
	err := s.r.SelectContext(ctx, &out, `SELECT notify,
		CAST(SUM(CASE WHEN state IN ('queued', 'failed') THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
		CAST(SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END) AS BIGINT) AS sent,
		CAST(SUM(CASE WHEN state = 'given_up' THEN 1 ELSE 0 END) AS BIGINT) AS given_up,
		MAX(sent_at) AS last_sent FROM outbox GROUP BY notify ORDER BY notify`)
	return out, err
}
