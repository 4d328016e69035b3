package kpi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Display turns a stored value into display units: a fraction into percent,
// milliseconds into days or hours; everything else as it is.
func (m Measure) Display(v float64) float64 {
	switch m.Unit {
	case "%":
		return v * 100
	case "days":
		return v / dayMillis
	case "hours":
		return v / (dayMillis / 24)
	}
	return v
}

// Possible holds a limit, in display units, within what the measure can be: a
// process chart's limits are drawn no further than that.
func (m Measure) Possible(v float64) float64 {
	switch {
	case m.Unit == "%" && !m.Unbounded:
		return min(max(v, 0), 100)
	case m.Agg == NPS:
		return min(max(v, -100), 100)
	case m.Unit == "days", m.Unit == "hours", m.Agg == Count, m.Agg == Distinct, m.Agg == Share, m.Agg == Ratio && !m.Unbounded:
		return max(v, 0)
	}
	return v
}

// Format writes a value in display units with its unit, as every page, message
// and sentence shows it: 41.8%, 18,420, 128k, 6.8 days, 4.3 / 5, 5.3 per 100
// accounts. Minus is U+2212, a value that is exactly zero is 0, and one that is
// not a number is the dash of the unknown.
func (m Measure) Format(v float64) string { return m.withUnit(m.number(v, 0), v) }

// Shown is a stored value as rounded on a page; none is not zero. Two values that are
// shown alike are no restatement of each other.
func (m Measure) Shown(v *float64) string {
	if v == nil {
		return "none"
	}
	return m.Format(m.Display(*v))
}

// FormatPair writes a value and a line it was compared with (both in display
// units) with as many digits as it takes for the two to differ, so that a
// number never seems to contradict its verdict: 44.96% against 45%, not 45.0%
// against 45%. Zeros the line does not need are left out.
func (m Measure) FormatPair(v, line float64) (value, against string) {
	value, lines := m.formatAgainst(v, line)
	return value, lines[0]
}

// formatAgainst is FormatPair for several lines.
func (m Measure) formatAgainst(v float64, lines ...float64) (value string, against []string) {
	extra := 0
	for _, line := range lines {
		for extra < maxExtra && v != line && m.number(v, extra) == m.number(line, extra) {
			extra++
		}
	}
	for _, line := range lines {
		against = append(against, m.withUnit(m.line(line, extra), line))
	}
	return m.withUnit(m.number(v, extra), v), against
}

// maxExtra is where more digits end: verdicts have a tolerance of 1e-9.
const maxExtra = 9

// FormatChange writes a change: points for a rate (−0.9 pts), percent for an
// amount of 100 or more when the relative change is known (+1.2%), otherwise
// the unit itself (+1, +0.2 d). abs is in display units, relative a fraction.
// No change as shown is ±0.0 with the digits of the measure.
func (m Measure) FormatChange(abs float64, relative *float64) string {
	digits, unit := m.Digits, ""
	switch {
	case m.Unit == "%":
		unit = " pts"
	case m.Unit == "days" || m.Unit == "hours":
		unit = " " + m.Unit[:1]
		if math.Abs(abs) >= 9.95 {
			digits = 0
		}
	case relative != nil && m.amount() && !small(abs, *relative):
		abs, digits, unit = 100**relative, 1, "%"
	}
	if !finite(abs) {
		return unknown
	}
	text := fixed(math.Abs(abs), digits)
	switch {
	case zeroText(text):
		return "±" + text + unit
	case abs > 0:
		return "+" + text + unit
	}
	return minus + text + unit
}

// amount says whether the measure is counted or summed, so that a relative
// change makes sense.
func (m Measure) amount() bool { return m.Agg == Count || m.Agg == Sum || m.Agg == Distinct }

// small says whether both ends of a change are under 100.
func small(abs, relative float64) bool {
	if abs == 0 || relative == 0 {
		return false
	}
	before := abs / relative
	return math.Abs(before) < 100 && math.Abs(before+abs) < 100
}

const (
	minus   = "−"
	unknown = "–"
)

// withUnit puts the unit where the reader expects it. Index points need none:
// an NPS is 34.
func (m Measure) withUnit(number string, v float64) string {
	switch {
	case number == unknown || m.Unit == "" || m.Unit == "pts":
		return number
	case m.Unit == "%":
		return number + "%"
	case m.Unit == Rag:
		return ragWord(v)
	case strings.HasPrefix(m.Unit, "/"):
		return number + " / " + m.Unit[1:]
	case (m.Unit == "days" || m.Unit == "hours") && v == 1:
		return number + " " + strings.TrimSuffix(m.Unit, "s")
	}
	return number + " " + m.Unit
}

