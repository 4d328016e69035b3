package dashboards

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// Format is a way to write a document as a file.
type Format struct {
	Name  string // of the parameter, and the extension: pdf
	Label string // of the link
	Type  string // text/markdown; charset=utf-8
	Write func(io.Writer, *report.Document) error
}

// documentView is a report as a page.
type documentView struct {
	base
	Doc        *report.Document
	Sheets     []documentSheet
	Stepper    string // the month; "" has none
	Prev, Next string
	Downloads  []link
}

type documentSheet struct {
	report.Sheet
	Number int
	Blocks []blockView
}

// blockView is one block; only the field of its kind is set.
type blockView struct {
	Heading     *report.Heading
	Text        *report.Text
	List        *report.List
	Table       *report.Table
	Figure      *report.Figure
	Left, Right []blockView
	ID          string // of a heading
	Label       string // of a table
	Rows        [][]cellView
}

type cellView struct {
	report.Cell
	Class string
}

func newDocument(b base, d *report.Document) documentView {
	v := documentView{base: b, Doc: d}
	for i, s := range d.Sheets {
		v.Sheets = append(v.Sheets, documentSheet{s, i + 1, newBlocks(s.Blocks, s.Name)})
	}
	return v
}

// newBlocks keeps the last heading as the name of the table below it.
func newBlocks(all []report.Block, label string) []blockView {
	var out []blockView
	for _, b := range all {
		var v blockView
		switch b := b.(type) {
		case report.Heading:
			v.Heading, label = &b, b.Text
		case report.Text:
			v.Text = &b
		case report.List:
			v.List = &b
		case report.Table:
			v.Table, v.Label = &b, label
			if b.Title != "" {
				v.Label = b.Title
			}
			v.Rows = newCells(b)
		case report.Figure:
			v.Figure = &b
		case report.Columns:
			v.Left, v.Right = newBlocks(b.Left, label), newBlocks(b.Right, label)
		}
		out = append(out, v)
	}
	return out
}

func newCells(t report.Table) [][]cellView {
	var out [][]cellView
	for _, row := range t.Rows {
		var line []cellView
		for i, c := range row {
			v := cellView{Cell: c}
			switch {
			case t.Columns[i].Right:
				v.Class = "r"
			case t.Columns[i].Center:
				v.Class = "c"
			}
			line = append(line, v)
		}
		out = append(out, line)
	}
	return out
}

// WriteHTML writes a document as one file that needs nothing else: the page with its
// style inside and no script.
func WriteHTML(w io.Writer, d *report.Document) error {
	files, err := loadAssets(embedded)
	if err != nil {
		return err
	}
	pages, err := loadPages(embedded)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := pages["document"].ExecuteTemplate(&body, "file", newDocument(base{}, d)); err != nil {
		return fmt.Errorf("dashboards: document: %w", err)
	}
	// the style is ours and not data, so it is put in after the template has escaped
	style := "<style>" + string(files.byName["kpid.css"].plain) + string(files.byName["pages.css"].plain) + "</style>"
	_, err = io.WriteString(w, strings.Replace(body.String(), `<link rel="stylesheet" href="kpid.css">`, style, 1))
	return err
}

// monthly answers /p/{portfolio}/month/{period}.
func (s *server) monthly(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "format"); err != nil {
		return err
	}
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	site := s.reader.Site()
	month, err := monthOf(site, r.PathValue("period"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	format := params.Get("format")
	d, err := NewMonthly(r.Context(), s.reader, p.ID, month, s.linkBase(format))
	if err != nil {
		return err
	}
	if format != "" {
		return s.writeFormat(w, format, fileName("kpid", p.ID, month.ID), d)
	}
	path := func(q kpi.Period) string { return "/p/" + p.ID + "/month/" + q.ID }
	v := newDocument(s.base(r, "weekly", d.Title), d)
	v.Stepper, v.Prev, v.Downloads = title(periodLong(month.ID)), path(site.Calendar.Prev(month)), s.formatLinks(path(month))
	if next := site.Calendar.Next(month); next.Starts <= site.Now() {
		v.Next = path(next)
	}
	return s.page(w, "document", v)
}

// linkBase is what stands before links: on a page nothing, in a file the address that
// readers know this server by.
func (s *server) linkBase(format string) string {
	if format == "" {
		return "/"
	}
	return s.publicURL
}

// formatLinks are the files of a report.
func (s *server) formatLinks(path string, params ...string) []link {
	var out []link
	for _, f := range s.formats {
		out = append(out, link{f.Label, address(path, append(params, "format", f.Name)...)})
	}
	return out
}

// writeFormat answers with a document as a file; also are the formats that the page has
// beside those of documents.
func (s *server) writeFormat(w http.ResponseWriter, format, name string, d *report.Document, also ...string) error {
	names := also
	for _, f := range s.formats {
		if names = append(names, f.Name); f.Name != format {
			continue
		}
		var out bytes.Buffer
		if err := f.Write(&out, d); err != nil {
			return err
		}
		h := w.Header()
		h.Del("ETag")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Type", f.Type)
		h.Set("Content-Disposition", `attachment; filename="`+name+"."+f.Name+`"`)
		_, _ = w.Write(out.Bytes()) // the connection is the only thing that can fail here
		return nil
	}
	return badRequest("There is no format called "+cut(format, 40)+".", "The formats are "+strings.Join(names, ", ")+".")
}
