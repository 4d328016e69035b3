package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Markdown writes a document as CommonMark with tables. Drawings are told in words.
func Markdown(w io.Writer, d *Document) error {
	m := &markdown{}
	m.line(inert(d.About) + " · " + inert(d.Name))
	for _, s := range d.Sheets {
		s.Walk(m.block)
	}
	m.line("*" + inert(d.Foot) + "*")
	_, err := w.Write(m.Bytes())
	return err
}

type markdown struct{ bytes.Buffer }

// line ends a block.
func (m *markdown) line(text string) { m.WriteString(text + "\n\n") }

func (m *markdown) block(b Block) {
	switch b := b.(type) {
	case Heading:
		m.line(strings.Repeat("#", b.Level) + " " + inert(b.Text))
	case Text:
		m.line(pieces(b.Spans))
	case List:
		for _, item := range b.Items {
			m.WriteString("- " + pieces(item) + "\n")
		}
		m.WriteByte('\n')
	case Table:
		m.table(b)
	case Figure:
		m.line("**" + inert(b.Title) + "** " + inert(statusWord(b.Status)))
		m.line(inert(b.Caption))
		t := Table{Rows: [][]Cell{nil}}
		for _, box := range b.Boxes {
			t.Columns, t.Rows[0] = append(t.Columns, Column{Name: box.Label, Right: true}), append(t.Rows[0], Cell{Text: box.Value})
		}
		m.table(t)
	}
}

func (m *markdown) table(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	var head, rule []string
	for _, c := range t.Columns {
		head = append(head, cell(c.Name))
		if c.Right {
			rule = append(rule, "---:")
		} else {
			rule = append(rule, "---")
		}
	}
	fmt.Fprintf(m, "| %s |\n| %s |\n", strings.Join(head, " | "), strings.Join(rule, " | "))
	for _, row := range t.Rows {
		var out []string
		for _, c := range row {
			text := cell(c.Text)
			if c.URL != "" {
				text = "[" + text + "](" + address(c.URL) + ")"
			}
			if c.Bold && text != "" {
				text = "**" + text + "**"
			}
			out = append(out, text)
		}
		fmt.Fprintf(m, "| %s |\n", strings.Join(out, " | "))
	}
	m.WriteByte('\n')
}

func pieces(all []Piece) string {
	var b strings.Builder
	for _, p := range all {
		text := strings.ReplaceAll(inert(p.Text), "\n", " ")
		if p.URL != "" {
			text = "[" + text + "](" + address(p.URL) + ")"
		}
		if p.Bold && strings.TrimSpace(text) != "" {
			text = "**" + text + "**"
		}
		b.WriteString(text)
	}
	return b.String()
}

// cell is text on one line of a table.
func cell(s string) string { return strings.Join(strings.Fields(inert(s)), " ") }

// inert escapes what Markdown or HTML would read as markup.
func inert(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_[]<>|#&!~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// address cannot end the link it stands in.
func address(u string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E").Replace(u)
}
