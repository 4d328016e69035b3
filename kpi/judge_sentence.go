package kpi

import (
	"fmt"
	"strings"
)

// sentence says a verdict in one sentence with every number resolved. Numbers
// get as many digits as it takes not to contradict the status.
func (s *series) sentence(v *Verdict) string {
	switch {
	case len(v.Parts) > 0 && v.Reason != "source_late" && v.Reason != "gap":
		return s.partsSentence(v)
	case v.Published == NoData:
		return s.noData(v)
	case v.Published == MaturingNow && v.Reason == tooYoung:
		return s.numberOf(v) + ": too young to judge, maturing."
	case v.Published == MaturingNow:
		return s.maturing(v)
	case v.Published == NotEnoughData:
		return s.numberOf(v) + "; " + s.why(v) + ": not enough data."
	case v.Bounds != nil:
		return s.between(v) + ": " + v.Published.words() + " whatever is still to come."
	case v.WarnNow == nil:
		return s.byKind(v) + s.notes(v, nil) + "."
	}
	lines := []float64{*v.FloorNow}
	if v.StretchNow != nil {
		lines = append(lines, *v.StretchNow)
	}
	value, against := s.Measure.formatAgainst(*v.Value, lines...)
	text := fmt.Sprintf("%s (%s) against %s: %s", value, s.label(v), s.due(v, against[0]), v.Published.words())
	return text + s.notes(v, against) + "."
}

// notes is what a graded verdict adds: the stretch it reached, the status that
// waits, the line its interval includes, the notice.
func (s *series) notes(v *Verdict, against []string) string {
	var b strings.Builder
	if v.Published == Exceeding && len(against) > 1 {
		b.WriteString(", the stretch is " + against[1])
	}
	if v.Pending != "" {
		b.WriteString(", " + v.Pending.words() + " once a second period confirms it")
	}
	if v.Uncertain && s.doubtful(v, against) != "" {
		fmt.Fprintf(&b, ", but the interval %s to %s includes the %s",
			s.Measure.Format(v.CI[0]), s.Measure.Format(v.CI[1]), s.doubtful(v, against))
	}
	if v.Notice != "" {
		b.WriteString("; " + v.Notice)
	}
	return b.String()
}

// doubtful is the line inside the interval, as it was written before; the
// floor if there are several, "" if there is none.
func (s *series) doubtful(v *Verdict, against []string) string {
	inside := func(line *float64) bool { return line != nil && v.CI != nil && !excludes(v.CI, line) }
	switch {
	case inside(v.FloorNow):
		return "floor " + against[0]
	case inside(v.StretchNow):
		return "stretch " + against[1]
	case inside(v.WarnNow):
		return "warn line " + s.Measure.withUnit(s.Measure.line(*v.WarnNow, 0), *v.WarnNow)
	}
	if inside(v.StretchFinal) {
		return "final stretch " + s.Measure.withUnit(s.Measure.line(*v.StretchFinal, 0), *v.StretchFinal)
	}
	return ""
}

// due words the floor: "45.2% due by now", "70% or more", "under 5 days".
func (s *series) due(v *Verdict, floor string) string {
	e, up := v.Target.Expr, s.Measure.Direction == Up
	if v.Baseline != nil {
		e = v.Target.at(v.Baseline.Value)
	}
	strict := v.Target.Strict || e.Strict()
	switch {
	case v.Pace != nil && *v.Pace < 1, v.Kind == RampKind && *v.FloorNow < *v.FloorFinal:
		return floor + " due by now"
	case strict && up:
		return "over " + floor
	case strict:
		return "under " + floor
	case up:
		return floor + " or more"
	case s.Measure.amount():
		return floor + " or fewer"
	}
	return floor + " or less"
}

