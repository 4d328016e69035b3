package dashboards

import (
	"slices"
	"sort"
	"strings"

	"github.com/kpid/kpid/internal/near"
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
	for _, other := range nearest(id, site.Judged) {
		p, _ := site.Tree.Portfolio(other)
		e.Near = append(e.Near, link{p.Name, "/p/" + other})
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
	if p.Starts > q.site(site).Now() {
		e := notFound("Week " + q.Week + " has not begun.")
		if q.KnownAt != 0 {
			e = notFound("Week " + q.Week + " had not begun by " + cut(q.known, 40) + ".")
		}
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
	var found []scored
	for _, candidate := range among {
		far := near.Distance(name, candidate)
		if strings.Contains(candidate, name) && name != "" {
			far = 0
		}
		if far*2 <= max(len(name), len(candidate)) {
			found = append(found, scored{candidate, far})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].far < found[j].far })
	var out []string
	for _, n := range found[:min(3, len(found))] {
		out = append(out, n.name)
	}
	return out
}
