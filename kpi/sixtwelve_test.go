package kpi

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestToDate(t *testing.T) {
	c := Calendar{Zone: zone(t, "Europe/Berlin"), WeekStarts: time.Monday}
	fiscal := Calendar{WeekStarts: time.Sunday, FiscalStart: time.June}
	for _, tt := range []struct {
		c                    Calendar
		g                    Grain
		end, id, starts, ago string
		agoStarts, agoEnds   string
	}{
		{c, Month, "2026-09-20T22:00:00Z", "2026-09@2026-09-21", "2026-08-31T22:00:00Z", "2025-09@2025-09-21", "2025-08-31T22:00:00Z", "2025-09-20T22:00:00Z"},
		{c, Quarter, "2026-09-20T22:00:00Z", "2026-Q3@2026-09-21", "2026-06-30T22:00:00Z", "2025-Q3@2025-09-21", "2025-06-30T22:00:00Z", "2025-09-20T22:00:00Z"},
		{c, Year, "2026-04-26T22:00:00Z", "2026@2026-04-27", "2025-12-31T23:00:00Z", "2025@2025-04-27", "2024-12-31T23:00:00Z", "2025-04-26T22:00:00Z"},
		// the end of a month is still that month
		{c, Month, "2026-09-30T22:00:00Z", "2026-09@2026-10-01", "2026-08-31T22:00:00Z", "2025-09@2025-10-01", "2025-08-31T22:00:00Z", "2025-09-30T22:00:00Z"},
		// leap days: the year before ends with the 28th, and a common year's February is compared to the 28th
		{c, Month, "2028-02-29T23:00:00Z", "2028-02@2028-03-01", "2028-01-31T23:00:00Z", "2027-02@2027-03-01", "2027-01-31T23:00:00Z", "2027-02-28T23:00:00Z"},
		{c, Month, "2029-02-28T23:00:00Z", "2029-02@2029-03-01", "2029-01-31T23:00:00Z", "2028-02@2028-02-29", "2028-01-31T23:00:00Z", "2028-02-28T23:00:00Z"},
		// a year that begins in June
		{fiscal, Quarter, "2021-09-26T00:00:00Z", "2022-Q2@2021-09-26", "2021-09-01T00:00:00Z", "2021-Q2@2020-09-26", "2020-09-01T00:00:00Z", "2020-09-26T00:00:00Z"},
		{fiscal, Year, "2021-09-26T00:00:00Z", "2022@2021-09-26", "2021-06-01T00:00:00Z", "2021@2020-09-26", "2020-06-01T00:00:00Z", "2020-09-26T00:00:00Z"},
	} {
		p := tt.c.ToDate(tt.g, at(t, tt.end))
		if p.ID != tt.id || p.Grain != tt.g || p.Starts != at(t, tt.starts) || p.Ends != at(t, tt.end) {
			t.Errorf("to %s: %+v, want %s", tt.end, p, tt.id)
		}
		ago := tt.c.ToDateYearAgo(p)
		if ago.ID != tt.ago || ago.Grain != tt.g || ago.Starts != at(t, tt.agoStarts) || ago.Ends != at(t, tt.agoEnds) {
			t.Errorf("a year before %s: %s from %v to %v, want %s", tt.id, ago.ID, ago.Starts, ago.Ends, tt.ago)
		}
		for _, want := range []Period{p, ago} {
			if got, err := tt.c.ParseToDate(want.ID); err != nil || got != want {
				t.Errorf("ParseToDate(%s) = %+v, %v; want %+v", want.ID, got, err, want)
			}
		}
	}
	for _, id := range []string{"2026-09", "2026-09@", "2026-09@2026-09-01", "2026-09@2026-10-02", "2026-13@2026-09-02", "2026-09@2026-09-31", "2026-09@2026-09-21@2026-09-22"} {
		if p, err := c.ParseToDate(id); err == nil {
			t.Errorf("ParseToDate(%q) = %+v", id, p)
		}
	}
}

// Any calendar and day: the span begins where its period does, contains the day,
// and so does that of the year before, on the same date or the last of its month.
func TestToDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Calendar{WeekStarts: time.Weekday(rapid.IntRange(0, 6).Draw(t, "week")), FiscalStart: time.Month(rapid.IntRange(1, 12).Draw(t, "fiscal"))}
		g := rapid.SampledFrom([]Grain{Month, Quarter, Half, Year}).Draw(t, "grain")
		last := civil(rapid.Int64Range(8000, 47000).Draw(t, "day"))
		p := c.ToDate(g, c.Midnight(civil(dayNumber(last)+1)))
		ago := c.ToDateYearAgo(p)
		before := c.Date(ago.Ends - 1)
		if whole := c.Containing(g, p.Starts); p.Starts != whole.Starts || c.Date(p.Ends-1) != last || p.Ends > whole.Ends {
			t.Fatalf("%+v of %+v to %v", p, whole, last)
		}
		if whole := c.Containing(g, ago.Starts); ago.Starts != whole.Starts || ago.Ends > whole.Ends {
			t.Fatalf("%+v of %+v", ago, whole)
		}
		if before.Year != last.Year-1 || before.Month != last.Month || before.Day != last.Day && !(last.Day == 29 && before.Day == 28) {
			t.Fatalf("a year before %v comes %v", last, before)
		}
	})
}

