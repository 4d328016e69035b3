package dashboards

import (
	"net/http"
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

// restatementsAnswer is GET /api/v1/kpis/{kpi}/restatements: display units, newest
// period first.
type restatementsAnswer struct {
	KPI          string              `json:"kpi"`
	Measure      string              `json:"measure"`
	Portfolio    string              `json:"portfolio"`
	Product      *string             `json:"product"`
	Segment      string              `json:"segment"`
	Week         string              `json:"week"`
	Unit         string              `json:"unit"`
	Restatements []restatementAnswer `json:"restatements"`
}

type restatementAnswer struct {
	Period     string   `json:"period"`
	First      *float64 `json:"first_reported"`
	Now        *float64 `json:"now"`
	At         string   `json:"at"`
	Cause      *string  `json:"cause"`
	Definition *int     `json:"definition"` // version that changed it; null: records did
	By         *string  `json:"by"`
	Reason     *string  `json:"reason"`
}

func (s *server) apiRestatements(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "w", "product", "segment", "measure", "known_at"); err != nil {
		return err
	}
	q, err := s.scorecardQuery(s.apiPortfolio(params), params)
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	card, err := s.reader.Scorecard(r.Context(), q)
	if err != nil {
		return err
	}
	row, err := s.findRow(card, r.PathValue("kpi"), params.Get("measure"))
	if err != nil {
		return err
	}
	all, err := s.reader.Restatements(r.Context(), q, row)
	if err != nil {
		return err
	}
	a := restatementsAnswer{KPI: row.ID, Measure: row.Measure, Portfolio: q.Portfolio, Product: optional(q.Product), Segment: card.Segment,
		Week: card.Week, Unit: row.Unit, Restatements: []restatementAnswer{}}
	for _, one := range all {
		out := restatementAnswer{Period: one.Period, First: one.First, Now: one.Now, At: one.At.String(),
			Cause: optional(one.Cause), By: optional(one.By), Reason: optional(one.Reason)}
		if one.Version > 0 {
			out.Definition = &one.Version
		}
		a.Restatements = append(a.Restatements, out)
	}
	return writeJSON(w, a)
}
