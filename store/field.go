package store

import (
	"context"

	"github.com/kpid/kpid/kpi"
)

// Within bounds a look at facts: products (and pseudo-products) of a scope, a half-open
// span of time, and the instant up to which anything is known. No products: of all.
type Within struct {
	Products   []string
	Starts     kpi.Millis
	Ends, AsOf kpi.Millis
	Segment    string // "" and "all": everybody
}

// where is the condition on a fact's time and product.
func (w Within) where(at, product string) (string, []any) {
	text, args := at+" >= ? AND "+at+" < ? AND "+at+" <= ?", []any{w.Starts, w.Ends, w.AsOf}
	if len(w.Products) > 0 {
		text += " AND " + product + " IN (" + marks(len(w.Products)) + ")"
		args = append(args, anys(w.Products)...)
	}
	return text, args
}

// Moved is a movement of revenue with the reason its source gave; "" is none.
type Moved struct {
	Account, Product, Reason string
	At                       kpi.Millis
	Delta                    int64
}

// Movements lists the recurring movements of a span in time order.
func (s *Store) Movements(ctx context.Context, w Within) ([]Moved, error) {
	where, args := w.where("s.effective_at", "s.product_id")
	var out []Moved
	err := s.Query(ctx, "SELECT s.account_id, s.product_id, COALESCE(s.reason, ''), s.effective_at, s.mrr_delta FROM subscription_movement s WHERE s.recurring = 1 AND "+
		where+" ORDER BY s.effective_at, s.source, s.id", args, func(scan func(...any) error) error {
		var m Moved
		err := scan(&m.Account, &m.Product, &m.Reason, &m.At, &m.Delta)
		out = append(out, m)
		return err
	})
	return out, wrap(err, "movements of revenue")
}

// Payments lists the recurring movements of all known accounts that are neither internal
// nor a test, by account and time, as retention by logo adds them up.
func (s *Store) Payments(ctx context.Context, w Within) ([]kpi.Payment, error) {
	where, args := w.where("s.effective_at", "s.product_id")
	var out []kpi.Payment
	err := s.Query(ctx, `SELECT s.account_id, s.effective_at, s.mrr_delta
FROM subscription_movement s
JOIN account a ON a.id = s.account_id
WHERE s.recurring = 1 AND a.is_internal = 0 AND a.is_test = 0 AND `+where+`
ORDER BY s.account_id, s.effective_at, s.source, s.id`, args, func(scan func(...any) error) error {
		var p kpi.Payment
		err := scan(&p.Account, &p.At, &p.Delta)
		out = append(out, p)
		return err
	})
	return out, wrap(err, "payments")
}

// Span is half open.
type Span struct{ From, To kpi.Millis }

// InSegment lists when accounts were in a segment.
func (s *Store) InSegment(ctx context.Context, segment string) (map[string][]Span, error) {
	out := map[string][]Span{}
	err := s.Query(ctx, "SELECT account_id, valid_from, valid_to FROM account_segment WHERE segment = ?", []any{segment}, func(scan func(...any) error) error {
		var account string
		var x Span
		err := scan(&account, &x.From, &x.To)
		out[account] = append(out[account], x)
		return err
	})
	return out, wrap(err, "accounts of the segment "+segment)
}

// Topic of a ticket; "" is none.
type Topic struct{ Ref, Account, Topic string }

// Topics lists the tickets made in a span. A segment is one of accounts at that time,
// or topic=x.
func (s *Store) Topics(ctx context.Context, w Within) ([]Topic, error) {
	where, args := w.where("t.created_at", "t.product_id")
	if w.Segment != "" && w.Segment != "all" {
		where += ` AND ('topic=' || COALESCE(t.topic, '') = ? OR EXISTS (SELECT 1 FROM account_segment g
  WHERE g.account_id = t.account_id AND g.segment = ? AND t.created_at >= g.valid_from AND t.created_at < g.valid_to))`
		args = append(args, w.Segment, w.Segment)
	}
	var out []Topic
	err := s.Query(ctx, "SELECT t.source || '/' || t.id, COALESCE(t.account_id, ''), COALESCE(t.topic, '') FROM ticket t WHERE "+where+" ORDER BY t.source, t.id", args, func(scan func(...any) error) error {
		var t Topic
		err := scan(&t.Ref, &t.Account, &t.Topic)
		out = append(out, t)
		return err
	})
	return out, wrap(err, "topics of tickets")
}

// Cause of an incident. Incidents of one group are one Unit.
type Cause struct {
	Unit, Cause string
	Severity    int64
}

// Causes lists the incidents that began in a span.
func (s *Store) Causes(ctx context.Context, w Within) ([]Cause, error) {
	where, args := w.where("i.started_at", "i.product_id")
	var out []Cause
	err := s.Query(ctx, "SELECT COALESCE(i.group_ref, i.source || '/' || i.id), i.cause, i.severity FROM incident i WHERE "+where+" ORDER BY 1, 2", args, func(scan func(...any) error) error {
		var c Cause
		err := scan(&c.Unit, &c.Cause, &c.Severity)
		out = append(out, c)
		return err
	})
	return out, wrap(err, "causes of incidents")
}
