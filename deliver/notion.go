package deliver

// Limits that Notion publishes.
const (
	notionText  = 2000 // characters of a rich text
	notionRows  = 99   // of a table, beside its titles
	notionSpans = 100
	notionURL   = 2000
)

// NotionBlocks writes a document as blocks of Notion's API, in order. A long table is
// written as several. Text is plain: Notion reads no markup in it.
func NotionBlocks(d Document) []map[string]any {
	var out []map[string]any
	add := func(kind string, line Words) {
		out = append(out, map[string]any{"type": kind, kind: map[string]any{"rich_text": richText(line)}})
	}
	for _, b := range d.Blocks {
		switch b.Kind {
		case "heading":
			add("heading_2", b.Text)
		case "list":
			for _, item := range b.Items {
				add("bulleted_list_item", item)
			}
		case "table":
			for rows := b.Rows; len(rows) > 0; rows = rows[min(len(rows), notionRows):] {
				out = append(out, notionTable(b.Head, rows[:min(len(rows), notionRows)]))
			}
		default:
			add("paragraph", b.Text)
		}
	}
	add("paragraph", Plain(d.Foot))
	return out
}

// notionTable has as many cells in each row as it has titles.
func notionTable(head []string, rows [][]Words) map[string]any {
	row := func(cells []Words) map[string]any {
		out := make([]any, len(head))
		for i := range out {
			out[i] = []any{}
			if i < len(cells) {
				out[i] = richText(cells[i])
			}
		}
		return map[string]any{"type": "table_row", "table_row": map[string]any{"cells": out}}
	}
	titles := make([]Words, len(head))
	for i, h := range head {
		titles[i] = Plain(h)
	}
	children := []any{row(titles)}
	for _, r := range rows {
		children = append(children, row(r))
	}
	return map[string]any{"type": "table", "table": map[string]any{
		"table_width": len(head), "has_column_header": true, "has_row_header": false, "children": children}}
}

// richText is a line in Notion's form.
func richText(line Words) []any {
	out := []any{}
	for _, s := range line[:min(len(line), notionSpans)] {
		text := map[string]any{"content": cut(strip(s.Text), notionText)}
		if web(s.URL) && len(s.URL) <= notionURL {
			text["link"] = map[string]any{"url": s.URL}
		}
		out = append(out, map[string]any{"type": "text", "text": text})
	}
	return out
}
