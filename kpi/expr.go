package kpi

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is a form of target.
type Kind string

// The kinds this version judges. ParseExpr recognises ramp, trend, slo, judged,
// all and any, too, and says that they are not judged.
const (
	LevelKind  Kind = "level"  // a value at or beyond a line
	ChangeKind Kind = "change" // a move from a baseline
	CountKind  Kind = "count"  // so many per period
)

// Expr is a parsed target expression.
type Expr struct {
	Part    string    // measure named before a colon; "" when none is
	Kind    Kind      //
	Dir     Direction // fixed by up, down or a comparison; 0: the measure's
	Cmp     string    // >=, >, <= or < of a level or count; "" for a range
	Floor   float64   // the easier end, in display units; of a change its size
	Stretch *float64  // the harder end; nil: none
	Unit    string    // of a level, "" when left out; of a change pts, % or abs

	In   Span  // change: paced over this span from From
	From Date  //
	YoY  bool  // change: against the same period a year earlier
	Per  Grain // change: against the previous one of these; count: in each of these

	Over     Span // level: pooled over this span; zero: a single period
	Trailing bool // the span ends with the period instead of being a calendar one
}

// Strict says whether equality with the floor is not enough.
func (e *Expr) Strict() bool { return e.Cmp == ">" || e.Cmp == "<" }

// String is the canonical form; parsing it gives the same expression.
func (e *Expr) String() string {
	words := make([]string, 0, 12)
	add := func(s ...string) { words = append(words, s...) }
	if e.Part != "" {
		add(e.Part + ":")
	}
	switch e.Kind {
	case ChangeKind:
		add(map[Direction]string{Up: "up", Down: "down"}[e.Dir], e.span(), e.Unit)
		switch {
		case e.YoY:
			add("yoy")
		case e.Per != "":
			add("per", string(e.Per))
		default:
			add("in", e.In.String(), "from", e.From.String())
		}
	case CountKind:
		add("count", e.limit(), "per", string(e.Per))
	default:
		add("level", e.limit())
		if e.Unit != "" {
			add(e.Unit)
		}
		if e.Cmp != "" && e.Stretch != nil {
			add("stretch", decimal(*e.Stretch))
			if e.Unit != "" {
				add(e.Unit)
			}
		}
		if e.Over.N > 0 {
			add("over", e.Over.String())
		}
		if e.Trailing {
			add("trailing")
		}
	}
	return strings.Join(words, " ")
}

// limit is a comparison with its number, or the range.
func (e *Expr) limit() string {
	if e.Cmp != "" {
		return e.Cmp + " " + decimal(e.Floor)
	}
	return e.span()
}

func (e *Expr) span() string {
	if e.Stretch == nil {
		return decimal(e.Floor)
	}
	return decimal(e.Floor) + ".." + decimal(*e.Stretch)
}

// decimal writes a number the grammar reads back exactly: no exponent.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// ExprError says what was found where in an expression, what is allowed and
// the nearest valid form.
type ExprError struct {
	Text string
	Pos  int // byte offset
	Msg  string
}

// Error gives the message with its place: at 3 "up 10..3 pts yoy": …
func (e *ExprError) Error() string { return fmt.Sprintf("at %d %q: %s", e.Pos, e.Text, e.Msg) }
