package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/kpi/fact"
)

// paramsPerStatement stays under SQLite's 32,766 and PostgreSQL's 65,535.
const paramsPerStatement = 8000

// table is how one fact is laid out in the database. For most facts that is
// column by column; product_event codes its dimensions (usage.go).
type table struct {
	spec    *fact.Spec
	name    string   // of the table
	columns []string // after the eight every fact has
	// selects reads the columns back as the spec has them
	selects []string
	encode  func(values []any) ([]any, error)
}

// head is what every fact table begins with.
var head = []string{"source", "id", "updated_at", "first_run", "last_run", "hash", "gone_at", "fault"}

func plainTable(s *fact.Spec) *table {
	t := &table{spec: s, name: s.Name + "_row", encode: func(v []any) ([]any, error) { return v, nil }}
	for _, c := range s.Columns {
		t.columns = append(t.columns, c.Name)
		t.selects = append(t.selects, "r."+c.Name)
	}
	return t
}

// scan reads the columns before a row's own into head, and gives its values as the
// fact has them.
func (t *table) scan(found *sql.Rows, head ...any) ([]any, error) {
	values := make([]any, len(t.selects))
	for i := range values {
		head = append(head, &values[i])
	}
	if err := found.Scan(head...); err != nil {
		return nil, err
	}
	for i, v := range values {
		if b, ok := v.([]byte); ok {
			values[i] = string(b)
		}
	}
	return values, nil
}

// hashRow is the content of a row: what a re-delivery is compared by.
func hashRow(values []any, gone *int64) string {
	h := sha256.New()
	var b [9]byte
	number := func(kind byte, u uint64) {
		b[0] = kind
		binary.LittleEndian.PutUint64(b[1:], u)
		h.Write(b[:])
	}
	for _, v := range values {
		switch x := v.(type) {
		case nil:
			number('_', 0)
		case int64:
			number('i', uint64(x))
		case float64:
			number('f', math.Float64bits(x))
		case string:
			number('s', uint64(len(x)))
			h.Write([]byte(x))
		}
	}
	if gone != nil {
		number('g', uint64(*gone))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// body is a row as fact_revision keeps it.
func body(spec *fact.Spec, values []any, updated, gone *int64) (string, error) {
	m := map[string]any{"updated_at": updated, "gone_at": gone}
	for i, c := range spec.Columns {
		m[c.Name] = values[i]
	}
	out, err := json.Marshal(m)
	return string(out), err
}

// insertMany writes rows in multi-row statements; suffix is the conflict clause.
func insertMany(ctx context.Context, tx *sqlx.Tx, into string, columns []string, rows [][]any, suffix string) error {
	per := paramsPerStatement / len(columns)
	for len(rows) > 0 {
		n := min(per, len(rows))
		one := "(" + marks(len(columns)) + ")"
		query := "INSERT INTO " + into + " (" + strings.Join(columns, ", ") + ") VALUES " +
			one + strings.Repeat(", "+one, n-1) + " " + suffix
		args := make([]any, 0, n*len(columns))
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := tx.ExecContext(ctx, tx.Rebind(query), args...); err != nil {
			return fmt.Errorf("write %s: %w", into, err)
		}
		rows = rows[n:]
	}
	return nil
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// chunks calls f with slices of at most n.
func chunks[T any](all []T, n int, f func([]T) error) error {
	for len(all) > 0 {
		k := min(n, len(all))
		if err := f(all[:k]); err != nil {
			return err
		}
		all = all[k:]
	}
	return nil
}

func anys[T any](in []T) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = v
	}
	return out
}

func splitColumns(list string) []string {
	parts := strings.Split(list, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
