package dashboards_test

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/dashboards/draw"
)

// TestEveryMarkHasInk: what a page draws can be put on paper and into a mail as well,
// whatever state the company is in.
func TestEveryMarkHasInk(t *testing.T) {
	seen := map[string]int{}
	for _, state := range dashtest.States() {
		h := serve(t, state.Reader)
		for _, path := range readable() {
			for _, svg := range byClass(parse(t, get(t, h, path).Body.String()), "static") {
				drawing := strings.TrimPrefix(attr(svg, "class"), "static ")
				for _, tag := range []string{"path", "circle", "text"} {
					for _, mark := range byTag(svg, tag) {
						s := draw.Shape{Class: attr(mark, "class"), Runs: []draw.Run{{draw.At(0, 0)}}, Anchor: attr(mark, "text-anchor")}
						if _, ok := draw.InkOf(drawing, s); !ok {
							t.Errorf("%s, %s: a %s of class %q in a drawing of class %q has no ink", state.ID, path, tag, s.Class, drawing)
						}
						seen[drawing]++
					}
				}
			}
		}
	}
	for _, drawing := range []string{"wide", "thin", "quarter", "segplot"} {
		if seen[drawing] == 0 {
			t.Errorf("no page has a drawing of class %q", drawing)
		}
	}
}
