package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// ApplyWords is Apply with values written as words, as a line of kpi.test has
// them: `14d`, `3`, `true`, `usage`, and for a list `1 2`, `a, b` or `["a", "b"]`.
func ApplyWords(d *kpi.Definition, overrides map[string][]string) (*kpi.Definition, error) {
	values := map[string]any{}
	for name, words := range overrides {
		i := slices.IndexFunc(d.Params, func(p kpi.Param) bool { return p.Name == name })
		if i < 0 {
			values[name] = nil // Apply says that there is no such parameter
			continue
		}
		v, err := fromWords(d.Params[i], words)
		if err != nil {
			return nil, &ParamError{d.ID, name, err.Error()}
		}
		values[name] = v
	}
	return Apply(d, values)
}

// fromWords gives a value as TOML would, for Apply to check like any other.
func fromWords(p kpi.Param, words []string) (any, error) {
	if p.Type == "list" {
		return listFromWords(p, words), nil
	}
	text := strings.Join(words, " ")
	switch p.Type {
	case "int":
		if v, err := strconv.ParseInt(text, 10, 64); err == nil {
			return v, nil
		}
	case "real":
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v, nil
		}
	case "bool":
		switch text {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	default:
		return text, nil
	}
	return nil, fmt.Errorf("found %q, wanted %s", text, wanted(p.Type))
}

// listFromWords drops the signs around the elements, which are parted by commas
// or, without any, by spaces. They are whole numbers where the default has some
// or, with an empty default, where all of them are.
func listFromWords(p kpi.Param, words []string) []any {
	text := strings.TrimSuffix(strings.TrimPrefix(strings.Join(words, " "), "["), "]")
	parts := words
	if strings.Contains(text, ",") {
		parts = strings.Split(text, ",")
	} else if len(words) == 1 {
		parts = []string{text}
	}
	texts, ints := []any{}, []any{}
	for _, e := range parts {
		if e = strings.Trim(strings.TrimSpace(e), `"`); e == "" {
			continue
		}
		texts = append(texts, e)
		if v, err := strconv.ParseInt(e, 10, 64); err == nil {
			ints = append(ints, v)
		}
	}
	if defaults, ok := p.Default.([]string); len(ints) == len(texts) && (!ok || len(defaults) == 0) {
		return ints
	}
	return texts
}
