package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
)

// every kind of block, with text that would be markup.
func hostile() *Document {
	v := 41.8237
	return &Document{Title: "t", Name: "Q2 review", About: "Core | <b>", Foot: "foot_note_", Sheets: []Sheet{{Name: "s", Blocks: []Block{
		Heading{1, "A # [title](x)"},
		Columns{Left: []Block{Text{Spans: []Piece{{Text: "Activation is "}, {Text: "41.8%", Bold: true, URL: "https://k.example/p/core/k/a?w=(1)"}, {Text: " *today*"}}}},
			Right: []Block{List{[][]Piece{{{Text: "one\ntwo"}}}}}},
		Table{Columns: []Column{{Name: "KPI"}, {Name: "Va|ue", Right: true}}, Rows: [][]Cell{{{Text: "=1+1\n| x", URL: "https://k.example/) onclick"}, {Text: "41.8%", Number: &v, Bold: true}}}},
		Figure{Title: "1 <Chart>", Status: kpi.AtRisk, Caption: "It ~fell~.", Boxes: []Box{{"Q2", "41.8%"}}},
	}}}}
}

func TestMarkdown(t *testing.T) {
	var out bytes.Buffer
	if err := Markdown(&out, hostile()); err != nil {
		t.Fatal(err)
	}
	want := `Core \| \<b\> · Q2 review

# A \# \[title\](x)

Activation is **[41.8%](https://k.example/p/core/k/a?w=%281%29)** \*today\*

- one two

| KPI | Va\|ue |
| --- | ---: |
| [=1+1 \| x](https://k.example/%29%20onclick) | **41.8%** |

**1 \<Chart\>** at risk

It \~fell\~.

| Q2 |
| ---: |
| 41.8% |

*foot\_note\_*

`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCSV(t *testing.T) {
	d := hostile()
	d.Sheets = append(d.Sheets, d.Sheets[0])
	var out bytes.Buffer
	if err := CSV(&out, d); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(out.String()))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"KPI", "Va|ue"}, {"'=1+1\n| x", "41.8237"}, {"KPI", "Va|ue"}, {"'=1+1\n| x", "41.8237"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
