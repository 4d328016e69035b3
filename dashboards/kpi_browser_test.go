package dashboards_test

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi/scorecard"
)

// TestKPIPartsInABrowser: segments, restatements and records with names that never end,
// at the narrowest and the widest page there are.
func TestKPIPartsInABrowser(t *testing.T) {
	reader := dashtest.New()
	long := strings.Repeat("Unternehmenskundensegment", 6)
	reader.Parts = func(s *scorecard.Segments) {
		s.Of[0].Name, s.Of[1].Name = long, "<b>"+strings.Repeat("a b ", 60)
		for range 4 {
			s.Of = append(s.Of, s.Of[2])
		}
	}
	reader.Restated = func(all []scorecard.Restatement) []scorecard.Restatement {
		all[0].Cause = long + long
		all[1].By, all[1].Version, all[1].Reason = long, 2, long
		all[0].Period, all[0].At = "2026-W38", dashtest.Now()
		return all
	}
	b := open(t, reader)
	for _, at := range []struct {
		name   string
		width  int64
		scheme string
	}{{"320", 320, "light"}, {"390-dark", 390, "dark"}, {"1024", 1024, "light"}, {"1920", 1920, "light"}, {"1440-dark", 1440, "dark"}} {
		name := "kpi-hostile-" + at.name
		b.visit(t, "/p/core/k/activation_rate?known_at=2026-09-20", at.width, at.scheme)
		if over := value[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s: the page scrolls sideways by %d px", name, over)
		}
		if got := value[[]string](t, b, cutNumbers); len(got) > 0 {
			t.Errorf("%s: cut numbers: %v", name, got)
		}
		b.shoot(t, name)
		b.quiet(t, name)
	}
}
