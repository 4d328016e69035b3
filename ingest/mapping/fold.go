package mapping

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/kpi/fact"
)

// fold gathers the rows of one emit that have the same id into one row, as an
// event log needs. It holds a row for each id until flush.
type fold struct {
	spec *fact.Spec
	how  []string // by column: min, max, first, same; anything else is last
	at   map[string]int
	rows []fact.Row
}

func newFold(merge map[string]string, spec *fact.Spec) *fold {
	f := &fold{spec: spec, how: make([]string, len(spec.Columns)), at: map[string]int{}}
	for name, how := range merge {
		f.how[spec.Index(name)] = how
	}
	return f
}

// conflict finds a column that must be the same in all records of an id and is not.
func (f *fold) conflict(row *fact.Row) *problem {
	i, ok := f.at[row.ID]
	if !ok {
		return nil
	}
	for c, how := range f.how {
		before, now := f.rows[i].Values[c], row.Values[c]
		if how == "same" && before != now {
			name := f.spec.Columns[c].Name
			return &problem{name, fmt.Sprint(now), fmt.Sprintf("%v, as at %s: the %s %s is described twice", before, f.rows[i].Locator, f.spec.Name, row.ID)}
		}
	}
	return nil
}

func (f *fold) add(row fact.Row) {
	i, ok := f.at[row.ID]
	if !ok {
		keep(&row)
		f.at[row.ID] = len(f.rows)
		f.rows = append(f.rows, row)
		return
	}
	into := &f.rows[i]
	for c, v := range row.Values {
		if replaces(f.how[c], into.Values[c], v) {
			into.Values[c] = owned(v)
		}
	}
	if row.UpdatedAt != nil && (into.UpdatedAt == nil || *row.UpdatedAt > *into.UpdatedAt) {
		into.UpdatedAt = row.UpdatedAt
	}
	into.Gone = row.Gone
	for k, v := range row.Attribute {
		if into.Attribute == nil {
			into.Attribute = map[string]string{}
		}
		into.Attribute[k] = strings.Clone(v)
	}
}

// replaces decides for one column; a missing value never replaces a known one.
func replaces(how string, old, v any) bool {
	switch {
	case v == nil:
		return false
	case old == nil:
		return true
	}
	switch how {
	case "first", "same":
		return false
	case "min":
		return less(v, old)
	case "max":
		return less(old, v)
	}
	return true
}

func less(a, b any) bool {
	switch a := a.(type) {
	case int64:
		return a < b.(int64)
	case float64:
		return a < b.(float64)
	case string:
		return a < b.(string)
	}
	return false
}

// keep copies what the row borrows from its record, so that a few short fields
// do not hold the whole file in memory.
func keep(row *fact.Row) {
	row.ID = strings.Clone(row.ID)
	values := make([]any, len(row.Values))
	for i, v := range row.Values {
		values[i] = owned(v)
	}
	row.Values = values
	for k, v := range row.Attribute {
		row.Attribute[k] = strings.Clone(v)
	}
}

func owned(v any) any {
	if s, ok := v.(string); ok {
		return strings.Clone(s)
	}
	return v
}

func (f *fold) flush(to []fact.Row) []fact.Row {
	to = append(to, f.rows...)
	f.rows = nil
	clear(f.at)
	return to
}
