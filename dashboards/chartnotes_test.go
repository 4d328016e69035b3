package dashboards

import (
	"testing"

	"github.com/kpid/kpid/kpi"
)

// TestDrawingAndChartShowTheSameNotes: points of draw_test.go are months; a note on
// the first instant of a month is in it, one on its end in the next.
func TestDrawingAndChartShowTheSameNotes(t *testing.T) {
	series := points(40, 41, 42, 43)
	m := model(t, series, "up")
	m.place([]drawnNote{{1, series[0].Starts - 1}, {2, series[1].Starts}, {3, series[1].Ends - 1}, {4, series[1].Ends}})
	var got []string
	for _, s := range newDrawing(m, "x", false).Shapes {
		if s.Class == "ch-number" {
			got = append(got, s.Text)
		}
	}
	if len(got) != 2 || got[0] != "2, 3" || got[1] != "4" {
		t.Errorf("numbers of the drawing: %q", got)
	}
	notes := seriesNamed(t, optionOf(t, m), "Notes")
	lines := notes["markLine"].(map[string]any)["data"].([]any)
	discs := notes["markPoint"].(map[string]any)["data"].([]any)
	if len(lines) != 2 || lines[0].(map[string]any)["xAxis"] != 1.0 || lines[1].(map[string]any)["xAxis"] != 2.0 {
		t.Errorf("lines of the chart: %v", lines)
	}
	for i, want := range got {
		if disc := discs[i].(map[string]any); disc["name"] != want || disc["coord"].([]any)[1] != m.Max {
			t.Errorf("disc of the chart: %v, want %q at the top", disc, want)
		}
	}
	if _, ok := seriesNamed(t, optionOf(t, model(t, series, "up")), "Notes")["markPoint"]; ok {
		t.Error("a chart without notes has marks of notes")
	}
}

func TestOnlySafeLinksAreShown(t *testing.T) {
	got := newAwayLinks([]string{"javascript:alert(1)", "http://x.example", "https://figma.com@evil.example/x", "https://www.figma.com/board/1", "https://figma.com/jam/2"})
	if len(got) != 2 || got[0].Tool != "FigJam" || got[1].Tool != "FigJam 2" {
		t.Errorf("links that are shown: %v", got)
	}
}

func TestWithdrawnAndClosedStandAside(t *testing.T) {
	at := func(d int) kpi.Date { return kpi.Date{Year: 2026, Month: 9, Day: d} }
	j := Journal{Notes: []kpi.Note{{Said: kpi.Said{ID: 1, KPI: "a"}, At: at(1)}, {Said: kpi.Said{ID: 2, KPI: "b"}, At: at(3)},
		{Said: kpi.Said{ID: 3, KPI: "a"}, At: at(1)}, {Said: kpi.Said{ID: 4, KPI: "a"}, At: at(2), Withdrawn: true}}}
	var ids []int64
	for _, n := range j.standing("") {
		ids = append(ids, n.ID)
	}
	if len(ids) != 3 || ids[0] != 2 || ids[1] != 3 || ids[2] != 1 {
		t.Errorf("newest day first, then what was written last: %v, want [2 3 1]", ids)
	}
	if got := j.standing("a"); len(got) != 2 || got[0].ID != 3 {
		t.Errorf("of one KPI: %v", got)
	}
}
