package dashboards

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Typographic characters of the number rules: a real minus, an en dash for
// ranges and for "unknown".
const (
	minus   = "−"
	enDash  = "–"
	unknown = enDash
)

// plain writes a number that is no value of a measure: an axis tick, a numerator.
func plain(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return unknown
	}
	whole, frac, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', max(digits, 0), 64), ".")
	s := thousands(whole)
	if frac != "" {
		s += "." + frac
	}
	if v < 0 && strings.Trim(s, "0.,") != "" {
		s = minus + s
	}
	return s
}

func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// count writes a whole number.
func count(n int) string { return kpi.FormatCount(int64(n)) }

// measureOf is the measure a row shows; it knows how its values are written.
func measureOf(r scorecard.Row) kpi.Measure {
	if r.Def != nil && len(r.Def.Measures) > 0 {
		if m, ok := r.Def.Measure(r.Measure); ok {
			return m
		}
	}
	return kpi.Measure{ID: r.Measure, Unit: r.Unit, Digits: r.Digits}
}

// bare writes a value without its unit, for columns that give the unit a slot.
func bare(v float64, m kpi.Measure) string {
	s, _, _ := strings.Cut(strings.TrimSuffix(m.Format(v), "%"), " ")
	return s
}

// orUnknown writes a value that may not be there.
func orUnknown(v *float64, m kpi.Measure) string {
	if v == nil {
		return unknown
	}
	return m.Format(*v)
}

// span writes a range with its unit once: 45.6–52.6%.
func span(lo, hi float64, m kpi.Measure) string { return bare(lo, m) + enDash + m.Format(hi) }

// unitSlot is the small grey text after a value in a table; long units are
// part of the KPI's name there and give "".
func unitSlot(unit string) string {
	switch {
	case unit == "pts":
		return ""
	case strings.HasPrefix(unit, "/"):
		return "/ " + strings.TrimSpace(unit[1:])
	case len(unit) > 6:
		return ""
	}
	return unit
}

// changeUnit names the unit of a difference: a rate changes by points.
func changeUnit(unit string) string {
	switch {
	case unit == "%":
		return "pts"
	case strings.HasPrefix(unit, "/"):
		return ""
	}
	return unit
}

// periodShort names a period under a chart: W38, Sep, Q2, H1, 2026.
func periodShort(id string) string {
	id, _, _ = strings.Cut(id, "@")
	_, rest, ok := strings.Cut(id, "-")
	if !ok {
		return id
	}
	if m, err := strconv.Atoi(rest); err == nil && m >= 1 && m <= 12 {
		return time.Month(m).String()[:3]
	}
	return rest
}

// periodLong names a period in a sentence: week 38, Sep 2026, Q2 2026.
func periodLong(id string) string {
	year, rest, ok := strings.Cut(id, "-")
	if !ok {
		return id
	}
	if n, isWeek := strings.CutPrefix(rest, "W"); isWeek {
		return "week " + strings.TrimLeft(n, "0")
	}
	return periodShort(id) + " " + year
}

// dates writes a half-open span of days: 14–20 Sep 2026, 28 Sep – 4 Oct 2026.
func dates(starts, ends kpi.Millis, zone *time.Location) string {
	a, b := starts.Time().In(zone), ends.Time().In(zone).Add(-time.Millisecond)
	switch {
	case a.Year() != b.Year():
		return a.Format("2 Jan 2006") + " – " + b.Format("2 Jan 2006")
	case a.Month() != b.Month():
		return a.Format("2 Jan") + " – " + b.Format("2 Jan 2006")
	case a.Day() != b.Day():
		return a.Format("2") + enDash + b.Format("2 Jan 2006")
	}
	return b.Format("2 Jan 2006")
}

// stamp writes an instant with its zone: Mon 21 Sep 2026 06:14 CEST.
func stamp(at kpi.Millis, zone *time.Location) string {
	return at.Time().In(zone).Format("Mon 2 Jan 2006 15:04 MST")
}

// moment writes an instant in a table, without the zone.
func moment(at *kpi.Millis, zone *time.Location) string {
	if at == nil {
		return unknown
	}
	return at.Time().In(zone).Format("Mon 2 Jan 15:04")
}

// through writes an exclusive bound as the last day it covers: "Sun 20 Sep"
// for a bound at midnight, else the day and time.
func through(at kpi.Millis, zone *time.Location) string {
	t := at.Time().In(zone)
	if t.Hour() == 0 && t.Minute() == 0 {
		return t.Add(-time.Millisecond).Format("Mon 2 Jan")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// initialed shortens a name for a narrow column: Mary Okafor is M. Okafor.
func initialed(name string) string {
	first, last, ok := strings.Cut(strings.TrimSpace(name), " ")
	if !ok || first == "" {
		return name
	}
	return string([]rune(first)[:1]) + ". " + last
}

// plural writes 1 KPI, 2 KPIs.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// word writes a status: off_track is "off track".
func word(s kpi.Status) string {
	return strings.ReplaceAll(string(s), "_", " ")
}

// title puts a capital at the start.
func title(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// statuses in the order they have everywhere.
func statuses() []kpi.Status {
	return []kpi.Status{kpi.OffTrack, kpi.AtRisk, kpi.OnTrack, kpi.Exceeding, kpi.MaturingNow, kpi.NotEnoughData, kpi.NoData}
}

// orDash is the dash of the unknown for an empty text.
func orDash(s string) string {
	if s == "" {
		return unknown
	}
	return s
}