// noData keeps the last number where there is one.
func (s *series) noData(v *Verdict) string {
	name := s.short(v.Period)
	if p, err := s.Calendar.Period(v.Period); err == nil && v.Reason == "gap" { // it may be long ago
		name = PeriodName(p)
	}
	switch {
	case v.Reason == "never":
		return "No data yet."
	case v.Reason == ratingStale:
		return "No data for " + name + ": nobody has judged it recently enough."
	case strings.HasPrefix(v.Reason, "error: "):
		return "No data for " + name + ": " + strings.TrimPrefix(v.Reason, "error: ") + "."
	case v.Reason == "error":
		return "No data for " + name + ": it could not be computed."
	case v.Reason == "source_late" && v.Value != nil:
		return "No data: a source is overdue; the last number is " + s.numberOf(v) + "."
	case v.Reason == "source_late":
		return "No data: a source is overdue."
	case v.Reason == "gap" && v.Value != nil:
		return "No data since " + name + "; the last number is " + s.numberOf(v) + "."
	case v.Reason == "gap":
		return "No data since " + name + "."
	case s.Definition != nil && s.Definition.None != "":
		return "No data for " + name + ": " + s.Definition.None + "."
	}
	return "No data for " + name + "."
}

func (s *series) maturing(v *Verdict) string {
	if v.Bounds == nil {
		return s.numberOf(v) + " is not final yet: maturing."
	}
	return s.between(v) + ": maturing."
}

// between words the bounds of a maturing period against its floor.
func (s *series) between(v *Verdict) string {
	m := s.Measure
	_, against := m.formatAgainst(v.Bounds[0], *v.FloorNow)
	low, _ := m.FormatPair(v.Bounds[0], *v.FloorNow)
	high, _ := m.FormatPair(v.Bounds[1], *v.FloorNow)
	return fmt.Sprintf("Between %s and %s once %s is complete, against %s", low, high, s.short(v.Period), s.due(v, against[0]))
}

// why words a reason for not enough data.
func (s *series) why(v *Verdict) string {
	switch v.Reason {
	case "no_target":
		return "no target is in force"
	case "below_minimum":
		n := int64(0)
		if v.N != nil {
			n = *v.N
		} else if v.Den != nil {
			n = int64(*v.Den)
		}
		return fmt.Sprintf("n %s, needs %s", FormatCount(n), FormatCount(int64(s.minN(v.Target))))
	case "not_started":
		d := v.Target.Expr.From
		if d.IsZero() {
			return "it was not generally available yet"
		}
		return fmt.Sprintf("the target starts on %d %s %d", d.Day, monthName(int(d.Month)), d.Year)
	}
	if text, ok := map[string]string{
		"concentrated":        "one account holds too large a share of it",
		"not_reached":         "more than half have not got there within the time that is looked at",
		"too_few_events":      "too few have got there to tell",
		"response":            "too few of those asked have answered",
		"ga_unknown":          "it is not known since when the capability is generally available",
		"baseline_missing":    "there is no baseline to measure the change from",
		"zero_baseline":       "its baseline is 0, so a change in percent has no size",
		"negative_baseline":   "its baseline is below 0, so a change in percent has no size",
		"missing_sub_periods": "a part of the period is missing",
		"grain":               "it is not kept at a grain that the target's period is made of",
		"span":                "the target's span is no whole number of its periods",
		"too_little_history":  "no whole period of the target is over yet",
	}[v.Reason]; ok {
		return text
	}
	return strings.ReplaceAll(v.Reason, "_", " ")
}

// numberOf is the value with its period, or the fraction of a maturing one.
func (s *series) numberOf(v *Verdict) string {
	if v.Value == nil {
		return s.label(v)
	}
	return s.Measure.Format(*v.Value) + " (" + s.label(v) + ")"
}

// label names what was pooled: W36, or 4 weeks to W36.
func (s *series) label(v *Verdict) string {
	last := s.short(v.Pooled[len(v.Pooled)-1])
	if n := len(v.Pooled); n > 1 {
		return fmt.Sprintf("%d %s to %s", n, s.grain.plural(), last)
	}
	return last
}

func (s *series) short(id string) string {
	g, _, _, ok := splitID(id)
	if !ok {
		return id
	}
	return PeriodShort(Period{ID: id, Grain: g})
}

// words writes a status for people.
func (s Status) words() string { return strings.ReplaceAll(string(s), "_", " ") }