// TestSixTwelve: weeks from Sunday, a year from June; every day of a series is 1
// out of 2 until the week before the last, then 3 out of 4.
func TestSixTwelve(t *testing.T) {
	c := Calendar{WeekStarts: time.Sunday, FiscalStart: time.June}
	week, err := c.Period("2021-W38") // 19 to 25 September
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	daily := func(p Period) (Figure, bool) {
		asked[p.ID] = true
		var num, den float64
		for day := c.Day(p.Starts); day < c.Day(p.Ends); day++ {
			switch d := civil(day); {
			case d.Before(Date{2020, time.September, 5}): // nothing was recorded before
			case day < c.Day(week.Starts):
				num, den = num+1, den+2
			default:
				num, den = num+3, den+4
			}
		}
		if den == 0 {
			return Figure{}, false
		}
		value := num / den
		return Figure{&num, &den, &value}, true
	}
	rate := Measure{Agg: Share, Unit: "%", Scale: 1, Direction: Up}
	s := rate.SixTwelve(c, week, daily)
	pct := func(n, d float64) *float64 { return num(100 * n / d) }
	want := Boxes{
		LastWeek: pct(21, 28), WoW: num(25), YoY: num(25), // points
		MTD:    pct(18+21, 36+28), // 18 days and 7: pooled, not the mean of 50 % and 75 %
		MTDYoY: num(100*39.0/64 - 50),
		QTD:    pct(39, 64), QTDYoY: num(100*39.0/64 - 50),
		YTD: pct(92+18+21, 2*(92+18)+28), YTDYoY: num(100*131.0/248 - 50),
	}
	near := cmpopts.EquateApprox(1e-12, 0)
	if diff := cmp.Diff(want, s.Boxes, near); diff != "" {
		t.Error(diff)
	}
	if !s.Points || len(s.Weeks) != 6 || len(s.Months) != 12 {
		t.Errorf("points %v, %d weeks, %d months", s.Points, len(s.Weeks), len(s.Months))
	}
	first, last := s.Months[0], s.Months[11]
	if first.Period.ID != "2020-09" || first.YearAgo != nil || first.Value == nil || last.Period.ID != "2021-08" || last.Ago.ID != "2020-08" || last.YearAgo != nil {
		t.Errorf("months: %+v to %+v", first, last)
	}
	if w := s.Weeks[0]; w.Period.ID != "2021-W33" || w.Ago.ID != "2020-W34" || w.YearAgo != nil || *w.Value != 50 {
		t.Errorf("the first week: %+v", w)
	}
	// exactly what is listed is asked for, each under a name of its own
	listed := map[string]bool{}
	for _, p := range c.SixTwelvePeriods(week) {
		listed[p.ID] = true
	}
	if diff := cmp.Diff(listed, asked); diff != "" {
		t.Error(diff)
	}

	// an amount changes by percent; a year ago that is missing or 0 gives nothing
	amount := Measure{Agg: Sum, Scale: 1, Direction: Up}
	whole := func(p Period) (Figure, bool) {
		v := map[string]float64{"2021-W38": 90, "2021-W37": 100, "2020-W39": 0, "2021-09@2021-09-26": 50}[p.ID]
		return Figure{Value: &v, Num: &v}, p.ID != "2020-09@2020-09-26"
	}
	b := amount.SixTwelve(c, week, whole).Boxes
	if diff := cmp.Diff(Boxes{LastWeek: num(90), WoW: num(-0.1), MTD: num(50), QTD: num(0), YTD: num(0)}, b, near); diff != "" {
		t.Error(diff)
	}
	// a week that ends a month has it among the twelve
	c.WeekStarts = time.Friday
	week = c.Containing(Week, at(t, "2021-09-30T12:00:00Z"))
	if got := c.twelveMonths(week)[11].ID; c.Date(week.Ends) != (Date{2021, time.October, 1}) || got != "2021-09" {
		t.Errorf("the last month of a week to %v is %s", c.Date(week.Ends), got)
	}
}
