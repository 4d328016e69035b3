package deliver

import "strings"

// Storage writes a document in Confluence's storage format, which is XHTML: well
// formed whatever is in it, and without macros.
func Storage(d Document) string {
	var b strings.Builder
	for _, block := range d.Blocks {
		switch block.Kind {
		case "heading":
			b.WriteString("<h2>" + storageLine(block.Text) + "</h2>")
		case "list":
			b.WriteString("<ul>")
			for _, item := range block.Items {
				b.WriteString("<li>" + storageLine(item) + "</li>")
			}
			b.WriteString("</ul>")
		case "table":
			storageTable(&b, block)
		default:
			b.WriteString("<p>" + storageLine(block.Text) + "</p>")
		}
	}
	b.WriteString("<p><em>" + storageEscape(d.Foot) + "</em></p>")
	return b.String()
}

func storageTable(b *strings.Builder, block Block) {
	b.WriteString("<table><tbody><tr>")
	for _, h := range block.Head {
		b.WriteString("<th>" + storageEscape(h) + "</th>")
	}
	b.WriteString("</tr>")
	for _, row := range block.Rows {
		b.WriteString("<tr>")
		for _, cell := range row {
			b.WriteString("<td>" + storageLine(cell) + "</td>")
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
}

func storageLine(line Words) string {
	var b strings.Builder
	for _, s := range line {
		if web(s.URL) {
			b.WriteString(`<a href="` + storageEscape(s.URL) + `">` + storageEscape(s.Text) + "</a>")
			continue
		}
		b.WriteString(storageEscape(s.Text))
	}
	return b.String()
}

// storageEscape makes text inert in XHTML: strip leaves no character that XML refuses.
func storageEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(strip(s))
}
