package gitlabpi

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
)

// maxBytes of a file. Those of GitLab are below 100 kB.
const maxBytes = 1 << 20

// Indicator is one entry of a file, in its own words.
type Indicator struct {
	File         string
	Line, Column int

	Name, Definition string
	Org              string
	Target           string // verbatim, numbers too; "" when there is none
	BasePath, Parent string
	Key              bool
	Public           bool
	Health           *int // 3 okay, 2 attention, 1 problem, 0 unknown, -1 confidential
	Reasons          []string
	URLs, Lessons    []string
}

// Read gives the indicators of a file. The error is a tomldoc.Mistakes with all
// that is wrong, each with line and column; nothing is to be used then.
func Read(file string, data []byte) ([]Indicator, error) {
	r := &reader{file: file}
	if len(data) > maxBytes {
		r.wrong(nil, "the file is too long: %d bytes, at most %d", len(data), maxBytes)
		return nil, r.errs.Err()
	}
	doc, err := parser.ParseBytes(data, 0)
	if err != nil {
		r.syntax(err)
		return nil, r.errs.Err()
	}
	var out []Indicator
	for _, d := range doc.Docs {
		out = append(out, r.list(d.Body)...)
	}
	if len(out) == 0 && len(r.errs) == 0 {
		r.wrong(nil, "there is no indicator in this file; it is a list of tables with name, definition, target, org, health")
	}
	return out, r.errs.Err()
}

// reader notes what is wrong and reads on.
type reader struct {
	file string
	errs tomldoc.Mistakes
}

func (r *reader) wrong(n ast.Node, format string, args ...any) {
	m := tomldoc.Mistake{File: r.file, Line: 1, Column: 1, Msg: fmt.Sprintf(format, args...)}
	if n != nil {
		m.Line, m.Column = where(n)
	}
	r.errs.Add(m)
}

// where a node begins; the token of a table is the colon behind its first key.
func where(n ast.Node) (line, column int) {
	switch x := n.(type) {
	case *ast.MappingNode:
		if len(x.Values) > 0 {
			n = x.Values[0].Key
		}
	case *ast.MappingValueNode:
		n = x.Key
	}
	return place(n.GetToken())
}

func place(t *token.Token) (line, column int) {
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, max(t.Position.Column, 1)
}

func (r *reader) syntax(err error) {
	m := tomldoc.Mistake{File: r.file, Line: 1, Column: 1, Msg: "this is no YAML: " + err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		m.Msg = "this is no YAML: " + at.GetMessage()
		m.Line, m.Column = place(at.GetToken())
	}
	r.errs.Add(m)
}

func (r *reader) list(n ast.Node) []Indicator {
	switch n := r.plain(n).(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
	case *ast.SequenceNode:
		var out []Indicator
		for _, v := range n.Values {
			out = append(out, r.indicator(v))
		}
		return out
	default:
		r.wrong(n, "found %s where the list of indicators begins; each begins with - name:", kind(n))
	}
	return nil
}

// plain takes anchors and tags off a node.
func (r *reader) plain(n ast.Node) ast.Node {
	switch x := n.(type) {
	case *ast.AnchorNode:
		return r.plain(x.Value)
	case *ast.TagNode:
		return r.plain(x.Value)
	case *ast.AliasNode:
		r.wrong(x, "an alias is not followed here; write out what it stands for")
		return &ast.NullNode{}
	}
	return n
}

// known keys; sisense_data, dri and others are passed over.
func known() []string {
	return []string{"name", "definition", "target", "org", "base_path", "parent", "is_key", "public", "health", "urls", "lessons", "sisense_data", "dri"}
}

func (r *reader) indicator(n ast.Node) Indicator {
	in := Indicator{File: r.file, Public: true}
	in.Line, in.Column = where(n)
	fields, ok := r.table(n)
	if !ok {
		return in
	}
	in.Name = r.text(fields, "name")
	if in.Name == "" && r.scalar(r.plain(fields["name"])) == "" {
		r.wrong(n, "the indicator has no name")
	}
	in.Definition, in.Target, in.Org = r.text(fields, "definition"), r.text(fields, "target"), r.text(fields, "org")
	in.BasePath, in.Parent = r.text(fields, "base_path"), r.text(fields, "parent")
	in.Key, in.Public = r.flag(fields, "is_key", false), r.flag(fields, "public", true)
	in.URLs = r.texts(fields["urls"])
	if h := fields["health"]; h != nil {
		r.health(h, &in)
	}
	if l := fields["lessons"]; l != nil {
		if parts, ok := r.table(l); ok {
			in.Lessons = r.texts(parts["learned"])
		}
	}
	for key, v := range fields {
		if hint := near.Word(key, known()); hint != "" && hint != key && fields[hint] == nil {
			r.wrong(v, "there is no key %q; did you mean %q?", key, hint)
		}
	}
	return in
}

func (r *reader) health(n ast.Node, in *Indicator) {
	fields, ok := r.table(n)
	if !ok {
		return
	}
	in.Reasons = r.texts(fields["reasons"])
	level := r.plain(fields["level"])
	if level == nil {
		return
	}
	v, ok := map[string]int{"-1": -1, "0": 0, "1": 1, "2": 2, "3": 3}[r.scalar(level)]
	if !ok {
		r.wrong(level, "health level %q is none; allowed: 3 okay, 2 attention, 1 problem, 0 unknown, -1 confidential", r.scalar(level))
		return
	}
	in.Health = &v
}
