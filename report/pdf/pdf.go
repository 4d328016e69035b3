// Package pdf writes a report as a PDF with vector charts: sheets in landscape on A4 or
// Letter, readable when printed in grey, without a browser on the machine.
package pdf

import (
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/kpid/kpid/dashboards/draw/drawfont"
	"github.com/kpid/kpid/dashboards/draw/drawpdf"
	"github.com/kpid/kpid/report"
)

// Paper is a size of paper; reports lie on its long side.
type Paper string

// Papers there are.
const (
	A4     Paper = "A4"
	Letter Paper = "Letter"
)

// Margins of a page and what its head and foot take, mm.
const (
	side   = 12.0
	top    = 11.0
	bottom = 9.0
	head   = 8.5
	foot   = 6.0
)

// Write writes the document on a paper. The same document gives the same bytes: the file
// carries the instant the document tells of.
func Write(w io.Writer, d *report.Document, paper Paper) error {
	if paper != A4 && paper != Letter {
		return fmt.Errorf("there is no paper %q; there are A4 and Letter", paper)
	}
	faces, err := drawfont.Load()
	if err != nil {
		return err
	}
	made, err := time.Parse(time.RFC3339, d.Made)
	if err != nil {
		return fmt.Errorf("the report says no instant it tells of: %w", err)
	}
	f := fpdf.New("L", "mm", string(paper), "")
	if err := drawpdf.Prepare(f, faces, made); err != nil {
		return err
	}
	f.SetTitle(faces.Regular.Show(d.Title), true)
	f.SetSubject(faces.Regular.Show(d.About+", "+d.Name), true)
	f.SetCreator("kpid", true)
	f.SetLang(d.Lang)
	f.SetMargins(side, top, side)
	f.SetAutoPageBreak(false, 0)
	p := &press{Fpdf: f, faces: faces, doc: d}
	for _, s := range d.Sheets {
		p.sheet(s)
	}
	p.frames()
	if p.err != nil {
		return p.err
	}
	return f.Output(w)
}

// press lays blocks out on pages.
type press struct {
	*fpdf.Fpdf
	faces drawfont.Faces
	doc   *report.Document
	heads []string // right of the head of each page
	err   error    // the first failure
}

// flow is a column of blocks: where it stands, and how wide it is, mm.
type flow struct {
	page    int
	x, y, w float64
}

func (p *press) sheet(s report.Sheet) {
	p.newPage(s.Head)
	p.Bookmark(p.show(s.Name), 0, 0)
	width, _ := p.GetPageSize()
	f := &flow{page: p.PageNo(), x: side, y: top + head, w: width - 2*side}
	p.blocks(f, s.Blocks)
}

func (p *press) newPage(head string) {
	p.AddPage()
	p.heads = append(p.heads, head)
}

// limit is where the text of a page ends.
func (p *press) limit() float64 {
	_, height := p.GetPageSize()
	return height - bottom - foot
}

// room makes sure that so many mm fit below the flow, on the next page if they must.
func (p *press) room(f *flow, height float64) {
	if f.y+height <= p.limit() || f.y <= top+head {
		p.SetPage(f.page)
		return
	}
	p.turn(f)
}

// turn goes on at the top of the next page, which another column may have begun.
func (p *press) turn(f *flow) {
	if f.page == p.PageCount() {
		p.SetPage(f.page)
		p.newPage(p.heads[f.page-1])
	}
	f.page++
	f.y = top + head
	p.SetPage(f.page)
}

func (p *press) blocks(f *flow, all []report.Block) {
	for i, b := range all {
		switch b := b.(type) {
		case report.Heading:
			p.heading(f, b, i == 0)
		case report.Text:
			p.text(f, b)
		case report.List:
			p.list(f, b)
		case report.Table:
			p.table(f, b)
		case report.Figure:
			p.figure(f, b)
		case report.Columns:
			p.columns(f, b)
		}
	}
}

// gutter between columns, mm.
const gutter = 9.0

// columns lays both out from the same place and goes on below the longer one.
func (p *press) columns(f *flow, c report.Columns) {
	left := &flow{page: f.page, x: f.x, y: f.y, w: (f.w - gutter) * c.Share}
	right := &flow{page: f.page, x: f.x + left.w + gutter, y: f.y, w: f.w - gutter - left.w}
	p.blocks(left, c.Left)
	p.blocks(right, c.Right)
	f.page, f.y = left.page, left.y
	if right.page > f.page || right.page == f.page && right.y > f.y {
		f.page, f.y = right.page, right.y
	}
	p.SetPage(f.page)
}

// frames writes the head and the foot of every page, now that their number is known.
func (p *press) frames() {
	width, height := p.GetPageSize()
	for n := 1; n <= p.PageCount(); n++ {
		p.SetPage(n)
		p.SetDrawColor(0, 0, 0)
		p.SetLineWidth(.2)
		p.Line(side, top+4.4, width-side, top+4.4)
		p.font(bold, smallSize, ink)
		p.at(side, top, p.show(p.doc.About)+" ")
		p.font(regular, smallSize, grey)
		p.at(p.GetX(), top, "· "+p.show(p.doc.Name))
		p.ends(width-side, top, p.show(p.heads[n-1]))
		p.SetDrawColor(200, 200, 200)
		p.Line(side, height-bottom-4.4, width-side, height-bottom-4.4)
		p.at(side, height-bottom-3.6, p.show(p.doc.Foot))
		p.ends(width-side, height-bottom-3.6, fmt.Sprintf("kpid · %d of %d", n, p.PageCount()))
	}
}
