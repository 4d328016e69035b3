package pdf

import (
	"strings"

	"github.com/kpid/kpid/report"
)

// Padding of a cell and the height a drawing may take in a table, mm.
const (
	padding    = 1.1
	rowPadding = .45
	cellDraw   = 5.1
	shapeSize  = 2.7
)

// table writes a table; its head stands again on every page it goes over.
func (p *press) table(f *flow, t report.Table) {
	if len(t.Columns) == 0 {
		return
	}
	widths := shares(t.Columns, f.w)
	p.room(f, 3*height(tableSize)+4)
	p.tableHead(f, t, widths)
	for _, row := range t.Rows {
		high := p.rowHeight(row, widths)
		if f.y+high > p.limit() && f.y > top+head {
			p.turn(f)
			p.tableHead(f, t, widths)
		}
		p.SetPage(f.page)
		p.row(f, t, row, widths, high)
	}
	f.y += 1.6
}

// shares are the widths of columns in mm.
func shares(columns []report.Column, width float64) []float64 {
	sum := 0.0
	out := make([]float64, len(columns))
	for i, c := range columns {
		if out[i] = c.Share; out[i] == 0 {
			out[i] = 1
		}
		sum += out[i]
	}
	for i := range out {
		out[i] *= width / sum
	}
	return out
}

func (p *press) tableHead(f *flow, t report.Table, widths []float64) {
	cells := make([]report.Cell, len(t.Columns))
	for i, c := range t.Columns {
		cells[i] = report.Cell{Text: c.Name}
	}
	p.font(regular, smallSize, grey)
	most := 1
	lines := make([][]string, len(cells))
	for i, c := range cells {
		lines[i] = p.wrap(p.show(c.Text), widths[i]-padding)
		most = max(most, len(lines[i]))
	}
	x := f.x
	for i := range cells {
		p.font(regular, smallSize, grey)
		for n, line := range lines[i] {
			p.place(t.Columns[i], x, widths[i], f.y+float64(n)*height(smallSize), height(smallSize), line, "")
		}
		x += widths[i]
	}
	f.y += float64(most)*height(smallSize) + .4
	p.rule(f, 0x5c)
}

func (p *press) rule(f *flow, shade int) {
	p.SetDrawColor(shade, shade, shade)
	p.SetLineWidth(.15)
	p.Line(f.x, f.y, f.x+f.w, f.y)
}

// lines of a cell.
func (p *press) lines(c report.Cell, width float64) []string {
	style := regular
	if c.Bold {
		style = bold
	}
	p.font(style, tableSize, soft)
	if c.Status != "" {
		width -= shapeSize + 1
	}
	return p.wrap(p.show(c.Text), width-padding)
}

func (p *press) rowHeight(row []report.Cell, widths []float64) float64 {
	high := height(tableSize)
	for i, c := range row {
		if c.Drawing != nil {
			high = max(high, p.drawnHeight(c, widths[i]))
			continue
		}
		high = max(high, float64(len(p.lines(c, widths[i])))*height(tableSize))
	}
	return high + 2*rowPadding
}

// drawnHeight is how high the drawing of a cell is: as wide as the cell and no higher
// than a few lines.
func (p *press) drawnHeight(c report.Cell, width float64) float64 {
	return min(cellDraw, (width-padding)*c.Drawing.Height/c.Drawing.Width)
}

func (p *press) row(f *flow, t report.Table, row []report.Cell, widths []float64, high float64) {
	x := f.x
	for i, c := range row {
		if c.Drawing != nil {
			tall := p.drawnHeight(c, widths[i])
			wide := tall * c.Drawing.Width / c.Drawing.Height
			p.drawing(*c.Drawing, x+(widths[i]-padding-wide)/2, f.y+(high-tall)/2, wide)
			x += widths[i]
			continue
		}
		at, wide := x, widths[i]
		lines := p.lines(c, widths[i])
		y := f.y + (high-float64(len(lines))*height(tableSize))/2
		if c.Status != "" {
			p.shape(string(c.Status), x, y+.4, shapeSize)
			at, wide = x+shapeSize+1, wide-shapeSize-1
		}
		for n, line := range lines {
			shade := soft
			style := regular
			if c.Bold || c.Status != "" {
				shade = ink
			}
			if c.Bold {
				style = bold
			}
			p.font(style, tableSize, shade)
			p.place(t.Columns[i], at, wide, y+float64(n)*height(tableSize), height(tableSize), line, c.URL)
		}
		x += widths[i]
	}
	f.y += high
	p.rule(f, 0xdd)
}

// place writes a line of a cell, at its side.
func (p *press) place(c report.Column, x, width, y, high float64, text, url string) {
	side := "L"
	switch {
	case c.Right:
		side = "R"
	case c.Center:
		side = "C"
	}
	p.SetXY(x, y)
	p.CellFormat(width-padding, high, text, "", 0, side, false, 0, url)
}

// figure writes a chart with its finding and the numbers under it.
func (p *press) figure(f *flow, fig report.Figure) {
	tall := f.w * fig.Drawing.Height / fig.Drawing.Width
	p.font(regular, textSize, soft)
	caption := p.wrap(p.show(fig.Caption), f.w)
	p.room(f, 2*height(textSize)+float64(len(caption))*height(textSize)+tall+2*height(smallSize)+2)
	p.SetPage(f.page)
	p.font(bold, textSize, ink)
	title := p.show(fig.Title)
	p.at(f.x, f.y, title)
	end := f.x + p.GetStringWidth(title) + 2.5
	p.shape(string(fig.Status), end, f.y+.5, shapeSize)
	p.font(regular, textSize, ink)
	p.at(end+shapeSize+1, f.y, strings.ReplaceAll(string(fig.Status), "_", " "))
	f.y += height(textSize)
	for _, line := range caption {
		p.font(regular, textSize, soft)
		p.at(f.x, f.y, line)
		f.y += height(textSize)
	}
	p.drawing(fig.Drawing, f.x, f.y, f.w)
	f.y += tall
	wide := f.w / float64(max(1, len(fig.Boxes)))
	for i, box := range fig.Boxes {
		p.font(regular, smallSize, grey)
		p.at(f.x+float64(i)*wide, f.y, p.show(box.Label))
		p.font(bold, tableSize, ink)
		p.at(f.x+float64(i)*wide, f.y+height(smallSize), p.show(box.Value))
	}
	f.y += height(smallSize) + height(tableSize) + 2.4
}
