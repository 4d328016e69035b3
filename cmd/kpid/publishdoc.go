package main

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/report"
)

// unpublished are sheets that say how the numbers were made on the day: they would
// make a new version of a page on which nothing else is new.
func unpublished() []string { return []string{"Sources"} }

// pageOf is a report as a page to be published. Drawings stay with kpid; what they
// show stands in the tables.
func pageOf(d *report.Document, foot string) deliver.Document {
	out := deliver.Document{Title: d.About + ", " + d.Name, Foot: strings.TrimSpace(deliver.Mark + " " + foot + " " + d.Foot)}
	for i, sheet := range d.Sheets {
		if slices.Contains(unpublished(), sheet.Name) {
			continue
		}
		if i > 0 && !titled(sheet) {
			out.Blocks = append(out.Blocks, deliver.Heading(sheet.Name))
		}
		sheet.Walk(func(b report.Block) { out.Blocks = append(out.Blocks, blocksOf(b)...) })
	}
	return out
}

// titled says that a sheet opens with a heading of its own.
func titled(s report.Sheet) bool {
	if len(s.Blocks) == 0 {
		return false
	}
	_, ok := s.Blocks[0].(report.Heading)
	return ok
}

func blocksOf(b report.Block) []deliver.Block {
	switch b := b.(type) {
	case report.Heading:
		if b.Level == 1 { // the sentence the report opens with
			return []deliver.Block{deliver.Text(deliver.Span{Text: b.Text})}
		}
		return []deliver.Block{deliver.Heading(b.Text)}
	case report.Text:
		return []deliver.Block{{Kind: "text", Text: wordsOf(b.Spans)}}
	case report.List:
		var items []deliver.Words
		for _, item := range b.Items {
			items = append(items, wordsOf(item))
		}
		return []deliver.Block{deliver.List(items...)}
	case report.Table:
		return tableOf(b)
	case report.Figure:
		text := strings.Trim(b.Title+": "+b.Caption, ": ")
		return []deliver.Block{deliver.Text(deliver.Span{Text: text})}
	}
	return nil
}

func wordsOf(pieces []report.Piece) deliver.Words {
	var out deliver.Words
	for _, p := range pieces {
		out = append(out, deliver.Span{Text: p.Text, URL: p.URL})
	}
	return out
}

// tableOf leaves out columns of drawings: what they show stands beside them.
func tableOf(t report.Table) []deliver.Block {
	var keep []int
	var head []string
	for i, c := range t.Columns {
		if !slices.ContainsFunc(t.Rows, func(row []report.Cell) bool { return i < len(row) && row[i].Drawing != nil }) {
			keep, head = append(keep, i), append(head, c.Name)
		}
	}
	rows := [][]deliver.Words{}
	for _, row := range t.Rows {
		var line []deliver.Words
		for _, i := range keep {
			text := ""
			if i < len(row) {
				text = row[i].Text
				if text == "" {
					text = strings.ReplaceAll(string(row[i].Status), "_", " ")
				}
				line = append(line, deliver.Words{{Text: text, URL: row[i].URL}})
				continue
			}
			line = append(line, deliver.Plain(text))
		}
		rows = append(rows, line)
	}
	var out []deliver.Block
	if t.Title != "" {
		out = append(out, deliver.Heading(t.Title))
	}
	if len(rows) == 0 {
		return out
	}
	return append(out, deliver.Table(head, rows))
}
