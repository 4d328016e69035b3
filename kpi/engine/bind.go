package engine

import (
	"fmt"
	"sort"
	"strings"

	"github.com/kpid/kpid/internal/named"
)

// Bind replaces :name by ? and lists the arguments in order. It skips string
// literals, quoted names and comments, which a plain search would take for
// parameters. Each ? is wrapped in a CAST, because PostgreSQL takes an untyped
// parameter for text where the context does not say otherwise. A list becomes
// as many marks as it has values; an empty one matches nothing.
func Bind(sql string, values map[string]any) (string, []any, error) {
	var args []any
	text, err := named.Replace(sql, func(name string) (string, error) {
		v, ok := values[name]
		if !ok {
			return "", fmt.Errorf("parameter :%s has no value; known are %s", name, known(values))
		}
		text, more, err := mark(name, v)
		args = append(args, more...)
		return text, err
	})
	if err != nil {
		return "", nil, err
	}
	return text, args, nil
}

func mark(name string, v any) (string, []any, error) {
	switch x := v.(type) {
	case int64:
		return "CAST(? AS BIGINT)", []any{x}, nil
	case float64:
		return "CAST(? AS DOUBLE PRECISION)", []any{x}, nil
	case string:
		return "CAST(? AS TEXT)", []any{x}, nil
	case bool:
		if x {
			return "CAST(? AS BIGINT)", []any{int64(1)}, nil
		}
		return "CAST(? AS BIGINT)", []any{int64(0)}, nil
	case []any:
		if len(x) == 0 {
			return "NULL", nil, nil
		}
		var parts []string
		var args []any
		for _, e := range x {
			text, more, err := mark(name, e)
			if err != nil {
				return "", nil, err
			}
			parts, args = append(parts, text), append(args, more...)
		}
		return strings.Join(parts, ", "), args, nil
	case []string:
		return mark(name, toAny(x))
	case []int64:
		return mark(name, toAny(x))
	}
	return "", nil, fmt.Errorf("parameter :%s holds a %T; allowed are whole numbers, decimals, texts, booleans and lists of them", name, v)
}

func toAny[T any](in []T) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = v
	}
	return out
}

func known(values map[string]any) string {
	names := make([]string, 0, len(values))
	for n := range values {
		names = append(names, ":"+n)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}
