package engine

import (
	"fmt"
	"sort"
	"strings"

	"github.com/kpid/kpid/internal/named"
	"github.com/kpid/kpid/kpi"
)

// Bind replaces :name by ? and lists the arguments in order. It skips string
// literals, quoted names and comments, which a plain search would take for
// parameters. Each ? is wrapped in a CAST, because PostgreSQL takes an untyped
// parameter for text where the context does not say otherwise. A list becomes
// as many marks as it has values; an empty one matches nothing.
func Bind(sql string, values map[string]any) (string, []any, error) {
	return bindAs(kpi.LocalForm(), sql, values)
}

// bindAs binds for a database of another form.
func bindAs(form kpi.SQLForm, sql string, values map[string]any) (string, []any, error) {
	var args []any
	text, err := named.Replace(sql, func(name string) (string, error) {
		v, ok := values[name]
		if !ok {
			return "", fmt.Errorf("parameter :%s has no value; known are %s", name, known(values))
		}
		text, more, err := mark(form, len(args), name, v)
		args = append(args, more...)
		return text, err
	})
	if err != nil {
		return "", nil, err
	}
	return text, args, nil
}

// mark stands for a value after n arguments.
func mark(form kpi.SQLForm, n int, name string, v any) (string, []any, error) {
	cast := func(kind string, v any) (string, []any, error) {
		return "CAST(" + form.Mark(n+1) + " AS " + kind + ")", []any{v}, nil
	}
	switch x := v.(type) {
	case int64:
		return cast(form.Whole, x)
	case float64:
		return cast(form.Real, x)
	case string:
		return cast(form.Text, x)
	case bool:
		if x {
			return cast(form.Whole, int64(1))
		}
		return cast(form.Whole, int64(0))
	case []any:
		if len(x) == 0 {
			return "NULL", nil, nil
		}
		var parts []string
		var args []any
		for _, e := range x {
			text, more, err := mark(form, n+len(args), name, e)
			if err != nil {
				return "", nil, err
			}
			parts, args = append(parts, text), append(args, more...)
		}
		return strings.Join(parts, ", "), args, nil
	case []string:
		return mark(form, n, name, toAny(x))
	case []int64:
		return mark(form, n, name, toAny(x))
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
