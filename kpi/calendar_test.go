package kpi

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t testing.TB, s string) Millis {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return At(v)
}

func TestPeriodBounds(t *testing.T) {
	berlin, monday := zone(t, "Europe/Berlin"), time.Monday
	tests := map[string]struct {
		c            Calendar
		id           string
		starts, ends string
		hours        int64
	}{
		"week with the hour lost":    {Calendar{Zone: berlin, WeekStarts: monday}, "2026-W13", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z", 167},
		"week with the hour won":     {Calendar{Zone: berlin, WeekStarts: monday}, "2026-W43", "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z", 169},
		"ISO week 53":                {Calendar{WeekStarts: monday}, "2026-W53", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z", 168},
		"week 1 starts last year":    {Calendar{WeekStarts: monday}, "2025-W01", "2024-12-30T00:00:00Z", "2025-01-06T00:00:00Z", 168},
		"sunday start":               {Calendar{WeekStarts: time.Sunday}, "2026-W38", "2026-09-13T00:00:00Z", "2026-09-20T00:00:00Z", 168},
		"saturday start":             {Calendar{WeekStarts: time.Saturday}, "2026-W38", "2026-09-12T00:00:00Z", "2026-09-19T00:00:00Z", 168},
		"month":                      {Calendar{}, "2028-02", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z", 29 * 24},
		"calendar quarter":           {Calendar{}, "2026-Q3", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z", 92 * 24},
		"fiscal quarter, by the end": {Calendar{FiscalStart: time.July}, "2027-Q1", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z", 92 * 24},
		"fiscal quarter, by start":   {Calendar{FiscalStart: time.July, FiscalByStart: true}, "2026-Q3", "2027-01-01T00:00:00Z", "2027-04-01T00:00:00Z", 90 * 24},
		"fiscal half":                {Calendar{FiscalStart: time.April}, "2026-H2", "2025-10-01T00:00:00Z", "2026-04-01T00:00:00Z", 182 * 24},
		"fiscal year":                {Calendar{FiscalStart: time.February}, "2026", "2025-02-01T00:00:00Z", "2026-02-01T00:00:00Z", 365 * 24},
		"months are not fiscal":      {Calendar{FiscalStart: time.February}, "2026-01", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 31 * 24},
		"midnight that is skipped":   {Calendar{Zone: zone(t, "America/Sao_Paulo")}, "2018-11", "2018-11-01T03:00:00Z", "2018-12-01T02:00:00Z", 719},
	}
	for name, tt := range tests {
		p, err := tt.c.Period(tt.id)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Starts != at(t, tt.starts) || p.Ends != at(t, tt.ends) || int64(p.Ends-p.Starts) != tt.hours*3600*1000 {
			t.Errorf("%s: %s is %v to %v", name, tt.id, p.Starts, p.Ends)
		}
	}
}

func TestPeriodRefuses(t *testing.T) {
	tests := map[string]string{
		"":          "want 2026-W38",
		"2026-W54":  "2026 has weeks 1 to 53",
		"2025-W53":  "2025 has weeks 1 to 52",
		"2026-W00":  "weeks 1 to 53",
		"2026-13":   "months 1 to 12",
		"2026-Q5":   "quarters 1 to 4",
		"2026-H3":   "halves 1 to 2",
		"1989":      "outside 1990 to 2100",
		"2101-W01":  "outside 1990 to 2100",
		"2026-w38":  "want 2026-W38",
		"2026-W3":   "want 2026-W38",
		"2026-W+8":  "want 2026-W38",
		"-026-01":   "want 2026-W38",
		"2026-W38 ": "want 2026-W38",
		"2026-1":    "want 2026-W38",
	}
	for id, want := range tests {
		if p, err := (Calendar{}).Period(id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Period(%q) = %v, %v; want an error with %q", id, p, err, want)
		}
	}
}

func TestYearAgo(t *testing.T) {
	c := Calendar{Zone: zone(t, "Europe/Berlin"), WeekStarts: time.Monday}
	for id, want := range map[string]string{
		"2026-W53": "2026-W01", "2026-W38": "2025-W38", "2027-W01": "2026-W02",
		"2026-02": "2025-02", "2026-Q1": "2025-Q1", "2026-H2": "2025-H2", "2026": "2025",
	} {
		p, err := c.Period(id)
		if err != nil {
			t.Fatal(err)
		}
		ago := c.YearAgo(p)
		if ago.ID != want {
			t.Errorf("YearAgo(%s) = %s, want %s", id, ago.ID, want)
		}
		if p.Grain == Week && c.Day(p.Starts)-c.Day(ago.Starts) != 364 {
			t.Errorf("YearAgo(%s) is not 364 days earlier", id)
		}
	}
}

// Any calendar, any instant: the period contains it, its id leads back to it,
// and neighbours touch without a gap.
func TestCalendarProperties(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut", "America/St_Johns", "Atlantic/Azores", "Australia/Lord_Howe"}
	locs := make([]*time.Location, len(zones))
	for i, name := range zones {
		locs[i] = zone(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := Calendar{
			Zone:          rapid.SampledFrom(locs).Draw(t, "zone"),
			WeekStarts:    rapid.SampledFrom([]time.Weekday{time.Monday, time.Sunday, time.Saturday}).Draw(t, "week"),
			FiscalStart:   time.Month(rapid.IntRange(0, 12).Draw(t, "fiscal")),
			FiscalByStart: rapid.Bool().Draw(t, "by start"),
		}
		g := rapid.SampledFrom(Grains()).Draw(t, "grain")
		when := Millis(rapid.Int64Range(694224000000, 4070908800000).Draw(t, "at")) // 1992 to 2099
		p := c.Containing(g, when)
		if when < p.Starts || when >= p.Ends {
			t.Fatalf("%v is not in %+v", when, p)
		}
		if back, err := c.Period(p.ID); err != nil || back != p {
			t.Fatalf("Period(%q) = %+v, %v; want %+v", p.ID, back, err, p)
		}
		next := c.Next(p)
		if next.Starts != p.Ends || c.Prev(next) != p || next.ID <= p.ID {
			t.Fatalf("after %+v comes %+v, before that %+v", p, next, c.Prev(next))
		}
		over, atEnd := c.Ended(g, when), c.Ended(g, p.Ends)
		if over.Ends != p.Starts || atEnd != p {
			t.Fatalf("%+v is over at %v, and %+v at %v", over, when, atEnd, p.Ends)
		}
		day := c.Day(when)
		if c.Midnight(civil(day)) > when || c.Midnight(civil(day+1)) <= when {
			t.Fatalf("day %d of %v: %v to %v", day, when, c.Midnight(civil(day)), c.Midnight(civil(day+1)))
		}
	})
}

func TestBetweenEnds(t *testing.T) {
	c := Calendar{WeekStarts: time.Monday}
	if got := c.Between(Year, -Forever, Forever); len(got) != maxYear-minYear+1 || got[0].ID != "1990" || got[110].ID != "2100" {
		t.Errorf("an open span gives %d years", len(got))
	}
	if got := c.Between(Month, at(t, "2026-01-31T23:59:59Z"), at(t, "2026-03-01T00:00:00Z")); len(got) != 2 {
		t.Errorf("got %v, want January and February", got)
	}
	if got := c.Between(Week, 5, 5); got != nil {
		t.Errorf("an empty span gives %v", got)
	}
	if got := c.Containing(Week, Forever).ID; got != "2100-W52" {
		t.Errorf("the last week is %s", got)
	}
}

func TestAddSpan(t *testing.T) {
	c := Calendar{Zone: zone(t, "Europe/Berlin")}
	tests := []struct{ from, span, add, sub string }{
		{"2026-01-30T23:00:00Z", "1m", "2026-02-27T23:00:00Z", "2025-12-30T23:00:00Z"}, // local 31 January
		{"2026-01-01T08:30:00Z", "2q", "2026-07-01T07:30:00Z", "2025-07-01T07:30:00Z"}, // local 09:30 stays
		{"2026-03-28T23:00:00Z", "1d", "2026-03-29T22:00:00Z", "2026-03-27T23:00:00Z"}, // 23 hours
		{"2026-03-01T00:00:00Z", "2w", "2026-03-15T00:00:00Z", "2026-02-15T00:00:00Z"},
		{"2026-06-30T22:00:00Z", "1h", "2026-12-31T23:00:00Z", "2025-12-31T23:00:00Z"},
		{"2028-02-28T23:00:00Z", "1y", "2029-02-27T23:00:00Z", "2027-02-27T23:00:00Z"}, // 29 February
	}
	for _, tt := range tests {
		s, err := ParseSpan(tt.span)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Add(at(t, tt.from), s); got != at(t, tt.add) {
			t.Errorf("%s + %s = %v, want %s", tt.from, s, got, tt.add)
		}
		if got := c.Sub(at(t, tt.from), s); got != at(t, tt.sub) {
			t.Errorf("%s - %s = %v, want %s", tt.from, s, got, tt.sub)
		}
	}
}

func TestMidnightWhereClocksMove(t *testing.T) {
	tests := map[string]struct{ zone, day, want string }{
		"skipped midnight":        {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
		"repeated midnight":       {"Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z"},
		"a day that never was":    {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
		"the day after it":        {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		"clock back past 00:01":   {"America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z"},
		"last day of a leap year": {"Australia/Lord_Howe", "2052-12-31", "2052-12-30T13:00:00Z"},
		"an ordinary local zone":  {"Asia/Kolkata", "2026-05-05", "2026-05-04T18:30:00Z"},
	}
	for name, tt := range tests {
		d, err := ParseDate(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Calendar{Zone: zone(t, tt.zone)}).Midnight(d); got != at(t, tt.want) {
			t.Errorf("%s: %v, want %s", name, got, tt.want)
		}
	}
}

func TestParseSpanAndDateRefuse(t *testing.T) {
	for _, s := range []string{"", "d", "14", "14x", "-1d", "+1d", "1.5d", "99999d", "14 d", "1e3d", "14D"} {
		if got, err := ParseSpan(s); err == nil {
			t.Errorf("ParseSpan(%q) = %v", s, got)
		}
	}
	for _, s := range []string{"", "2026-02-30", "2026-2-3", "1989-12-31", "2101-01-01", "20260203", "2026-02-03T00:00"} {
		if got, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v", s, got)
		}
	}
	if s, err := ParseSpan("0d"); err != nil || s != (Span{0, 'd'}) {
		t.Errorf("ParseSpan(0d) = %v, %v", s, err)
	}
}
