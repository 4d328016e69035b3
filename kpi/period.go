package kpi

import "time"

// Grain is a kind of calendar period.
type Grain string

// The grains, finest first. Quarters, halves and years are fiscal.
const (
	Week    Grain = "week"
	Month   Grain = "month"
	Quarter Grain = "quarter"
	Half    Grain = "half"
	Year    Grain = "year"
)

// Grains lists all of them, finest first.
func Grains() []Grain { return []Grain{Week, Month, Quarter, Half, Year} }

// Period is a half-open span [Starts, Ends) with a name such as 2026-W38,
// 2026-09, 2026-Q3, 2026-H2 or 2026.
type Period struct {
	ID     string
	Grain  Grain
	Starts Millis
	Ends   Millis
}

// Calendar is the company's: one zone, one first day of the week, one fiscal year.
// The zero FiscalStart means January; FiscalByStart names a fiscal year by the
// calendar year it starts in instead of the one it ends in.
type Calendar struct {
	Zone          *time.Location
	WeekStarts    time.Weekday
	FiscalStart   time.Month
	FiscalByStart bool
}
