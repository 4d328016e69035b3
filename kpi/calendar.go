package kpi

import "errors"

var errStub = errors.New("stub")

// ParseSpan reads 14d, 6w, 12m, 2q, 1h or 1y.
func ParseSpan(s string) (Span, error) { return Span{}, errStub }

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) { return Date{}, errStub }

// Period gives the period with this id.
func (c Calendar) Period(id string) (Period, error) { return Period{}, errStub }

// Containing gives the period of a grain that contains an instant.
func (c Calendar) Containing(g Grain, at Millis) Period { return Period{} }

// Next is the period after p, Prev the one before, of the same grain.
func (c Calendar) Next(p Period) Period { return Period{} }

// Prev is the period before p.
func (c Calendar) Prev(p Period) Period { return Period{} }

// Between lists the periods of a grain that overlap [from, to), in time order.
func (c Calendar) Between(g Grain, from, to Millis) []Period { return nil }

// YearAgo is the period p is compared with year on year: weeks by 364 days,
// all others by the same name a year earlier.
func (c Calendar) YearAgo(p Period) Period { return Period{} }

// Add moves an instant by a span of local calendar time; months clip to the month's end.
func (c Calendar) Add(at Millis, s Span) Millis { return 0 }

// Sub moves an instant back by a span.
func (c Calendar) Sub(at Millis, s Span) Millis { return 0 }

// Midnight is the first instant of a local day.
func (c Calendar) Midnight(d Date) Millis { return 0 }

// Day is the number of days from 1970-01-01 to the local date of an instant.
func (c Calendar) Day(at Millis) int64 { return 0 }
