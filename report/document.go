package report

import (
	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
)

// Document is a report as it is read from top to bottom: sheets of headings, texts,
// tables and drawings. Every format is written from it, so none of them can say
// something else. All text is plain.
type Document struct {
	Title  string // the sentence it opens with
	Name   string // what it is: "Q2 2026 review"
	About  string // whom it is about: "Core Workflows"
	Lang   string // en
	Foot   string // left of the foot of each sheet
	Made   string // RFC 3339: the instant it tells of, for the properties of a file
	Sheets []Sheet
}

// Sheet is a page in landscape, or as many as it takes.
type Sheet struct {
	Name   string // short and unique: of a worksheet and a bookmark
	Head   string // right of the head of the sheet
	Blocks []Block
}

// Block is a Heading, Text, List, Table, Figure or Columns.
type Block interface{ block() }

// Heading of level 1 (the title of the report) to 3.
type Heading struct {
	Level int
	Text  string
}

// Text is a paragraph.
type Text struct {
	Spans []Piece
	Small bool
}

// Piece is a run of text; URL is a page of kpid, or "".
type Piece struct {
	Text string
	URL  string
	Bold bool
}

// List of points.
type List struct{ Items [][]Piece }

// Table with a head. A cell spans nothing.
type Table struct {
	Title   string // "" when a heading stands above
	Columns []Column
	Rows    [][]Cell
}

// Column of a table.
type Column struct {
	Name   string
	Right  bool    // numbers
	Center bool    // drawings
	Share  float64 // of the width, against the other columns; 0 is 1
}

// Cell of a table: text, a status, or a drawing with its text for formats that have none.
type Cell struct {
	Text    string
	URL     string
	Bold    bool
	Status  kpi.Status // its shape stands before the text
	Drawing *draw.Drawing
	Number  *float64 // the value in full, for a spreadsheet
}

// Figure is a drawing with what it shows.
type Figure struct {
	Title   string
	Status  kpi.Status
	Caption string
	Drawing draw.Drawing
	Boxes   []Box
}

// Columns stand beside each other; Share is the width of the left one, of 1.
type Columns struct {
	Left, Right []Block
	Share       float64
}

func (Heading) block() {}
func (Text) block()    {}
func (List) block()    {}
func (Table) block()   {}
func (Figure) block()  {}
func (Columns) block() {}

// Plain is a paragraph without links.
func Plain(text string) Text { return Text{Spans: []Piece{{Text: text}}} }

// Small is a note under a table.
func Small(text string) Text { return Text{Spans: []Piece{{Text: text}}, Small: true} }

// Walk visits every block, those of columns too, left before right.
func (s Sheet) Walk(visit func(Block)) { walk(s.Blocks, visit) }

func walk(all []Block, visit func(Block)) {
	for _, b := range all {
		if c, ok := b.(Columns); ok {
			walk(c.Left, visit)
			walk(c.Right, visit)
			continue
		}
		visit(b)
	}
}
