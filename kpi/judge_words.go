package kpi

import (
	"fmt"
	"strings"
)

// byKind says the verdict of a kind that does not compare one number with lines.
func (s *series) byKind(v *Verdict) string {
	e := v.Target.at(baselineOf(v)) // an alternative may be of another kind
	value := s.Measure.Format(*v.Value) + " (" + s.label(v) + ")"
	switch v.Kind {
	case SLOKind:
		shown, promised := s.Measure.FormatPair(*v.Value, e.Floor)
		text := fmt.Sprintf("%s (%s) against %s promised over %s, %s%% of the failures allowed used up",
			shown, s.label(v), promised, e.Over.words(), percent(*v.Budget))
		if v.State == Open {
			text += " so far"
		}
		return text + ": " + v.Published.words()
	case JudgedKind:
		asked := "green"
		if e.Least != "" {
			asked = e.Least + " or better"
		}
		return value + " against " + asked + ": " + v.Published.words()
	}
	mean := s.Measure
	mean.Digits++
	return fmt.Sprintf("%s, the last %d average %s, over %s toward %s, near is %s: %s", value, trendTail, mean.Format(*v.Attainment),
		e.Over.words(), s.Measure.withUnit(s.Measure.line(*e.Stretch, 0), *e.Stretch), s.Measure.withUnit(s.Measure.line(e.Floor, 0), e.Floor), v.Published.words())
}

func baselineOf(v *Verdict) float64 {
	if v.Baseline == nil {
		return 0
	}
	return v.Baseline.Value
}

// percent writes a share of a budget: 80, 116.7 and 99.9, never a 100 that was
// rounded up or down across the line it is held against.
func percent(share float64) string {
	digits := 0
	for digits < 6 && share != 1 && fixed(100*share, digits) == fixed(100, digits) {
		digits++
	}
	return fixed(100*share, digits)
}

// partsSentence says what a composite or a ramp of capabilities comes to.
func (s *series) partsSentence(v *Verdict) string {
	text := capitalized(v.Published.words()) + s.notes(v, nil) + ": "
	if v.Kind == RampKind {
		n, on := 0, 0
		for _, p := range v.Parts {
			if p.Raw.Graded() {
				n++
			}
			if p.Raw.OnTarget() {
				on++
			}
		}
		if n == 0 {
			return fmt.Sprintf("%s; none of its capabilities can be judged yet: %s%s.", s.numberOf(v), v.Published.words(), s.notes(v, nil))
		}
		return fmt.Sprintf("%s, %d of %d capabilities on their ramp: %s%s.", s.numberOf(v), on, n, v.Published.words(), s.notes(v, nil))
	}
	var parts []string
	for _, p := range v.Parts {
		parts = append(parts, strings.ReplaceAll(p.Name, "_", " ")+" "+lowered(strings.TrimSuffix(p.Sentence, ".")))
	}
	return text + strings.Join(parts, "; ") + "."
}

func capitalized(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// lowered begins a sentence that stands inside another one.
func lowered(text string) string {
	for _, word := range []string{"No ", "Between "} {
		if strings.HasPrefix(text, word) {
			return strings.ToLower(text[:1]) + text[1:]
		}
	}
	return text
}
