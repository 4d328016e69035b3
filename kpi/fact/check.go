package fact

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kpid/kpid/kpi"
)

// Limits are the instants a fact may lie between, as milliseconds, ends included.
type Limits struct {
	Earliest int64 // 1990-01-01
	Latest   int64 // 366 days after the clock of the run
	Plan     int64 // end of 2100, for Plan columns
}

// LimitsAt gives the limits of a run whose clock stands at now.
func LimitsAt(now kpi.Millis) Limits {
	const year = 366 * 24 * 60 * 60 * 1000
	return Limits{
		Earliest: time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(),
		Latest:   int64(now) + year,
		Plan:     time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() - 1,
	}
}

// ColumnError says what a column may not hold.
type ColumnError struct {
	Column  string
	Found   string
	Allowed string
}

// Error names the column, what was found and what is allowed.
func (e *ColumnError) Error() string {
	return fmt.Sprintf("%s: found %s; allowed: %s", e.Column, e.Found, e.Allowed)
}

// Check holds a row against its spec: number and types of the values and the
// range of each. The error is a *ColumnError.
func (s *Spec) Check(r Row, l Limits) error {
	if r.Fact != s.Name || len(r.Values) != len(s.Columns) {
		return &ColumnError{s.Name, fmt.Sprintf("a %s of %d values", r.Fact, len(r.Values)), fmt.Sprintf("%d values of %s", len(s.Columns), s.Name)}
	}
	if err := (Column{Name: "id", Kind: ID}).Check(r.ID, l, false); err != nil {
		return err
	}
	for i, c := range s.Columns {
		if err := c.Check(r.Values[i], l, s.IsPlan(c.Name)); err != nil {
			return err
		}
	}
	return nil
}

// IsPlan says that a column may lie in the far future.
func (s *Spec) IsPlan(column string) bool { return slices.Contains(s.Plan, column) }

// Check holds one stored value (nil, int64, float64 or string) against the
// column. The error is a *ColumnError.
func (c Column) Check(v any, l Limits, plan bool) error {
	allowed := ""
	switch v := v.(type) {
	case nil:
		if !c.Null {
			return &ColumnError{c.Name, "nothing", "a value (" + string(c.Kind) + ")"}
		}
	case int64:
		allowed = c.checkInt(v, l, plan)
	case float64:
		if c.Kind != Real {
			allowed = "no real number but " + string(c.Kind)
		} else if math.IsNaN(v) || math.IsInf(v, 0) {
			allowed = "a finite number"
		}
	case string:
		allowed = c.checkText(v)
	default:
		allowed = "int64, float64, string or nil"
	}
	if allowed != "" {
		return &ColumnError{c.Name, quote(v), allowed}
	}
	return nil
}

func (c Column) checkInt(v int64, l Limits, plan bool) string {
	switch c.Kind {
	case Ms:
		last := l.Latest
		if plan {
			last = l.Plan
		}
		if (v < l.Earliest || v > last) && !(plan && v == int64(kpi.Forever)) {
			return fmt.Sprintf("from %s to %s", kpi.Millis(l.Earliest), kpi.Millis(last))
		}
	case Day:
		const day = 24 * 60 * 60 * 1000
		if v < l.Earliest/day || v > l.Latest/day {
			return fmt.Sprintf("days from %d to %d", l.Earliest/day, l.Latest/day)
		}
	case Bool:
		if v != 0 && v != 1 {
			return "0 or 1"
		}
	case Minor, Int:
	default:
		return "no integer but " + string(c.Kind)
	}
	return ""
}

func (c Column) checkText(v string) string {
	switch c.Kind {
	case ID:
		if !IsID(v) {
			return "1 to 200 bytes of UTF-8 without control characters"
		}
	case Text:
		if !utf8.ValidString(v) || strings.IndexByte(v, 0) >= 0 {
			return "UTF-8 text without NUL"
		}
	case Enum:
		if !slices.Contains(c.Enum, v) {
			return strings.Join(c.Enum, ", ")
		}
	case JSON:
		if !json.Valid([]byte(v)) {
			return "JSON"
		}
	default:
		return "no text but " + string(c.Kind)
	}
	return ""
}

// IsID says that a text may be an id: 1 to 200 bytes of UTF-8 without control
// characters. That it is in normal form C is the mapping's work.
func IsID(s string) bool {
	if len(s) == 0 || len(s) > 200 {
		return false
	}
	for i := range len(s) {
		if b := s[i]; b < 0x20 || b >= 0x7f {
			return isWideID(s[i:])
		}
	}
	return true
}

func isWideID(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 })
}

func quote(v any) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}
