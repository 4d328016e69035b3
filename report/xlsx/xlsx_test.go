package xlsx

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/kpid/kpid/report"
)

// TestWrite reads a workbook back: numbers are numbers, formulas are text, and the same
// document gives the same bytes.
func TestWrite(t *testing.T) {
	v := 41.8237
	d := &report.Document{Title: "Core met 1 of 2.", Name: "Q2 2026 review", About: "Core", Lang: "en", Made: "2026-09-21T06:10:00Z", Sheets: []report.Sheet{{Name: "Score/card [1]", Blocks: []report.Block{
		report.Heading{Level: 1, Text: "Core met 1 of 2."},
		report.Columns{Left: []report.Block{report.Plain("=1+1")}, Right: []report.Block{report.Table{Columns: []report.Column{{Name: "KPI"}, {Name: "Value", Right: true}}, Rows: [][]report.Cell{{{Text: `=HYPERLINK("x")`}, {Text: "41.8%", Number: &v}}}}}},
	}}}}
	write := func() []byte {
		var out bytes.Buffer
		if err := Write(&out, d); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	first := write()
	if !bytes.Equal(first, write()) {
		t.Error("the same document gives other bytes")
	}
	f, err := excelize.OpenReader(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); len(got) != 1 || got[0] != "Score card  1 " {
		t.Fatalf("worksheets %q", got)
	}
	for cell, want := range map[string]string{"A1": "Core met 1 of 2.", "A2": "=1+1", "A3": "KPI", "A4": `=HYPERLINK("x")`, "B4": "41.8237"} {
		if got, err := f.GetCellValue("Score card  1 ", cell); err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", cell, got, err, want)
		}
		if formula, _ := f.GetCellFormula("Score card  1 ", cell); formula != "" {
			t.Errorf("%s runs %q", cell, formula)
		}
	}
	if kind, err := f.GetCellType("Score card  1 ", "B4"); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("B4 is %v %v, want a number", kind, err)
	}
	if props, err := f.GetDocProps(); err != nil || props.Created != "2026-09-21T06:10:00Z" || props.Title != "Core met 1 of 2." {
		t.Errorf("properties %+v %v", props, err)
	}
}
