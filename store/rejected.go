package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// RejectedQuery selects open rejected records; "" and 0 are any.
type RejectedQuery struct {
	Source, Stream, Field string
	// After is the id of the record that the list goes on behind, Before of the one that
	// it ends in front of; one of them at most.
	After, Before int64
	Limit         int // 0: all
}

// where is the condition of the records without their place.
func (q RejectedQuery) where() (string, []any) {
	where, args := "resolved_at IS NULL", []any{}
	for _, c := range []struct{ column, value string }{{"source", q.Source}, {"stream", q.Stream}, {"field", q.Field}} {
		if c.value != "" {
			where, args = where+" AND "+c.column+" = ?", append(args, c.value)
		}
	}
	return where, args
}

// RejectedList is a part of the open rejected records, newest first.
type RejectedList struct {
	Rows  []Rejected
	Open  int // how many match, on whatever page
	Ahead int // how many of them are newer than the first row
}

// OpenRejected lists records that were put aside and did not come corrected yet.
func (s *Store) OpenRejected(ctx context.Context, q RejectedQuery) (RejectedList, error) {
	var out RejectedList
	where, args := q.where()
	if err := s.r.GetContext(ctx, &out.Open, s.r.Rebind("SELECT COUNT(*) FROM rejected_record WHERE "+where), args...); err != nil {
		return out, fmt.Errorf("count rejected records: %w", err)
	}
	var text strings.Builder
	text.WriteString("SELECT id, run, source, stream, locator, field, found, allowed, body FROM rejected_record WHERE " + where)
	part, order := slices.Clone(args), "DESC"
	switch {
	case q.After > 0:
		text.WriteString(" AND id < ?")
		part = append(part, q.After)
	case q.Before > 0:
		text.WriteString(" AND id > ?")
		part, order = append(part, q.Before), "ASC"
	}
	text.WriteString(" ORDER BY id " + order)
	if q.Limit > 0 {
		text.WriteString(" LIMIT ?")
		part = append(part, q.Limit)
	}
	if err := s.r.SelectContext(ctx, &out.Rows, s.r.Rebind(text.String()), part...); err != nil {
		return out, fmt.Errorf("list rejected records: %w", err)
	}
	if order == "ASC" {
		slices.Reverse(out.Rows)
	}
	if len(out.Rows) == 0 || q.After+q.Before == 0 {
		return out, nil
	}
	err := s.r.GetContext(ctx, &out.Ahead, s.r.Rebind("SELECT COUNT(*) FROM rejected_record WHERE "+where+" AND id > ?"), append(args, out.Rows[0].ID)...)
	return out, err
}

// RejectedKind is how many open rejected records there are of a stream and a field.
type RejectedKind struct {
	Stream string `db:"stream"`
	Field  string `db:"field"` // "" where the record as a whole was refused
	N      int    `db:"n"`
}

// RejectedKinds of a source, by stream and field.
func (s *Store) RejectedKinds(ctx context.Context, source string) ([]RejectedKind, error) {
	var out []RejectedKind
	err := s.r.SelectContext(ctx, &out, s.r.Rebind("SELECT stream, field, COUNT(*) AS n FROM rejected_record WHERE resolved_at IS NULL AND source = ? GROUP BY stream, field ORDER BY stream, field"), source)
	return out, err
}
