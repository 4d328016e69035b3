package dashboards

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"github.com/kpid/kpid/dashboards/draw"
)

// This is the only file that knows go-echarts. Its renderer writes inline
// scripts, a public asset host and unescaped text, and turns the marker __f__
// into running code; so it is never used. What is used is the option map, which
// encoding/json writes with < and > escaped, into a block no browser executes.
// Colours are "var(--token)": our script puts the computed values in.

// chartOption makes the option of a model as JSON. It fails on a value that is
// not a finite number, which a chart could only show wrongly.
func chartOption(m chartModel) (json.RawMessage, error) {
	b := optionBuilder{model: m, line: charts.NewLine()}
	b.frame()
	for i := range m.Panels {
		b.panel(i)
	}
	b.line.Validate()
	option, err := b.complete(b.line.JSON())
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(option)
	if err != nil {
		return nil, fmt.Errorf("dashboards: chart: %w", err)
	}
	return text, nil
}

type optionBuilder struct {
	model chartModel
	line  *charts.Line
	extra []map[string]any // what go-echarts has no field for, by series
}

// frame sets grids, axes, tooltip.
func (b *optionBuilder) frame() {
	m := b.model
	for len(b.line.XAxisList) < len(m.Panels) {
		b.line.ExtendXAxis(opts.XAxis{})
		b.line.ExtendYAxis(opts.YAxis{})
	}
	var grids []opts.Grid
	for _, box := range boxes(m, false) {
		grids = append(grids, opts.Grid{Left: box.Left, Right: box.Right, Width: box.Width, Top: draw.Px(box.Top), Height: draw.Px(box.Height)})
	}
	b.line.SetGlobalOptions(charts.WithAnimation(false), charts.WithGridOpts(grids...),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis", Formatter: "fn:tip",
			BackgroundColor: "var(--surface)", BorderColor: "var(--line-2)"}))
	for i, p := range m.Panels {
		var labels []string
		for _, k := range p.Marks {
			labels = append(labels, k.Label)
		}
		b.line.SetGlobalOptions(
			charts.WithXAxisOpts(opts.XAxis{Type: "category", GridIndex: i, Data: labels,
				AxisTick: &opts.AxisTick{Show: opts.Bool(false)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
				AxisLine:  &opts.AxisLine{OnZero: opts.Bool(false), LineStyle: &opts.LineStyle{Color: "var(--line-2)"}},
				AxisLabel: &opts.AxisLabel{Color: "var(--axis)", FontSize: 12, Interval: "0", HideOverlap: opts.Bool(true)}}, i),
			charts.WithYAxisOpts(opts.YAxis{Type: "value", GridIndex: i, Min: m.Min, Max: m.Max,
				AxisLine:  &opts.AxisLine{Show: opts.Bool(false)},
				SplitLine: &opts.SplitLine{LineStyle: &opts.LineStyle{Color: "var(--grid)", Width: 1}},
				AxisLabel: &opts.AxisLabel{Show: opts.Bool(i == 0), Color: "var(--axis)", FontSize: 12, Formatter: axisFormatter(m)}}, i))
	}
	b.line.SetXAxis(b.line.XAxisList[0].Data) // Validate copies it over the first axis
}

// axisFormatter names a formatter of our script; no code travels in data.
func axisFormatter(m chartModel) types.FuncStr {
	if m.Measure.Unit == "%" {
		return "{value}%"
	}
	return "fn:number"
}

