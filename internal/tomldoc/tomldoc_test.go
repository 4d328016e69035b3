package tomldoc

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlaces(t *testing.T) {
	const doc = `top = 1 # one
ünï = "ä" ; not TOML`
	var r Mistakes
	if _, ok := Parse("x.toml", []byte(doc), &r); ok || len(r) != 1 || r[0].Line != 2 {
		t.Errorf("syntax: %+v", r)
	}

	r = nil
	root, ok := Parse("x.toml", []byte("\"ü\" = 1\nb.c = { d = [1, 2], e = \"x\" }\n\n[[list]]\nid = 1\n  [list.sub]\n  deep = true\n[[list]]\nid = 2\n"), &r)
	if !ok {
		t.Fatal(r)
	}
	list := root.Subs("list")
	inner := root.Sub("b").Sub("c")
	for _, c := range []struct {
		what      string
		got, want Place
	}{
		{"a quoted key", root.Place("ü"), Place{1, 1}},
		{"a dotted key", root.Sub("b").Place("c"), Place{2, 3}},
		{"a key of an inline table", inner.Place("e"), Place{2, 21}},
		{"an array of tables", list[0].Place("id"), Place{5, 1}},
		{"a table in its first element", list[0].Sub("sub").Place("deep"), Place{7, 3}},
		{"its second element", list[1].Place("id"), Place{9, 1}},
		{"a key that is not there", list[1].Place("none"), Place{8, 3}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
	want := map[string]any{"d": []any{int64(1), int64(2)}, "e": "x"}
	if diff := cmp.Diff(want, inner.Plain()); diff != "" {
		t.Error(diff)
	}
	if list[1].Has("sub") {
		t.Error("the second element took the first one's table")
	}
}

// TestAbsent: an absent table answers like one without keys and notes nothing.
func TestAbsent(t *testing.T) {
	var r Mistakes
	root, ok := Parse("x.toml", nil, &r)
	if !ok {
		t.Fatal(r)
	}
	none := root.Sub("none")
	none.Need("a")
	none.Done()
	if none.Text("a", "x") != "x" || none.Int("b", 3, 0, 9) != 3 || !none.Bool("c", true) || none.Real("d") != nil ||
		none.Texts("e") != nil || none.Sub("f") != nil || none.Subs("g") != nil || none.Plain() != nil || none.Keys() != nil {
		t.Error("an absent table must give the fallbacks")
	}
	if len(r) != 0 {
		t.Errorf("%+v", r)
	}
}
