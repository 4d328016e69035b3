package kpi

import (
	"fmt"
	"strings"
	"time"
)

// Period gives the period with this id: 2026-W38, 2026-09, 2026-Q3, 2026-H2 or
// 2026. A week's number is the ISO week of its Thursday, whatever day the
// company's weeks start on.
func (c Calendar) Period(id string) (Period, error) {
	g, i, err := c.locate(id)
	if err != nil {
		return Period{}, err
	}
	return c.nth(g, i), nil
}

// locate gives the grain and index of an id without looking at clocks.
func (c Calendar) locate(id string) (g Grain, i int64, err error) {
	g, year, n, ok := splitID(id)
	if !ok {
		return "", 0, fmt.Errorf("period %q: want 2026-W38, 2026-09, 2026-Q3, 2026-H2 or 2026", id)
	}
	if year < minYear || year > maxYear {
		return "", 0, fmt.Errorf("period %q: year %d is outside %d to %d", id, year, minYear, maxYear)
	}
	if last := lastNumber(g, year); n < 1 || n > last {
		return "", 0, fmt.Errorf("period %q: %d has %s 1 to %d", id, year, g.plural(), last)
	}
	if g == Week {
		return g, c.index(g, thursday(year)+7*int64(n-1)), nil
	}
	return g, c.startYear(g, year)*g.perYear() + int64(n-1), nil
}

// id names the period with an index.
func (c Calendar) id(g Grain, i int64) string {
	if g == Week {
		thu := civil(i*7 + c.weekOffset() + floorMod(int64(time.Thursday-c.WeekStarts), 7))
		return fmt.Sprintf("%04d-W%02d", thu.Year, 1+(dayNumber(thu)-thursday(thu.Year))/7)
	}
	per := g.perYear()
	year, n := c.labelYear(g, floorDiv(i, per)), floorMod(i, per)+1
	switch g {
	case Month:
		return fmt.Sprintf("%04d-%02d", year, n)
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", year, n)
	case Half:
		return fmt.Sprintf("%04d-H%d", year, n)
	}
	return fmt.Sprintf("%04d", year)
}

// labelYear turns the calendar year a fiscal year starts in into its name, and
// startYear turns it back. A fiscal year that starts in January ends in the
// same year, so both ways of naming agree.
func (c Calendar) labelYear(g Grain, start int64) int64 {
	if c.FiscalByStart || c.fiscalOffset(g) == 0 {
		return start
	}
	return start + 1
}

func (c Calendar) startYear(g Grain, label int) int64 {
	return int64(label) - c.labelYear(g, 0)
}

// splitID takes an id apart; n is 1 for a year.
func splitID(id string) (g Grain, year, n int, ok bool) {
	digits := func(s string) (v int) {
		for _, r := range []byte(s) {
			if r < '0' || r > '9' {
				return -1
			}
			v = v*10 + int(r-'0')
		}
		return v
	}
	if len(id) < 4 {
		return "", 0, 0, false
	}
	year, g, n = digits(id[:4]), Year, 1
	switch {
	case len(id) == 8 && id[4:6] == "-W":
		g, n = Week, digits(id[6:])
	case len(id) == 7 && id[4:6] == "-Q":
		g, n = Quarter, digits(id[6:])
	case len(id) == 7 && id[4:6] == "-H":
		g, n = Half, digits(id[6:])
	case len(id) == 7 && id[4] == '-':
		g, n = Month, digits(id[5:])
	case len(id) != 4:
		return "", 0, 0, false
	}
	return g, year, n, year >= 0 && n >= 0
}

// lastNumber is the highest number a grain has in a year: 52 or 53 weeks.
func lastNumber(g Grain, year int) int {
	if g == Week {
		return int(thursday(year+1)-thursday(year)) / 7
	}
	return int(g.perYear())
}

// thursday is the day number of a year's first Thursday, which lies in ISO week 1.
func thursday(year int) int64 {
	jan1 := dayNumber(Date{year, time.January, 1})
	return jan1 + floorMod(-jan1, 7) // day 0 was a Thursday
}

func (g Grain) plural() string {
	if g == Half {
		return "halves"
	}
	return string(g) + "s"
}

// GrainOf is the grain of a period that has a valid id: 2026-W05, 2026-03, 2026-Q1,
// 2026-H1 or 2026.
func GrainOf(id string) Grain {
	switch {
	case strings.Contains(id, "-W"):
		return Week
	case strings.Contains(id, "-Q"):
		return Quarter
	case strings.Contains(id, "-H"):
		return Half
	case strings.Contains(id, "-"):
		return Month
	}
	return Year
}