// panel adds the series of one grid, back to front.
func (b *optionBuilder) panel(i int) {
	p, m := b.model.Panels[i], b.model
	low, high := make([]any, len(p.Marks)), make([]any, len(p.Marks))
	near, prior := make([]any, len(p.Marks)), make([]any, len(p.Marks))
	settled, open, ring := make([]any, len(p.Marks)), make([]any, len(p.Marks)), make([]any, len(p.Marks))
	var missing, breaks []any
	var notes noteMarks
	for j, k := range p.Marks {
		low[j], high[j], near[j], prior[j], settled[j], open[j], ring[j] = "-", "-", "-", "-", "-", "-", "-"
		if lo, hi, ok := m.band(k); ok {
			low[j], high[j] = lo, hi-lo
			near[j] = map[string]any{"value": *k.Floor, "tip": m.target(k)}
		}
		if k.Prior != nil {
			prior[j] = map[string]any{"value": *k.Prior, "tip": m.Measure.Format(*k.Prior)}
		}
		if !k.gap() && k.Settled {
			settled[j] = datum(k)
		}
		if !k.gap() && !k.Settled {
			open[j] = datum(k)
		}
		if k.Signal {
			ring[j] = *k.Value
		}
		if k.Missing {
			missing = append(missing, map[string]any{"xAxis": j})
		}
		if k.Notes != "" {
			notes.add(j, m.Max, k.Notes)
		}
		if k.Break != "" {
			breaks = append(breaks, map[string]any{"xAxis": j, "label": map[string]any{"formatter": "definition " + k.Break}})
		}
	}
	join(p.Marks, open)
	stack := fmt.Sprintf("band%d", i)
	quiet := map[string]any{"silent": true, "z": 1, "stack": stack, "stackStrategy": "all"}
	b.add(i, "band-lo", low, "none", line("transparent", 0), quiet)
	b.add(i, "Target band", high, "none", line("transparent", 0), quiet,
		map[string]any{"areaStyle": map[string]any{"color": "var(--target-fill)", "opacity": 1}})
	b.add(i, "Target", near, "none", line("var(--target)", 1.5, 5, 4), map[string]any{"z": 2})
	b.add(i, "Year before", prior, "none", line("var(--prior)", 1.5), map[string]any{"z": 3})
	b.add(i, "Not final yet", open, "circle", line("var(--actual)", 2, 3, 3), dots(8, "var(--surface)"), map[string]any{"z": 4})
	b.add(i, "Actual", settled, "circle", line("var(--actual)", 2), dots(6, "var(--actual)"), map[string]any{"z": 5, "labelLayout": map[string]any{"hideOverlap": true}}, missingLines(missing))
	b.add(i, "Signal", ring, "circle", line("transparent", 0), map[string]any{"z": 7, "silent": true, "symbolSize": 15,
		"itemStyle": map[string]any{"color": "transparent", "borderColor": "var(--signal)", "borderWidth": 2}}, breakLines(breaks))
	b.add(i, "Notes", []any{}, "none", line("transparent", 0), map[string]any{"silent": true, "z": 8}, notes.marks())
}

// noteMarks are the notes of a panel: a dashed line, and a disc with the number.
type noteMarks struct{ lines, discs []any }

func (n *noteMarks) add(at int, top float64, text string) {
	n.lines = append(n.lines, map[string]any{"xAxis": at})
	symbol := "circle"
	if strings.Contains(text, ",") {
		symbol = "roundRect"
	}
	n.discs = append(n.discs, map[string]any{"name": text, "coord": []any{at, top}, "symbol": symbol, "symbolSize": []any{discWidth(text), 17}})
}

func (n *noteMarks) marks() map[string]any {
	if len(n.lines) == 0 {
		return nil
	}
	return map[string]any{
		"markLine": map[string]any{"symbol": "none", "silent": true, "animation": false, "data": n.lines, "label": map[string]any{"show": false},
			"lineStyle": map[string]any{"color": "var(--ink-3)", "type": []int{2, 3}, "width": 1}},
		"markPoint": map[string]any{"silent": true, "animation": false, "data": n.discs,
			"itemStyle": map[string]any{"color": "var(--surface)", "borderColor": "var(--ink-3)", "borderWidth": 1},
			"label":     map[string]any{"show": true, "formatter": "{b}", "position": "inside", "color": "var(--ink)", "fontSize": 11}}}
}

// datum is a point with its label; the text comes from the server.
func datum(k chartMark) map[string]any {
	side := "top"
	if k.Below {
		side = "bottom"
	}
	return map[string]any{"value": *k.Value, "tip": k.Tip, "label": map[string]any{"show": true, "formatter": k.Text,
		"position": side, "distance": 6, "color": "var(--ink)", "fontSize": 12, "fontWeight": 500,
		"textBorderColor": "var(--surface)", "textBorderWidth": 3}}
}

// join lets the dashed line of unsettled points begin at the last settled one.
func join(marks []chartMark, open []any) {
	for j := 1; j < len(marks); j++ {
		if !marks[j].gap() && !marks[j].Settled && !marks[j-1].gap() && marks[j-1].Settled {
			open[j-1] = map[string]any{"value": *marks[j-1].Value, "symbol": "none"}
		}
	}
}

func line(color string, width float64, dash ...int) map[string]any {
	style := map[string]any{"color": color, "width": width}
	if len(dash) > 0 {
		style["type"] = dash
	}
	return map[string]any{"lineStyle": style}
}

func dots(size int, fill string) map[string]any {
	return map[string]any{"symbolSize": size,
		"itemStyle": map[string]any{"color": fill, "borderColor": "var(--actual)", "borderWidth": 2}}
}

