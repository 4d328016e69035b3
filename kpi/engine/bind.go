package engine

import (
	"fmt"
	"sort"
	"strings"
)

// Bind replaces :name by ? and lists the arguments in order. It skips string
// literals, quoted names and comments, which a plain search would take for
// parameters. Each ? is wrapped in a CAST, because PostgreSQL takes an untyped
// parameter for text where the context does not say otherwise. A list becomes
// as many marks as it has values; an empty one matches nothing.
func Bind(sql string, values map[string]any) (string, []any, error) {
	var out strings.Builder
	var args []any
	for i := 0; i < len(sql); {
		if n := skip(sql[i:]); n > 0 {
			text := sql[i : i+n]
			if strings.HasPrefix(text, "--") || strings.HasPrefix(text, "/*") {
				text = strings.ReplaceAll(text, "?", ".") // the marks are numbered by another reader, which knows no comments
			}
			out.WriteString(text)
			i += n
			continue
		}
		name := parameter(sql[i:])
		if name == "" {
			out.WriteByte(sql[i])
			i++
			continue
		}
		v, ok := values[name]
		if !ok {
			return "", nil, fmt.Errorf("parameter :%s has no value; known are %s", name, known(values))
		}
		text, more, err := mark(name, v)
		if err != nil {
			return "", nil, err
		}
		out.WriteString(text)
		args = append(args, more...)
		i += 1 + len(name)
	}
	return out.String(), args, nil
}

// skip gives the length of the comment or quoted text sql begins with, or 0.
func skip(sql string) int {
	end := func(from int, stop string) int {
		if k := strings.Index(sql[from:], stop); k >= 0 {
			return from + k + len(stop)
		}
		return len(sql)
	}
	switch {
	case strings.HasPrefix(sql, "--"):
		return end(2, "\n")
	case strings.HasPrefix(sql, "/*"):
		return end(2, "*/")
	case sql[0] == '\'':
		return end(1, "'")
	case sql[0] == '"':
		return end(1, `"`)
	case strings.HasPrefix(sql, "::"):
		return 2
	}
	return 0
}

// parameter gives the name when sql begins with :name.
func parameter(sql string) string {
	if sql[0] != ':' {
		return ""
	}
	n := 1
	for n < len(sql) && (sql[n] == '_' || sql[n] >= 'a' && sql[n] <= 'z' || n > 1 && sql[n] >= '0' && sql[n] <= '9') {
		n++
	}
	return sql[1:n]
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
