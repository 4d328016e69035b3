package dashboards

import (
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// markedWeeks is how long a restated value carries its mark.
const markedWeeks = 4

// foldedFrom is the length from which a run of periods that changed together is one
// line.
const foldedFrom = 5

// restatementsView is the panel that says which numbers changed after they were final.
type restatementsView struct {
	Rows []restatementRow
	Mark string // why the big value carries a mark; "" when it carries none
}

type restatementRow struct {
	Period, First, Now, Change, When, Why, By string
}

// newRestatements writes the panel.
func (s *server) newRestatements(row scorecard.Row, all []scorecard.Restatement, q Query) restatementsView {
	site := q.site(s.reader.Site())
	v := restatementsView{Mark: restatedMark(row, all, site)}
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && together(all[to-1], all[to], site.Calendar.Zone) {
			to++
		}
		if to-from < foldedFrom {
			for i, r := range all[from:to] {
				v.Rows = append(v.Rows, s.newRestatement(row, r, i > 0))
			}
		} else {
			v.Rows = append(v.Rows, s.folded(row, all[from:to]))
		}
		from = to
	}
	return v
}

// together says whether two neighbours changed on one day for one reason.
func together(newer, older scorecard.Restatement, zone *time.Location) bool {
	day := func(at kpi.Millis) string { return at.Time().In(zone).Format(time.DateOnly) }
	return newer.Starts == older.Ends && newer.Cause == older.Cause && newer.Version == older.Version && day(newer.At) == day(older.At)
}

func (s *server) newRestatement(row scorecard.Row, r scorecard.Restatement, again bool) restatementRow {
	m := measureOf(row)
	out := restatementRow{Period: title(periodLong(r.Period)), First: orUnknown(r.First, m), Now: orUnknown(r.Now, m), Change: unknown,
		When: s.dayOf(r.At), Why: restatedWhy(r), By: s.nameOf(r.By)}
	if r.First != nil && r.Now != nil {
		out.Change = m.FormatChange(*r.Now-*r.First, nil)
	}
	if again {
		out.Why = "same"
	}
	return out
}

// folded is one line for a run of periods, newest first, with the means of what was
// reported and of what is known now.
func (s *server) folded(row scorecard.Row, run []scorecard.Restatement) restatementRow {
	m, n := measureOf(row), 0
	var first, now float64
	for _, r := range run {
		if r.First != nil && r.Now != nil {
			first, now, n = first+*r.First, now+*r.Now, n+1
		}
	}
	out := s.newRestatement(row, run[0], false)
	out.Period, out.First, out.Now, out.Change = periodSpan(run[len(run)-1].Period, run[0].Period), unknown, unknown, unknown
	if n > 0 {
		first, now = first/float64(n), now/float64(n)
		out.First, out.Now, out.Change = m.Format(first)+" avg", m.Format(now)+" avg", m.FormatChange(now-first, nil)
	}
	return out
}

// periodSpan names a run of periods: Weeks 1–13, Jan–Jun 2026.
func periodSpan(from, to string) string {
	a, b := strings.TrimPrefix(periodLong(from), "week "), strings.TrimPrefix(periodLong(to), "week ")
	if a != periodLong(from) {
		return "Weeks " + a + enDash + b
	}
	if year, _, _ := strings.Cut(from, "-"); strings.HasPrefix(to, year+"-") {
		a = periodShort(from)
	}
	return a + enDash + b
}

// restatedWhy says what changed the number.
func restatedWhy(r scorecard.Restatement) string {
	switch {
	case r.Version > 0 && r.Reason != "":
		return "Definition v" + count(r.Version) + ": " + r.Reason
	case r.Version > 0:
		return "Definition v" + count(r.Version)
	case r.Cause == "":
		return unknown
	}
	return title(r.Cause)
}

// restatedMark says why the value that is shown carries a mark: one of its periods was
// restated in the last four weeks.
func restatedMark(row scorecard.Row, all []scorecard.Restatement, site Site) string {
	since := site.Calendar.Sub(site.Now(), kpi.Span{N: 7 * markedWeeks, Unit: 'd'})
	for _, r := range all {
		if row.Period == nil || r.At < since || r.At > site.Now() {
			continue
		}
		for _, p := range append([]string{*row.Period}, row.Pooled...) {
			if p == r.Period {
				return title(periodLong(p)) + " was restated on " + r.At.Time().In(site.Calendar.Zone).Format("2 Jan")
			}
		}
	}
	return ""
}

// dayOf writes an instant as a day: 17 Sep, with the year when it is not this one.
func (s *server) dayOf(at kpi.Millis) string {
	site := s.reader.Site()
	day := at.Time().In(site.Calendar.Zone)
	if day.Year() != site.Now().Time().In(site.Calendar.Zone).Year() {
		return day.Format("2 Jan 2006")
	}
	return day.Format("2 Jan")
}

// nameOf shortens a person's name; an account nobody knows is written as it is.
func (s *server) nameOf(id string) string {
	for _, p := range s.reader.Site().Persons {
		if p.ID == id && p.Name != "" {
			return initialed(p.Name)
		}
	}
	if id == "" {
		return unknown
	}
	return id
}