// Rag is the unit of a traffic light: 1 green, 0.5 amber, 0 red.
const Rag = "rag"

func ragWord(v float64) string {
	switch {
	case v > 0.75:
		return "green"
	case v > 0.25:
		return "amber"
	}
	return "red"
}

// digits is how many decimals a value is shown with: durations one under ten
// and none above, all others what the measure says.
func (m Measure) digits(v float64) int {
	if m.Unit != "days" && m.Unit != "hours" {
		return m.Digits
	}
	if math.Abs(v) < 9.95 {
		return min(m.Digits, 1)
	}
	return 0
}

// number writes v without its unit, with extra digits beyond the usual ones.
// The first extra step of an abbreviated amount writes it out.
func (m Measure) number(v float64, extra int) string {
	switch {
	case !finite(v):
		return unknown
	case v == 0:
		return "0"
	case !m.amount() || math.Abs(v) < 99999.5:
		return signed(v, grouped(fixed(math.Abs(v), m.digits(v)+extra)))
	case extra == 0:
		return signed(v, abbreviated(math.Abs(v)))
	}
	return signed(v, grouped(fixed(math.Abs(v), m.Digits+extra-1)))
}

// line writes a limit with no more digits than it needs (70%, not 70.0%).
func (m Measure) line(v float64, extra int) string {
	text := m.number(v, extra)
	whole, part, found := strings.Cut(text, ".")
	part = strings.TrimRight(part, "0")
	switch {
	case !found || strings.TrimLeft(part, "0123456789") != "": // 1.20M keeps its digits
		return text
	case part != "":
		return whole + "." + part
	case zeroText(strings.TrimPrefix(whole, minus)):
		return "0"
	}
	return whole
}

func signed(v float64, text string) string {
	if v < 0 && !zeroText(text) {
		return minus + text
	}
	return text
}

// fixed rounds half away from zero in decimal: 0.125 is 0.13, not the 0.12 of
// the nearest even digit, and 1.005 is 1.01 although its binary form is below.
func fixed(v float64, digits int) string {
	scale := math.Pow(10, float64(digits))
	if scaled := v * scale; scaled < 1<<52 {
		nudged := scaled + scaled*1e-14
		v = math.Floor(nudged+0.5) / scale
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

// zeroText says whether a number is zero as written.
func zeroText(s string) bool { return strings.Trim(s, "0.") == "" }

// grouped sets thousands separators.
func grouped(s string) string {
	whole, part, _ := strings.Cut(s, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if part != "" {
		b.WriteString("." + part)
	}
	return b.String()
}

// abbreviated writes three significant digits and a power of a thousand: 128k,
// 41.2M.
func abbreviated(v float64) string {
	names := []string{"", "k", "M", "B", "T"}
	i := 0
	for ; i < len(names)-1 && v >= 999.5; i++ {
		v /= 1000
	}
	digits := 0
	switch {
	case v < 9.995:
		digits = 2
	case v < 99.95:
		digits = 1
	}
	return grouped(fixed(v, digits)) + names[i]
}

// FormatCount writes a whole number with thousands separators: 1,284.
func FormatCount(n int64) string {
	if n < 0 {
		return minus + grouped(strconv.FormatUint(uint64(-n), 10))
	}
	return grouped(strconv.FormatInt(n, 10))
}

// PeriodName is how a heading names a period: Week 38, Aug 2026, Q2 2026.
func PeriodName(p Period) string {
	year, tail, _ := strings.Cut(p.ID, "-")
	switch p.Grain {
	case Week:
		n, _ := strconv.Atoi(strings.TrimPrefix(tail, "W"))
		return fmt.Sprintf("Week %d", n)
	case Year:
		return year
	}
	return PeriodShort(p) + " " + year
}

// PeriodShort is the name where the year is clear: W38, Aug, Q2, H1, 2026.
func PeriodShort(p Period) string {
	year, tail, _ := strings.Cut(p.ID, "-")
	switch p.Grain {
	case Month:
		n, _ := strconv.Atoi(tail)
		return monthName(n)
	case Year:
		return year
	case Week:
		return "W" + strings.TrimPrefix(tail[1:], "0")
	}
	return tail
}

func monthName(n int) string {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	if n < 1 || n > 12 {
		return "?"
	}
	return names[3*n-3 : 3*n]
}
