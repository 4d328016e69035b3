package dashboards

import (
	"net/http"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// roadmapView is the page of what is planned and what was launched.
type roadmapView struct {
	base
	Node     kpi.Portfolio
	Pages    []tab
	Headline string
	Second   string
	Unlinked []planRow // on the roadmap, and no KPI
	Columns  []planColumn
	Planless []planRow // launched in the last 12 months without a measurement plan
	Overdue  []planRow // whose review is overdue
	More     int       // overdue ones not listed
	Launched int       // in the last 12 months
	Slip     slipView
}

// planColumn are the initiatives of one horizon.
type planColumn struct {
	ID, Name string
	Rows     []planRow
}

// planRow is an initiative.
type planRow struct {
	Name, URL   string
	About       string // product and owner
	Tags        string // size, risk
	KPI, KPIURL string // "" is linked to none
	Expected    string // of a bet
	Aside       string
	Enter       string
}

// shownReviews is how many overdue reviews are listed.
const shownReviews = 20

// roadmap answers /p/{portfolio}/roadmap.
func (s *server) roadmap(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	node, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	road, err := s.reader.Roadmap(r.Context(), node.ID)
	if err != nil {
		return err
	}
	v := roadmapView{Node: node, Pages: planTabs(node.ID, "roadmap")}
	s.fillRoadmap(&v, road)
	v.say()
	v.base = s.base(r, "bets", "Roadmap · "+node.Name)
	v.Weekly = "/p/" + node.ID
	return s.page(w, "roadmap", v)
}

// fillRoadmap sorts initiatives into what is planned and what was launched.
func (s *server) fillRoadmap(v *roadmapView, road *Roadmap) {
	site := s.reader.Site()
	now, since := site.Now(), yearBefore(site)
	v.Columns = []planColumn{{ID: "now", Name: "Now"}, {ID: "next", Name: "Next"}, {ID: "later", Name: "Later"}, {Name: "No horizon given"}}
	list := slices.Clone(road.Initiatives)
	slices.SortStableFunc(list, func(a, b Initiative) int { return strings.Compare(a.Name, b.Name) })
	var overdue []Initiative
	for _, i := range list {
		switch {
		case i.Killed != nil && *i.Killed <= now:
			if i.Released == nil || *i.Released > *i.Killed {
				continue
			}
			fallthrough
		case i.Released != nil && *i.Released <= now:
			if *i.Released >= since {
				v.Launched++
				if len(i.Missing) > 0 {
					v.Planless = append(v.Planless, s.launchRow(v.Node.ID, i))
				}
			}
			if i.Bet != nil && (i.Bet.Stage == kpi.StageWaiting || i.Bet.Stage == kpi.StageNotMeasured) {
				overdue = append(overdue, i)
			}
		default:
			row := s.planRow(v.Node.ID, i)
			at := slices.IndexFunc(v.Columns, func(c planColumn) bool { return c.ID == i.Horizon })
			if at < 0 {
				at = len(v.Columns) - 1
			}
			v.Columns[at].Rows = append(v.Columns[at].Rows, row)
			if i.KPI == "" {
				v.Unlinked = append(v.Unlinked, row)
			}
		}
	}
	slices.SortStableFunc(overdue, func(a, b Initiative) int { return int(*b.MeasureBy/1000 - *a.MeasureBy/1000) })
	v.More = max(0, len(overdue)-shownReviews)
	for _, i := range overdue[:len(overdue)-v.More] {
		v.Overdue = append(v.Overdue, s.reviewRow(v.Node.ID, i))
	}
	if last := len(v.Columns) - 1; len(v.Columns[last].Rows) == 0 {
		v.Columns = v.Columns[:last]
	}
	v.Slip = newSlip(site, road.Releases)
}

// planRow of an initiative, wherever it stands.
func (s *server) planRow(node string, i Initiative) planRow {
	site := s.reader.Site()
	row := planRow{Name: i.Name, URL: safeURL(i.URL), About: productName(site, i.Product)}
	if i.Owner != "" {
		row.About += " · " + personName(site, i.Owner)
	} else {
		row.About += " · no owner"
	}
	row.About = inTool(row.About, row.URL)
	tags := []string{i.Size, "risk not given"}
	if i.Risk != "" {
		tags[1] = "risk " + i.Risk
	}
	row.Tags = strings.Join(tags, " · ")
	if i.KPI == "" {
		return row
	}
	var m kpi.Measure
	measure := ""
	if i.Bet != nil {
		measure = i.Bet.Measure
	}
	row.KPI, row.KPIURL, m = s.betKPI(node, i.KPI, measure)
	if i.Bet != nil {
		row.Expected = newLiftWriter(*i.Bet, m).text(i.Bet.Expected)
		row.Aside = "due " + dayText(&i.Bet.MeasureBy, site.Calendar.Zone)
		if i.Bet.MeasureBy <= site.Now() {
			row.Aside = "its date " + dayText(&i.Bet.MeasureBy, site.Calendar.Zone) + " has passed, not released"
		}
	}
	return row
}

// launchRow is a launch without a measurement plan: it says what is missing.
func (s *server) launchRow(node string, i Initiative) planRow {
	row := s.planRow(node, i)
	row.Aside = "released " + dayText(i.Released, s.reader.Site().Calendar.Zone) + "; no " + listed(i.Missing, "or")
	return row
}

// reviewRow is a launch whose review is overdue.
func (s *server) reviewRow(node string, i Initiative) planRow {
	row, site := s.planRow(node, i), s.reader.Site()
	row.Aside = "was due " + dayText(i.MeasureBy, site.Calendar.Zone) + ", " + plural(daysOver(*i.MeasureBy, site.Now()), "day", "days") + " over"
	if note := i.Bet.Seen.Note; note != "" {
		row.Aside += ": " + note
	}
	if s.entries != nil {
		row.Enter = address("/p/"+node+"/enter/lift", "bet", i.Bet.Key())
	}
	return row
}

// listed writes a, b or c.
func listed(parts []string, word string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " " + word + " " + parts[last]
}

// say writes the headline: what is linked to a KPI, then what launches lack.
func (v *roadmapView) say() {
	planned := 0
	for _, c := range v.Columns {
		planned += len(c.Rows)
	}
	switch n := len(v.Unlinked); {
	case planned == 0:
		v.Headline = "Nothing is on the roadmap of " + cut(v.Node.Name, 60) + "."
	case n == 0 && planned == 1:
		v.Headline = "The one initiative on the roadmap is linked to a KPI."
	case n == 0:
		v.Headline = "All " + count(planned) + " initiatives on the roadmap are linked to a KPI."
	case planned == 1:
		v.Headline = "The one initiative on the roadmap is linked to no KPI."
	case n == planned:
		v.Headline = "None of " + count(planned) + " initiatives on the roadmap is linked to a KPI."
	default:
		v.Headline = count(n) + " of " + count(planned) + " initiatives on the roadmap " + map[bool]string{true: "is", false: "are"}[n == 1] + " linked to no KPI."
	}
	overdue := len(v.Overdue) + v.More
	var clauses []string
	if n := len(v.Planless); n > 0 {
		clauses = append(clauses, plural(n, "launch has", "launches have")+" no measurement plan")
	}
	if overdue > 0 {
		clauses = append(clauses, plural(overdue, "review is", "reviews are")+" overdue")
	}
	if len(clauses) > 0 {
		v.Headline += " " + strings.Join(clauses, "; ") + "."
	}
	v.Second = plural(v.Launched, "launch", "launches") + " in the last 12 months."
	if v.Slip.Said != "" {
		v.Second += " " + v.Slip.Said
	}
}
