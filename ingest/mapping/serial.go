package mapping

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// Days of a spreadsheet's calendar, counted so that 1 is 1900-01-01. Excel has a 29
// February 1900 that never was, so what is before it is not read; the last is the end
// of the year 9999.
const (
	firstSerial = 61
	lastSerial  = 2_958_466
)

// serials reads the number that a cell of a workbook holds for a date, a wall time in
// the company's zone (46023.375 is 2026-01-01 09:00), beside the form itself. A form that
// counts seconds or milliseconds stays what it is.
func serials(name string, form TimeForm, zone *time.Location) TimeForm {
	if name == "ms" || name == "unix" {
		return form
	}
	first, second := form, serial(zone)
	if slices.Contains([]string{"", "any"}, name) { // these take any number as an instant of 1970
		first, second = second, first
	}
	return func(s string) (int64, bool) {
		if ms, ok := first(s); ok {
			return ms, true
		}
		return second(s)
	}
}

func serial(zone *time.Location) TimeForm {
	return func(s string) (int64, bool) {
		days, err := strconv.ParseFloat(s, 64)
		if err != nil || !(days >= firstSerial && days < lastSerial) {
			return 0, false
		}
		whole, part := math.Modf(days)
		clock := int(math.Round(part*86_400_000)) * int(time.Millisecond) // of the wall, also on days when it is changed
		return time.Date(1899, 12, 30+int(whole), 0, 0, 0, clock, zone).UnixMilli(), true
	}
}
