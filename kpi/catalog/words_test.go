package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
)

// TestWords: what a line of words is as the value of each type.
func TestWords(t *testing.T) {
	for _, tt := range []struct {
		kind  string
		given any // the default
		words string
		want  any
	}{
		{"text", "a", "usage of it", "usage of it"},
		{"text", "a", "3", "3"},
		{"int", int64(1), "3", int64(3)},
		{"real", 1.0, "0.5", 0.5},
		{"real", 1.0, "2", 2.0},
		{"bool", false, "true", true},
		{"span", int64(0), "14d", int64(14 * day)},
		{"list", []int64{1}, "1 2", []int64{1, 2}},
		{"list", []int64{1}, "[1, 2]", []int64{1, 2}},
		{"list", []int64{1}, "[3]", []int64{3}},
		{"list", []string{"a"}, "b", []string{"b"}},
		{"list", []string{"a"}, "1 b", []string{"1", "b"}},
		{"list", []string{"a"}, "1, 2", []string{"1", "2"}},
		{"list", []string{"a"}, `["one two", "b"]`, []string{"one two", "b"}},
		{"list", []string{"a"}, "one two, b", []string{"one two", "b"}},
		{"list", []string{}, "1 2", []int64{1, 2}},
		{"list", []string{}, "1 b", []string{"1", "b"}},
		{"list", []string{"a"}, "[]", []string{}},
	} {
		d := &kpi.Definition{ID: "x", Params: []kpi.Param{{Name: "p", Type: tt.kind, Default: tt.given}}, Values: map[string]any{"p": tt.given}}
		got, err := ApplyWords(d, map[string][]string{"p": strings.Fields(tt.words)})
		if err != nil {
			t.Errorf("%s %q: %v", tt.kind, tt.words, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got.Values["p"]); diff != "" {
			t.Errorf("%s %q: %s", tt.kind, tt.words, diff)
		}
	}
}
