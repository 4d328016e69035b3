package tomldoc

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Place is a line and a column, both from 1.
type Place struct{ Line, Column int }

// node is a key or an element: where it is written and what it holds. Exactly
// one of value, table and items is set, by kind.
type node struct {
	place Place
	value any
	table map[string]*node
	items []*node
}

// Parse reads a file. Syntax mistakes are noted, and then ok is false;
// there is no more than one of them, because nothing after it can be trusted.
func Parse(file string, data []byte, r *Mistakes) (root *Table, ok bool) {
	if m := guard(data); m != nil {
		m.File = file
		r.Add(*m)
		return nil, false
	}
	var values map[string]any
	if err := toml.Unmarshal(data, &values); err != nil {
		r.Add(syntax(file, err))
		return nil, false
	}
	tree := outline(data)
	fill(tree, values)
	if at, found := tree.nonFinite(); found {
		r.Add(Mistake{File: file, Line: at.Line, Column: at.Column, Msg: "inf and nan are no numbers to work with"})
		return nil, false
	}
	return &Table{file: file, node: tree, report: r}, true
}

func syntax(file string, err error) Mistake {
	m := Mistake{File: file, Line: 1, Column: 1, Msg: strings.TrimPrefix(err.Error(), "toml: ")}
	var de *toml.DecodeError
	if errors.As(err, &de) {
		m.Line, m.Column = de.Position()
	}
	return m
}

// outline builds the tree of places from the syntax; fill adds the values,
// which the decoder has already checked and converted.
func outline(data []byte) *node {
	var p unstable.Parser
	p.Reset(data)
	b := builder{newPlaces(data)}
	root := &node{place: Place{1, 1}, table: map[string]*node{}}
	here := root
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.KeyValue:
			b.keyValue(here, e)
		case unstable.Table:
			here = b.descend(root, e.Key(), false)
		case unstable.ArrayTable:
			here = b.descend(root, e.Key(), true)
		}
	}
	return root
}

type builder struct{ places *places }

// descend walks a dotted key, making tables on the way; array appends an
// element to the last one.
func (b builder) descend(n *node, keys unstable.Iterator, array bool) *node {
	for keys.Next() {
		k := keys.Node()
		at := b.places.at(int(k.Raw.Offset))
		child := n.child(string(k.Data), at)
		switch {
		case keys.IsLast() && array:
			child.items = append(child.items, &node{place: at, table: map[string]*node{}})
			child = child.items[len(child.items)-1]
		case len(child.items) > 0:
			child = child.items[len(child.items)-1]
		}
		n = child
	}
	return n
}

func (b builder) keyValue(n *node, e *unstable.Node) {
	target := b.descend(n, e.Key(), false)
	b.value(target, e.Value())
}

func (b builder) value(n *node, v *unstable.Node) {
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			b.keyValue(n, it.Node())
		}
	case unstable.Array:
		for it := v.Children(); it.Next(); {
			e := it.Node()
			if e.Kind == unstable.Comment {
				continue
			}
			item := &node{place: n.place}
			if e.Raw.Length > 0 {
				item.place = b.places.at(int(e.Raw.Offset))
			}
			b.value(item, e)
			n.items = append(n.items, item)
		}
	}
}

func (n *node) child(key string, at Place) *node {
	if n.table == nil {
		n.table = map[string]*node{}
	}
	c, ok := n.table[key]
	if !ok {
		c = &node{place: at}
		n.table[key] = c
	}
	return c
}

func fill(n *node, value any) {
	switch v := value.(type) {
	case map[string]any:
		for k, x := range v {
			fill(n.child(k, n.place), x)
		}
		if n.table == nil {
			n.table = map[string]*node{}
		}
	case []any:
		for i, x := range v {
			if i >= len(n.items) {
				n.items = append(n.items, &node{place: n.place})
			}
			fill(n.items[i], x)
		}
		if n.items == nil {
			n.items = []*node{}
		}
	default:
		n.value = v
	}
}

// nonFinite finds an inf or nan. Nothing can be done with one: it is neither
// JSON nor a limit, and refused here it needs no thought further on.
func (n *node) nonFinite() (Place, bool) {
	if f, ok := n.value.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return n.place, true
	}
	for _, c := range n.items {
		if at, found := c.nonFinite(); found {
			return at, true
		}
	}
	for _, k := range slices.Sorted(maps.Keys(n.table)) {
		if at, found := n.table[k].nonFinite(); found {
			return at, true
		}
	}
	return Place{}, false
}

// places turns byte offsets into places. It counts on from the last one asked
// for, as the parser goes, because counting from the start of a long line again
// and again takes minutes for a file at the limit.
type places struct {
	data   []byte
	offset int
	place  Place
}

func newPlaces(data []byte) *places { return &places{data: data, place: Place{1, 1}} }

func (p *places) at(offset int) Place {
	if offset < p.offset {
		*p = *newPlaces(p.data)
	}
	for p.offset < offset {
		r, n := utf8.DecodeRune(p.data[p.offset:])
		p.offset += n
		p.place.Column++
		if r == '\n' {
			p.place = Place{p.place.Line + 1, 1}
		}
	}
	return p.place
}
