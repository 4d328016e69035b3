package report

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
)

// TestBundle: 2 of 3 targets are met and 1 of 2; what is not judged is not counted.
func TestBundle(t *testing.T) {
	one := func(id, name string, counts ...Verdicts) *Pack {
		p := pack()
		p.Portfolio.ID, p.Portfolio.Name, p.Verdicts = id, name, counts
		p.Period.Name, p.Period.Short, p.Period.Dates, p.KnownOn = "Q2 2026", "Q2", "1 Apr – 30 Jun 2026", "6 Jul 2026"
		p.Headline.Paragraphs = [][]Phrase{{{Text: name + " met some."}}}
		return p
	}
	core := one("core", "Core", Verdicts{kpi.Exceeding, 0, 0, 1}, Verdicts{kpi.OnTrack, 0, 2, 1}, Verdicts{kpi.OffTrack, 0, 1, 1}, Verdicts{kpi.NoData, 9, 4, 4})
	growth := one("growth", "Growth", Verdicts{kpi.OnTrack, 0, 1, 1}, Verdicts{kpi.AtRisk, 0, 1, 1})
	d := Bundle([]*Pack{core, growth}, false, "")
	if want := "Of 2 portfolios Growth is furthest behind in Q2 2026: 1 of 2 targets met."; d.Title != want {
		t.Errorf("%q, want %q", d.Title, want)
	}
	var cells [][]string
	d.Sheets[0].Walk(func(b Block) {
		if table, ok := b.(Table); ok {
			for _, row := range table.Rows {
				var line []string
				for _, c := range row {
					line = append(line, c.Text)
				}
				cells = append(cells, line)
			}
		}
	})
	want := [][]string{{"Core", "2 of 3", "1", "0", "1", "1", "0", "0", "4"}, {"Growth", "1 of 2", "0", "1", "1", "0", "0", "0", "0"}, {"Core", "Core met some."}, {"Growth", "Growth met some."}}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var names []string
	for _, s := range d.Sheets {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(d.Sheets) {
		t.Errorf("sheets of one name: %q", names)
	}
	if alone := Bundle([]*Pack{core}, false, ""); alone.Title != "Core met some." {
		t.Errorf("one review is itself: %q", alone.Title)
	}
}
