package kpi

import (
	"fmt"
	"time"
)

// Millis is an instant: milliseconds since 1970-01-01 UTC. It is the only time
// type that crosses a package border or reaches the store, because neither
// database has a timestamp type that sorts, subtracts and scans the same way.
type Millis int64

// Forever is the open end of a span of validity (2^53 - 1, exact in a float64).
const Forever Millis = 9007199254740991

// At converts a time to Millis, truncating below the millisecond.
func At(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time is the instant in UTC.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)).UTC() }

// String is RFC 3339 in UTC.
func (m Millis) String() string { return m.Time().Format(time.RFC3339) }

// Span is a length of calendar time such as 14d, 2q or 12m.
type Span struct {
	N    int
	Unit byte // d, w, m, q, h (half year) or y
}

// String is the written form, 14d.
func (s Span) String() string { return fmt.Sprintf("%d%c", s.N, s.Unit) }

// Date is a calendar day without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// String is YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// IsZero says that no date was given.
func (d Date) IsZero() bool { return d == Date{} }
