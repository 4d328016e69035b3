package mapping

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
)

// Keep says what is kept of records beside their rows, so that a corrected mapping can
// be tried on them again without asking whoever sent them. By stream: fields that are
// kept besides those that are mapped; "*" is the whole record. Records with personal
// fields are kept only of streams that are named here, with a hash for each person.
type Keep struct {
	Fields map[string][]string
}

// keeper cuts records down to what may be kept.
type keeper struct {
	paths map[string]bool
	allow allow
}

// allow is a tree of names; an empty one is everything below.
type allow map[string]allow

// everything is the path of the whole record.
const everything = "*"

// keeper of a stream; nil when its records are not kept.
func (c *compiler) keeper(s *manifest.Stream) *keeper {
	keep := c.m.cfg.Keep
	if keep == nil {
		return nil
	}
	more, named := keep.Fields[s.ID]
	if c.m.Personal() && !named {
		return nil
	}
	if named && (c.m.withhold || c.m.severalParts()) {
		c.fail(s.Pos, "the records of %s cannot be kept: a personal field stands inside a list or is one part of an id, where it cannot be replaced", s.ID)
		return nil
	}
	if c.m.withhold || c.m.severalParts() {
		return nil
	}
	k := &keeper{paths: c.paths}
	for _, path := range more {
		k.paths[plain(path)] = true
	}
	k.paths["_slice"] = true // what the record was asked for by
	k.allow = allow{}
	for path := range k.paths {
		k.allow.add(path)
	}
	return k
}

// severalParts says that an id is hashed as a whole but built of several values.
func (m *Mapper) severalParts() bool {
	return slices.ContainsFunc(m.emits, func(e *emit) bool { return e.id.hashAll && len(e.id.parts) > 1 })
}

// path is where a reference of an emit stands in the whole record: inside the lists that
// the emit goes through.
func path(r manifest.Ref, e *manifest.Emit) string {
	at := r.Path
	switch {
	case r.Scope == manifest.It:
		at = e.Each + ".#." + e.Each2 + ".#." + at
	case r.Scope == manifest.Rec && e.Each != "":
		at = e.Each + ".#." + at
	}
	return plain(at)
}

// plain is a path up to where it is more than names, numbers and #: from there on
// everything is kept.
func plain(path string) string {
	var out []string
	for _, name := range segments(path) {
		if name != everything && name != "#" && strings.ContainsAny(name, "#|@*?!{[()") {
			break
		}
		out = append(out, name)
	}
	if len(out) == 0 {
		return everything
	}
	return strings.Join(out, ".")
}

// segments splits a path at its dots, but not at \. in a name.
func segments(path string) []string {
	var out []string
	from := 0
	for i := 0; i < len(path); i++ {
		switch path[i] {
		case '\\':
			i++
		case '.':
			out, from = append(out, path[from:i]), i+1
		}
	}
	return append(out, path[from:])
}

// add allows a path. What is below one that is allowed is allowed already.
func (a allow) add(path string) {
	if path == everything {
		clear(a)
		a[everything] = allow{}
		return
	}
	names := segments(path)
	for i, name := range names {
		name = strings.ReplaceAll(name, `\`, "")
		if isNumber(name) {
			name = "#" // the others keep their places
		}
		next, ok := a[name]
		switch {
		case ok && len(next) == 0:
			return
		case i == len(names)-1:
			a[name] = allow{}
			return
		case !ok:
			next = allow{}
			a[name] = next
		}
		a = next
	}
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// prune writes what is allowed of a value.
func (a allow) prune(v gjson.Result, to []byte) []byte {
	_, whole := a[everything]
	switch {
	case whole || len(a) == 0:
		return append(to, v.Raw...)
	case v.IsObject():
		to = append(to, '{')
		v.ForEach(func(key, value gjson.Result) bool {
			below, ok := a[key.Str]
			if !ok && isNumber(key.Str) {
				below, ok = a["#"]
			}
			if ok {
				if to[len(to)-1] != '{' {
					to = append(to, ',')
				}
				to = below.prune(value, append(append(to, key.Raw...), ':'))
			}
			return true
		})
		return append(to, '}')
	case v.IsArray():
		below, ok := a["#"]
		to = append(to, '[')
		v.ForEach(func(_, value gjson.Result) bool {
			if !ok {
				return false
			}
			if to[len(to)-1] != '[' {
				to = append(to, ',')
			}
			to = below.prune(value, to)
			return true
		})
		return append(to, ']')
	}
	return append(to, "null"...) // no such thing was expected here
}

// Kept are the paths that are kept of the stream's records, sorted; nil when nothing is.
func (m *Mapper) Kept() []string {
	if m.keep == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(m.keep.paths))
}

// Lacks are the paths that the mapping reads and records of which only fields were
// kept cannot answer.
func (m *Mapper) Lacks(fields []string) []string {
	var out []string
	for path := range m.paths {
		if !slices.ContainsFunc(fields, func(f string) bool {
			return f == everything || f == path || strings.HasPrefix(path, f+".")
		}) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// keepRecord adds to out what is kept of a record. One without a name of its own is
// known by what it holds.
func (m *Mapper) keepRecord(rec Record, file string, line int, out *Output) {
	if m.keep == nil {
		return
	}
	raw := ingest.Raw{Body: rec.kept(m)}
	if raw.Body == "" {
		return
	}
	if line == 0 {
		raw.Key = file
	}
	out.Raw = append(out.Raw, raw)
}

func (r *JSON) kept(m *Mapper) string {
	text := r.rec
	if len(m.hide) > 0 {
		if text = r.Body(m.hide, m.hash); text == withheld {
			return ""
		}
	}
	return string(m.keep.allow.prune(gjson.Parse(text), nil))
}

// kept is a line as an object of its mapped columns.
func (r *CSV) kept(m *Mapper) string {
	out := map[string]string{}
	for i, ref := range m.slots {
		if v := r.Value(i); v.Type != Missing {
			out[ref.Path] = v.Text
			if slices.Contains(m.hide, i) {
				out[ref.Path] = m.hash(v.Text)
			}
		}
	}
	text, _ := json.Marshal(out) // texts can always be written
	return string(text)
}

// Again is a record that was kept; flat says that it was a line of CSV.
func (m *Mapper) Again(body string, flat bool) Record {
	if !flat {
		return NewJSON(body, m.slots)
	}
	rec := &CSV{Fields: make([]string, len(m.slots)), Column: make([]int, len(m.slots)), Raw: body}
	all := gjson.Parse(body).Map()
	for i, ref := range m.slots {
		rec.Fields[i], rec.Column[i] = all[ref.Path].String(), i
	}
	return rec
}
