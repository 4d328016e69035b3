package dashboards

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// slipView compares releases with the day they were planned for.
type slipView struct {
	Said string
	Rows []slipRow // late or overdue, the latest plan first
	More int
}

type slipRow struct {
	Name, Product, Planned, Released, Slip string
	Open                                   bool // not released yet
	days                                   int
	at                                     kpi.Millis
}

// shownSlips is how many late releases are listed.
const shownSlips = 10

// newSlip looks at the releases planned within the last 12 months up to now. Days
// are those of the calendar, so a release of the same day is on time.
func newSlip(site Site, list []Release) slipView {
	now, since := site.Now(), yearBefore(site)
	var v slipView
	var days []float64
	onTime, open := 0, 0
	for _, r := range list {
		if r.Planned == nil || *r.Planned < since || *r.Planned > now {
			continue
		}
		row := slipRow{Name: r.Name, Product: productName(site, r.Product), Planned: dayText(r.Planned, site.Calendar.Zone), at: *r.Planned}
		until := now
		if r.Released != nil && *r.Released <= now {
			until = *r.Released
			row.Released = dayText(r.Released, site.Calendar.Zone)
		} else {
			row.Open, row.Released = true, "not yet"
		}
		row.days = int(site.Calendar.Day(until) - site.Calendar.Day(*r.Planned))
		if !row.Open {
			days = append(days, float64(row.days))
		}
		if row.days <= 0 {
			if !row.Open {
				onTime++
			}
			continue
		}
		if row.Open {
			open++
		}
		row.Slip = "+" + plural(row.days, "day", "days")
		v.Rows = append(v.Rows, row)
	}
	slices.SortStableFunc(v.Rows, func(a, b slipRow) int { return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(a.Name, b.Name)) })
	v.Said = slipSentence(onTime, open, days)
	v.More = max(0, len(v.Rows)-shownSlips)
	v.Rows = v.Rows[:len(v.Rows)-v.More]
	return v
}

func slipSentence(onTime, open int, days []float64) string {
	var parts []string
	if len(days) > 0 {
		text := count(onTime) + " of " + plural(len(days), "release", "releases") + " came by the planned day"
		if len(days) >= enoughBets {
			text += ", " + slipWords(medianOf(days)) + " in the median"
		}
		parts = append(parts, text)
	}
	if open > 0 {
		parts = append(parts, plural(open, "planned one is", "planned ones are")+" not out yet")
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

func slipWords(days float64) string {
	digits := 0
	if days != float64(int(days)) {
		digits = 1
	}
	unit := " days"
	if days == 1 || days == -1 {
		unit = " day"
	}
	switch {
	case days > 0:
		return plain(days, digits) + unit + " late"
	case days < 0:
		return plain(-days, digits) + unit + " early"
	}
	return "on the day"
}
