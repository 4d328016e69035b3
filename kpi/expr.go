package kpi

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is a form of target.
type Kind string

// The kinds of target (kpi-definitions 3.1).
const (
	LevelKind  Kind = "level"  // a value at or beyond a line
	ChangeKind Kind = "change" // a move from a baseline
	CountKind  Kind = "count"  // so many per period
	RampKind   Kind = "ramp"   // a share that grows with age
	TrendKind  Kind = "trend"  // a movement toward a value over a span
	SLOKind    Kind = "slo"    // an objective with its budget of failures
	JudgedKind Kind = "judged" // a traffic light that people set
	AllKind    Kind = "all"    // as good as the worst of its parts
	AnyKind    Kind = "any"    // as good as the best of them
)

// Expr is a parsed target expression.
type Expr struct {
	Part    string    // measure named before a colon; "" when none is
	Kind    Kind      //
	Dir     Direction // fixed by up, down or a comparison; 0: the measure's
	Cmp     string    // >=, >, <= or < of a level or count; "" for a range
	Floor   float64   // the easier end, in display units; of a change its size; of a trend what is near, of an slo the objective
	Stretch *float64  // the harder end, of a trend what it moves toward; nil: none
	Unit    string    // of a level, "" when left out; of a change pts, % or abs

	In   Span  // change: paced over this span from From
	From Date  // of a ramp, too; zero: general availability of each capability
	YoY  bool  // change: against the same period a year earlier
	Per  Grain // change: against the previous one of these; count: in each of these

	// Over is the span a level is pooled over (zero: a single period), the one a
	// trend or an slo looks at, and how often a judgement is due.
	Over     Span
	Trailing bool   // the span ends with the period instead of being a calendar one
	By       [2]int // ramp: by the first day of age a fast one stands at Floor; by the second a slow one does, and a fast one at Stretch
	Least    string // judged: amber where amber is enough; "" is green
	Parts    []*Expr
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
		add(dirWord(e.Dir), e.span(), e.Unit)
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
	case RampKind:
		add("ramp", e.span(), "%", "by", fmt.Sprintf("%dd..%dd", e.By[0], e.By[1]), "from", e.since())
	case TrendKind:
		add("trend", dirWord(e.Dir), "toward", decimal(*e.Stretch), "near", decimal(e.Floor), "over", e.Over.String())
	case SLOKind:
		add("slo", decimal(e.Floor), "%", "over", e.Over.String())
	case JudgedKind:
		add("judged", "every", e.Over.String())
		if e.Least != "" {
			add("at", "least", e.Least)
		}
	case AllKind, AnyKind:
		parts := make([]string, len(e.Parts))
		for i, part := range e.Parts {
			parts[i] = part.String()
		}
		add(string(e.Kind) + "(" + strings.Join(parts, "; ") + ")")
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

func dirWord(d Direction) string {
	if d == Down {
		return "down"
	}
	return "up"
}

// since is the day a ramp starts.
func (e *Expr) since() string {
	if e.From.IsZero() {
		return "ga"
	}
	return e.From.String()
}

// composite says whether a target is made of parts.
func (e *Expr) composite() bool { return e.Kind == AllKind || e.Kind == AnyKind }

// Each calls f for the expression and every part of it, from the outside in.
func (e *Expr) Each(f func(*Expr)) {
	f(e)
	for _, part := range e.Parts {
		part.Each(f)
	}
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
