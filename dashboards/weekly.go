package dashboards

import (
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// weeklyView is the weekly page: are we fine, and if not, where?
type weeklyView struct {
	base
	Card    *scorecard.Scorecard
	Filter  filterView
	Known   knownView
	Second  string
	Chips   []chip
	Changes []changeView
	Moved   string // caption of What changed
	Trust   trustView
	Missing missingView // what nobody has explained
	Caption string      // of the scorecard
	Groups  []group
	Views   []tab
	Heads   []head
	// HasSignal says that a process rule fired on some row: the legend explains the ring.
	HasSignal bool
	None      string // said when no row matches the filter
	Clear     string
	CSV       string
	Month     string // the update of the month the week ended in; "" in the past, which has none
	Files     []link
	AsOf      string
}

// choice is what the query of the weekly page says about the table.
type choice struct {
	group  string
	status kpi.Status
	sort   string
}

// weekly answers /p/{portfolio}.
func (s *server) weekly(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	q, err := s.scorecardQuery(r.PathValue("portfolio"), params)
	if err != nil {
		return err
	}
	pick, err := newChoice(params)
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
	switch params.Get("format") {
	case "":
		page := s.weeklyPage(r, q, pick, card)
		if err := s.weeklyNotes(r.Context(), q, &page); err != nil {
			return err
		}
		return s.page(w, "weekly", page)
	case "csv":
		return writeCSV(w, fileName("kpid", card.Portfolio.ID, card.Week), card)
	case "json":
		return writeJSON(w, card)
	}
	d, err := NewWeekly(r.Context(), s.reader, q, s.publicURL)
	if err != nil {
		return err
	}
	return s.writeFormat(w, params.Get("format"), fileName("kpid", q.Portfolio, card.Week), d, "csv", "json")
}

// newChoice checks group, status and sort.
func newChoice(q url.Values) (choice, error) {
	c := choice{group: q.Get("group"), status: kpi.Status(q.Get("status")), sort: q.Get("sort")}
	if c.group == "" {
		c.group = "type"
	}
	if !slices.Contains([]string{"type", "status", "owner"}, c.group) {
		return c, badRequest("Rows cannot be grouped by "+cut(c.group, 40)+".", "group is type, status or owner.")
	}
	if c.status != "" && !slices.Contains(statuses(), c.status) {
		return c, badRequest("There is no status called "+cut(string(c.status), 40)+".", "The statuses are off_track, at_risk, on_track, exceeding, maturing, not_enough_data and no_data.")
	}
	if _, ok := sorters()[strings.TrimPrefix(c.sort, "-")]; c.sort != "" && !ok {
		return c, badRequest("Rows cannot be sorted by "+cut(c.sort, 40)+".", "sort is status, kpi or owner; a minus turns it.")
	}
	return c, nil
}

func (s *server) weeklyPage(r *http.Request, q Query, pick choice, card *scorecard.Scorecard) weeklyView {
	site := s.reader.Site()
	here := func(params ...string) string {
		fixed := []string{"w", q.Week, "product", q.Product, "segment", q.Segment, "known_at", q.known, "group", trimDefault(pick.group, "type"),
			"status", string(pick.status), "sort", pick.sort}
		return address("/p/"+q.Portfolio, append(fixed, params...)...)
	}
	week := strings.TrimPrefix(periodLong(card.Week), "week ")
	v := weeklyView{
		base:    s.base(r, "weekly", onTarget(card.Counts)+" · "+card.Portfolio.Name+", week "+week),
		Card:    card,
		Filter:  newFilter(site, q, pick, card),
		Known:   newKnown(r, site, q, card),
		Second:  secondLine(site, q, card.Second),
		Chips:   newChips(card.Counts, pick, here),
		Changes: newChanges(card.Changed, q),
		Moved:   moved(card),
		Trust:   newTrust(card, site.Calendar.Zone),
		Heads:   newHeads(pick, here),
		Clear:   here("status", ""),
		CSV:     here("format", "csv"),
		Files:   s.formatLinks("/p/"+q.Portfolio, "w", q.Week, "product", q.Product, "segment", q.Segment, "known_at", q.known),
		AsOf:    shownInstant(card.AsOf, site.Calendar.Zone),
	}
	if q.KnownAt == 0 {
		v.Month = "/p/" + q.Portfolio + "/month/" + site.Calendar.Containing(kpi.Month, card.WeekEnds-1).ID
	}
	v.HasSignal = slices.ContainsFunc(card.KPIs, func(r scorecard.Row) bool { return r.Change != nil && r.Change.Signal != nil })
	rows := pickRows(card.KPIs, pick)
	v.Groups = newGroups(rows, card.Health, pick, q)
	v.Caption = plural(len(rows), "KPI", "KPIs") + ", by " + pick.group
	if len(rows) == 0 {
		v.None = noRows(card, pick)
	}
	for _, by := range []string{"type", "status", "owner"} {
		v.Views = append(v.Views, tab{"By " + by, here("group", trimDefault(by, "type"), "sort", ""), by == pick.group && pick.sort == ""})
	}
	return v
}

func trimDefault(v, standard string) string {
	if v == standard {
		return ""
	}
	return v
}

func onTarget(c scorecard.Counts) string {
	return count(c.OnTarget) + " of " + count(c.Judged) + " on target"
}

// secondLine says what a filtered page leaves out before the numbers.
func secondLine(site Site, q Query, text string) string {
	var only []string
	if q.Product != "" {
		name := q.Product
		for _, p := range site.Tree.Products {
			if p.ID == q.Product {
				name = p.Name
			}
		}
		only = append(only, "Product "+name+" only.")
	}
	if q.Segment != "" {
		only = append(only, "Segment "+q.Segment+" only; rows without a target of that segment have no verdict.")
	}
	return strings.TrimSpace(strings.Join(append(only, text), " "))
}

func noRows(card *scorecard.Scorecard, pick choice) string {
	if pick.status != "" && len(card.KPIs) > 0 {
		return "No KPI matches: " + word(pick.status) + "."
	}
	return "No KPI is set up for this scorecard yet."
}

// sorters orders rows by a column; each compares two rows.
func sorters() map[string]func(a, b scorecard.Row) int {
	rank := map[kpi.Status]int{}
	for i, s := range statuses() {
		rank[s] = i
	}
	return map[string]func(a, b scorecard.Row) int{
		"status": func(a, b scorecard.Row) int { return rank[a.Status] - rank[b.Status] },
		"kpi":    func(a, b scorecard.Row) int { return strings.Compare(a.Name, b.Name) },
		"owner":  func(a, b scorecard.Row) int { return strings.Compare(a.OwnerName, b.OwnerName) },
	}
}

// pickRows filters and sorts; without a sort the order is the scorecard's.
func pickRows(rows []scorecard.Row, pick choice) []scorecard.Row {
	var out []scorecard.Row
	for _, r := range rows {
		if pick.status == "" || r.Status == pick.status {
			out = append(out, r)
		}
	}
	if pick.sort == "" {
		return out
	}
	compare := sorters()[strings.TrimPrefix(pick.sort, "-")]
	if strings.HasPrefix(pick.sort, "-") {
		up := compare
		compare = func(a, b scorecard.Row) int { return up(b, a) }
	}
	sort.SliceStable(out, func(i, j int) bool { return compare(out[i], out[j]) < 0 })
	return out
}
