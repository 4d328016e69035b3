package dashboards

import (
	"slices"
	"sort"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// portfolio finds a node that has a scorecard.
func (s *server) portfolio(id string) (kpi.Portfolio, error) {
	site := s.reader.Site()
	if p, ok := site.Tree.Portfolio(id); ok && judged(site, id) {
		return p, nil
	} else if ok {
		e := notFound("No scorecard is set up for " + p.Name + ".")
		e.Detail = "A [[scorecard]] table in the configuration gives a portfolio its page."
		return p, e
	}
	e := notFound("There is no portfolio called " + cut(id, 80) + ".")
	for _, near := range nearest(id, site.Judged) {
		p, _ := site.Tree.Portfolio(near)
		e.Near = append(e.Near, link{p.Name, "/p/" + near})
	}
	return kpi.Portfolio{}, e
}

// checkQuery refuses products, segments and weeks that do not exist.
func (s *server) checkQuery(q Query) error {
	site := s.reader.Site()
	if !hasProduct(site.Tree, q.Portfolio, q.Product) {
		e := notFound("There is no product called " + cut(q.Product, 80) + " in this portfolio.")
		e.Detail = "Products here: " + strings.Join(productIDs(site.Tree, q.Portfolio), ", ") + "."
		return e
	}
	if q.Segment != "" && !slices.Contains(site.Segments, q.Segment) {
		e := notFound("There is no segment called " + cut(q.Segment, 80) + ".")
		e.Detail = "Segments: " + strings.Join(append([]string{"all"}, site.Segments...), ", ") + "."
		return e
	}
	if q.Week == "" {
		return nil
	}
	p, err := site.Calendar.Period(q.Week)
	if err != nil || p.Grain != kpi.Week {
		return badRequest("There is no week called "+cut(q.Week, 40)+".", "A week is written 2026-W38.")
	}
	if p.Starts > site.Now() {
		e := notFound("Week " + q.Week + " has not begun.")
		e.Near = []link{{"The latest week", "/p/" + q.Portfolio}}
		return e
	}
	return nil
}

func hasProduct(tree kpi.Tree, portfolio, product string) bool {
	return product == "" || slices.Contains(productIDs(tree, portfolio), product)
}

func productIDs(tree kpi.Tree, portfolio string) []string {
	var ids []string
	for _, p := range tree.Under(portfolio) {
		ids = append(ids, p.ID)
	}
	return ids
}

// nearest lists up to three names that are at most half wrong, best first.
func nearest(name string, among []string) []string {
	name = strings.ToLower(cut(name, 80))
	type scored struct {
		name string
		far  int
	}
	var near []scored
	for _, candidate := range among {
		far := distance(name, candidate)
		if strings.Contains(candidate, name) && name != "" {
			far = 0
		}
		if far*2 <= max(len(name), len(candidate)) {
			near = append(near, scored{candidate, far})
		}
	}
	sort.SliceStable(near, func(i, j int) bool { return near[i].far < near[j].far })
	var out []string
	for _, n := range near[:min(3, len(near))] {
		out = append(out, n.name)
	}
	return out
}

// distance is Levenshtein's: single-letter edits between two names.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
