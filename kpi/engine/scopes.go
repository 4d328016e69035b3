package engine

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Company is the pseudo-product of facts about the whole company; facts about
// a portfolio carry "@" and its id.
const Company = "@company"

// kept are the scopes whose numbers are stored, with their ids, and what decides
// which these are, both by KPI id.
type kept struct {
	scopes map[string][]kpi.Scope
	basis  map[string]string
}

// keep settles which scopes are kept: those of the configuration and those that
// facts name. A KPI whose list grew has another basis and is computed again.
func (e *Engine) keep(ctx context.Context) error {
	values := map[string][]Value{}
	if e.cfg.Values != nil {
		var err error
		if values, err = e.cfg.Values(ctx); err != nil {
			return err
		}
	}
	k := &kept{scopes: map[string][]kpi.Scope{}, basis: map[string]string{}}
	for _, d := range e.cfg.Definitions {
		want := Wanted(e.cfg.Tree, e.cfg.Segments[d.ID])
		for _, v := range values[d.ID] {
			for _, s := range Wanted(e.cfg.Tree, nil) {
				if s.Segment = v.Segment; holds(e.cfg.Tree, s, v.Product) && !slices.Contains(want, s) {
					want = append(want, s)
				}
			}
		}
		scopes, err := e.cfg.Store.Scopes(ctx, want)
		if err != nil {
			return err
		}
		k.scopes[d.ID], k.basis[d.ID] = scopes, e.cfg.Basis
		if len(values[d.ID]) > 0 {
			k.basis[d.ID] += " " + strings.Join(segmentsOf(values[d.ID]), " ")
		}
	}
	e.kept.Store(k)
	return nil
}

// segmentsOf lists each segment once, in order.
func segmentsOf(values []Value) []string {
	var out []string
	for _, v := range values {
		out = append(out, v.Segment)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (e *Engine) scopesOf(kpiID string) []kpi.Scope { return e.kept.Load().scopes[kpiID] }

// Basis hashes what else than its definition decides which cells a KPI has.
func (e *Engine) Basis(kpiID string) string { return e.kept.Load().basis[kpiID] }

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

// Products lists the products and pseudo-products whose facts count in a scope.
func Products(tree kpi.Tree, s kpi.Scope) []string {
	var out []string
	for _, m := range members(tree, []kpi.Scope{s}) {
		out = append(out, m.product)
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
