package tomldoc

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/internal/near"
)

// Table hands out the keys of one table. A nil *Table is an absent one: every
// key of it is absent. Each method that takes a key marks it as known.
type Table struct {
	file   string
	path   string // target, company.fx; "" at the root
	node   *node
	known  []string
	report *Mistakes
}

// File names where the table is written.
func (t *Table) File() string {
	if t == nil {
		return ""
	}
	return t.file
}

// Keys in alphabetical order.
func (t *Table) Keys() []string {
	if t == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(t.node.table))
}

// Has says whether the key is written.
func (t *Table) Has(key string) bool { return t.get(key) != nil }

// Place of a key, or of the table when the key is not written.
func (t *Table) Place(key string) Place {
	if t == nil {
		return Place{1, 1}
	}
	if n, ok := t.node.table[key]; ok {
		return n.place
	}
	return t.node.place
}

func (t *Table) get(key string) *node {
	if t == nil {
		return nil
	}
	if !slices.Contains(t.known, key) {
		t.known = append(t.known, key)
	}
	return t.node.table[key]
}

// Bad notes a mistake at a key; the format and its arguments say what is wrong.
func (t *Table) Bad(key, format string, args ...any) {
	t.Wrong(key, fmt.Sprintf(format, args...), "", "")
}

// Wrong notes a mistake with what was found and what is allowed instead.
func (t *Table) Wrong(key, msg, found, allowed string) {
	if t == nil {
		return
	}
	t.report.Add(t.Mistake(key, msg, found, allowed))
}

// Mistake is what Wrong notes, for those who keep a list of their own.
func (t *Table) Mistake(key, msg, found, allowed string) Mistake {
	p := t.Place(key)
	return Mistake{File: t.File(), Line: p.Line, Column: p.Column, Key: t.Name(key), Msg: msg, Found: found, Allowed: allowed}
}

// Name is the dotted name of a key, as messages write it.
func (t *Table) Name(key string) string {
	if t == nil {
		return key
	}
	if t.path == "" || key == "" {
		return t.path + key
	}
	return t.path + "." + key
}

// Need notes each of the keys that is missing.
func (t *Table) Need(keys ...string) {
	for _, k := range keys {
		if t != nil && !t.Has(k) {
			t.Bad(k, "%s is missing", k)
		}
	}
}

// Unknown gives the keys nobody asked for, and those somebody did.
func (t *Table) Unknown() (unknown, known []string) {
	if t == nil {
		return nil, nil
	}
	unknown = slices.DeleteFunc(t.Keys(), func(k string) bool { return slices.Contains(t.known, k) })
	return unknown, slices.Sorted(slices.Values(t.known))
}

// Done notes every key nobody asked for, with the nearest known one.
func (t *Table) Done() {
	unknown, known := t.Unknown()
	for _, k := range unknown {
		t.Wrong(k, fmt.Sprintf("there is no key %q here%s", k, near.Hint(k, known)), "", strings.Join(known, ", "))
	}
}

// Text gives a string, or the fallback when it is absent.
func (t *Table) Text(key, fallback string) string {
	n := t.get(key)
	if n == nil {
		return fallback
	}
	s, ok := n.value.(string)
	if !ok {
		t.Wrong(key, key+" must be text in quotes", n.kind(), "")
		return fallback
	}
	return s
}

// OneOf gives a string out of a list.
func (t *Table) OneOf(key, fallback string, allowed ...string) string {
	n := t.get(key)
	s := t.Text(key, fallback)
	if n == nil || n.kind() != "text" || slices.Contains(allowed, s) {
		return s
	}
	t.Wrong(key, key+" is not one of the allowed words", fmt.Sprintf("%q", s), strings.Join(allowed, ", "))
	return fallback
}

