package catalog

import (
	"fmt"
	"math"
	"strings"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

const msPerDay = 24 * 60 * 60 * 1000

func paramTypes() []string { return []string{"text", "int", "real", "bool", "span", "list"} }

func (f *folder) params() {
	f.def.Values = map[string]any{}
	t := f.toml.Sub("params")
	for _, name := range t.Keys() {
		p := t.Sub(name)
		if p == nil {
			continue
		}
		param := f.param(t, p, name)
		f.def.Params = append(f.def.Params, param)
		f.def.Values[name] = param.Default
	}
}

func (f *folder) param(t, p *tomldoc.Table, name string) kpi.Param {
	p.Need("type", "default")
	param := kpi.Param{Name: name, Type: p.OneOf("type", "", paramTypes()...), Doc: p.Text("doc", "")}
	raw, ok := p.Scalar("default")
	p.Done()
	switch {
	case name == "as_of":
		t.Bad(name, "as_of is supplied; a parameter needs another name")
	case !word(strings.TrimRight(name, "0123456789")):
		t.Wrong(name, "the parameter's name is not well formed", fmt.Sprintf("%q", name), "a to z and _, digits at the end")
	}
	if !ok || param.Type == "" {
		return param
	}
	v, err := typed(param.Type, raw)
	if err != nil {
		p.Bad("default", "the default of %s: %v", name, err)
	}
	param.Default = v
	return param
}

// typed converts a value as TOML gives it into what a parameter of this type
// holds: string, int64, float64, bool, []string or []int64, or int64 milliseconds.
func typed(kind string, raw any) (any, error) {
	switch v := raw.(type) {
	case string:
		if kind == "text" {
			return v, nil
		}
		if kind == "span" {
			return parseMillis(v)
		}
	case int64:
		if kind == "int" {
			return v, nil
		}
		if kind == "real" {
			return float64(v), nil
		}
	case float64:
		if kind == "real" && !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v, nil
		}
	case bool:
		if kind == "bool" {
			return v, nil
		}
	case []any:
		if kind == "list" {
			return elements(v)
		}
	}
	return nil, fmt.Errorf("found %s, wanted %s", describe(raw), wanted(kind))
}

// elements gives []string or []int64: PostgreSQL compares neither with the other.
func elements(list []any) (any, error) {
	texts, ints := []string{}, []int64{}
	for _, x := range list {
		switch v := x.(type) {
		case string:
			texts = append(texts, v)
		case int64:
			ints = append(ints, v)
		default:
			return nil, fmt.Errorf("found %s in the list, wanted texts or whole numbers", describe(x))
		}
	}
	switch {
	case len(ints) == 0:
		return texts, nil
	case len(texts) == 0:
		return ints, nil
	}
	return nil, fmt.Errorf("found texts and whole numbers in one list, wanted one or the other")
}

func wanted(kind string) string {
	switch kind {
	case "text":
		return "text in quotes"
	case "int":
		return "a whole number"
	case "real":
		return "a finite number"
	case "bool":
		return "true or false"
	case "span":
		return `a span such as "14d" or "6w"`
	}
	return `a list such as ["a", "b"]`
}

func describe(v any) string {
	switch x := v.(type) {
	case string:
		return fmt.Sprintf("%q", x)
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return fmt.Sprint(v)
}

// parseMillis reads a span that has the same length wherever it lies.
func parseMillis(s string) (int64, error) {
	sp, err := kpi.ParseSpan(s)
	if err != nil {
		return 0, err
	}
	switch sp.Unit {
	case 'd':
		return int64(sp.N) * msPerDay, nil
	case 'w':
		return int64(sp.N) * 7 * msPerDay, nil
	}
	return 0, fmt.Errorf("found %q, wanted days or weeks: months differ in length", s)
}

// parseReach reads a span for touch, where too long is harmless: days at most.
func parseReach(s string) (int64, error) {
	sp, err := kpi.ParseSpan(s)
	if err != nil {
		return 0, err
	}
	days := map[byte]int64{'d': 1, 'w': 7, 'm': 31, 'q': 92, 'h': 184, 'y': 366}
	return int64(sp.N) * days[sp.Unit] * msPerDay, nil
}

// spans reads grace, mature and touch, each a span or (but for grace) the name
// of a parameter of type span.
func (f *folder) spans() {
	d, t := f.def, f.toml
	d.Grace = kpi.Span{Unit: 'd'}
	if s := t.Text("grace", ""); s != "" {
		sp, err := kpi.ParseSpan(s)
		if err != nil {
			t.Wrong("grace", "grace is no span", fmt.Sprintf("%q", s), `"3d", "2w", "1m"`)
		} else {
			d.Grace = sp
		}
	}
	d.Mature, d.MatureParam = f.length(t, "mature", parseMillis, false)
	touch := t.Sub("touch")
	d.Back, d.BackParam = f.length(touch, "back", parseReach, true)
	d.Ahead, d.AheadParam = f.length(touch, "ahead", parseReach, true)
	d.EveryScope = touch.OneOf("scopes", "own", "own", "all") == "all"
	touch.Done()
}

func (f *folder) length(t *tomldoc.Table, key string, parse func(string) (int64, error), all bool) (int64, string) {
	s := t.Text(key, "")
	if s == "" {
		return 0, ""
	}
	if all && s == "all" {
		return -1, ""
	}
	for _, p := range f.def.Params {
		if p.Name != s {
			continue
		}
		ms, ok := p.Default.(int64)
		if p.Type != "span" || !ok {
			t.Wrong(key, fmt.Sprintf("%s names the parameter %s, which is no span", key, s), "type "+p.Type, "")
		}
		return ms, s
	}
	ms, err := parse(s)
	if err != nil {
		allowed := `a span such as "14d", or a parameter of type span`
		if all {
			allowed += `, or "all"`
		}
		if names := f.spanParams(); len(names) > 0 {
			allowed += ": " + strings.Join(names, ", ")
		}
		t.Wrong(key, key+" is neither a span nor a parameter", fmt.Sprintf("%q", s), allowed)
	}
	return ms, ""
}

func (f *folder) spanParams() []string {
	var out []string
	for _, p := range f.def.Params {
		if p.Type == "span" {
			out = append(out, p.Name)
		}
	}
	return out
}
