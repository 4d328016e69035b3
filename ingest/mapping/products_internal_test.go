package mapping

import (
	"testing"

	"github.com/kpid/kpid/kpi"
)

// TestProductByName holds the order: the map, the id, the name; and that a name of two
// products is nobody's.
func TestProductByName(t *testing.T) {
	tree := kpi.Tree{Portfolios: []kpi.Portfolio{{ID: "core"}}, Products: []kpi.Product{
		{ID: "flows", Name: "Work Flows"}, {ID: "forms", Name: "Forms"}, {ID: "pro", Name: "Forms Pro"}, {ID: "forms-pro", Name: "Old forms"}, {ID: "zehn", Name: "Zähler 10"}}}
	m := &Mapper{known: known(tree), names: newByName(tree), cfg: Config{Products: Products{Map: map[string]string{"Forms": "pro", "OPS": "@core"}}}}
	for word, want := range map[string]any{
		"flows": "flows", "Flows": "flows", "WORK-FLOWS": "flows", "work flows": "flows", "Forms": "pro", "forms": "forms", "FORMS": "forms",
		"Forms Pro": nil, "forms-pro": "forms-pro", "zähler_10": "zehn", "OPS": "@core", "@core": "@core", "core": nil, "": nil, "--": nil,
	} {
		if got := m.product(word); got != want {
			t.Errorf("%q is %v, want %v", word, got, want)
		}
	}
}