// Int gives a whole number between lo and hi.
func (t *Table) Int(key string, fallback, lo, hi int) int {
	n := t.get(key)
	if n == nil {
		return fallback
	}
	i, ok := n.value.(int64)
	if !ok {
		t.Wrong(key, key+" must be a whole number", n.kind(), "")
		return fallback
	}
	if i < int64(lo) || i > int64(hi) {
		t.Wrong(key, key+" is out of range", fmt.Sprint(i), fmt.Sprintf("%d to %d", lo, hi))
		return fallback
	}
	return int(i)
}

// Real gives a number, which is finite, or nil when the key is absent.
func (t *Table) Real(key string) *float64 {
	n := t.get(key)
	if n == nil {
		return nil
	}
	switch v := n.value.(type) {
	case float64:
		return &v
	case int64:
		f := float64(v)
		return &f
	}
	t.Wrong(key, key+" must be a number", n.kind(), "")
	return nil
}

// Bool gives true or false.
func (t *Table) Bool(key string, fallback bool) bool {
	n := t.get(key)
	if n == nil {
		return fallback
	}
	b, ok := n.value.(bool)
	if !ok {
		t.Wrong(key, key+" must be true or false", n.kind(), "")
		return fallback
	}
	return b
}

// Texts gives a list of strings; whole numbers in it are taken as written.
func (t *Table) Texts(key string) []string {
	n := t.get(key)
	if n == nil {
		return nil
	}
	if n.items == nil {
		t.Wrong(key, key+" must be a list", n.kind(), `["a", "b"]`)
		return nil
	}
	out := make([]string, 0, len(n.items))
	for _, item := range n.items {
		switch v := item.value.(type) {
		case string:
			out = append(out, v)
		case int64:
			out = append(out, fmt.Sprint(v))
		default:
			t.Wrong(key, key+" must hold texts only", item.kind(), "")
		}
	}
	return out
}

// Scalar gives whatever is written as a plain Go value: string, int64, float64,
// bool, []any, map[string]any, or a TOML date. ok is false when it is absent.
func (t *Table) Scalar(key string) (v any, ok bool) {
	n := t.get(key)
	if n == nil {
		return nil, false
	}
	return n.plain(), true
}

// Sub gives a table inside, nil when it is absent.
func (t *Table) Sub(key string) *Table {
	n := t.get(key)
	if n == nil {
		return nil
	}
	if n.table == nil {
		t.Wrong(key, key+" must be a table", n.kind(), "")
		return nil
	}
	return t.inner(n, t.Name(key))
}

// Subs gives a list of tables.
func (t *Table) Subs(key string) []*Table {
	n := t.get(key)
	if n == nil {
		return nil
	}
	if n.items == nil {
		t.Wrong(key, key+" must be a list of tables", n.kind(), "[["+t.Name(key)+"]]")
		return nil
	}
	var out []*Table
	for _, item := range n.items {
		if item.table == nil {
			t.Wrong(key, key+" must hold tables only", item.kind(), "")
			continue
		}
		out = append(out, t.inner(item, t.Name(key)))
	}
	return out
}

func (t *Table) inner(n *node, path string) *Table {
	return &Table{file: t.file, path: path, node: n, report: t.report}
}

// Plain gives the whole table as Go values.
func (t *Table) Plain() map[string]any {
	if t == nil {
		return nil
	}
	m, _ := t.node.plain().(map[string]any)
	return m
}

func (n *node) plain() any {
	switch {
	case n.table != nil:
		out := make(map[string]any, len(n.table))
		for k, c := range n.table {
			out[k] = c.plain()
		}
		return out
	case n.items != nil:
		out := make([]any, len(n.items))
		for i, c := range n.items {
			out[i] = c.plain()
		}
		return out
	}
	return n.value
}

// kind names what a value is, in the words of a reader of the file.
func (n *node) kind() string {
	if n.table != nil {
		return "a table"
	}
	if n.items != nil {
		return "a list"
	}
	switch n.value.(type) {
	case string:
		return "text"
	case int64:
		return "a whole number"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	case toml.LocalDate:
		return "a date"
	case time.Time, toml.LocalDateTime, toml.LocalTime:
		return "a time"
	}
	return "nothing"
}
