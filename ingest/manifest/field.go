package manifest

import (
	"slices"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi/fact"
)

// field reads one entry of a set table: a path, or a table.
func (p *parser) field(t *table, key string) *Field {
	v, _ := t.toml.Scalar(key)
	if _, ok := v.(string); ok {
		s := t.str(key)
		if s == "" {
			t.fail(key, "is empty; name a field of the record, or leave the column out")
			return nil
		}
		r := p.ref(t.pos(key), s)
		return &Field{Pos: t.pos(key), Path: &r}
	}
	if _, ok := v.(map[string]any); !ok {
		t.fail(key, "found %s; allowed: a path, or a table with path, text, const or sum", kindOf(v))
		return nil
	}
	ft := t.sub(key)
	f := &Field{
		Pos:      t.pos(key),
		Const:    ft.scalar("const"),
		Time:     ft.str("time"),
		Map:      ft.words("map"),
		Default:  ft.scalar("default"),
		As:       ft.str("as"),
		Equals:   ft.scalar("equals"),
		Lower:    ft.boolean("lower"),
		Optional: ft.boolean("optional"),
		Negate:   ft.boolean("negate"),
	}
	p.origin(ft, f)
	if ft.has("currency") {
		f.Currency = p.currency(ft)
	}
	p.plusDays(ft, f)
	ft.done()
	return f
}

// plusDays is a path or a whole number.
func (p *parser) plusDays(t *table, f *Field) {
	switch v, ok := t.toml.Scalar("plus_days"); days := v.(type) {
	case int64:
		if f.Days = int(days); days == 0 || days < -maxDays || days > maxDays {
			t.fail("plus_days", "found %d; allowed: -%d to %d, but not 0", days, maxDays, maxDays)
			f.Days = 0
		}
	default:
		if ok {
			r := p.ref(t.pos("plus_days"), t.need("plus_days"))
			f.PlusDays = &r
		}
	}
}

// maxDays is the longest span a manifest may move times by.
const maxDays = 40000

// origin reads where the value comes from.
func (p *parser) origin(t *table, f *Field) {
	n := 0
	if f.Const != nil {
		n++
	}
	if t.has("path") {
		n++
		r := p.ref(t.pos("path"), t.str("path"))
		f.Path = &r
	}
	if t.has("text") {
		n++
		f.Text = p.template(t.pos("text"), t.need("text"))
	}
	if t.has("sum") {
		n++
		for _, s := range t.strs("sum") {
			f.Sum = append(f.Sum, p.ref(t.pos("sum"), s))
		}
		if len(f.Sum) < 2 {
			t.fail("sum", "name at least two fields")
		}
	}
	if n != 1 {
		t.fail("", "give exactly one of path, text, const, sum")
	}
}

// currency is an ISO 4217 code, a path, or a table with one of the two.
func (p *parser) currency(t *table) *Field {
	v, _ := t.toml.Scalar("currency")
	if _, ok := v.(string); ok {
		if s := t.str("currency"); isCode(s) {
			return &Field{Pos: t.pos("currency"), Const: &s}
		}
	}
	return p.field(t, "currency")
}

func isCode(s string) bool {
	return len(s) == 3 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' && s[2] >= 'A' && s[2] <= 'Z'
}

// fieldTypes says which "as" fits which kind of column.
func fieldTypes(k fact.Kind) []string {
	switch k {
	case fact.Minor:
		return []string{"money", "int"}
	case fact.Int:
		return []string{"int", "number"}
	case fact.Real:
		return []string{"number", "int"}
	case fact.Bool:
		return []string{"bool"}
	case fact.Ms, fact.Day:
		return []string{"int", "string"}
	}
	return []string{"string"}
}

// suits checks a field against the column it fills.
func (p *parser) suits(f *Field, c fact.Column, e *Emit) {
	fail := func(format string, args ...any) { p.failAt(f.Pos, format, args...) }
	is := func(kinds ...fact.Kind) bool { return slices.Contains(kinds, c.Kind) }
	if f.As != "" && !slices.Contains(fieldTypes(c.Kind), f.As) {
		fail("as = %q does not fit: %s is %s; allowed: %s", f.As, c.Name, c.Kind, oneOf(fieldTypes(c.Kind)))
	}
	if f.Time != "" && !is(fact.Ms, fact.Day) {
		fail("time does not fit: %s is %s, not a time", c.Name, c.Kind)
	} else if f.Time != "" && !timeForm(f.Time) {
		fail("time = %q; allowed: %s, or a Go layout that writes year and month and no zone name, such as 2006-01-02 15:04:05", f.Time, oneOf(timeForms()))
	}
	if f.Map != nil && is(fact.JSON, fact.Ms, fact.Day) {
		fail("map does not fit: %s is %s; a map gives words, numbers and bools", c.Name, c.Kind)
	}
	if f.Equals != nil && !is(fact.Bool) {
		fail("equals does not fit: %s is %s; it gives a bool", c.Name, c.Kind)
	}
	if (f.Negate || f.Sum != nil) && !is(fact.Minor, fact.Int, fact.Real) {
		fail("negate and sum do not fit: %s is %s, not a number", c.Name, c.Kind)
	}
	if (f.PlusDays != nil || f.Days != 0) && !is(fact.Ms) {
		fail("plus_days does not fit: %s is %s, not a time", c.Name, c.Kind)
	}
	if f.Sum != nil && (f.Map != nil || f.Lower || f.Equals != nil) {
		fail("sum adds numbers: map, lower and equals cannot stand beside it")
	}
	if f.Map != nil && f.Equals != nil {
		fail("map and equals exclude each other")
	}
	if f.Currency != nil && f.As != "money" {
		fail(`currency belongs to as = "money"`)
	}
	if f.As == "money" && f.Currency == nil && e.Set["currency"] == nil {
		fail("money has no currency; add currency = \"USD\" or the path of a field, or set the column currency")
	}
	if f.Optional && !c.Null && c.Default == nil && f.Default == nil {
		fail("optional does not fit: %s.%s must have a value; give a default, or leave optional out", e.Fact, c.Name)
	}
	p.words(f, c)
}

// words checks the constants that land in an enum column.
func (p *parser) words(f *Field, c fact.Column) {
	if c.Kind != fact.Enum {
		return
	}
	check := func(what, word string) {
		if !slices.Contains(c.Enum, word) && word != "" {
			p.failAt(f.Pos, "%s %q is no value of %s; allowed: %s%s", what, word, c.Name, oneOf(c.Enum), near.Hint(word, c.Enum))
		}
	}
	for _, k := range sorted(f.Map) {
		check("map's", f.Map[k])
	}
	if f.Default != nil {
		check("default", *f.Default)
	}
	if f.Const != nil && f.Map == nil && (p.cfg != nil || !configRef.MatchString(*f.Const)) {
		check("const", *f.Const)
	}
}
