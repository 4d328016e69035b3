package scorecard

import (
	"strings"
	"unicode"

	"github.com/kpid/kpid/kpi"
)

// word is a status as it is read: off_track is "off track".
func word(s kpi.Status) string { return strings.ReplaceAll(string(s), "_", " ") }

// text is nil for a string that is empty, because what does not apply is null.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// capital puts a capital at the start.
func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// lower is a name inside a sentence: "Support tickets" is "support tickets",
// while "NPS" and "North Star" stay as they are.
func lower(name string) string {
	r := []rune(name)
	for i, c := range r {
		if i > 0 && unicode.IsUpper(c) {
			return name
		}
	}
	if len(r) > 0 {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}

// join lists names: "A", "A and B", "A, B and C".
func join(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// isOrAre agrees with a name by the last word of its head: "Support tickets per
// 100 accounts" are, "Customer effort, key workflows" is.
func isOrAre(name string) string {
	for _, end := range []string{",", ":", " (", " per ", " with ", " from ", " of ", " for ", " in "} {
		name, _, _ = strings.Cut(name, end)
	}
	for _, singular := range []string{"ss", "us", "is"} {
		if strings.HasSuffix(name, singular) {
			return "is"
		}
	}
	if strings.HasSuffix(name, "s") {
		return "are"
	}
	return "is"
}

// period names a period where the year is clear: W36, Aug, Q2, H1, 2026.
func period(id string) string {
	return kpi.PeriodShort(kpi.Period{ID: id, Grain: kpi.GrainOf(id)})
}

// periods names the pooled periods: "Aug", "4 weeks to W36".
func periods(pooled []string, last string, g kpi.Grain) string {
	if len(pooled) < 2 {
		return period(last)
	}
	return kpi.FormatCount(int64(len(pooled))) + " " + string(g) + "s to " + period(last)
}

// short is what a KPI is called where there is little room.
func (r Row) short() string {
	if r.Def != nil && r.Def.Short != "" {
		return r.Def.Short
	}
	return r.Name
}

// measure is the one the row shows.
func (r Row) measure() kpi.Measure {
	if m, ok := r.Def.Measure(r.Measure); ok {
		return m
	}
	return kpi.Measure{Unit: r.Unit, Digits: r.Digits}
}

// due is what the row should show by now, in words: "45.2% or more".
func (r Row) due() string {
	if r.Target == nil || r.Target.FloorNow == nil {
		return ""
	}
	line := r.measure().Format(*r.Target.FloorNow)
	if r.Value != nil {
		_, line = r.measure().FormatPair(*r.Value, *r.Target.FloorNow)
	}
	switch {
	case r.Target.Paced:
		return line + " by now"
	case r.Target.Strict && r.Direction == "up":
		return "over " + line
	case r.Target.Strict:
		return "under " + line
	case r.Direction == "up":
		return line + " or more"
	}
	return line + " or less"
}

// shown is the value with its unit, with as many digits as it takes to differ
// from the line it is compared with.
func (r Row) shown() string {
	if r.Value == nil {
		return "no value"
	}
	if r.Target == nil || r.Target.FloorNow == nil {
		return r.measure().Format(*r.Value)
	}
	value, _ := r.measure().FormatPair(*r.Value, *r.Target.FloorNow)
	return value
}
