package gitlabpi

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// table gives the fields of a mapping.
func (r *reader) table(n ast.Node) (map[string]ast.Node, bool) {
	var pairs []*ast.MappingValueNode
	switch x := r.plain(n).(type) {
	case nil, *ast.NullNode:
		return nil, true
	case *ast.MappingNode:
		pairs = x.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{x}
	default:
		r.wrong(n, "found %s where a table with keys belongs", kind(x))
		return nil, false
	}
	out := map[string]ast.Node{}
	for _, p := range pairs {
		out[p.Key.GetToken().Value] = p.Value
	}
	return out, true
}

func (r *reader) text(fields map[string]ast.Node, key string) string {
	n := r.plain(fields[key])
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
		r.wrong(n, "%s must be text; found %s", key, kind(n))
		return ""
	}
	return r.scalar(n)
}

// scalar is a value as it is written: 0.90 stays 0.90.
func (r *reader) scalar(n ast.Node) string {
	switch x := n.(type) {
	case nil, *ast.NullNode:
		return ""
	case *ast.LiteralNode:
		return strings.TrimSpace(x.Value.Value)
	case *ast.StringNode:
		return strings.TrimSpace(x.Value)
	}
	return n.GetToken().Value
}

func (r *reader) flag(fields map[string]ast.Node, key string, otherwise bool) bool {
	switch x := r.plain(fields[key]).(type) {
	case nil, *ast.NullNode:
		return otherwise
	case *ast.BoolNode:
		return x.Value
	default:
		r.wrong(x, "%s must be true or false; found %q", key, r.scalar(x))
		return otherwise
	}
}

// texts gives a list of texts; a text alone is a list of one.
func (r *reader) texts(n ast.Node) []string {
	var out []string
	switch x := r.plain(n).(type) {
	case nil, *ast.NullNode:
	case *ast.SequenceNode:
		for _, v := range x.Values {
			if s := r.text(map[string]ast.Node{"an entry": v}, "an entry"); s != "" {
				out = append(out, s)
			}
		}
	case *ast.MappingNode, *ast.MappingValueNode:
		r.wrong(x, "a list of texts belongs here; found %s", kind(x))
	default:
		out = append(out, r.scalar(x))
	}
	return out
}

func kind(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a table"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.IntegerNode, *ast.FloatNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case nil, *ast.NullNode:
		return "nothing"
	}
	return "something else"
}
