package kpi

// Portfolio is a node of the tree a scorecard can hang on.
type Portfolio struct {
	ID     string
	Name   string
	Parent string // "" at the root
	Owner  string // person id
}

// Product has one home in the tree.
type Product struct {
	ID        string
	Name      string
	Portfolio string
}

// Tree is the portfolio tree with its products.
type Tree struct {
	Portfolios []Portfolio
	Products   []Product
}

// Portfolio finds a node by id.
func (t Tree) Portfolio(id string) (Portfolio, bool) {
	for _, p := range t.Portfolios {
		if p.ID == id {
			return p, true
		}
	}
	return Portfolio{}, false
}

// Children are the nodes directly below id, in configured order.
func (t Tree) Children(id string) []Portfolio {
	var out []Portfolio
	for _, p := range t.Portfolios {
		if p.Parent == id && p.ID != id {
			out = append(out, p)
		}
	}
	return out
}

// Ancestors lists id and every node above it, nearest first.
func (t Tree) Ancestors(id string) []string {
	var out []string
	for id != "" && len(out) <= len(t.Portfolios) {
		p, ok := t.Portfolio(id)
		if !ok {
			break
		}
		out = append(out, p.ID)
		id = p.Parent
	}
	return out
}

// Under lists the products of a node and of every node below it.
func (t Tree) Under(id string) []Product {
	var out []Product
	for _, p := range t.Products {
		for _, a := range t.Ancestors(p.Portfolio) {
			if a == id {
				out = append(out, p)
			}
		}
	}
	return out
}
