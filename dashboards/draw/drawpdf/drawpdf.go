// Package drawpdf draws a Drawing into a PDF: lines as vectors, text as text.
package drawpdf

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/dashboards/draw/drawfont"
)

// Family is the name of the typeface in a document, with the styles "" and "B".
const Family = "liberation"

// Prepare gives a document the typeface of drawings and makes it the same, byte for byte,
// whenever it is made of the same: its dates are at. Call it before the first page.
func Prepare(pdf *fpdf.Fpdf, faces drawfont.Faces, at time.Time) error {
	pdf.SetCreationDate(at)
	pdf.SetModificationDate(at)
	pdf.SetCatalogSort(true)
	pdf.AddUTF8FontFromBytes(Family, "", faces.Regular.TTF)
	pdf.AddUTF8FontFromBytes(Family, "B", faces.Bold.TTF)
	return pdf.Error()
}

// Draw draws d on the current page with its left top corner at x, y and scale units of
// the document (mm) for each px: a drawing of 1004 px is 180 mm wide at 180.0/1004. What
// lies outside of its box is cut off. Colours, font, line and position of the document are
// afterwards what they were, but its lines are solid. It fails when there is no page, for
// a scale that is none, and when the document failed before.
func Draw(pdf *fpdf.Fpdf, d draw.Drawing, faces drawfont.Faces, x, y, scale float64) error {
	switch {
	case pdf.Err():
		return pdf.Error()
	case pdf.PageNo() == 0:
		return errors.New("a drawing without a page: add a page to the document first")
	case !(scale > 0 && scale < 100):
		return fmt.Errorf("a drawing of %v units for each px: the scale must be above 0 and below 100", scale)
	}
	defer keep(pdf)()
	pdf.ClipRect(x, y, d.Width*scale, d.Height*scale, false)
	pdf.SetLineJoinStyle("round")
	pdf.SetLineCapStyle("butt")
	p := pen{pdf, faces, x, y, scale}
	for _, s := range d.Shapes {
		ink, _ := draw.InkOf(d.Class, s) // what has none is thin and grey, and seen
		if s.Kind() == draw.Text {
			p.text(s, ink)
			continue
		}
		p.shape(s, ink)
	}
	pdf.SetDashPattern(nil, 0)
	pdf.ClipEnd()
	if err := pdf.Error(); err != nil {
		return fmt.Errorf("drawing %q: %w; was the document given to Prepare?", d.Label, err)
	}
	return nil
}

// keep remembers how a document writes and draws and gives what brings that back.
func keep(pdf *fpdf.Fpdf) func() {
	x, y := pdf.GetXY()
	family, style := pdf.GetFontFamily(), pdf.GetFontStyle()
	size, _ := pdf.GetFontSize()
	width, ends, join := pdf.GetLineWidth(), pdf.GetLineCapStyle(), pdf.GetLineJoinStyle()
	dr, dg, db := pdf.GetDrawColor()
	fr, fg, fb := pdf.GetFillColor()
	tr, tg, tb := pdf.GetTextColor()
	return func() {
		pdf.SetXY(x, y)
		pdf.SetDrawColor(dr, dg, db)
		pdf.SetFillColor(fr, fg, fb)
		pdf.SetTextColor(tr, tg, tb)
		pdf.SetLineWidth(width)
		pdf.SetLineCapStyle(ends)
		pdf.SetLineJoinStyle(join)
		pdf.SetFont(cmp.Or(family, Family), style, size) // one that had none has that of drawings
	}
}

// pen draws in the px of a drawing.
type pen struct {
	pdf         *fpdf.Fpdf
	faces       drawfont.Faces
	x, y, scale float64
}

// shape draws a mark that is no text: the rim, then the area and the line.
func (p pen) shape(s draw.Shape, ink draw.Ink) {
	if ink.Halo > 0 {
		p.stroke(draw.Paper, ink.Halo, nil)
		p.path(s, "D")
	}
	_, closed := s.Outline()
	how := ""
	if ink.Stroke != "" {
		p.stroke(ink.Stroke, ink.Width, ink.Dash)
		how = "D"
	}
	if ink.Fill != "" && closed {
		r, g, b := ink.Fill.RGB()
		p.pdf.SetFillColor(int(r), int(g), int(b))
		how += "F"
	}
	if how != "" {
		p.path(s, how)
	}
}

func (p pen) stroke(c draw.Color, width float64, dash []float64) {
	r, g, b := c.RGB()
	p.pdf.SetDrawColor(int(r), int(g), int(b))
	p.pdf.SetLineWidth(width * p.scale)
	lengths := make([]float64, len(dash))
	for i, d := range dash {
		lengths[i] = d * p.scale
	}
	p.pdf.SetDashPattern(lengths, 0)
}

// path paints a mark; how is D for its line, F for its area, or both.
func (p pen) path(s draw.Shape, how string) {
	if s.Kind() == draw.Circle {
		c := p.at(s.Runs[0][0])
		p.pdf.Circle(c[0], c[1], s.R*p.scale, how)
		return
	}
	runs, closed := s.Outline()
	for _, run := range runs {
		for i, point := range run {
			if c := p.at(point); i == 0 {
				p.pdf.MoveTo(c[0], c[1])
			} else {
				p.pdf.LineTo(c[0], c[1])
			}
		}
		if closed {
			p.pdf.ClosePath()
		}
	}
	if len(runs) > 0 {
		p.pdf.DrawPath(how)
	}
}

func (p pen) at(c draw.Point) draw.Point { return draw.At(p.x+c[0]*p.scale, p.y+c[1]*p.scale) }

// text writes a line of text, on its rim where it has one.
func (p pen) text(s draw.Shape, ink draw.Ink) {
	face, style := p.faces.Weight(ink.Weight), ""
	if ink.Weight > 500 {
		style = "B"
	}
	text := face.Show(s.Text)
	p.pdf.SetFont(Family, style, 0)
	p.pdf.SetFontUnitSize(ink.Size * p.scale)
	c := p.at(s.Runs[0][0])
	switch s.Anchor {
	case "middle":
		c[0] -= p.pdf.GetStringWidth(text) / 2
	case "end":
		c[0] -= p.pdf.GetStringWidth(text)
	}
	r, g, b := ink.Fill.RGB()
	p.pdf.SetTextColor(int(r), int(g), int(b))
	if ink.Halo > 0 {
		p.stroke(draw.Paper, ink.Halo, nil)
		p.pdf.SetTextRenderingMode(1) // the outline only
		p.pdf.Text(c[0], c[1], text)
		p.pdf.SetTextRenderingMode(0)
	}
	p.pdf.Text(c[0], c[1], text)
}
