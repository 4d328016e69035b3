package kpi

import "time"

// Years that a period id or a date may carry. Facts begin in 1990 and plans end
// in 2100; the bounds keep a mistyped year from becoming a loop over centuries.
const (
	minYear = 1990
	maxYear = 2100
)

// Containing gives the period of a grain that contains an instant. An instant
// outside the years 1990 to 2100 gives the first or the last period of them.
func (c Calendar) Containing(g Grain, at Millis) Period {
	return c.nth(g, c.index(g, c.Day(c.clamp(at))))
}

// Next is the period after p, Prev the one before, of the same grain.
func (c Calendar) Next(p Period) Period { return c.shift(p, 1) }

// Prev is the period before p.
func (c Calendar) Prev(p Period) Period { return c.shift(p, -1) }

// Ended is the newest period of a grain that is over at an instant.
func (c Calendar) Ended(g Grain, at Millis) Period { return c.Prev(c.Containing(g, at)) }

// shift moves by n periods of the same grain.
func (c Calendar) shift(p Period, n int64) Period {
	return c.nth(p.Grain, c.index(p.Grain, c.Day(p.Starts))+n)
}

// Between lists the periods of a grain that overlap [from, to), in time order.
// Both ends are held within the years 1990 to 2100, so an open end is finite.
func (c Calendar) Between(g Grain, from, to Millis) []Period {
	if from >= to {
		return nil
	}
	last := c.clamp(to - 1)
	var out []Period
	for p := c.Containing(g, from); p.Starts <= last; p = c.Next(p) {
		out = append(out, p)
	}
	return out
}

// YearAgo is the period p is compared with year on year: weeks by 364 days, so
// that weekdays match and week 53 has a counterpart; all others by the same
// name a year earlier.
func (c Calendar) YearAgo(p Period) Period { return c.shift(p, -p.Grain.perYear()) }

// perYear is how many periods lie between one and its counterpart a year on.
func (g Grain) perYear() int64 {
	if g == Week {
		return 52
	}
	return 12 / g.months()
}

// clamp holds an instant within the years that have periods.
func (c Calendar) clamp(at Millis) Millis {
	first := c.Midnight(Date{minYear, time.January, 1})
	end := c.Midnight(Date{maxYear + 1, time.January, 1})
	return min(max(at, first), end-1)
}

// months is the length of a grain in months; 0 for a week.
func (g Grain) months() int64 {
	switch g {
	case Month:
		return 1
	case Quarter:
		return 3
	case Half:
		return 6
	case Year:
		return 12
	}
	return 0
}

// index numbers the periods of a grain without gaps, so that neighbours differ
// by one: weeks from 1970, the others from the (fiscal) year 0.
func (c Calendar) index(g Grain, day int64) int64 {
	n := g.months()
	if n == 0 {
		return floorDiv(day-c.weekOffset(), 7)
	}
	d := civil(day)
	month := int64(d.Year)*12 + int64(d.Month) - 1
	return floorDiv(month-c.fiscalOffset(g), n)
}

// firstDay is the local day number on which the period with an index starts.
func (c Calendar) firstDay(g Grain, i int64) int64 {
	if n := g.months(); n > 0 {
		return dayNumber(monthStart(i*n + c.fiscalOffset(g)))
	}
	return i*7 + c.weekOffset()
}

// nth builds the period with an index.
func (c Calendar) nth(g Grain, i int64) Period {
	return Period{
		ID: c.id(g, i), Grain: g,
		Starts: c.Midnight(civil(c.firstDay(g, i))),
		Ends:   c.Midnight(civil(c.firstDay(g, i+1))),
	}
}

// weekOffset is the number of the first day on or after 1970-01-01, a
// Thursday, that starts a week.
func (c Calendar) weekOffset() int64 { return floorMod(int64(c.WeekStarts-time.Thursday), 7) }

// fiscalOffset is how many months after January the fiscal year starts.
// Calendar months are not fiscal.
func (c Calendar) fiscalOffset(g Grain) int64 {
	if g == Month || c.FiscalStart == 0 {
		return 0
	}
	return floorMod(int64(c.FiscalStart-time.January), 12)
}

// monthStart is the first day of the month with this number counted from year 0.
func monthStart(month int64) Date {
	return Date{int(floorDiv(month, 12)), time.Month(floorMod(month, 12) + 1), 1}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - b*floorDiv(a, b) }
