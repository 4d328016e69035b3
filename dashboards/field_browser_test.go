package dashboards_test

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/dashtest"
)

// TestFieldInABrowser holds what stands beside a KPI to the width of the page, from a
// small phone to a wide screen, and draws each for people to look at.
func TestFieldInABrowser(t *testing.T) {
	b := open(t, dashtest.New())
	for _, id := range []string{"nrr_influence", "gross_retention", "trial_conversion", "time_to_value", "ticket_rate", "change_incidents"} {
		for _, at := range []struct {
			name   string
			width  int64
			scheme string
		}{{"light", 1440, "light"}, {"dark", 1440, "dark"}, {"1024", 1024, "light"}, {"phone", 320, "light"}} {
			name := "field-" + id + "-" + at.name
			b.visit(t, "/p/core/k/"+id, at.width, at.scheme)
			if over := value[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s: the page scrolls sideways by %d px", name, over)
			}
			// every text of a drawing lies within it
			if out := value[[]string](t, b, outside); len(out) > 0 {
				t.Errorf("%s: outside of its drawing: %s", name, strings.Join(out, ", "))
			}
			b.shoot(t, name)
			b.quiet(t, name)
		}
	}
}

const outside = `Array.from(document.querySelectorAll(".fieldpart svg.static text")).filter(e => e.getBoundingClientRect().width > 0).filter(e => {
  const t = e.getBoundingClientRect(), s = e.ownerSVGElement.getBoundingClientRect();
  return t.left < s.left - 1 || t.right > s.right + 1 || t.top < s.top - 1 || t.bottom > s.bottom + 1;
}).map(e => e.textContent)`
