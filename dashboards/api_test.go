package dashboards_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// schema checks values against the schemas of the OpenAPI document: types,
// enums, required and unknown properties.
type schema struct {
	t    *testing.T
	defs map[string]any
}

func (s schema) check(at string, def map[string]any, v any) {
	if ref, ok := def["$ref"].(string); ok {
		found, ok := s.defs[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
		if !ok {
			s.t.Fatalf("%s: no schema %s", at, ref)
		}
		s.check(at, found, v)
		return
	}
	if options, ok := def["anyOf"].([]any); ok {
		if v != nil {
			s.check(at, options[0].(map[string]any), v)
		}
		return
	}
	if !allowedType(def["type"], v) {
		s.t.Errorf("%s: %T where the schema says %v", at, v, def["type"])
		return
	}
	if enum, ok := def["enum"].([]any); ok && !slices.Contains(enum, v) {
		s.t.Errorf("%s: %v is none of %v", at, v, enum)
	}
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			s.check(fmt.Sprintf("%s[%d]", at, i), def["items"].(map[string]any), e)
		}
	case map[string]any:
		s.object(at, def, v)
	}
}

func (s schema) object(at string, def map[string]any, v map[string]any) {
	props, _ := def["properties"].(map[string]any)
	for _, name := range def["required"].([]any) {
		if _, ok := v[name.(string)]; !ok {
			s.t.Errorf("%s: %s is missing", at, name)
		}
	}
	for name, e := range v {
		p, ok := props[name].(map[string]any)
		if !ok {
			s.t.Errorf("%s: %s is not described", at, name)
			continue
		}
		if more, ok := p["additionalProperties"].(map[string]any); ok {
			for k, inner := range e.(map[string]any) {
				s.check(at+"."+name+"."+k, more, inner)
			}
			continue
		}
		s.check(at+"."+name, p, e)
	}
}

func allowedType(types any, v any) bool {
	name := map[bool]string{true: "null"}[v == nil]
	switch n := v.(type) {
	case string:
		name = "string"
	case bool:
		name = "boolean"
	case float64:
		name = "number"
		if n == float64(int64(n)) && (types == "integer" || slices.Contains(list(types), "integer")) {
			name = "integer"
		}
	case []any:
		name = "array"
	case map[string]any:
		name = "object"
	}
	return types == name || slices.Contains(list(types), name)
}

func list(v any) []string {
	var out []string
	if l, ok := v.([]any); ok {
		for _, e := range l {
			out = append(out, e.(string))
		}
	}
	return out
}

func description(t *testing.T) (paths map[string]any, s schema) {
	t.Helper()
	text, err := dashboards.Description()
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	defs := doc["components"].(map[string]any)["schemas"].(map[string]any)
	return doc["paths"].(map[string]any), schema{t, defs}
}

func TestDescriptionMatchesRoutes(t *testing.T) {
	paths, _ := description(t)
	for _, route := range dashboards.Routes() {
		method, path, _ := strings.Cut(route, " ")
		machine := strings.HasPrefix(path, "/api/") || slices.Contains([]string{"/healthz", "/readyz", "/metrics"}, path)
		described, ok := paths[path].(map[string]any)
		if machine != ok {
			t.Errorf("%s: machine route %v, described %v", route, machine, ok)
			continue
		}
		if ok && described[strings.ToLower(method)] == nil {
			t.Errorf("%s: the method is not described", route)
		}
		delete(paths, path)
	}
	for path := range paths {
		t.Errorf("%s is described and not served", path)
	}
}

func TestAnswersMatchTheirSchemas(t *testing.T) {
	paths, s := description(t)
	h := serve(t, dashtest.New())
	for path, ask := range map[string]string{
		"/api/v1/scorecard":               "/api/v1/scorecard?portfolio=core&w=2026-W38&product=flows",
		"/api/v1/kpis/{kpi}/series":       "/api/v1/kpis/activation_rate/series?grain=month",
		"/api/v1/kpis/{kpi}/forecast":     "/api/v1/kpis/activation_rate/forecast?portfolio=core",
		"/api/v1/kpis/{kpi}/six-twelve":   "/api/v1/kpis/activation_rate/six-twelve?portfolio=core&w=2026-W38",
		"/api/v1/sources":                 "/api/v1/sources",
		"/api/v1/bets":                    "/api/v1/bets?portfolio=core",
		"/api/v1/kpis":                    "/api/v1/kpis?portfolio=core",
		"/api/v1/kpis/{kpi}":              "/api/v1/kpis/activation_rate",
		"/api/v1/definitions":             "/api/v1/definitions?kpi=activation_rate&version=1",
		"/api/v1/runs":                    "/api/v1/runs?source=zendesk",
		"/api/v1/rejected":                "/api/v1/rejected?source=warehouse",
		"/api/v1/notes":                   "/api/v1/notes?portfolio=core",
		"/api/v1/actions":                 "/api/v1/actions?portfolio=core&kpi=activation_rate",
		"/api/v1/kpis/{kpi}/restatements": "/api/v1/kpis/activation_rate/restatements?portfolio=core&w=2026-W38",
	} {
		w := get(t, h, ask)
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
			t.Fatalf("%s: %d %s", ask, w.Code, w.Header().Get("Content-Type"))
		}
		var answer any
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		ok := paths[path].(map[string]any)["get"].(map[string]any)["responses"].(map[string]any)["200"].(map[string]any)
		s.check(path, ok["content"].(map[string]any)["application/json"].(map[string]any)["schema"].(map[string]any), answer)
	}
	w := get(t, h, "/api/v1/kpis/activaton_rate/series")
	var problem any
	if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%v, %s", err, w.Header().Get("Content-Type"))
	}
	s.check("problem", map[string]any{"$ref": "#/components/schemas/Problem"}, problem)
}

