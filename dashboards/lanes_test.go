package dashboards

import (
	"math"
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// laneModel is a chart of January to April 2026 with lanes below.
func laneModel(t *testing.T, now kpi.Millis, list ...kpiBet) chartModel {
	t.Helper()
	m := model(t, points(40, 41, 42, 43), "up")
	m.Lanes = newLanes(m, list, now)
	return m
}

func laneBet(name string, released, until *kpi.Millis) kpiBet {
	return kpiBet{Name: name, kind: "bet, expected +1.5 pts", bar: true, releasedAt: *released, until: *until}
}

// TestLanes places bets on an axis of four months, each one wide: half of
// April (30 days) is 3.5, half of February (28 days) 1.5.
func TestLanes(t *testing.T) {
	now := *at(2026, 4, 16)
	release := kpiBet{Name: "Roles", kind: "release", releasedAt: *at(2026, 4, 1), until: *at(2026, 4, 1)}
	m := laneModel(t, now,
		laneBet("running", at(2026, 2, 15), at(2026, 5, 16)), // until now
		laneBet("due", at(2026, 2, 1), at(2026, 3, 1)),
		laneBet("began before", at(2025, 12, 1), at(2026, 2, 1)),
		laneBet("over before", at(2025, 6, 1), at(2025, 9, 1)),
		laneBet("not yet", at(2026, 6, 1), at(2026, 8, 1)), release, kpiBet{Name: "planned", kind: "bet", bar: true, until: *at(2026, 12, 1)})
	want := []lane{
		{Name: "began before", From: 0, To: 1, Bar: true},
		{Name: "due", From: 1, To: 2, Bar: true, Dot: true},
		{Name: "running", From: 1.5, To: 3.5, Bar: true, Dot: true},
		{Name: "Roles", From: 3, To: 3, Dot: true},
	}
	if len(m.Lanes.Lanes) != len(want) || m.Lanes.More != 0 {
		t.Fatalf("%d lanes and %d more, want %d and none: %+v", len(m.Lanes.Lanes), m.Lanes.More, len(want), m.Lanes.Lanes)
	}
	for i, w := range want {
		got := m.Lanes.Lanes[i]
		if got.Name != w.Name || math.Abs(got.From-w.From) > 1e-9 || math.Abs(got.To-w.To) > 1e-9 || got.Bar != w.Bar || got.Dot != w.Dot {
			t.Errorf("%+v, want %+v", got, w)
		}
	}
	if m.Lanes.height() != 14+4*22 || (laneSet{}).height() != 0 {
		t.Errorf("four lanes are %v px high", m.Lanes.height())
	}
}

func TestOnlyFourLanes(t *testing.T) {
	var list []kpiBet
	for i := range 7 {
		list = append(list, laneBet(string(rune('a'+i)), at(2026, 1, 1+i), at(2026, 4, 1)))
	}
	m := laneModel(t, *at(2026, 4, 16), list...)
	names := ""
	for _, l := range m.Lanes.Lanes {
		names += l.Name
	}
	if names != "defg" || m.Lanes.More != 3 {
		t.Errorf("the four released last, oldest first, and 3 more: %q and %d", names, m.Lanes.More)
	}
}

// TestLaneText: before the panel when one stands left of it, else on the roomier
// side of the bar.
func TestLaneText(t *testing.T) {
	l := laneSet{Lanes: []lane{{Name: "early", Kind: "bet", From: 1, To: 4}, {Name: "late", Kind: "bet", From: 8, To: 11}, {Name: strings.Repeat("ä", 90), Kind: "release", From: 8, To: 8}}}
	for i, want := range []struct {
		text  string
		at    float64
		after bool
	}{{"early bet", 4, true}, {"late bet", 8, false}, {strings.Repeat("ä", 34) + "… release", 8, false}} {
		if text, at, after := l.text(i, 12); text != want.text || at != want.at || after != want.after {
			t.Errorf("%q at %v %v, want %+v", text, at, after, want)
		}
	}
	l.Panel = 1
	if _, at, after := l.text(0, 12); at != 0 || after {
		t.Errorf("beside another panel the name stands before this one, not at %v", at)
	}
}

// TestLanesInBothDrawings: the interactive chart and the drawing show the same
// lanes; the narrow ones leave them out.
func TestLanesInBothDrawings(t *testing.T) {
	m := laneModel(t, *at(2026, 4, 16), laneBet("one", at(2026, 2, 1), at(2026, 3, 1)), laneBet("<b>two", at(2025, 12, 1), at(2026, 2, 1)))
	classes := map[string]int{}
	wide, narrow := newDrawing(m, "x", false), newDrawing(m, "x", true)
	for _, s := range wide.Shapes {
		classes[s.Class]++
	}
	if classes["lane-bar"] != 2 || classes["lane-dot"] != 1 || classes["lane-name"] != 2 || wide.Height != 348 { // 30 + 232 + 28 + 14 + 2 × 22
		t.Errorf("%v, %v px high", classes, wide.Height)
	}
	for _, s := range narrow.Shapes {
		if strings.HasPrefix(s.Class, "lane") {
			t.Errorf("a narrow drawing has %s", s.Class)
		}
	}
	o := optionOf(t, m)
	bars, dots, names := 0, 0, []string{}
	for _, s := range o["series"].([]any) {
		s := s.(map[string]any)
		switch s["name"] {
		case "Bet":
			bars++
			if s["xAxisIndex"] != 1.0 {
				t.Errorf("a lane on axis %v", s["xAxisIndex"])
			}
		case "Released":
			dots = len(s["data"].([]any))
		case "Lane":
			for _, d := range s["data"].([]any) {
				names = append(names, d.(map[string]any)["label"].(map[string]any)["formatter"].(string))
			}
		}
	}
	if bars != 2 || dots != 1 || strings.Join(names, "|") != "<b>two bet, expected +1.5 pts|one bet, expected +1.5 pts" {
		t.Errorf("%d bars, %d dots, names %q", bars, dots, names)
	}
	if n := len(o["grid"].([]any)); n != 2 || len(o["xAxis"].([]any)) != 2 || len(o["yAxis"].([]any)) != 2 {
		t.Errorf("%d grids, want the chart's and one for the lanes", n)
	}
	if left := o["media"].([]any)[0].(map[string]any)["option"].(map[string]any)["grid"].([]any)[1].(map[string]any)["left"]; left != "200%" {
		t.Errorf("lanes on a narrow chart stand at %v, want outside", left)
	}
	if room := o["media"].([]any)[2].(map[string]any); room["query"].(map[string]any)["maxWidth"] != 700.0 ||
		room["option"].(map[string]any)["grid"].([]any)[1].(map[string]any)["left"] != "200%" || room["option"].(map[string]any)["grid"].([]any)[0].(map[string]any)["left"] != "52" {
		t.Errorf("up to 700 px the chart is as wide ones are, without lanes: %v", room)
	}
	bare := optionOf(t, laneModel(t, *at(2026, 4, 16)))
	if len(bare["grid"].([]any)) != 1 || len(bare["xAxis"].([]any)) != 1 {
		t.Error("without bets there is no grid for lanes")
	}
	empty := model(t, nil, "up")
	if l := newLanes(empty, []kpiBet{laneBet("x", at(2026, 1, 1), at(2026, 2, 1))}, *at(2026, 4, 1)); len(l.Lanes) != 0 {
		t.Errorf("a chart without periods has no lanes: %+v", l)
	}
}
