package kpitest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// batch is what one load brings.
type batch struct {
	source string
	rows   []fact.Row
}

// load reads the table under a load; it is stored at the next evaluation.
func (r *runner) load(b block) error {
	words, source := b.words, "test"
	if n := len(words); n > 3 && words[n-2] == "from" {
		words, source = words[:n-2], words[n-1]
	}
	name := words[len(words)-1]
	if rest := strings.Join(words[:len(words)-1], " "); rest != "load" && rest != "then load" {
		return fmt.Errorf("write load FACT [from SOURCE] or, for what a later run brings, then load FACT [from SOURCE]")
	}
	spec, ok := fact.Find(name)
	if !ok {
		return fmt.Errorf("no fact is called %q%s; known are %s", name, near.Hint(name, fact.Names()), strings.Join(fact.Names(), ", "))
	}
	if len(b.body) == 0 {
		return fmt.Errorf("load %s has no header line", name)
	}
	errs := []error{header(spec, b.body[0])}
	var rows []fact.Row
	for _, l := range b.body[1:] {
		if len(l.words) != len(b.body[0].words) {
			errs = append(errs, mistake(l.number, "%d cells under %d columns", len(l.words), len(b.body[0].words)))
			continue
		}
		row, err := r.row(spec, b.body[0].words, l)
		rows, errs = append(rows, row), append(errs, at(l.number, err))
	}
	r.loads = append(r.loads, batch{source, rows})
	return errors.Join(errs...)
}

// header checks the names of the columns.
func header(spec *fact.Spec, l line) error {
	known := []string{"id"}
	for _, c := range spec.Columns {
		known = append(known, c.Name)
	}
	var errs []error
	for i, h := range l.words {
		switch {
		case h != "updated_at" && !slices.Contains(known, h):
			errs = append(errs, mistake(l.number, "%s has no column %q%s; it has %s", spec.Name, h, near.Hint(h, known), strings.Join(known, ", ")))
		case slices.Contains(l.words[:i], h):
			errs = append(errs, mistake(l.number, "the column %s is there twice", h))
		}
	}
	return errors.Join(errs...)
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
			c, ok := spec.Column(h)
			if !ok {
				continue // said at the header
			}
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
	case fact.Day:
		if d, err := kpi.ParseDate(cell); err == nil {
			return kpi.Calendar{}.Day(kpi.Calendar{}.Midnight(d)), nil
		}
		return whole(cell, "a day such as 2026-02-02")
	case fact.Bool:
		if cell != "0" && cell != "1" {
			return nil, fmt.Errorf("found %q, wanted 0 or 1", cell)
		}
		return whole(cell, "")
	case fact.Int, fact.Minor:
		return whole(cell, "a whole number")
	case fact.Real:
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("found %q, wanted a number", cell)
		}
		return v, nil
	case fact.Enum:
		if !slices.Contains(c.Enum, cell) {
			return nil, fmt.Errorf("found %q%s; allowed: %s", cell, near.Hint(cell, c.Enum), strings.Join(c.Enum, ", "))
		}
	}
	return cell, nil
}

func whole(cell, wanted string) (any, error) {
	v, err := strconv.ParseInt(cell, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("found %q, wanted %s", cell, wanted)
	}
	return v, nil
}

func (r *runner) instant(s string) (int64, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, r.calendar.Zone); err == nil {
			return int64(kpi.At(t)), nil
		}
	}
	return 0, fmt.Errorf("%q is no time; write 2026-02-02T09:00 or 2026-02-02", s)
}
