package manifest

import (
	"slices"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi/fact"
)

func merges() []string { return []string{"min", "max", "last", "first"} }

// emit reads one emit block. It returns more than one when the block uses a
// flat form that makes rows of several facts.
func (p *parser) emit(t *table, s *Stream) []Emit {
	e := Emit{Pos: t.pos(""), Fact: t.need("fact"), Each: t.str("each"), Each2: t.str("each2"), Set: map[string]*Field{}}
	p.lists(t, s, &e)
	p.when(t, &e)
	e.Merge = p.merge(t)
	if t.has("id") {
		e.ID = p.id(t, "id")
	}
	spec := p.spec(t, &e)
	if !t.has("set") {
		t.fail("", "no columns; add [stream.emit.set] with column = \"field\"")
	}
	t.done()
	set := t.sub("set")
	if set == nil || spec == nil {
		return nil
	}
	flat := p.columns(set, &e, spec)
	p.identify(t, set, s, &e)
	all := append([]Emit{e}, p.flat(&e, flat)...)
	for i := range all {
		p.emitOK(&all[i])
		p.scopes(&all[i])
	}
	return all
}

func (p *parser) lists(t *table, s *Stream, e *Emit) {
	if e.Each != "" && s.Flat() {
		t.fail("each", "a line of CSV holds no list; each needs ndjson")
	}
	if e.Each2 != "" && e.Each == "" {
		t.fail("each2", "each2 goes through the entries of each, which is missing")
	}
}

func (p *parser) when(t *table, e *Emit) {
	w := t.sub("when")
	if w == nil {
		return
	}
	out := When{Pos: t.pos("when"), Ref: p.ref(w.pos("path"), w.need("path")), In: w.strs("in")}
	if w.has("present") {
		b := w.boolean("present")
		out.Present = &b
	}
	if (len(out.In) > 0) == (out.Present != nil) {
		w.fail("", "give in = [\"word\", ...] or present = true or false")
	}
	w.done()
	e.When = &out
}

func (p *parser) merge(t *table) map[string]string {
	out := t.words("merge")
	for _, col := range sorted(out) {
		if !slices.Contains(merges(), out[col]) {
			t.sub("merge").fail(col, "found %q; allowed: %s", out[col], oneOf(merges()))
		}
	}
	return out
}

// id is a path, or a table with text or path.
func (p *parser) id(t *table, key string) Template {
	f := p.field(t, key)
	switch {
	case f == nil:
		return nil
	case f.Path != nil:
		return whole(*f.Path)
	case len(f.Text) > 0:
		return f.Text
	}
	t.fail(key, "an id is a path or a text, such as \"{{rec.id}}:start\"")
	return nil
}

// spec finds the fact; a deployment is a change_event of its kind.
func (p *parser) spec(t *table, e *Emit) *fact.Spec {
	if e.Fact == "deployment" {
		word := "deployment"
		e.Fact = "change_event"
		e.Set["kind"] = &Field{Pos: t.pos("fact"), Const: &word}
	}
	spec, ok := fact.Find(e.Fact)
	if !ok && e.Fact != "" {
		t.fail("fact", "no fact is called %q; allowed: %s%s", e.Fact, oneOf(fact.Names()), near.Hint(e.Fact, fact.Names()))
	}
	return spec
}

// columns sorts the entries of a set table into columns, the row's own data and
// the flat forms, which it returns.
func (p *parser) columns(set *table, e *Emit, spec *fact.Spec) map[string]*Field {
	flat := map[string]*Field{}
	for _, name := range set.toml.Keys() {
		if name == "id" {
			continue
		}
		f := p.field(set, name)
		if f == nil {
			f = &Field{Pos: set.pos(name), Const: new(string)}
		}
		switch _, ok := spec.Column(name); {
		case ok:
			e.Set[name] = f
		case name == "updated_at":
			e.UpdatedAt = f
		case name == "gone_at":
			e.GoneAt = f
		case slices.Contains(flatNames(e.Fact), name):
			flat[name] = f
		case e.Fact == "account" && slug.MatchString(name) && nearest(name, spec) == "":
			if e.Attributes == nil {
				e.Attributes = map[string]*Field{}
			}
			e.Attributes[name] = f
		default:
			set.fail(name, "%s has no column %q; allowed: %s%s", e.Fact, name, oneOf(allowed(spec)), near.Hint(name, allowed(spec)))
		}
	}
	return flat
}

// nearest guards the open attribute names of an account against mistyped columns.
func nearest(name string, spec *fact.Spec) string {
	for _, c := range allowed(spec) {
		if near.Distance(name, c) == 1 {
			return c
		}
	}
	return ""
}

func allowed(spec *fact.Spec) []string {
	out := []string{"id", "updated_at", "gone_at"}
	for _, c := range spec.Columns {
		out = append(out, c.Name)
	}
	return append(out, flatNames(spec.Name)...)
}

// identify settles the row's id: id of the block, of its set table, else the
// stream's key.
func (p *parser) identify(t, set *table, s *Stream, e *Emit) {
	if set.has("id") {
		if len(e.ID) > 0 {
			set.fail("id", "the id is given twice, here and in the emit block")
		}
		e.ID = p.id(set, "id")
		if len(e.ID) == 0 {
			return
		}
	}
	switch {
	case len(e.ID) > 0 || t.has("id"):
	case e.Each != "":
		t.fail("", "each makes several rows of one record, so they need ids: id = { text = \"{{up.id}}:{{rec.id}}\" }")
	case len(s.Key) == 0:
		t.fail("", "the rows have no id; add key = [\"field\"] to the stream or id = \"field\" to the emit")
	default:
		e.ID = joined(s.Key)
	}
}
