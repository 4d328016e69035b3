package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// TestParentIsUnion draws a forest of 200 scopes or more and holds the number of every node to the
// one over all rows below it: sums over sums, never a mean of the children. All
// scopes are asked for in one query.
func TestParentIsUnion(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	forest := kpi.Tree{}
	var homes []string // of rows: products, and nodes that facts are about
	for i := range 40 {
		var nodes []string
		for k := range 1 + random.IntN(5) {
			node := kpi.Portfolio{ID: fmt.Sprintf("t%d-n%d", i, k)}
			if k > 0 {
				node.Parent = nodes[random.IntN(len(nodes))]
			}
			nodes = append(nodes, node.ID)
			forest.Portfolios = append(forest.Portfolios, node)
			homes = append(homes, "@"+node.ID)
		}
		for k := range random.IntN(5) {
			p := kpi.Product{ID: fmt.Sprintf("t%d-p%d", i, k), Portfolio: nodes[random.IntN(len(nodes))]}
			forest.Products = append(forest.Products, p)
			homes = append(homes, p.ID)
		}
	}
	homes = append(homes, "elsewhere") // a product no tree knows
	l := newLab(t, Config{Definitions: []*kpi.Definition{definition(kpi.Share, pointSQL)}, Tree: forest})
	type sum struct{ num, den float64 }
	held := map[string]sum{}
	var rows []fact.Row
	for i := range 1500 {
		home := homes[random.IntN(len(homes))]
		num := float64(random.IntN(4))
		den := num + float64(random.IntN(9))
		rows = append(rows, l.point(fmt.Sprint(i), "plain", home, day(7, 1+random.IntN(30)), num, den))
		held[home] = sum{held[home].num + num, held[home].den + den}
	}
	l.load(day(9, 1), rows...)
	l.queries = 0
	l.evaluate(day(9, 1))
	if l.queries != 1 {
		t.Errorf("%d queries for one measure, want 1", l.queries)
	}
	under := func(s kpi.Scope, home string) bool {
		if s.Product != "" {
			return home == s.Product
		}
		node, isNode := home, false
		if home[0] == '@' {
			node, isNode = home[1:], true
		}
		for _, p := range forest.Products {
			if p.ID == home {
				node, isNode = p.Portfolio, true
			}
		}
		return isNode && slices.Contains(forest.Ancestors(node), s.Portfolio)
	}
	obs, err := l.Observations(t.Context(), "k", 0, []string{"2026-07"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[int64]kpi.Observation{}
	for _, o := range obs {
		got[o.Scope] = o
	}
	if n := len(l.engine.Scopes("k")); n < 200 {
		t.Errorf("only %d scopes", n)
	}
	for _, s := range l.engine.Scopes("k") {
		var want sum
		for home, h := range held {
			if under(s, home) {
				want = sum{want.num + h.num, want.den + h.den}
			}
		}
		o, ok := got[s.ID]
		switch {
		case want.den == 0 && ok:
			t.Errorf("%s/%s has a number without a row", s.Portfolio, s.Product)
		case want.den > 0 && (!ok || *o.Num != want.num || *o.Den != want.den || *o.Value != want.num/want.den):
			t.Errorf("%s/%s: %+v, want %v / %v", s.Portfolio, s.Product, o, want.num, want.den)
		}
	}
}
