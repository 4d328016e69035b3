package engine

import (
	"sort"

	"github.com/kpid/kpid/kpi"
)

// Company is the pseudo-product of facts about the whole company; facts about
// a portfolio carry "@" and its id.
const Company = "@company"

// Wanted lists the scopes that are kept for a KPI: every node of the tree by
// {all, each product}, by {all, each segment a target names}.
func Wanted(tree kpi.Tree, segments []string) []kpi.Scope {
	names := map[string]bool{"all": true}
	for _, s := range segments {
		names[s] = true
	}
	sorted := make([]string, 0, len(names))
	for s := range names {
		sorted = append(sorted, s)
	}
	sort.Strings(sorted)
	var out []kpi.Scope
	for _, p := range tree.Portfolios {
		for _, segment := range sorted {
			out = append(out, kpi.Scope{Portfolio: p.ID, Segment: segment})
			for _, prod := range tree.Under(p.ID) {
				out = append(out, kpi.Scope{Portfolio: p.ID, Product: prod.ID, Segment: segment})
			}
		}
	}
	return out
}

// members fills the member relation for some scopes: for a node its products,
// its own pseudo-product and those of the nodes below; for a product itself.
func members(tree kpi.Tree, scopes []kpi.Scope) []member {
	var out []member
	for _, s := range scopes {
		if s.Product != "" {
			out = append(out, member{s.ID, s.Product, s.Segment})
			continue
		}
		for _, p := range tree.Under(s.Portfolio) {
			out = append(out, member{s.ID, p.ID, s.Segment})
		}
		for _, p := range tree.Portfolios {
			for _, above := range tree.Ancestors(p.ID) {
				if above == s.Portfolio {
					out = append(out, member{s.ID, "@" + p.ID, s.Segment})
				}
			}
		}
		if node, ok := tree.Portfolio(s.Portfolio); ok && node.Parent == "" {
			out = append(out, member{s.ID, Company, s.Segment})
		}
	}
	return out
}

// holds says whether a fact of a product (or pseudo-product) counts in a scope.
func holds(tree kpi.Tree, s kpi.Scope, product string) bool {
	if product == "" {
		return true
	}
	for _, m := range members(tree, []kpi.Scope{s}) {
		if m.product == product {
			return true
		}
	}
	return false
}
