package mapping

import (
	"encoding/csv"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest/manifest"
)

// Type of a value in a record.
type Type byte

// Types of values. CSV knows only Missing and Text.
const (
	Missing Type = iota // absent, null or empty
	Text
	Number
	Bool
	Nested // a JSON object or list
)

// Value of a record's field. Numbers keep the digits they were written with.
type Value struct {
	Type  Type
	Text  string
	Empty bool // of a missing one: the field is there, and empty
}

// Record gives a record's values by slot: slot i is the i-th path of Mapper.Slots.
type Record interface {
	Value(slot int) Value
	// Entries are the records of a list inside this one, each seeing this one as
	// up (or, for the second level, its own parents); false when the path holds
	// something else than a list.
	Entries(path string, level int) ([]Record, bool)
	// Body is the record as text, the values of some slots replaced.
	Body(hide []int, by func(string) string) string
	// kept is what may be kept of the record, as a JSON object; "" is nothing.
	kept(m *Mapper) string
	// beside are the names in the object that lacks the slot's field.
	beside(slot int) string
}

// CSV is one line of a file. Fields and Raw may be reused for the next line,
// but the strings in Fields may not change.
type CSV struct {
	Fields []string
	Column []int // slot: position in Fields, or -1 when the file has no such column
	Raw    string
}

// Value of a cell; an empty one is missing.
func (r *CSV) Value(slot int) Value {
	i := r.Column[slot]
	if i >= 0 && r.Fields[i] != "" {
		return Value{Type: Text, Text: r.Fields[i]}
	}
	return Value{Empty: i >= 0}
}

// Entries is always empty: a line holds no list.
func (r *CSV) Entries(string, int) ([]Record, bool) { return nil, true }

// JSON is one object, or an entry of a list inside one.
type JSON struct {
	Refs        []manifest.Ref
	rec, up, it string
}

// NewJSON wraps an object that CheckJSON has accepted; refs are the slots.
func NewJSON(raw string, refs []manifest.Ref) *JSON { return &JSON{Refs: refs, rec: raw} }

// Value at the slot's path; an empty string is missing, as in CSV.
func (r *JSON) Value(slot int) Value {
	return valueOf(gjson.Get(r.part(slot), r.Refs[slot].Path))
}

// part of the record that a slot's path starts from.
func (r *JSON) part(slot int) string {
	switch r.Refs[slot].Scope {
	case manifest.Up:
		return r.up
	case manifest.It:
		return r.it
	}
	return r.rec
}

func valueOf(g gjson.Result) Value {
	switch g.Type {
	case gjson.String:
		if g.Str == "" {
			return Value{Empty: true}
		}
		return Value{Type: Text, Text: g.Str}
	case gjson.Number:
		return Value{Type: Number, Text: g.Raw}
	case gjson.True, gjson.False:
		return Value{Type: Bool, Text: g.Raw}
	case gjson.JSON:
		return Value{Type: Nested, Text: g.Raw}
	}
	return Value{Empty: g.Exists()}
}

// Entries of the list at path, below the record (level 1) or the entry (level 2).
func (r *JSON) Entries(path string, level int) ([]Record, bool) {
	g := gjson.Get(r.rec, path)
	if !g.Exists() || g.Type == gjson.Null {
		return nil, true
	}
	if !g.IsArray() {
		return nil, false
	}
	var out []Record
	for _, e := range g.Array() {
		if level == 1 {
			out = append(out, &JSON{Refs: r.Refs, rec: e.Raw, up: r.rec})
		} else {
			out = append(out, &JSON{Refs: r.Refs, rec: r.rec, up: r.up, it: e.Raw})
		}
	}
	return out, true
}

// Body cuts hidden values out by their place. A path whose place gjson cannot
// tell withholds the whole record.
func (r *JSON) Body(hide []int, by func(string) string) string {
	type cut struct {
		from, to int
		text     string
	}
	var cuts []cut
	for _, slot := range hide {
		ref := r.Refs[slot]
		g := gjson.Get(r.rec, ref.Path)
		if g.Exists() && g.Index == 0 {
			return withheld
		}
		if g.Exists() && g.String() != "" { // nobody's name stays nobody's
			cuts = append(cuts, cut{g.Index, g.Index + len(g.Raw), `"` + by(g.String()) + `"`})
		}
	}
	slices.SortFunc(cuts, func(a, b cut) int { return b.from - a.from })
	out := r.rec
	for i, c := range cuts {
		if i > 0 && c.to > cuts[i-1].from {
			return withheld
		}
		out = out[:c.from] + c.text + out[c.to:]
	}
	return out
}

const withheld = "(withheld: the record has personal fields)"

// stringsOf reads the texts and numbers of a JSON list.
func stringsOf(list string) []string {
	var out []string
	for _, e := range gjson.Parse(list).Array() {
		out = append(out, e.String())
	}
	return out
}

// Body is the line, with hidden cells replaced.
func (r *CSV) Body(hide []int, by func(string) string) string {
	if len(hide) == 0 {
		return r.Raw
	}
	cells := slices.Clone(r.Fields)
	for _, slot := range hide {
		if i := r.Column[slot]; i >= 0 && cells[i] != "" {
			cells[i] = by(cells[i])
		}
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(cells); err != nil {
		return withheld
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}
