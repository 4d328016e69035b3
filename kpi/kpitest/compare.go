package kpitest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// compare checks the words of an eval line against an observation and says
// what differs, or "".
func compare(want line, ev evaluated, o *kpi.Observation) string {
	for i := 0; i < len(want.words); i++ {
		w := want.words[i]
		next := func() string {
			if i+1 < len(want.words) {
				i++
				return want.words[i]
			}
			return ""
		}
		bad := ""
		switch {
		case want.quoted[i]:
			bad = unless(o == nil && w == ev.def.None, "the sentence for no value is "+strconv.Quote(ev.def.None))
		case w == "none":
			bad = unless(o == nil || o.Value == nil, "there is a value")
		case o == nil:
			bad = "there is no observation"
		case w == "ci":
			bad = interval("ci", next(), ev.measure, o.CILo, o.CIHi)
		case w == "bounds":
			bad = interval("bounds", next(), ev.measure, o.BoundLo, o.BoundHi)
		case w == "n":
			n := next()
			bad = unless(o.N != nil && fmt.Sprint(*o.N) == n, "n differs")
		case w == "state":
			bad = unless(string(o.State) == next(), "the state differs")
		case w == "pending":
			bad = unless(fmt.Sprint(o.Pending) == next(), "the pending count differs")
		case w == "excluded":
			bad = unless(fmt.Sprint(o.Excluded) == next(), "the excluded count differs")
		case w == "reason":
			bad = unless(o.Reason != nil && *o.Reason == next(), "the reason differs")
		case w == "trailing":
			bad = unless(o.Trailing != nil && *o.Trailing == next(), "the window differs")
		case w == "restated":
			cause := next()
			bad = unless(o.Restated && o.Cause != nil && *o.Cause == cause, "the restatement differs")
		case strings.Contains(w, "/"):
			num, den, _ := strings.Cut(w, "/")
			bad = unless(o.Num != nil && o.Den != nil && rounds(*o.Num, num) && rounds(*o.Den, den), "the fraction differs")
		case w == "%" || w == ev.measure.Unit:
			continue
		default:
			bad = unless(o.Value != nil && rounds(ev.measure.Display(*o.Value), w), "the value differs")
		}
		if bad != "" {
			return bad
		}
	}
	return ""
}

func unless(ok bool, message string) string {
	if ok {
		return ""
	}
	return message
}

func interval(name, text string, m kpi.Measure, lo, hi *float64) string {
	low, high, ok := strings.Cut(text, "..")
	if !ok {
		return name + " is written low..high, and none for an end there is not"
	}
	end := func(v *float64, want string) bool {
		if v == nil || want == "none" {
			return v == nil && want == "none"
		}
		return rounds(m.Display(*v), want)
	}
	return unless(end(lo, low) && end(hi, high), "the "+name+" differs")
}

func observationText(ev evaluated, o *kpi.Observation) string {
	if o == nil {
		return "none"
	}
	num := func(v *float64, display bool) string {
		if v == nil {
			return "none"
		}
		x := *v
		if display {
			x = ev.measure.Display(x)
		}
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	text := num(o.Value, true)
	if o.Num != nil && o.Den != nil {
		text = num(o.Num, false) + "/" + num(o.Den, false) + " " + text
	}
	if o.CILo != nil || o.CIHi != nil {
		text += " ci " + num(o.CILo, true) + ".." + num(o.CIHi, true)
	}
	if o.BoundLo != nil || o.BoundHi != nil {
		text += " bounds " + num(o.BoundLo, true) + ".." + num(o.BoundHi, true)
	}
	if o.N != nil {
		text += fmt.Sprintf(" n %d", *o.N)
	}
	text += fmt.Sprintf(" state %s pending %d excluded %d", o.State, o.Pending, o.Excluded)
	if o.Reason != nil {
		text += " reason " + strconv.Quote(*o.Reason)
	}
	if o.Trailing != nil {
		text += " trailing " + *o.Trailing
	}
	if o.Restated && o.Cause != nil {
		text += " restated " + strconv.Quote(*o.Cause)
	}
	return text
}
