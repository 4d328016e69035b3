package pdf

import (
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/dashboards/draw/drawpdf"
	"github.com/kpid/kpid/report"
)

// Sizes of type, pt, and how high a line is for each.
const (
	titleSize   = 17.0
	headingSize = 10.4
	textSize    = 9.4
	tableSize   = 8.2
	smallSize   = 7.6
	leading     = 1.32
	mm          = 25.4 / 72
)

// Styles of the typeface, and the three inks of text.
const (
	regular = ""
	bold    = "B"
	ink     = 0x12
	soft    = 0x3b
	grey    = 0x5c
)

func (p *press) font(style string, size float64, shade int) {
	p.SetFont(drawpdf.Family, style, size)
	p.SetTextColor(shade, shade, shade)
}

// show is text with what the typeface has no letter for as a box.
func (p *press) show(s string) string {
	return p.faces.Regular.Show(strings.Join(strings.Fields(s), " "))
}

// at writes one line with its top at y and leaves the position behind it.
func (p *press) at(x, y float64, text string) {
	p.SetXY(x, y)
	p.CellFormat(p.GetStringWidth(text), 3.6, text, "", 0, "L", false, 0, "")
}

// ends writes one line that ends at x.
func (p *press) ends(x, y float64, text string) { p.at(x-p.GetStringWidth(text), y, text) }

func height(size float64) float64 { return size * mm * leading }

func (p *press) heading(f *flow, h report.Heading, first bool) {
	size, before := headingSize, 3.2
	if h.Level == 1 {
		size = titleSize
	}
	if first {
		before = 0
	}
	p.font(bold, size, ink)
	lines := p.wrap(p.show(h.Text), f.w)
	p.room(f, before+height(size)*float64(len(lines))+12) // a heading does not end a page
	f.y += before
	for _, line := range lines {
		p.font(bold, size, ink)
		p.at(f.x, f.y, line)
		f.y += height(size)
	}
	f.y += .8
}

func (p *press) text(f *flow, t report.Text) {
	size, shade := textSize, soft
	if t.Small {
		size, shade = smallSize, grey
	}
	p.run(f, f.x, f.w, t.Spans, size, shade)
	f.y += 1.3
}

func (p *press) list(f *flow, l report.List) {
	for _, item := range l.Items {
		p.room(f, height(textSize))
		p.font(regular, textSize, soft)
		p.at(f.x, f.y, "•")
		p.run(f, f.x+3.4, f.w-3.4, item, textSize, soft)
		f.y += .5
	}
	f.y += .8
}

// word is a piece of a line with its style.
type word struct {
	text, url, style string
	width            float64
}

// run writes pieces as one paragraph, word by word, from x over a width.
func (p *press) run(f *flow, x, width float64, all []report.Piece, size float64, shade int) {
	var line []word
	used := 0.0
	flush := func() {
		for len(line) > 0 && strings.TrimSpace(line[len(line)-1].text) == "" {
			line = line[:len(line)-1]
		}
		p.room(f, height(size))
		at := x
		for _, w := range line {
			p.font(w.style, size, shade)
			if w.style == bold {
				p.font(w.style, size, ink)
			}
			p.SetXY(at, f.y)
			p.CellFormat(w.width, height(size), w.text, "", 0, "L", false, 0, w.url)
			at += w.width
		}
		line, used = nil, 0
		f.y += height(size)
	}
	for _, w := range p.words(all, size, width) {
		if used+w.width > width && used > 0 {
			flush()
			if strings.TrimSpace(w.text) == "" {
				continue
			}
		}
		line, used = append(line, w), used+w.width
	}
	if len(line) > 0 {
		flush()
	}
}

// words cuts pieces at spaces; a word that is wider than the paragraph is cut too.
func (p *press) words(all []report.Piece, size, width float64) []word {
	var out []word
	for _, piece := range all {
		style := regular
		if piece.Bold {
			style = bold
		}
		p.font(style, size, ink)
		for _, text := range strings.SplitAfter(spaced(p.faces.Regular.Show(piece.Text)), " ") {
			for text != "" {
				part, rest := p.fitting(text, width)
				out = append(out, word{part, piece.URL, style, p.GetStringWidth(part)})
				text = rest
			}
		}
	}
	return out
}

// spaced makes every kind of white space one space.
func spaced(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		return r
	}, s)
}

// fitting cuts a text where it gets wider than a line.
func (p *press) fitting(text string, width float64) (part, rest string) {
	if p.GetStringWidth(text) <= width {
		return text, ""
	}
	runes := []rune(text)
	n := 1
	for n < len(runes) && p.GetStringWidth(string(runes[:n+1])) <= width {
		n++
	}
	return string(runes[:n]), string(runes[n:])
}

// wrap cuts a text of the present font into lines of a width.
func (p *press) wrap(text string, width float64) []string {
	var lines []string
	line := ""
	for _, w := range strings.SplitAfter(text, " ") {
		for w != "" {
			part, rest := p.fitting(w, width)
			if line != "" && p.GetStringWidth(strings.TrimRight(line+part, " ")) > width {
				lines, line = append(lines, strings.TrimRight(line, " ")), ""
			}
			line += part
			if w = rest; w != "" {
				lines, line = append(lines, line), ""
			}
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// drawing places a drawing with its top left at x, y, so wide.
func (p *press) drawing(d draw.Drawing, x, y, width float64) {
	if err := drawpdf.Draw(p.Fpdf, d, p.faces, x, y, width/d.Width); err != nil && p.err == nil {
		p.err = err
	}
}

// shape is the shape of a status.
func (p *press) shape(status string, x, y, size float64) {
	d := draw.New("", "status", 12, 12)
	d.Shapes = draw.Status(status, 0, 0, 12)
	p.drawing(d, x, y, size)
}