func TestScorecardAPIIsThePage(t *testing.T) {
	h := serve(t, dashtest.New())
	var fromAPI, fromPage map[string]any
	for path, into := range map[string]*map[string]any{"/api/v1/scorecard": &fromAPI, "/p/core?format=json": &fromPage} {
		if err := json.Unmarshal(get(t, h, path).Body.Bytes(), into); err != nil {
			t.Fatal(err)
		}
	}
	a, _ := json.Marshal(fromAPI)
	b, _ := json.Marshal(fromPage)
	if string(a) != string(b) {
		t.Error("the page's JSON differs from the API's")
	}
	last := fromAPI["kpis"].([]any)[23].(map[string]any)
	for _, field := range []string{"value", "num", "den", "n", "ci", "change", "period"} {
		if v, ok := last[field]; !ok || v != nil {
			t.Errorf("no data: %s is %v, want null", field, v)
		}
	}
}

func TestCSV(t *testing.T) {
	w := get(t, serve(t, dashtest.New()), "/p/core?format=csv&w=2026-W38")
	if w.Header().Get("Content-Disposition") != `attachment; filename="kpid-core-2026-W38.csv"` || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" ||
		w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("ETag") != "" {
		t.Errorf("headers %v", w.Header())
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 25 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	cell := map[string]string{}
	for i, name := range rows[0] {
		cell[name] = rows[2][i]
	}
	for name, want := range map[string]string{"kpi": "activation_rate", "status": "off_track", "value": "41.82", "numerator": "537", "denominator": "1284", "unit": "%", "restated": "true", "target": "'+3–10 pts, 2 quarters"} {
		if cell[name] != want {
			t.Errorf("%s = %q, want %q", name, cell[name], want)
		}
	}
	if last := rows[24]; last[7] != "no_data" || last[8] != "" || last[10] != "" {
		t.Errorf("no data is an empty cell: %v", last)
	}
}

// TestCatalogOverTheAPI holds what the catalog, runs and rejected rows say.
func TestCatalogOverTheAPI(t *testing.T) {
	h := serve(t, dashtest.New())
	for path, want := range map[string][]string{
		"/api/v1/kpis":                            {`"id":"north_star"`, `"id":"pm_capability_growth"`},
		"/api/v1/kpis/activation_rate":            {`"state":"judged"`, `"missing":null`, `"direction":"up"`, `"min_n":30`, `"version":3`},
		"/api/v1/kpis/pm_capability_growth":       {`"state":"instrumented"`, `"missing":"its sources have delivered nothing it counts"`},
		"/api/v1/kpis/activaton_rate":             {`"near":["Activation rate"`},
		"/api/v1/definitions?kpi=activation_rate": {`"version":2`, `"reason":"the window is 14 days"`, `"sql":{"rate":""}`},
		"/api/v1/definitions":                     {`"sql":null`, `"kpi":"ticket_rate"`},
		"/api/v1/runs?source=zendesk":             {`"result":"failed"`, `"seconds":2`},
		"/api/v1/runs":                            {`"source":null,"kind":"evaluate"`, `"seconds":null,"result":null`},
		"/api/v1/rejected?source=warehouse":       {`"open":12`, `"locator":"surveys-q2.csv:429"`},
		"/api/v1/rejected?source=nobody":          {"There is no source called nobody."},
	} {
		body := get(t, h, path).Body.String()
		for _, part := range want {
			if !strings.Contains(body, part) {
				t.Errorf("%s lacks %s: %.700s", path, part, body)
			}
		}
	}
	if body := get(t, h, "/api/v1/runs?source=zendesk").Body.String(); strings.Count(body, `"kind"`) != 1 {
		t.Errorf("one run is of this source: %s", body)
	}
}
