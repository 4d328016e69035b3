package manifest

import (
	"maps"
	"slices"
)

// questionNames and surveyNames are what a response may carry in its flat form.
func questionNames() []string {
	return []string{"purpose", "scale_min", "scale_max", "easy_is", "workflow"}
}

func surveyNames() []string {
	return []string{"product_id", "name", "kind", "wave", "opens_at", "closes_at", "invited", "population"}
}

func flatNames(fact string) []string {
	switch fact {
	case "survey_response":
		return append(questionNames(), surveyNames()...)
	case "account":
		return []string{"product_ids"}
	}
	return nil
}

// flat writes the flat forms out as emits of their own, so that everything
// after the manifest knows only plain facts.
func (p *parser) flat(e *Emit, flat map[string]*Field) []Emit {
	if len(flat) == 0 {
		return nil
	}
	if e.Fact == "account" {
		return []Emit{p.access(e, flat["product_ids"])}
	}
	var out []Emit
	if e.Set["survey_id"] == nil || e.Set["question_id"] == nil {
		return nil // said already: the response itself needs both
	}
	if given(flat, surveyNames()) {
		out = append(out, p.survey(e, flat))
	}
	if given(flat, questionNames()) {
		out = append(out, p.question(e, flat))
	}
	return out
}

func given(flat map[string]*Field, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return flat[n] != nil })
}

// access gives an account the products of a list, from its first day to its last.
func (p *parser) access(e *Emit, products *Field) Emit {
	if products.Path == nil {
		p.failAt(products.Pos, "product_ids needs the path of a list, or of a text like \"flows;forms\"")
		return *e
	}
	own := Ref{Scope: Own, Path: products.Path.Path}
	out := Emit{
		Pos: products.Pos, Fact: "account_access", When: e.When, Each: e.Each, Each2: e.Each2, List: "product_id",
		Set: map[string]*Field{
			"account_id": {Pos: e.Pos, Text: e.ID},
			"product_id": {Pos: products.Pos, Path: products.Path, Map: products.Map, Lower: products.Lower, Default: products.Default},
		},
		ID:        append(slices.Clone(e.ID), Part{Text: ":", Ref: &own}),
		UpdatedAt: e.UpdatedAt,
		GoneAt:    e.GoneAt,
	}
	for from, to := range map[string]string{"created_at": "starts_at", "closed_at": "ends_at"} {
		if f := e.Set[from]; f != nil {
			out.Set[to] = f
		}
	}
	return out
}

// survey makes the survey once per id. Without dates of its own it is open from
// its first response to its last.
func (p *parser) survey(e *Emit, flat map[string]*Field) Emit {
	out := p.once(e, "survey", flat, surveyNames())
	out.ID = valueOf(e.Set["survey_id"])
	if out.Set["name"] == nil {
		out.Set["name"] = e.Set["survey_id"]
	}
	if out.Set["kind"] == nil {
		word := "relational"
		out.Set["kind"] = &Field{Pos: e.Pos, Const: &word}
	}
	for col, how := range map[string]string{"opens_at": "min", "closes_at": "max"} {
		if out.Set[col] == nil && e.Set["responded_at"] != nil {
			out.Set[col] = e.Set["responded_at"]
			out.Merge[col] = how
		}
	}
	return out
}

// question makes the question once per id. Flat files use the same question id
// in every survey, so the survey's id goes in front of it, there and here.
func (p *parser) question(e *Emit, flat map[string]*Field) Emit {
	out := p.once(e, "survey_question", flat, questionNames())
	out.Set["survey_id"] = e.Set["survey_id"]
	survey, question := valueOf(e.Set["survey_id"]), valueOf(e.Set["question_id"])
	if len(survey) > 0 && len(question) > 0 {
		out.ID = slices.Concat(survey, Template{{Text: ":"}}, question)
		e.Set["question_id"].Path, e.Set["question_id"].Const, e.Set["question_id"].Text = nil, nil, out.ID
	}
	return out
}

// once starts an emit whose rows must agree wherever they are repeated.
func (p *parser) once(e *Emit, fact string, flat map[string]*Field, names []string) Emit {
	out := Emit{Pos: e.Pos, Fact: fact, When: e.When, Each: e.Each, Each2: e.Each2, Set: map[string]*Field{}, Merge: map[string]string{}}
	for _, n := range names {
		if f := flat[n]; f != nil {
			out.Set[n] = f
			out.Merge[n] = "same"
		}
	}
	return out
}

// valueOf is a field as a template; nil when it is more than a plain value.
func valueOf(f *Field) Template {
	switch {
	case f == nil || f.Map != nil || f.Lower || f.Sum != nil:
		return nil
	case f.Path != nil:
		return whole(*f.Path)
	case f.Const != nil:
		return Template{{Text: *f.Const}}
	}
	return slices.Clone(f.Text)
}

// Fields gives every field of an emit with its column.
func (e *Emit) Fields() map[string]*Field {
	out := maps.Clone(e.Set)
	maps.Copy(out, e.Attributes)
	for name, f := range map[string]*Field{"updated_at": e.UpdatedAt, "gone_at": e.GoneAt} {
		if f != nil {
			out[name] = f
		}
	}
	return out
}
