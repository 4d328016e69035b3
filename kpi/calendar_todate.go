package kpi

import (
	"fmt"
	"strings"
)

// ToDate is the part of a period that lies before an instant: of the month, the
// (fiscal) quarter or the year that the day before it lies in. Its id carries the
// day it ends on, exclusive: 2026-09@2026-09-21.
func (c Calendar) ToDate(g Grain, end Millis) Period {
	p := c.Containing(g, end-1)
	p.ID, p.Ends = p.ID+"@"+c.Date(end).String(), end
	return p
}

// ToDateYearAgo is the span a to-date one is compared with: it begins with the
// same period of the year before and ends with the same calendar date. The year
// before a 29 February ends with the 28th.
func (c Calendar) ToDateYearAgo(p Period) Period {
	last := civil(c.Day(p.Ends) - 1)
	end := civil(dayNumber(last.plus(Span{N: 1, Unit: 'y'}, -1)) + 1)
	before := c.YearAgo(c.Containing(p.Grain, p.Starts))
	before.ID, before.Ends = before.ID+"@"+end.String(), c.Midnight(end)
	return before
}

// ParseToDate reads the id of a to-date span.
func (c Calendar) ParseToDate(id string) (Period, error) {
	whole, date, ok := strings.Cut(id, "@")
	if !ok {
		return Period{}, fmt.Errorf("period %q: want a period and the day it runs to, exclusive, such as 2026-09@2026-09-21", id)
	}
	p, err := c.Period(whole)
	if err != nil {
		return Period{}, err
	}
	d, err := ParseDate(date)
	if err != nil {
		return Period{}, err
	}
	end := c.Midnight(d)
	if end <= p.Starts || end > p.Ends {
		return Period{}, fmt.Errorf("period %q: %s runs from %s to %s, both days included", id, p.ID, c.Date(p.Starts), c.Date(p.Ends-1))
	}
	return Period{ID: id, Grain: p.Grain, Starts: p.Starts, Ends: end}, nil
}
