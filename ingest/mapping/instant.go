package mapping

import (
	"math"
	"strconv"
	"time"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/kpi"
)

// TimeForm reads texts of one form as milliseconds; false when a text has
// another form or names no real day.
type TimeForm func(s string) (int64, bool)

// NewTimeForm gives the reader of a named form (rfc3339, ms, unix, date, any) or
// of a Go layout; "" takes RFC 3339 with a zone, or milliseconds. A layout
// without a zone is read in the company's zone.
func NewTimeForm(form string, zone *time.Location) TimeForm {
	switch form {
	case "":
		return func(s string) (int64, bool) {
			if v, ok := parseRFC3339(s); ok {
				return v, true
			}
			return ParseInt(s)
		}
	case "rfc3339":
		return parseRFC3339
	case "ms":
		return ParseInt
	case "unix":
		return parseUnix
	case "date":
		return layout("2006-01-02", zone)
	case "any":
		return anyForm(zone)
	}
	return layout(form, zone)
}

// parseRFC3339 wants the full form: time.Parse alone would take one-digit hours
// and a comma before the fraction.
func parseRFC3339(s string) (int64, bool) {
	if len(s) < 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] == ',' {
		return 0, false
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UnixMilli(), err == nil && offsetOK(s)
}

// offsetOK refuses zone offsets such as +25:00, which time.Parse takes.
func offsetOK(s string) bool {
	if s[len(s)-1] == 'Z' {
		return true
	}
	offset := s[len(s)-5:]
	return offset[:2] <= "23" && offset[3:] <= "59"
}

func parseUnix(s string) (int64, bool) {
	v, ok := ParseInt(s)
	if !ok || v > 1<<40 || v < -1<<40 {
		return 0, false
	}
	return v * 1000, true
}

func layout(form string, zone *time.Location) TimeForm {
	return func(s string) (int64, bool) {
		t, err := time.ParseInLocation(form, s, zone)
		return t.UnixMilli(), err == nil
	}
}

// anyForm takes the forms vendors are known to write. Seconds and milliseconds
// since 1970 cannot be confused: no instant from 1990 to 2100 is both.
func anyForm(zone *time.Location) TimeForm {
	forms := []TimeForm{parseRFC3339}
	for _, l := range []string{
		"2006-01-02T15:04:05-0700", "2006-01-02 15:04:05-0700", "2006-01-02 15:04:05Z07:00",
		"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "20060102T15",
	} {
		forms = append(forms, layout(l, zone))
	}
	return func(s string) (int64, bool) {
		if v, ok := ParseInt(s); ok {
			if v < 1e11 {
				return parseUnix(s)
			}
			return v, true
		}
		for _, f := range forms {
			if v, ok := f(s); ok {
				return v, true
			}
		}
		return 0, false
	}
}

// NewInstant reads when a record changed, in any form vendors are known to write;
// false for what is no time. Texts without a zone are read in the one given.
func NewInstant(zone *time.Location) func(gjson.Result) (kpi.Millis, bool) {
	form := anyForm(zone)
	return func(v gjson.Result) (kpi.Millis, bool) {
		text := v.String()
		if v.Type == gjson.Number {
			if n := v.Num; n != math.Trunc(n) && n < 1e11 {
				return kpi.Millis(n * 1000), n > 0 // seconds with a fraction
			}
			text = strconv.FormatFloat(math.Trunc(v.Num), 'f', -1, 64) // 1.7e12 is a number, too
		}
		ms, ok := form(text)
		return kpi.Millis(ms), ok && ms > 0
	}
}

// dayOf gives the local day of an instant, counted from 1970-01-01.
func dayOf(ms int64, zone *time.Location) int64 {
	y, m, d := time.UnixMilli(ms).In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}
