package dashboards

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
)

// Typographic characters of the number rules: a real minus, an en dash for
// ranges and for "unknown".
const (
	minus   = "−"
	enDash  = "–"
	unknown = enDash
)

// number writes v with a fixed count of decimals and thousands separators.
// Counts of 100,000 and more are shortened to three significant digits.
func number(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return unknown
	}
	if digits == 0 && math.Abs(v) >= 100_000 {
		return short(v)
	}
	return plain(v, digits)
}

// plain writes v in full.
func plain(v float64, digits int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', max(digits, 0), 64)
	whole, frac, _ := strings.Cut(s, ".")
	s = thousands(whole)
	if frac != "" {
		s += "." + frac
	}
	if v < 0 && strings.Trim(s, "0.,") != "" {
		s = minus + s
	}
	return s
}

// short writes 41.2M or 128k: three significant digits.
func short(v float64) string {
	suffix, scaled := "k", v/1e3
	for _, step := range []string{"M", "G", "T"} {
		if math.Abs(scaled) < 999.5 {
			break
		}
		suffix, scaled = step, scaled/1e3
	}
	digits := 0
	for limit := 99.95; digits < 2 && math.Abs(scaled) < limit; limit /= 10 {
		digits++
	}
	return plain(scaled, digits) + suffix
}

func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// signed writes a change: +1.2, −0.9, ±0.0.
func signed(v float64, digits int) string {
	s := number(math.Abs(v), digits)
	switch {
	case strings.Trim(s, "0.") == "":
		return "±" + s
	case v < 0:
		return minus + s
	}
	return "+" + s
}

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

// withUnit writes a value in a sentence: 41.8%, 6.8 days, 4.3 / 5, 18,420.
func withUnit(v float64, unit string, digits int) string {
	s := number(v, digits)
	switch {
	case unit == "" || unit == "pts":
		return s
	case unit == "%":
		return s + "%"
	case strings.HasPrefix(unit, "/"):
		return s + " / " + strings.TrimSpace(unit[1:])
	}
	return s + " " + unit
}

// orUnknown is withUnit for a value that may not be there.
func orUnknown(v *float64, unit string, digits int) string {
	if v == nil {
		return unknown
	}
	return withUnit(*v, unit, digits)
}

// span writes a range once: 45.6–52.6%, W33–W36.
func span(lo, hi float64, unit string, digits int) string {
	return number(lo, digits) + enDash + withUnit(hi, unit, digits)
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

// difference writes a change with its unit: −0.9 pts, +0.2 days.
func difference(v float64, unit string, digits int) string {
	s := signed(v, digits)
	if u := changeUnit(unit); u != "" && u != "pts" || unit == "%" {
		s += " " + u
	}
	return s
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
	return number(float64(n), 0) + " " + many
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
