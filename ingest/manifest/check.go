package manifest

import (
	"slices"

	"github.com/kpid/kpid/kpi/fact"
)

// emitOK checks an emit against the fact it makes.
func (p *parser) emitOK(e *Emit) {
	spec, _ := fact.Find(e.Fact)
	p.moneyColumn(e, spec)
	for _, c := range spec.Columns {
		if f := e.Set[c.Name]; f != nil {
			p.suits(f, c, e)
		} else if !c.Null && c.Default == nil && c.Name != spec.Product {
			p.failAt(e.Pos, "%s needs the column %s (%s); add it to its set table%s", e.Fact, c.Name, kindHelp(c), flatHelp(e))
		}
	}
	at := fact.Column{Name: "updated_at", Kind: fact.Ms, Null: true}
	if e.UpdatedAt != nil {
		p.suits(e.UpdatedAt, at, e)
	}
	if at.Name = "gone_at"; e.GoneAt != nil {
		if e.GoneAt.Equals != nil {
			at.Kind = fact.Bool
		}
		p.suits(e.GoneAt, at, e)
	}
	for _, name := range sorted(e.Attributes) {
		p.suits(e.Attributes[name], fact.Column{Name: name, Kind: fact.Text, Null: true}, e)
	}
	for _, name := range sorted(e.Merge) {
		if e.Set[name] == nil {
			p.failAt(e.Pos, "merge names %q, which the set table does not set; it sets: %s", name, oneOf(sorted(e.Set)))
		}
	}
	if len(e.ID) == 0 && e.Fact != "" && len(p.errs) == 0 {
		p.failAt(e.Pos, "the id of the %s cannot be made: survey_id and question_id must be plain paths, texts or constants here", e.Fact)
	}
}

// moneyColumn fills the fact's currency from that of its money, since a row
// with an amount has said its currency already.
func (p *parser) moneyColumn(e *Emit, spec *fact.Spec) {
	if _, ok := spec.Column("currency"); !ok || e.Set["currency"] != nil {
		return
	}
	for _, name := range sorted(e.Set) {
		if f := e.Set[name]; f.As == "money" && f.Currency != nil {
			e.Set["currency"] = f.Currency
		}
	}
}

func kindHelp(c fact.Column) string {
	if c.Kind == fact.Enum {
		return "one of " + oneOf(c.Enum)
	}
	return string(c.Kind)
}

func flatHelp(e *Emit) string {
	if e.Fact == "survey" || e.Fact == "survey_question" {
		return "; a response that describes its survey or question must do so fully"
	}
	return ""
}

// scopes refuses paths into parts of the record that the emit does not have.
func (p *parser) scopes(e *Emit) {
	check := func(pos Pos, refs ...Ref) {
		for _, r := range refs {
			if r.Scope == Up && e.Each == "" {
				p.failAt(pos, "%q needs each: up is the record around an entry", r)
			}
			if r.Scope == It && e.Each2 == "" {
				p.failAt(pos, "%q needs each2: it is the entry of each2", r)
			}
		}
	}
	check(e.Pos, e.ID.Refs()...)
	if e.When != nil {
		check(e.When.Pos, e.When.Ref)
	}
	for _, f := range e.Fields() {
		check(f.Pos, f.Refs()...)
	}
}

// Refs are the paths a field needs.
func (f *Field) Refs() []Ref {
	out := slices.Concat(f.Text.Refs(), f.Sum)
	for _, r := range []*Ref{f.Path, f.PlusDays} {
		if r != nil {
			out = append(out, *r)
		}
	}
	if f.Currency != nil {
		out = append(out, f.Currency.Refs()...)
	}
	return out
}
