package kpi

import (
	"fmt"
	"strconv"
	"time"
)

const (
	daySeconds = 24 * 60 * 60
	dayMillis  = daySeconds * 1000
)

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
//
// It asks for offsets only. time.Time.ZoneBounds would name the change, but puts
// the end of a leap year a day early where summer time spans the new year, so a
// search that steps from bound to bound may never end.
func (c Calendar) Midnight(d Date) Millis {
	target := dayNumber(d) * daySeconds
	lo, hi := target-daySeconds, target+daySeconds // not yet d in any zone; d in all
	before, after := c.offset(lo), c.offset(hi)
	if before == after {
		return Millis(target-before) * 1000
	}
	for hi-lo > 1 { // hi becomes the instant of the change
		if mid := lo + (hi-lo)/2; c.offset(mid) == before {
			lo = mid
		} else {
			hi = mid
		}
	}
	if old := target - before; old < hi {
		return Millis(old) * 1000
	}
	return Millis(max(hi, target-after)) * 1000
}

// offset is how many seconds local time is ahead of UTC at a Unix time.
func (c Calendar) offset(unix int64) int64 {
	_, seconds := time.Unix(unix, 0).In(c.zone()).Zone()
	return int64(seconds)
}

// Day is the number of days from 1970-01-01 to the local date of an instant. It
// is the last day whose Midnight has come, so days never run backwards where
// clocks do.
func (c Calendar) Day(at Millis) int64 {
	unix := floorDiv(int64(at), 1000)
	day := floorDiv(unix+c.offset(unix), daySeconds)
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
	return floorDiv(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix(), daySeconds)
}

func civil(day int64) Date {
	y, m, d := time.Unix(day*daySeconds, 0).UTC().Date()
	return Date{y, m, d}
}
