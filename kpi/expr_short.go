package kpi

import (
	"fmt"
	"strings"
)

// Short is the text of the scorecard's Target column: "+3–10 pts, 2 quarters",
// "70–85%", "over 100%", "10–25% lower YoY", "2–6 a month". unit and dir are
// the measure's.
func (e *Expr) Short(unit string, dir Direction) string {
	if e.Dir != 0 {
		dir = e.Dir
	}
	switch e.Kind {
	case ChangeKind:
		return e.shortChange(unit, dir)
	case CountKind:
		return e.shortLimit("", "fewer", dir) + " a " + string(e.Per)
	case RampKind:
		return fmt.Sprintf("%s%% by day %d–%d", e.shortSpan(), e.By[0], e.By[1])
	case TrendKind:
		return fmt.Sprintf("%s toward %s%s, near %s", dirWord(e.Dir), shortNumber(*e.Stretch), shortUnit(unit), shortNumber(e.Floor))
	case SLOKind:
		return shortNumber(e.Floor) + "%, over " + e.Over.words()
	case JudgedKind:
		if e.Least != "" {
			return e.Least + " or better, every " + e.Over.words()
		}
		return "green, every " + e.Over.words()
	case AllKind, AnyKind:
		return e.shortParts()
	}
	text := e.shortLimit(shortUnit(unit), "less", dir)
	if e.Over.N > 0 {
		text += ", over " + e.Over.words()
	}
	return text
}

// shortLimit is a level or a count with its unit.
func (e *Expr) shortLimit(unit, less string, dir Direction) string {
	floor := shortNumber(e.Floor)
	switch {
	case e.Cmp == "" && e.Stretch != nil:
		return ordered(e.Floor, *e.Stretch) + unit
	case e.Strict() && dir == Up:
		return "over " + floor + unit
	case e.Strict():
		return "under " + floor + unit
	case dir == Up:
		return floor + unit + " or more"
	}
	return floor + unit + " or " + less
}

// shortParts names the parts; each has a unit of its own, which is not known here.
func (e *Expr) shortParts() string {
	var names []string
	for _, part := range e.Parts {
		name := part.Part
		if name == "" {
			name = string(part.Kind)
		}
		names = append(names, strings.ReplaceAll(name, "_", " "))
	}
	return string(e.Kind) + " of: " + strings.Join(names, ", ")
}

// shortSpan is a range, or its only end.
func (e *Expr) shortSpan() string {
	if e.Stretch != nil {
		return ordered(e.Floor, *e.Stretch)
	}
	return shortNumber(e.Floor)
}

func (e *Expr) shortChange(unit string, dir Direction) string {
	size := e.shortSpan()
	switch {
	case e.Unit == "%":
		size += "%"
	case e.Unit == "pts" && unit == "%":
		size += " pts"
	case e.Unit == "pts":
		size += " points"
	default:
		size += shortUnit(unit)
	}
	if dir == Up {
		size = "+" + size
	} else {
		size += " lower"
	}
	switch {
	case e.YoY:
		return size + " YoY"
	case e.Per != "":
		return size + " a " + string(e.Per)
	}
	return size + ", " + e.In.words()
}

// ordered is a range as people read it, the smaller number first.
func ordered(a, b float64) string {
	if a > b {
		a, b = b, a
	}
	return shortNumber(a) + "–" + shortNumber(b)
}

func shortNumber(v float64) string {
	if v < 0 {
		return minus + shortNumber(-v)
	}
	return grouped(decimal(v))
}

// shortUnit leaves out what the KPI's name or the value column says: the end of
// a scale, index points, per so many.
func shortUnit(unit string) string {
	switch unit {
	case "%":
		return "%"
	case "days", "hours":
		return " " + unit
	}
	return ""
}

// words writes a span out: 2 quarters.
func (s Span) words() string {
	name := map[byte]string{'d': "day", 'w': "week", 'm': "month", 'q': "quarter", 'h': "half-year", 'y': "year"}[s.Unit]
	if s.N == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", s.N, name)
}
