package dashboards

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

func newRequest(t *testing.T, path string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	return r
}

func ptr[T any](v T) *T { return &v }

// points makes a series of months; NaN is a gap.
func points(values ...float64) []scorecard.Point {
	var out []scorecard.Point
	for i, v := range values {
		at := time.Date(2026, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC)
		p := scorecard.Point{Period: at.Format("2006-01"), Starts: kpi.At(at), Ends: kpi.At(at.AddDate(0, 1, 0)), State: kpi.Final}
		if !math.IsNaN(v) {
			p.Value = ptr(v)
		}
		out = append(out, p)
	}
	return out
}

func TestSparklineBreaksAtGaps(t *testing.T) {
	s := newSparkline(scorecard.Row{Trend: points(1, 2, math.NaN(), 3, 4, math.NaN(), 5)})
	if len(s.Lines) != 2 {
		t.Errorf("two runs of neighbours make two lines, got %v", s.Lines)
	}
	if s.End == nil || len(s.Dots) != 5 {
		t.Errorf("with 8 periods or fewer every value has a dot: %d dots, end %v", len(s.Dots), s.End)
	}
	if !strings.HasPrefix(s.Label, "Trend, 5 periods, latest 5, low 1, high 5") {
		t.Errorf("label %q", s.Label)
	}
	if s := newSparkline(scorecard.Row{Trend: points(math.NaN(), math.NaN())}); !s.Empty {
		t.Error("a trend without a value is empty, not a line at 0")
	}
	if s := newSparkline(scorecard.Row{Trend: points(1, 2, math.NaN())}); s.End != nil {
		t.Error("the last period has no value, so the line has no end dot")
	}
	for _, s := range []draw.Sparkline{newSparkline(scorecard.Row{Trend: points(7, 7, 7)}), newSparkline(scorecard.Row{Trend: points(0)})} {
		if s.End == nil || math.IsNaN(s.End.Y()) {
			t.Errorf("equal values still draw: %+v", s)
		}
	}
}

func TestStripTurnsWhenLowerIsBetter(t *testing.T) {
	row := func(dir string, value, near, far float64) scorecard.Row {
		return scorecard.Row{Direction: dir, Value: &value, Status: kpi.OnTrack, Target: &scorecard.TargetRef{FloorNow: &near, StretchNow: &far}}
	}
	for _, c := range []struct {
		name string
		row  scorecard.Row
		x    float64 // left edge of the mark: 72 is the near edge, 118.8 the far one
	}{
		{"on the near edge", row("up", 45, 45, 55), 72},
		{"on the far edge", row("up", 55, 45, 55), 118.8},
		{"lower is better, on the far edge", row("down", 5, 6, 5), 118.8},
		{"lower is better, worse than near", row("down", 6.5, 6, 5), 48.6},
		{"far outside is clamped", row("up", -900, 45, 55), 0},
	} {
		if s := newStrip(c.row); s.MarkX != c.x || *s.Far != 124.8 {
			t.Errorf("%s: mark at %v, far edge at %v; want %v, 124.8", c.name, s.MarkX, *s.Far, c.x)
		}
	}
	one := row("down", 1, 2, 0)
	one.Target.StretchNow = nil
	if s := newStrip(one); s.Far != nil || s.Band.W != 78 {
		t.Errorf("a one-sided target has a band to the right end and no far edge: %+v", s)
	}
	one.Value = nil
	if s := newStrip(one); !s.Empty {
		t.Error("without a value only the grey near edge is drawn")
	}
}

func model(t *testing.T, series []scorecard.Point, direction string) chartModel {
	t.Helper()
	d := &kpi.Definition{ID: "x", Name: "X", Cadence: kpi.Month, Grains: []kpi.Grain{kpi.Month}}
	row := scorecard.Row{ID: "x", Cadence: kpi.Month, Unit: "%", Digits: 1, Direction: direction}
	cal := kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday}
	return newChart(row, d, cal, map[kpi.Grain][]scorecard.Point{kpi.Month: series}, kpi.Forever)
}

// optionOf reads the JSON of a chart back.
func optionOf(t *testing.T, m chartModel) map[string]any {
	t.Helper()
	text, err := chartOption(m)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func seriesNamed(t *testing.T, o map[string]any, name string) map[string]any {
	t.Helper()
	for _, s := range o["series"].([]any) {
		if s := s.(map[string]any); s["name"] == name {
			return s
		}
	}
	t.Fatalf("no series %q", name)
	return nil
}

func TestChartGapIsNotZero(t *testing.T) {
	series := points(40, math.NaN(), 42, 43)
	series[3].State = kpi.Open
	o := optionOf(t, model(t, series, "up"))
	settled := seriesNamed(t, o, "Actual")["data"].([]any)
	if settled[1] != "-" || settled[3] != "-" {
		t.Errorf("a gap and an open period are no points of the solid line: %v", settled)
	}
	open := seriesNamed(t, o, "Not final yet")["data"].([]any)
	if open[1] != "-" || open[2].(map[string]any)["value"] != 42.0 || open[3].(map[string]any)["value"] != 43.0 {
		t.Errorf("the dashed line runs from the last settled point to the open one: %v", open)
	}
	if _, ok := o["color"]; ok {
		t.Error("the palette of the library overrides the tokens")
	}
	tip := o["tooltip"].(map[string]any)
	if tip["renderMode"] != "richText" || tip["formatter"] != "fn:tip" {
		t.Errorf("tooltip %v: HTML tooltips break the content policy", tip)
	}
}

func TestChartBandWhenLowerIsBetter(t *testing.T) {
	series := points(7, 6.5, 6)
	for i := range series {
		series[i].Floor, series[i].Stretch = ptr(6.2), ptr(5.2)
	}
	o := optionOf(t, model(t, series, "down"))
	low, high := seriesNamed(t, o, "band-lo")["data"].([]any), seriesNamed(t, o, "Target band")["data"].([]any)
	if low[0] != 5.2 || math.Abs(high[0].(float64)-1) > 1e-9 {
		t.Errorf("the band stands on the smaller edge with a positive height: %v + %v", low[0], high[0])
	}
}

func TestChartRefusesWhatIsNoNumber(t *testing.T) {
	m := model(t, points(1, 2, 3), "up")
	m.Panels[0].Marks[1].Value = ptr(math.Inf(1))
	if _, err := chartOption(m); err == nil {
		t.Error("an infinite value must not become an empty chart")
	}
}

func TestDrawingAndChartShowTheSamePoints(t *testing.T) {
	m := model(t, points(40, math.NaN(), 42, 43), "up")
	count := 0
	for _, s := range newDrawing(m, "x", false).Shapes {
		if s.Class == "ch-dot" || s.Class == "ch-hollow" {
			count++
		}
	}
	drawn := 0
	for _, v := range seriesNamed(t, optionOf(t, m), "Actual")["data"].([]any) {
		if v != "-" {
			drawn++
		}
	}
	if count != 3 || drawn != 3 {
		t.Errorf("drawing has %d points, chart %d, want 3 each", count, drawn)
	}
	for _, empty := range []chartModel{model(t, nil, "up"), model(t, points(math.NaN()), "up"), model(t, points(5), "up")} {
		optionOf(t, empty)
		newDrawing(empty, "x", true)
	}
}
