package kpitest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// rows turns the table under a load into facts.
func (r *runner) rows(b block, name string) ([]fact.Row, error) {
	spec, ok := fact.Find(name)
	if !ok {
		return nil, fmt.Errorf("%d: no fact is called %q; known are %s", b.number, name, strings.Join(fact.Names(), ", "))
	}
	if len(b.body) == 0 {
		return nil, fmt.Errorf("%d: load %s has no header line", b.number, name)
	}
	header := b.body[0].words
	for _, h := range header {
		if _, ok := spec.Column(h); !ok && h != "id" && h != "updated_at" {
			return nil, fmt.Errorf("%d: %s has no column %q", b.body[0].number, name, h)
		}
	}
	var out []fact.Row
	for _, l := range b.body[1:] {
		if len(l.words) != len(header) {
			return nil, fmt.Errorf("%d: %d cells under %d columns", l.number, len(l.words), len(header))
		}
		row, err := r.row(spec, header, l)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", l.number, err)
		}
		out = append(out, row)
	}
	return out, nil
}

func (r *runner) row(spec *fact.Spec, header []string, l line) (fact.Row, error) {
	r.serial++
	row := fact.Row{Fact: spec.Name, ID: fmt.Sprintf("%s-%d", spec.Name, r.serial), Values: make([]any, len(spec.Columns)), Locator: fmt.Sprint(l.number)}
	given := map[string]bool{}
	for i, h := range header {
		cell := l.words[i]
		switch {
		case h == "id":
			row.ID = cell
		case h == "updated_at":
			at, err := r.instant(cell)
			if err != nil {
				return row, err
			}
			row.UpdatedAt = &at
		default:
			given[h] = true
			if cell == "_" && !l.quoted[i] {
				continue
			}
			c, _ := spec.Column(h)
			v, err := r.value(c, cell)
			if err != nil {
				return row, fmt.Errorf("%s: %w", h, err)
			}
			row.Values[spec.Index(h)] = v
		}
	}
	for i, c := range spec.Columns {
		if row.Values[i] == nil && (!c.Null || !given[c.Name] && c.Default != nil) {
			row.Values[i] = neutral(spec, c, row.Values)
		}
	}
	return row, nil
}

// neutral is what a column takes that a load leaves out: the column's default,
// the row's own instant for a time, else something that changes nothing.
func neutral(spec *fact.Spec, c fact.Column, values []any) any {
	if c.Default != nil {
		return c.Default
	}
	switch c.Kind {
	case fact.Ms:
		if i := spec.Index(spec.Order); i >= 0 && values[i] != nil {
			return values[i]
		}
		return int64(0)
	case fact.Int, fact.Bool, fact.Minor, fact.Day:
		return int64(0)
	case fact.Real:
		return float64(0)
	case fact.Enum:
		return c.Enum[0]
	case fact.JSON:
		return "null"
	}
	return "-"
}

func (r *runner) value(c fact.Column, cell string) (any, error) {
	switch c.Kind {
	case fact.Ms:
		return r.instant(cell)
	case fact.Int, fact.Bool, fact.Minor, fact.Day:
		return strconv.ParseInt(cell, 10, 64)
	case fact.Real:
		return strconv.ParseFloat(cell, 64)
	}
	return cell, nil
}

func (r *runner) instant(s string) (int64, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, r.calendar.Zone); err == nil {
			return int64(kpi.At(t)), nil
		}
	}
	return 0, fmt.Errorf("%q is no time; write 2026-02-02T09:00 or 2026-02-02", s)
}
