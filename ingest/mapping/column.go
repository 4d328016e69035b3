package mapping

import (
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/kpi/fact"
)

// column computes one value of a row.
type column struct {
	name string // of the column
	from string // what the record calls it, for rejections
	col  fact.Column
	plan bool
	mp   *Mapper

	// Where the value comes from: ready when fixed, else text, sum or slot.
	fixed bool
	ready any
	text  *idMaker
	sum   []int
	slot  int

	// What is done to it.
	lower    bool
	equals   *string
	table    map[string]any // the source's word: ready value
	fallback any            // for a word that table lacks, nil: none
	other    any            // for a missing value, nil: none
	empty    bool           // a missing value is null
	parse    parser
	negate   bool
	plus     int // slot of days to add, -1: none
	days     int // days to add, where the manifest says how many
	daysFrom string
	hashed   bool

	memo  *memo // of texts; nil for kinds that are quick to parse
	tally tally
}

// problem is why a value cannot be taken.
type problem struct{ field, found, allowed string }

// column compiles a field. A nil field is a column nobody sets: its default, or null.
func (c *compiler) column(f *manifest.Field, col fact.Column, spec *fact.Spec, e *manifest.Emit) *column {
	out := &column{name: col.Name, from: col.Name, col: col, plan: spec.IsPlan(col.Name), slot: -1, plus: -1, mp: c.m}
	if f == nil {
		out.fixed, out.ready = true, col.Default
		return out
	}
	out.lower, out.equals, out.negate = f.Lower, f.Equals, f.Negate
	out.empty = col.Null && (f.Optional || f.Time == "" && f.Map == nil)
	out.parse = c.parser(f, col, spec, e)
	if col.Personal && !c.m.cfg.Plain {
		c.needKey(f.Pos, col.Name)
		out.hashed = true
	}
	if col.Kind == fact.ID || col.Kind == fact.Text || col.Kind == fact.JSON {
		out.memo = newMemo()
	}
	c.origin(out, f, e)
	c.ready(out, f)
	return out
}

func (c *compiler) origin(out *column, f *manifest.Field, e *manifest.Emit) {
	if f.Path != nil {
		out.slot, out.from = c.slot(*f.Path, f.Optional), f.Path.Path
		if out.hashed {
			c.hide(out.slot, e)
		}
	}
	for _, r := range f.Sum {
		out.sum = append(out.sum, c.slot(r, f.Optional))
	}
	if f.PlusDays != nil {
		out.plus, out.daysFrom = c.slot(*f.PlusDays, f.Optional), f.PlusDays.Path
	}
	out.days = f.Days
	if len(f.Text) == 0 {
		return
	}
	out.text = &idMaker{}
	for _, p := range f.Text {
		part := idPart{text: p.Text, slot: -1}
		if p.Ref != nil {
			part.slot, part.name = c.slot(*p.Ref, f.Optional), p.Ref.Path
			if out.hashed {
				c.hide(part.slot, e)
			}
		}
		out.text.parts = append(out.text.parts, part)
	}
}

// ready parses what the manifest itself holds: constant, default, words.
func (c *compiler) ready(out *column, f *manifest.Field) {
	fixed := func(what, s string) any {
		v, p := out.finish(Value{Type: Text, Text: s}, nil)
		if p != nil {
			c.fail(f.Pos, "%s %q; allowed: %s", what, s, p.allowed)
		}
		return v
	}
	if f.Map != nil {
		out.table = map[string]any{}
		for word, ours := range f.Map {
			if out.table[word] = nil; ours != "" {
				out.table[word] = fixed("map gives", ours)
			}
		}
	}
	out.other = out.col.Default
	if f.Default != nil {
		out.fallback = fixed("default is", *f.Default)
		out.other = out.fallback
	}
	if f.Const != nil && out.plus < 0 && out.days == 0 && !out.hashed && out.table == nil {
		out.fixed, out.ready = true, fixed("const is", *f.Const)
	} else if f.Const != nil {
		out.text = &idMaker{parts: []idPart{{text: *f.Const, slot: -1}}}
	}
}
