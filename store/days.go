package store

import "github.com/kpid/kpid/kpi"

// dayIndex numbers local days. Asking the calendar costs a look at the zone's
// rules, and events come by the hundred thousand from a few hundred days, so
// each day's bounds are kept by the UTC days it touches.
type dayIndex struct {
	calendar kpi.Calendar
	known    map[int64]localDay // by local day number
}

type localDay struct{ from, to kpi.Millis }

func newDayIndex(c kpi.Calendar) *dayIndex {
	return &dayIndex{calendar: c, known: map[int64]localDay{}}
}

// of gives the number of the local day an instant lies in.
func (d *dayIndex) of(at kpi.Millis) int64 {
	const utcDay = 86_400_000
	utc := int64(at) / utcDay
	for _, day := range []int64{utc, utc - 1, utc + 1} {
		if k, ok := d.known[day]; ok && k.from <= at && at < k.to {
			return day
		}
	}
	day := d.calendar.Day(at)
	d.bounds(day)
	return day
}

// bounds of a local day.
func (d *dayIndex) bounds(day int64) (from, to kpi.Millis) {
	k, ok := d.known[day]
	if !ok {
		date := func(n int64) kpi.Date {
			t := kpi.Millis(n * 86_400_000).Time()
			return kpi.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
		}
		k = localDay{d.calendar.Midnight(date(day)), d.calendar.Midnight(date(day + 1))}
		d.known[day] = k
	}
	return k.from, k.to
}
