package report

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/kpid/kpid/kpi/scorecard"
)

// CSV writes the tables of a document below each other, an empty line between two.
// Numbers are in full precision and texts that a spreadsheet would run are made inert.
func CSV(w io.Writer, d *Document) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	first := true
	for _, s := range d.Sheets {
		s.Walk(func(b Block) {
			t, ok := b.(Table)
			if !ok {
				return
			}
			if !first {
				_ = out.Write([]string{""}) // the writer keeps its first error for Flush
			}
			first = false
			var head []string
			for _, c := range t.Columns {
				head = append(head, scorecard.Inert(c.Name))
			}
			_ = out.Write(head)
			for _, row := range t.Rows {
				var line []string
				for _, c := range row {
					if c.Number != nil {
						line = append(line, scorecard.Figure(c.Number))
					} else {
						line = append(line, scorecard.Inert(c.Text))
					}
				}
				_ = out.Write(line)
			}
		})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}
