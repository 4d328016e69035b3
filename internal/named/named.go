// Package named finds the :name parameters of a SQL text.
package named

import "strings"

// Replace gives the text with each :name replaced by what replace says. It skips
// string literals, quoted names, comments and casts (::), which a plain search would
// take for parameters; in comments a question mark becomes a dot, for other readers
// number those and know no comments.
func Replace(sql string, replace func(name string) (string, error)) (string, error) {
	var out strings.Builder
	for i := 0; i < len(sql); {
		if n := skip(sql[i:]); n > 0 {
			text := sql[i : i+n]
			if strings.HasPrefix(text, "--") || strings.HasPrefix(text, "/*") {
				text = strings.ReplaceAll(text, "?", ".")
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
		text, err := replace(name)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
		i += 1 + len(name)
	}
	return out.String(), nil
}

// Bare is the text without comments, literals and quoted names: what is left are its
// words.
func Bare(sql string) string {
	var out strings.Builder
	for i := 0; i < len(sql); {
		if n := skip(sql[i:]); n > 2 || n == 2 && sql[i:i+2] != "::" {
			out.WriteByte(' ')
			i += n
			continue
		}
		out.WriteByte(sql[i])
		i++
	}
	return out.String()
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
