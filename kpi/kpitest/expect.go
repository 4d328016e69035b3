package kpitest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
)

// claim is one thing an eval line says of an observation: it gives what
// differs, or "".
type claim func(o *kpi.Observation) string

// words that may begin a claim, beside a number, a fraction and the unit.
func words() []string {
	return []string{"none", "ci", "bounds", "n", "state", "pending", "excluded", "reason", "trailing", "restated"}
}

// claims reads what an eval line says, before anything is compared: a word
// nobody understands must not pass for an expectation that holds.
func claims(l line, ev evaluated) ([]claim, error) {
	var out []claim
	for i := 0; i < len(l.words); i++ {
		w := l.words[i]
		if l.quoted[i] {
			out = append(out, sentence(w, ev.def))
			continue
		}
		if w == ev.measure.Unit {
			continue // the unit behind a value
		}
		if c, ok, err := number(w, ev.measure); ok || err != nil {
			if err != nil {
				return nil, err
			}
			out = append(out, c)
			continue
		}
		if w == "none" {
			out = append(out, func(o *kpi.Observation) string {
				return unless(o == nil || o.Value == nil, "there is a value")
			})
			continue
		}
		if !slices.Contains(words(), w) {
			return nil, unknown(w, ev.measure)
		}
		if i++; i == len(l.words) {
			return nil, fmt.Errorf("%s of what? a word is missing after it", w)
		}
		c, err := keyword(w, l.words[i], ev.measure)
		if err != nil {
			return nil, err
		}
		out = append(out, there(c))
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("nothing is said about this scope; write a value such as 50.0, a fraction such as 1/2, none, or %s", strings.Join(words()[1:], ", "))
	}
	return out, nil
}

// unknown says what a word could have been.
func unknown(w string, m kpi.Measure) error {
	unit := "; " + m.ID + " has no unit"
	if m.Unit != "" {
		unit = "; the unit of " + m.ID + " is " + m.Unit
	}
	return fmt.Errorf("the word %q says nothing here%s; allowed are a value, a fraction, a quoted sentence, %s%s",
		w, near.Hint(w, words()), strings.Join(words(), ", "), unit)
}

// there refuses a claim about an observation that does not exist.
func there(c claim) claim {
	return func(o *kpi.Observation) string {
		if o == nil {
			return "there is no number"
		}
		return c(o)
	}
}

func sentence(want string, d *kpi.Definition) claim {
	return func(o *kpi.Observation) string {
		return unless(o == nil && want == d.None, "the sentence for no value is "+strconv.Quote(d.None)+" and is said where there is no number at all")
	}
}

// number reads 50.0 and 1/2. ok is false for what is neither.
func number(w string, m kpi.Measure) (c claim, ok bool, err error) {
	num, den, fraction := strings.Cut(w, "/")
	if !fraction {
		if !numeric(w) {
			return nil, false, nil
		}
		return there(func(o *kpi.Observation) string {
			return unless(o.Value != nil && rounds(m.Display(*o.Value), w), "the value differs")
		}), true, nil
	}
	if !numeric(num) || !numeric(den) {
		return nil, false, fmt.Errorf("%q is no fraction; write it as 1/2", w)
	}
	return there(func(o *kpi.Observation) string {
		return unless(o.Num != nil && o.Den != nil && rounds(*o.Num, num) && rounds(*o.Den, den), "the fraction differs")
	}), true, nil
}

// keyword reads the word that follows one of words.
func keyword(w, arg string, m kpi.Measure) (claim, error) {
	switch w {
	case "ci":
		return interval("interval", arg, m, func(o *kpi.Observation) (lo, hi *float64) { return o.CILo, o.CIHi })
	case "bounds":
		return interval("bounds", arg, m, func(o *kpi.Observation) (lo, hi *float64) { return o.BoundLo, o.BoundHi })
	case "n", "pending", "excluded":
		return counted(w, arg)
	case "state":
		states := []string{string(kpi.Open), string(kpi.Provisional), string(kpi.Maturing), string(kpi.Final)}
		if !slices.Contains(states, arg) {
			return nil, fmt.Errorf("there is no state %q%s; allowed: %s", arg, near.Hint(arg, states), strings.Join(states, ", "))
		}
		return func(o *kpi.Observation) string { return unless(string(o.State) == arg, "the state differs") }, nil
	case "reason":
		return func(o *kpi.Observation) string {
			return unless(o.Reason != nil && *o.Reason == arg, "the reason differs")
		}, nil
	case "trailing":
		return func(o *kpi.Observation) string {
			return unless(o.Trailing != nil && *o.Trailing == arg, "the window differs")
		}, nil
	}
	return func(o *kpi.Observation) string {
		return unless(o.Restated && o.Cause != nil && *o.Cause == arg, "the restatement differs")
	}, nil
}

func counted(w, arg string) (claim, error) {
	want, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s %q is no whole number", w, arg)
	}
	return func(o *kpi.Observation) string {
		got := map[string]*int64{"n": o.N, "pending": &o.Pending, "excluded": &o.Excluded}[w]
		return unless(got != nil && *got == want, "the count of "+w+" differs")
	}, nil
}

func interval(name, text string, m kpi.Measure, ends func(*kpi.Observation) (lo, hi *float64)) (claim, error) {
	low, high, ok := strings.Cut(text, "..")
	if !ok || low != "none" && !numeric(low) || high != "none" && !numeric(high) {
		return nil, fmt.Errorf("%q is no range; write low..high, and none for an end there is not", text)
	}
	end := func(v *float64, want string) bool {
		if v == nil || want == "none" {
			return v == nil && want == "none"
		}
		return rounds(m.Display(*v), want)
	}
	return func(o *kpi.Observation) string {
		lo, hi := ends(o)
		return unless(end(lo, low) && end(hi, high), "the "+name+" differs")
	}, nil
}

func unless(ok bool, message string) string {
	if ok {
		return ""
	}
	return message
}

func numeric(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}
