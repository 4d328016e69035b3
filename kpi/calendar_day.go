package kpi

import (
	"fmt"
	"strconv"
	"time"
)

const dayMillis = 24 * 60 * 60 * 1000

// ParseSpan reads 14d, 6w, 12m, 2q, 1h or 1y: up to four digits and a unit
// (h is a half year).
func ParseSpan(s string) (Span, error) {
	bad := func() (Span, error) {
		return Span{}, fmt.Errorf("span %q: want a whole number up to 9999 and d, w, m, q, h (half year) or y, such as 14d", s)
	}
	if len(s) < 2 || len(s) > 5 {
		return bad()
	}
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 16)
	if err != nil {
		return bad()
	}
	switch unit := s[len(s)-1]; unit {
	case 'd', 'w', 'm', 'q', 'h', 'y':
		return Span{N: int(n), Unit: unit}, nil
	}
	return bad()
}

// ParseDate reads YYYY-MM-DD, a day that exists, from 1990 to 2100.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %q: want a day that exists, as YYYY-MM-DD", s)
	}
	if t.Year() < minYear || t.Year() > maxYear {
		return Date{}, fmt.Errorf("date %q: year %d is outside %d to %d", s, t.Year(), minYear, maxYear)
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// Before says whether d is earlier than o.
func (d Date) Before(o Date) bool { return dayNumber(d) < dayNumber(o) }

// Midnight is the first instant of a local day: the first one whose local date
// is d or later. Where clocks skip midnight (or the whole day) that is the
// instant of the change, where they repeat it the first of the two.
func (c Calendar) Midnight(d Date) Millis {
	target := dayNumber(d) * dayMillis / 1000
	// No zone is a day ahead of UTC, so a day earlier it is not yet d anywhere.
	t := time.Unix(target-dayMillis/1000, 0).In(c.zone())
	for {
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		at := time.Unix(target-int64(offset), 0).In(c.zone())
		switch {
		case at.Before(t):
			return At(t)
		case end.IsZero() || at.Before(end):
			return At(at)
		}
		t = end.In(c.zone())
	}
}

// Day is the number of days from 1970-01-01 to the local date of an instant. It
// is the last day whose Midnight has come, so days never run backwards where
// clocks do.
func (c Calendar) Day(at Millis) int64 {
	_, offset := time.UnixMilli(int64(at)).In(c.zone()).Zone()
	day := floorDiv(int64(at)+int64(offset)*1000, dayMillis)
	if c.Midnight(civil(day+1)) <= at {
		return day + 1
	}
	return day
}

// Date is the local day of an instant.
func (c Calendar) Date(at Millis) Date { return civil(c.Day(at)) }

// Add moves an instant by a span of local calendar time. The time of day is
// kept, the start of a day stays one, and months clip to the month's end: 31
// January and a month is 28 or 29 February.
func (c Calendar) Add(at Millis, s Span) Millis { return c.move(at, s, 1) }

// Sub moves an instant back by a span.
func (c Calendar) Sub(at Millis, s Span) Millis { return c.move(at, s, -1) }

func (c Calendar) move(at Millis, s Span, sign int64) Millis {
	from := c.Date(at)
	to := from.plus(s, sign)
	if at == c.Midnight(from) {
		return c.Midnight(to)
	}
	t := time.UnixMilli(int64(at)).In(c.zone())
	return At(time.Date(to.Year, to.Month, to.Day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), c.zone()))
}

// plus is the day a span later, or earlier with sign -1.
func (d Date) plus(s Span, sign int64) Date {
	n := sign * int64(s.N)
	switch s.Unit {
	case 'd':
		return civil(dayNumber(d) + n)
	case 'w':
		return civil(dayNumber(d) + 7*n)
	case 'q':
		n *= 3
	case 'h':
		n *= 6
	case 'y':
		n *= 12
	}
	month := int64(d.Year)*12 + int64(d.Month) - 1 + n
	first := monthStart(month)
	length := dayNumber(monthStart(month+1)) - dayNumber(first)
	first.Day = min(d.Day, int(length))
	return first
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// dayNumber counts days from 1970-01-01; civil turns a number back into a date.
func dayNumber(d Date) int64 {
	return floorDiv(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix(), dayMillis/1000)
}

func civil(day int64) Date {
	y, m, d := time.Unix(day*dayMillis/1000, 0).UTC().Date()
	return Date{y, m, d}
}
