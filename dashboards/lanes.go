package dashboards

import (
	"cmp"
	"slices"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
)

// lane is a bet or a release on the chart's KPI, drawn under the periods of one
// panel. From and To are places on its axis: 0 is the left edge of the first
// period, the number of periods the right edge of the last.
type lane struct {
	Name     string
	Kind     string // what follows the name: "bet, expected +1.5 pts", "release"
	From, To float64
	Bar      bool // a bet, from its release to its date; a release is its dot alone
	Dot      bool // the release lies within the panel
}

// laneSet are the lanes of a chart: under which panel, and how many did not fit.
type laneSet struct {
	Panel int
	Lanes []lane
	More  int
}

// Geometry of lanes, in px of the wide drawing.
const (
	mostLanes = 4
	laneStep  = 22.0
	laneTop   = 36.0 // from the axis to the first lane, past the names of the periods
	laneText  = 42   // characters that fit before the right one of two panels
	laneRoom  = 700  // px of a chart up to which there are no lanes: their names would not fit
)

// height that lanes add to a chart.
func (l laneSet) height() float64 {
	if len(l.Lanes) == 0 {
		return 0
	}
	return laneTop - 22 + laneStep*float64(len(l.Lanes))
}

// text at a lane, and where: before the panel when another one stands left of
// it, else on the side of the bar that has more room. After: it begins there.
func (l laneSet) text(i, periods int) (text string, at float64, after bool) {
	k := l.Lanes[i]
	text = cut(k.Name, laneText-len([]rune(k.Kind))-1) + " " + k.Kind
	switch {
	case l.Panel > 0:
		return text, 0, false
	case k.From < float64(periods)-k.To:
		return text, k.To, true
	}
	return text, k.From, false
}

// newLanes places what was released on a KPI under the months of a chart: bets
// until their date or now, releases without a promise as a dot. The four
// released last are drawn, oldest first; the list beside the chart has all.
func newLanes(m chartModel, list []kpiBet, now kpi.Millis) laneSet {
	set := laneSet{Panel: len(m.Panels) - 1}
	if set.Panel < 0 || len(m.Panels[set.Panel].Marks) == 0 {
		return set
	}
	marks := m.Panels[set.Panel].Marks
	end := marks[len(marks)-1].Point.Ends
	for _, b := range slices.SortedStableFunc(slices.Values(list), func(a, b kpiBet) int { return cmp.Compare(a.releasedAt, b.releasedAt) }) {
		until := min(b.until, now, end)
		if b.releasedAt == 0 || b.releasedAt >= end || until < marks[0].Point.Starts || until < b.releasedAt {
			continue
		}
		l := lane{Name: b.Name, Kind: b.kind, Bar: b.bar,
			From: axisAt(marks, b.releasedAt), To: axisAt(marks, until), Dot: b.releasedAt >= marks[0].Point.Starts}
		set.Lanes = append(set.Lanes, l)
	}
	set.More = max(0, len(set.Lanes)-mostLanes)
	set.Lanes = set.Lanes[set.More:]
	return set
}

// axisAt is the place of an instant on an axis of periods, each one wide.
func axisAt(marks []chartMark, at kpi.Millis) float64 {
	if at <= marks[0].Point.Starts {
		return 0
	}
	for i, k := range marks {
		if at < k.Point.Ends {
			return float64(i) + max(0, float64(at-k.Point.Starts)/float64(k.Point.Ends-k.Point.Starts))
		}
	}
	return float64(len(marks))
}

// drawLanes draws them under their panel, names at the left.
func drawLanes(d *draw.Drawing, m chartModel, box gridBox, width float64) {
	left, right := box.span(width)
	periods := len(m.Panels[m.Lanes.Panel].Marks)
	step := (right - left) / float64(periods)
	for i, l := range m.Lanes.Lanes {
		y := box.Top + box.Height + laneTop + laneStep*(float64(i)+0.5)
		d.Line("ax-grid", draw.At(left, y+laneStep/2), draw.At(right, y+laneStep/2))
		if l.Bar {
			d.Line("lane-bar", draw.At(left+step*l.From, y), draw.At(left+step*l.To, y))
		}
		if l.Dot {
			d.Circle("lane-dot", left+step*l.From, y, 3.5)
		}
		if text, at, after := m.Lanes.text(i, periods); after {
			d.Text("lane-name", left+step*at+10, y+4, text, "start")
		} else {
			d.Text("lane-name", left+step*at-10, y+4, text, "end")
		}
	}
}

// laneOption adds the lanes to the option of the interactive chart: a grid of
// their own, of which nothing is shown but the lines between the lanes.
func (l laneSet) laneOption(out map[string]any, periods int) {
	if len(l.Lanes) == 0 {
		return
	}
	xs, _ := out["xAxis"].([]any)
	ys, _ := out["yAxis"].([]any)
	series, _ := out["series"].([]any)
	grid := len(xs)
	hidden := map[string]any{"show": false}
	out["xAxis"] = append(xs, map[string]any{"type": "value", "gridIndex": grid, "min": 0, "max": periods, "show": false,
		"axisPointer": map[string]any{"show": false, "triggerTooltip": false}})
	out["yAxis"] = append(ys, map[string]any{"type": "value", "gridIndex": grid, "min": 0, "max": len(l.Lanes), "interval": 1, "inverse": true,
		"axisLabel": hidden, "axisLine": hidden, "axisTick": hidden, "splitLine": map[string]any{"lineStyle": map[string]any{"color": "var(--grid)", "width": 1}}})
	var dots, names []any
	for i, k := range l.Lanes {
		y := float64(i) + 0.5
		if k.Bar {
			series = append(series, laneSeries("Bet", grid, "none", []any{[]any{k.From, y}, []any{k.To, y}},
				map[string]any{"width": 12, "color": "var(--line-2)", "cap": "butt"}, "transparent", 0))
		}
		if k.Dot {
			dots = append(dots, []any{k.From, y})
		}
		text, at, after := l.text(i, periods)
		side := "left"
		if after {
			side = "right"
		}
		names = append(names, map[string]any{"value": []any{at, y}, "label": map[string]any{"show": true, "formatter": text, "position": side, "distance": 10, "color": "var(--ink-2)", "fontSize": 12}})
	}
	none := map[string]any{"width": 0, "color": "transparent"}
	out["series"] = append(series, laneSeries("Released", grid, "circle", dots, none, "var(--ink-2)", 7),
		laneSeries("Lane", grid, "circle", names, none, "transparent", 1))
}

func laneSeries(name string, grid int, symbol string, data []any, stroke map[string]any, fill string, size int) map[string]any {
	return map[string]any{"name": name, "type": "line", "xAxisIndex": grid, "yAxisIndex": grid, "symbol": symbol, "symbolSize": size, "showSymbol": symbol != "none",
		"data": append([]any{}, data...), "lineStyle": stroke, "itemStyle": map[string]any{"color": fill, "borderWidth": 0}, "silent": true, "clip": false, "z": 2,
		"emphasis": map[string]any{"disabled": true}}
}

// laneGrid places the lanes under their panel; a chart without room for them has
// the grid outside.
func (l laneSet) laneGrid(panels []gridBox, room bool) map[string]any {
	if !room {
		return map[string]any{"left": "200%", "top": 0, "width": 1, "height": 1}
	}
	box := panels[l.Panel]
	grid := map[string]any{"left": box.Left, "top": box.Top + box.Height + laneTop, "height": laneStep * float64(len(l.Lanes))}
	if box.Right != "" {
		grid["right"] = box.Right
	}
	if box.Width != "" {
		grid["width"] = box.Width
	}
	return grid
}
