package manifest

import (
	"sort"
	"strconv"

	"github.com/pelletier/go-toml/v2/unstable"
)

// place is a line and column, from 1.
type place struct{ line, column int }

// places finds where each key of a TOML document stands. Keys are written as in
// messages: stream[0].emit[1].set.id. go-toml's decoder gives a position only
// with its own errors; ours come later, when all of a table is known.
func places(data []byte) map[string]place {
	ix := &indexer{at: map[string]place{}, count: map[string]int{}, lines: lineStarts(data)}
	ix.parser.Reset(data)
	prefix := ""
	for ix.parser.NextExpression() {
		e := ix.parser.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			prefix = ix.header(e)
		case unstable.KeyValue:
			ix.pair(prefix, e)
		}
	}
	return ix.at
}

type indexer struct {
	parser unstable.Parser
	at     map[string]place
	count  map[string]int // length so far of each array of tables
	lines  []int
}

// header handles [a.b] and [[a.b]] and returns the path of what follows.
func (ix *indexer) header(e *unstable.Node) string {
	path := ""
	for it := e.Key(); it.Next(); {
		path = ix.step(path, it.Node())
		if it.IsLast() && e.Kind == unstable.ArrayTable {
			at := ix.at[path]
			path = element(path, ix.count[path])
			ix.count[base(path)]++
			ix.at[path] = ix.shape(it.Node(), at)
			break
		}
		if n := ix.count[path]; n > 0 {
			path = element(path, n-1)
		}
	}
	return path
}

func (ix *indexer) pair(prefix string, e *unstable.Node) {
	path := prefix
	for it := e.Key(); it.Next(); {
		path = ix.step(path, it.Node())
	}
	ix.value(path, e.Value())
}

// value descends into inline tables and arrays of them.
func (ix *indexer) value(path string, v *unstable.Node) {
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			ix.pair(path, it.Node())
		}
	case unstable.Array:
		i := 0
		for it := v.Children(); it.Next(); {
			p := element(path, i)
			ix.at[p] = ix.at[path]
			ix.value(p, it.Node())
			i++
		}
	}
}

// step adds one part of a key to a path and remembers where it first stood.
func (ix *indexer) step(path string, key *unstable.Node) string {
	path = dotted(path, string(key.Data))
	if _, ok := ix.at[path]; !ok {
		ix.at[path] = ix.shape(key, place{1, 1})
	}
	return path
}

func (ix *indexer) shape(key *unstable.Node, otherwise place) place {
	if key.Raw.Length == 0 {
		return otherwise
	}
	at := int(key.Raw.Offset)
	line := sort.SearchInts(ix.lines, at+1)
	return place{line, at - ix.lines[line-1] + 1}
}

// lineStarts are the offsets of the lines of a text. (The parser's own Shape
// counts from the top each time, which is minutes for a file at the size limit.)
func lineStarts(data []byte) []int {
	out := []int{0}
	for i, b := range data {
		if b == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

func dotted(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// base is the array's path without the index of its element.
func base(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '[' {
			return path[:i]
		}
	}
	return path
}
