package dashboards

import "github.com/kpid/kpid/dashboards/draw"

// Size of one of the four charts of a sheet.
const (
	quarterWidth  = 474.0
	quarterHeight = 156.0
)

// newQuarterDrawing draws the chart of the page of a KPI in the size that fits four
// times on a sheet of paper.
func newQuarterDrawing(m chartModel, label string) draw.Drawing {
	places := []gridBox{{Left: "44", Width: "30%", Top: 26, Height: quarterHeight}, {Left: "40%", Right: "8", Top: 26, Height: quarterHeight}}
	if len(m.Panels) == 1 {
		places = []gridBox{{Left: "44", Right: "8", Top: 26, Height: quarterHeight}}
	}
	d := draw.New(label, "quarter", quarterWidth, 26+quarterHeight+28)
	for i := range m.Panels[:min(len(m.Panels), len(places))] {
		drawPanel(&d, m, i, places[i], quarterWidth)
	}
	return d
}
