package catalog

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDictionary keeps docs/kpis.md in step with the definitions: go test
// ./kpi/catalog -run TestDictionary -update writes it anew.
func TestDictionary(t *testing.T) {
	const file = "../../docs/kpis.md"
	defs, err := Load(Builtin(), BuiltinOrigin)
	if err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- written by go test ./kpi/catalog -run TestDictionary -update -->\n"
	head, _, ok := strings.Cut(string(old), mark)
	if !ok {
		t.Fatalf("%s has lost its mark %q", file, mark)
	}
	want := head + mark + Markdown(defs)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(old)); diff != "" {
		t.Errorf("%s is not what the definitions say (- definitions, + file):\n%s", file, diff)
	}
}
