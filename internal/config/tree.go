package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

// tree reads portfolios and products and checks that they form one tree.
func (r *reader) tree() {
	seen := map[string]string{}
	for _, t := range r.many("portfolio") {
		p := kpi.Portfolio{ID: id(t), Name: name(t, "name", ""), Parent: t.Text("parent", ""), Owner: t.Text("owner", "")}
		if since := date(t, "director_since"); !since.IsZero() {
			if r.cfg.DirectorSince == nil {
				r.cfg.DirectorSince = map[string]kpi.Date{}
			}
			r.cfg.DirectorSince[p.ID] = since
		}
		t.Need("name")
		t.Done()
		unique(t, seen, p.ID)
		r.cfg.Portfolios = append(r.cfg.Portfolios, p)
		r.cfg.written.portfolios = append(r.cfg.written.portfolios, t)
		r.after(func() { r.person(t, "owner", p.Owner) })
	}
	products := map[string]string{}
	for _, t := range r.many("product") {
		p := kpi.Product{ID: id(t), Name: name(t, "name", ""), Portfolio: t.Text("portfolio", "")}
		t.Need("name", "portfolio")
		t.Done()
		unique(t, products, p.ID)
		r.cfg.Products = append(r.cfg.Products, p)
		r.cfg.written.products = append(r.cfg.written.products, t)
		r.after(func() { r.portfolio(t, "portfolio", p.Portfolio) })
	}
	r.after(r.rooted)
}

// rooted checks parents: each exists, exactly one node has none, no loops.
func (r *reader) rooted() {
	root := ""
	for i, p := range r.cfg.Portfolios {
		t := r.cfg.written.portfolios[i]
		switch {
		case p.Parent == "" && root == "":
			root = p.ID
		case p.Parent == "":
			t.Bad("id", "%q has no parent, and neither has %q: a tree has one root", p.ID, root)
		case !r.portfolio(t, "parent", p.Parent):
		case r.loops(p.ID):
			t.Bad("parent", "%q is above itself: following parents from it never ends", p.ID)
		}
	}
	if len(r.cfg.Portfolios) > 0 && root == "" {
		r.cfg.written.portfolios[0].Bad("parent", "every portfolio has a parent: one must be the root and have none")
	}
}

// loops says that following parents from a node comes back to it.
func (r *reader) loops(id string) bool {
	tree := r.cfg.Tree()
	at := id
	for range r.cfg.Portfolios {
		p, ok := tree.Portfolio(at)
		if !ok || p.Parent == "" {
			return false
		}
		if at = p.Parent; at == id {
			return true
		}
	}
	return false
}

// portfolio checks that a key names a node.
func (r *reader) portfolio(t *tomldoc.Table, key, id string) bool {
	if id == "" {
		return true // a missing key is told elsewhere
	}
	if _, ok := r.cfg.Tree().Portfolio(id); ok {
		return true
	}
	var ids []string
	for _, p := range r.cfg.Portfolios {
		ids = append(ids, p.ID)
	}
	t.Wrong(key, fmt.Sprintf("there is no [[portfolio]] %q%s", id, near.Hint(id, ids)), "", list(ids))
	return false
}

// scope reads portfolio or portfolio/product and checks that the product lies
// in or below the node.
func (r *reader) scope(t *tomldoc.Table) (portfolio, product string) {
	s := t.Text("scope", "")
	portfolio, product, slash := strings.Cut(s, "/")
	if slash && (portfolio == "" || product == "") {
		t.Wrong("scope", "the scope is not well formed", fmt.Sprintf("%q", s), `"core" or "core/flows"`)
		return "", ""
	}
	r.after(func() {
		if !r.portfolio(t, "scope", portfolio) || product == "" {
			return
		}
		var ids []string
		for _, p := range r.cfg.Tree().Under(portfolio) {
			if p.ID == product {
				return
			}
			ids = append(ids, p.ID)
		}
		t.Wrong("scope", fmt.Sprintf("there is no product %q in %s or below%s", product, portfolio, near.Hint(product, ids)), "", list(ids))
	})
	return portfolio, product
}

func (r *reader) segments() {
	seen := map[string]string{"all": "kpid itself"}
	for _, t := range r.many("segment") {
		s := Segment{ID: id(t), Name: name(t, "name", ""), On: t.OneOf("on", "account", "account"), Where: map[string][]string{}}
		t.Need("where")
		where := t.Sub("where")
		for _, k := range where.Keys() {
			s.Where[k] = where.Texts(k)
			switch {
			case !isAttribute(k):
				where.Wrong(k, "the attribute is not well formed", fmt.Sprintf("%q", k), "a to z, 0 to 9, _ and dot")
			case len(s.Where[k]) == 0:
				where.Bad(k, "%s needs at least one value", k)
			}
		}
		if where != nil && len(s.Where) == 0 {
			t.Bad("where", "where needs at least one attribute")
		}
		t.Done()
		unique(t, seen, s.ID)
		r.cfg.NamedSegments = append(r.cfg.NamedSegments, s)
		r.cfg.written.segments = append(r.cfg.written.segments, t)
	}
}

func isAttribute(s string) bool {
	return regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62})?$`).MatchString(s)
}

// segment checks all, attribute=value, or a named one.
func (r *reader) segment(t *tomldoc.Table, s string) {
	attribute, value, plain := strings.Cut(s, "=")
	if plain {
		if !isAttribute(attribute) || value == "" || len(s) > 200 {
			t.Wrong("segment", "the segment is not well formed", fmt.Sprintf("%q", s), `"attribute=value", such as "plan=team"`)
		}
		return
	}
	if s == "all" {
		return
	}
	ids := []string{"all"}
	for _, n := range r.cfg.NamedSegments {
		if n.ID == s {
			return
		}
		ids = append(ids, n.ID)
	}
	t.Wrong("segment", fmt.Sprintf("there is no [[segment]] %q%s", s, near.Hint(s, ids)), "", list(ids)+`, or "attribute=value"`)
}
