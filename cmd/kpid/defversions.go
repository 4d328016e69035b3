package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kpid/kpid/dashboards"
)

// Versions of a KPI's definition, oldest first, with what each said.
func (r *reader) Versions(ctx context.Context, kpiID string) ([]dashboards.DefinitionVersion, error) {
	all, err := r.app.store.VersionsOf(ctx, "definition", kpiID)
	if err != nil {
		return nil, err
	}
	var out []dashboards.DefinitionVersion
	for i, v := range all {
		text, err := definitionText(v.Body)
		if err != nil {
			return nil, fmt.Errorf("version %d of %s: %w", i+1, kpiID, err)
		}
		out = append(out, dashboards.DefinitionVersion{Number: i + 1, Hash: v.Hash, Since: v.Since, By: v.By, Reason: v.Reason, Text: text})
	}
	return out, nil
}

// definitionText reads what was kept of a definition.
func definitionText(body string) (dashboards.DefinitionText, error) {
	var kept struct {
		Name, Question, Numerator, Basis string
		Parameters                       map[string]any
		SQL                              map[string]string
	}
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&kept); err != nil {
		return dashboards.DefinitionText{}, err
	}
	out := dashboards.DefinitionText{Name: kept.Name, Question: kept.Question, Numerator: kept.Numerator, Basis: kept.Basis, Values: map[string]any{}, SQL: kept.SQL}
	for name, v := range kept.Parameters {
		out.Values[name] = parameter(v)
	}
	return out, nil
}

// parameter gives a value of a definition the type it had before it was kept as JSON.
func parameter(v any) any {
	switch x := v.(type) {
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n
		}
		f, _ := x.Float64()
		return f
	case []any:
		var words []string
		for _, one := range x {
			words = append(words, fmt.Sprint(parameter(one)))
		}
		return words
	}
	return v
}
