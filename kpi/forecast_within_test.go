package kpi

import (
	"math"
	"testing"
)

// daily fills days from a function of the day.
func daily(first, days int64, value func(day int64) float64) Daily {
	d := Daily{First: first}
	for day := first; day < first+days; day++ {
		d.Values = append(d.Values, value(day))
	}
	return d
}

// blocks are past periods of 28 days that end where the running one starts.
func blocks(from int64, n int) []Days {
	var out []Days
	for i := n; i > 0; i-- {
		out = append(out, Days{from - 28*int64(i), from - 28*int64(i-1)})
	}
	return out
}

// Ten a day but none on two days of the week: 7 days done of 28 with 50 events,
// 21 to come with 150, whatever weekday the period starts on.
func TestWithinKnowsWeekdays(t *testing.T) {
	for start := int64(1000); start < 1007; start++ {
		d := daily(start-28*12, 28*12+7, func(day int64) float64 {
			if day%7 < 2 {
				return 0
			}
			return 10
		})
		f := d.Within(Days{start, start + 28}, start+7, blocks(start, 12))
		if f.Why != "" || f.Method != Weekdays || math.Abs(f.Value-200) > 1e-9 || f.Error > 1e-12 || f.Origins != 10 {
			t.Errorf("from day %d: %+v", start, f)
		}
	}
}

// The interval is made of past errors, and what has happened is its least.
func TestWithinInterval(t *testing.T) {
	start := int64(2000)
	d := daily(start-28*14, 28*14+27, func(day int64) float64 { return float64(3 + (day/28)%2) })
	f := d.Within(Days{start, start + 28}, start+27, blocks(start, 14))
	done := d.sum(start, start+27)
	if f.Why != "" || f.Interval[0] < done || f.Interval[1] < f.Value || f.Value < done {
		t.Errorf("%+v with %v done", f, done)
	}
	if f := d.Within(Days{start, start + 28}, start+28, blocks(start, 14)); f.Why != "the period is over" {
		t.Errorf("%+v", f)
	}
	if f := d.Within(Days{start, start + 28}, start+3, blocks(start, 9)); f.Why != "" {
		t.Errorf("nine periods, eight of them testable: %+v", f)
	}
	if f := d.Within(Days{start, start + 28}, start+3, blocks(start, 7)); f.Why == "" {
		t.Errorf("seven are too few: %+v", f)
	}
}

// A shape that comes back every year is followed where a year is there.
func TestWithinLastYear(t *testing.T) {
	start := int64(5000)
	d := daily(start-28*40, 28*40+14, func(day int64) float64 { return 10 + 8*math.Sin(2*math.Pi*float64(day)/yearOfWeeks) })
	f := d.Within(Days{start, start + 28}, start+14, blocks(start, 20))
	want := 0.0
	for day := start; day < start+28; day++ {
		want += 10 + 8*math.Sin(2*math.Pi*float64(day)/yearOfWeeks)
	}
	if f.Method != LastYear || math.Abs(f.Value-want) > 1e-6 {
		t.Errorf("%+v, want %v", f, want)
	}
}

// kpi-definitions part 5: A + U*h. Six cohorts of 100 stood at 30 arrived and 40
// open, and ended at 40: h is 60/240. A cohort at 20 of 50 with 20 open comes to
// (20 + 20/4)/50 = 50 %.
func TestRipen(t *testing.T) {
	var past []Cohort
	for range 14 {
		past = append(past, Cohort{Arrived: 30, Open: 40, Units: 100, Final: 40})
	}
	c := Cohort{Arrived: 20, Open: 20, Units: 50}
	f := c.Ripen(past, 1)
	if f.Why != "" || f.Method != Late || math.Abs(f.Value-.5) > 1e-12 || f.Origins != 8 || f.Error > 1e-12 {
		t.Errorf("%+v", f)
	}
	if f := c.Ripen(past, 2); f.Why == "" {
		t.Errorf("seven origins are too few: %+v", f)
	}
	past[13].Final = 95 // an outlier: the interval stays within what can still be
	if f := c.Ripen(past, 1); f.Interval[0] < .4 || f.Interval[1] > .8 {
		t.Errorf("%+v leaves the bounds", f)
	}
	if f := (Cohort{}).Ripen(past, 1); f.Why == "" {
		t.Error("a cohort of nobody has a forecast")
	}
	closed := Cohort{Arrived: 20, Units: 50}
	if f := closed.Ripen(past, 1); f.Value != .4 || f.Interval != (Interval{.4, .4}) {
		t.Errorf("nothing is open: %+v", f)
	}
}
