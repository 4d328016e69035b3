package fact_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

var update = flag.Bool("update", false, "write docs/facts.md anew")

// TestFactsPage keeps the page people map their exports by equal to the table
// the program checks with.
func TestFactsPage(t *testing.T) {
	const path = "../../docs/facts.md"
	want := factsPage()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not the table of facts; run: go test ./kpi/fact -update\n%s", path, diff)
	}
}

const factsIntro = `# Facts

Written by ` + "`go test ./kpi/fact -update`" + ` from package kpi/fact; do not edit by hand.

A fact is a table that KPIs read. A manifest says which of your columns goes where
([manifests.md](manifests.md)); a KPI's SQL reads the table by the name given here.

Every row has an id, unique within its source. Two more columns may be set for any fact:
` + "`updated_at`" + `, when the source last changed the row (of two versions the newer one rules), and
` + "`gone_at`" + `, when the row was deleted there (a time, or true for "it is gone").

| Kind | What it holds |
|---|---|
| id | 1 to 200 bytes of text without control characters |
| ms | an instant, kept as UTC milliseconds; from 1990 to a year from now, a plan to the end of 2100 |
| day | a local day |
| minor | money in whole minor units (cents) of the row's currency |
| bool | true, false, 1 or 0 |
| int, real | a number; a real one is finite |
| text | UTF-8 text without the NUL character |
| enum | one of the words listed |
| json | JSON, kept with sorted keys |

*Personal* columns are stored as keyed hashes unless the source says personal = "plain". A
*needed* column must have a value in every record; the others may be empty or take their default.
`

// factsPage is the whole page.
func factsPage() string {
	var b strings.Builder
	b.WriteString(factsIntro)
	for _, s := range fact.All() {
		fmt.Fprintf(&b, "\n## %s\n\n", s.Name)
		for _, line := range factNotes(s) {
			fmt.Fprintf(&b, "%s\n", line)
		}
		b.WriteString("\n| Column | Kind | Value |\n|---|---|---|\n")
		for _, c := range s.Columns {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Name, c.Kind, columnNote(s, c))
		}
	}
	return b.String()
}

func factNotes(s *fact.Spec) []string {
	out := []string{"Holds at all times."}
	if s.Order != "" {
		out[0] = "Placed in time by `" + s.Order + "`"
		if s.Product != "" {
			out[0] += ", in the portfolio by `" + s.Product + "`"
		}
		out[0] += "."
	} else if s.Product != "" {
		out[0] = "Placed in the portfolio by `" + s.Product + "`."
	}
	for _, pair := range s.Ascending {
		out = append(out, fmt.Sprintf("A row whose `%s` lies after its `%s` is kept but not counted.", pair[0], pair[1]))
	}
	return out
}

func columnNote(s *fact.Spec, c fact.Column) string {
	need := "needed"
	switch {
	case c.Default == int64(kpi.Forever):
		need = "default: open end"
	case c.Default != nil && c.Kind == fact.Bool:
		need = fmt.Sprintf("default %t", c.Default == int64(1))
	case c.Default != nil:
		need = fmt.Sprintf("default %v", c.Default)
	case c.Null:
		need = "may be empty"
	}
	notes := []string{need}
	if len(c.Enum) > 0 {
		notes = append(notes, strings.Join(c.Enum, ", "))
	}
	if c.Personal {
		notes = append(notes, "*personal*")
	}
	if s.IsPlan(c.Name) {
		notes = append(notes, "a plan")
	}
	return strings.Join(notes, "; ")
}