// missingLines marks periods that are over without a value.
func missingLines(at []any) map[string]any {
	if len(at) == 0 {
		return nil
	}
	return map[string]any{"markLine": map[string]any{"symbol": "none", "silent": true, "data": at,
		"lineStyle": map[string]any{"color": "var(--st-offtrack)", "type": []int{3, 3}, "width": 1},
		"label":     map[string]any{"formatter": "no data", "color": "var(--st-offtrack)", "fontSize": 12}}}
}

// breakLines mark where a version of the definition began.
func breakLines(at []any) map[string]any {
	if len(at) == 0 {
		return nil
	}
	return map[string]any{"markLine": map[string]any{"symbol": "none", "silent": true, "data": at,
		"lineStyle": map[string]any{"color": "var(--ink-3)", "type": []int{2, 3}, "width": 1},
		"label":     map[string]any{"color": "var(--ink-3)", "fontSize": 12}}}
}

func (b *optionBuilder) add(panel int, name string, data []any, symbol string, extra ...map[string]any) {
	b.line.AddSeries(name, nil, charts.WithLineChartOpts(opts.LineChart{XAxisIndex: panel, YAxisIndex: panel,
		Symbol: symbol, ShowSymbol: opts.Bool(symbol != "none")}),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Data = data }))
	all := map[string]any{"emphasis": map[string]any{"disabled": true}}
	for _, e := range extra {
		maps.Copy(all, e)
	}
	b.extra = append(b.extra, all)
}

// complete adds what go-echarts has no field for: per-series extras, panel
// titles, the interval of the axis and the layout for a narrow chart.
func (b *optionBuilder) complete(option map[string]any) (map[string]any, error) {
	text, err := json.Marshal(option)
	if err != nil {
		return nil, fmt.Errorf("dashboards: chart: %w", err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("dashboards: chart: %w", err)
	}
	delete(out, "color") // a fixed palette would override the tokens
	delete(out, "toolbox")
	series, _ := out["series"].([]any)
	for i, s := range series {
		maps.Copy(s.(map[string]any), b.extra[i])
	}
	axes, _ := out["yAxis"].([]any)
	for _, a := range axes {
		a.(map[string]any)["interval"] = b.model.Step
	}
	if n := len(b.model.Panels); n > 0 {
		b.model.Lanes.laneOption(out, len(b.model.Panels[n-1].Marks))
	}
	tip := out["tooltip"].(map[string]any)
	maps.Copy(tip, map[string]any{"renderMode": "richText", "confine": true,
		"textStyle":   map[string]any{"color": "var(--ink)", "fontSize": 12},
		"axisPointer": map[string]any{"lineStyle": map[string]any{"color": "var(--line-2)", "type": "solid"}}})
	out["textStyle"] = map[string]any{"fontFamily": "var(--font)"}
	wide, narrow := b.layout(false), b.layout(true)
	maps.Copy(out, wide)
	out["media"] = []any{map[string]any{"query": map[string]any{"maxWidth": narrowWidth}, "option": narrow},
		map[string]any{"query": map[string]any{"minWidth": narrowWidth + 1}, "option": wide}}
	if len(b.model.Lanes.Lanes) > 0 { // the later one counts where both apply
		out["media"] = append(out["media"].([]any), map[string]any{"query": map[string]any{"minWidth": narrowWidth + 1, "maxWidth": laneRoom}, "option": b.withoutLanes()})
	}
	return out, nil
}

// layout places grids and titles.
func (b *optionBuilder) layout(narrow bool) map[string]any {
	var grids, titles []any
	for i, box := range boxes(b.model, narrow) {
		grid := map[string]any{"left": box.Left, "top": box.Top, "height": box.Height}
		if box.Right != "" {
			grid["right"] = box.Right
		}
		if box.Width != "" {
			grid["width"] = box.Width
		}
		grids = append(grids, grid)
		if len(b.model.Panels) == 1 {
			continue // the heading above the chart says it
		}
		titles = append(titles, map[string]any{"text": b.model.Panels[i].Title, "left": box.Left, "top": box.Top - 28, "padding": 0,
			"textStyle": map[string]any{"fontSize": 12, "fontWeight": 600, "color": "var(--ink-2)"}})
	}
	if len(b.model.Lanes.Lanes) > 0 {
		grids = append(grids, b.model.Lanes.laneGrid(boxes(b.model, narrow), !narrow))
	}
	return map[string]any{"grid": grids, "title": titles}
}

// withoutLanes is the wide layout for a chart in which the names of lanes do not fit.
func (b *optionBuilder) withoutLanes() map[string]any {
	out := b.layout(false)
	grids := out["grid"].([]any)
	grids[len(grids)-1] = b.model.Lanes.laneGrid(nil, false)
	return out
}
