// Package xlsx writes a report as a workbook: one worksheet for each sheet that has a
// table, numbers as numbers.
package xlsx

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/kpid/kpid/report"
)

// Write writes the workbook. The same document gives the same bytes: the file carries
// the instant the document tells of, not the one at which it was written.
func Write(w io.Writer, d *report.Document) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	b := book{File: f}
	if err := b.styles(); err != nil {
		return err
	}
	for _, s := range d.Sheets {
		if err := b.sheet(s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	f.SetActiveSheet(0)
	if err := f.SetDocProps(&excelize.DocProperties{Title: d.Title, Subject: d.About + ", " + d.Name, Creator: "kpid", LastModifiedBy: "kpid", Created: d.Made, Modified: d.Made, Language: d.Lang}); err != nil {
		return err
	}
	return f.Write(w)
}

// book is a workbook with its styles.
type book struct {
	*excelize.File
	head, wrap, title int
}

func (b *book) styles() (err error) {
	if b.head, err = b.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "bottom", Color: "000000", Style: 1}}}); err != nil {
		return err
	}
	if b.title, err = b.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}); err != nil {
		return err
	}
	b.wrap, err = b.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	return err
}

// sheet writes the blocks of a sheet below each other. Text is text: a cell that holds a
// string is never run.
func (b *book) sheet(s report.Sheet) error {
	name := sheetName(s.Name)
	if _, err := b.NewSheet(name); err != nil {
		return err
	}
	row, widths := 1, map[int]float64{}
	var failed error
	put := func(col int, value any, style int) {
		at, err := excelize.CoordinatesToCellName(col, row)
		if err == nil {
			err = b.SetCellValue(name, at, value)
		}
		if err == nil && style != 0 {
			err = b.SetCellStyle(name, at, at, style)
		}
		if failed == nil {
			failed = err
		}
	}
	s.Walk(func(block report.Block) {
		switch x := block.(type) {
		case report.Heading:
			put(1, x.Text, b.title)
		case report.Text:
			put(1, spans(x.Spans), 0)
		case report.List:
			for _, item := range x.Items {
				put(1, "• "+spans(item), 0)
				row++
			}
			row--
		case report.Figure:
			put(1, x.Title+": "+x.Caption, 0)
		case report.Table:
			for i, c := range x.Columns {
				put(i+1, c.Name, b.head)
				widths[i+1] = max(widths[i+1], float64(len(c.Name)))
			}
			for _, cells := range x.Rows {
				row++
				for i, c := range cells {
					if c.Number != nil {
						put(i+1, *c.Number, 0)
						continue
					}
					put(i+1, c.Text, b.wrap)
					widths[i+1] = max(widths[i+1], float64(len(c.Text)))
				}
			}
			row++
		}
		row++
	})
	for col, width := range widths {
		letter, err := excelize.ColumnNumberToName(col)
		if err == nil {
			err = b.SetColWidth(name, letter, letter, min(max(width+2, 8), 60))
		}
		if failed == nil {
			failed = err
		}
	}
	return failed
}

func spans(all []report.Piece) string {
	var b strings.Builder
	for _, p := range all {
		b.WriteString(p.Text)
	}
	return b.String()
}

// sheetName leaves out what a worksheet's name must not have; 31 characters fit.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, s)
	return string([]rune(s)[:min(31, len([]rune(s)))])
}
