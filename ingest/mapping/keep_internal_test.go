package mapping

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"
)

func TestPrune(t *testing.T) {
	const record = `{"id":1,"name":"n","a":{"b":{"c":1,"d":2},"e":[1,2]},"list":[{"x":1,"y":2},{"y":3},4],"2026":{"q":1,"r":2},"x.y":5,"\u0041":6,"none":null}`
	cases := []struct {
		paths []string
		want  string
	}{
		{[]string{"id"}, `{"id":1}`},
		{[]string{"*", "id"}, record},
		{[]string{"a.b.c", "none"}, `{"a":{"b":{"c":1}},"none":null}`},
		{[]string{"a.b.c", "a"}, `{"a":{"b":{"c":1,"d":2},"e":[1,2]}}`},
		{[]string{"a", "a.b.c"}, `{"a":{"b":{"c":1,"d":2},"e":[1,2]}}`},
		{[]string{"list.#.x"}, `{"list":[{"x":1},{},null]}`},
		{[]string{"list.1.y"}, `{"list":[{"y":2},{"y":3},null]}`},
		{[]string{`list.#(x==1).y`}, `{"list":[{"x":1,"y":2},{"y":3},4]}`},
		{[]string{"2026.q"}, `{"2026":{"q":1}}`},
		{[]string{`x\.y`, "A"}, `{"x.y":5,"\u0041":6}`},
		{[]string{"name.first", "a.e.first"}, `{"name":null,"a":{"e":[]}}`},
		{[]string{"@this"}, record},
		{[]string{"absent"}, `{}`},
	}
	for _, c := range cases {
		a := allow{}
		for _, p := range c.paths {
			a.add(plain(p))
		}
		got := string(a.prune(gjson.Parse(record), nil))
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%v: %s", c.paths, d)
		}
	}
}
