package manifest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
)

// table reads one TOML table in the terms of manifests: placeholders are filled
// in, mistakes quote the value that was found and count the entries of lists.
type table struct {
	p    *parser
	path string // stream[0].emit[1].set
	toml *tomldoc.Table
}

func (t *table) has(key string) bool { return t.toml.Has(key) }

// fail records a mistake at a key of this table, or at the table for "".
func (t *table) fail(key, format string, args ...any) { t.p.failAt(t.pos(key), format, args...) }

func (t *table) pos(key string) Pos {
	at, path := t.toml.Place(key), t.path
	if path != "" && key != "" {
		path += "."
	}
	return Pos{Line: at.Line, Column: at.Column, Key: path + key}
}

// value gives what a key holds; ok is false when it is absent or, which is
// said, of another type.
func value[T any](t *table, key, allowed string) (out T, ok bool) {
	v, there := t.toml.Scalar(key)
	if out, ok = v.(T); there && !ok {
		t.fail(key, "found %s; allowed: %s", kindOf(v), allowed)
	}
	return out, ok
}

func (t *table) str(key string) string {
	s, _ := value[string](t, key, "a string")
	return t.p.expand(t.pos(key), s)
}

// need is a string that must be there and not be empty.
func (t *table) need(key string) string {
	if !t.has(key) {
		t.fail("", "%s is missing", key)
		return ""
	}
	s, ok := value[string](t, key, "a string")
	if s = t.p.expand(t.pos(key), s); ok && s == "" {
		t.fail(key, "is empty")
	}
	return s
}

func (t *table) boolean(key string) bool {
	b, _ := value[bool](t, key, "true or false")
	return b
}

func (t *table) strs(key string) []string {
	list, _ := value[[]any](t, key, "a list of strings")
	var out []string
	for i, e := range list {
		s, ok := e.(string)
		if !ok {
			t.fail(key, "entry %d is %s; allowed: a string", i+1, kindOf(e))
			continue
		}
		out = append(out, t.p.expand(t.pos(key), s))
	}
	return out
}

// scalar is a constant of any simple type, as the text a file would hold.
func (t *table) scalar(key string) *string {
	v, ok := t.toml.Scalar(key)
	if !ok {
		return nil
	}
	s, ok := text(v)
	if !ok {
		t.fail(key, "found %s; allowed: a string, number, bool or time", kindOf(v))
		return nil
	}
	s = t.p.expand(t.pos(key), s)
	return &s
}

// words is a table from word to constant.
func (t *table) words(key string) map[string]string {
	sub := t.sub(key)
	if sub == nil {
		return nil
	}
	out := map[string]string{}
	for _, k := range sub.toml.Keys() {
		if s := sub.scalar(k); s != nil {
			out[k] = *s
		}
	}
	if len(out) == 0 {
		t.fail(key, "is empty; give at least one entry")
	}
	return out
}

// sub is a table inside, nil when it is absent.
func (t *table) sub(key string) *table {
	if _, ok := value[map[string]any](t, key, "a table"); !ok {
		return nil
	}
	return &table{p: t.p, path: t.pos(key).Key, toml: t.toml.Sub(key)}
}

// tables is an array of tables.
func (t *table) tables(key string) []*table {
	list, ok := value[[]any](t, key, "an array of tables, [["+key+"]]")
	for i, e := range list {
		if _, isTable := e.(map[string]any); !isTable {
			t.fail(key, "entry %d is %s; allowed: a table", i+1, kindOf(e))
			ok = false
		}
	}
	if !ok {
		return nil
	}
	out := make([]*table, len(list))
	for i, sub := range t.toml.Subs(key) {
		out[i] = &table{p: t.p, path: fmt.Sprintf("%s[%d]", t.pos(key).Key, i), toml: sub}
	}
	return out
}

// httpKeys are keys of the manifest language that only sources over HTTP have.
const httpKeys = " http secret spec method path query body headers records page cursor for rate errors native "

// done refuses every key that was not asked for.
func (t *table) done() {
	unknown, known := t.toml.Unknown()
	for _, k := range unknown {
		hint := near.Hint(k, known)
		if !t.p.overHTTP && strings.Contains(httpKeys, " "+k+" ") {
			hint = "; it belongs to sources over HTTP, which begin with [http]; this one reads files"
		}
		if t.p.overHTTP && k == "file" {
			hint = "; a manifest with [http] asks addresses: path instead of file"
		}
		t.fail(k, "unknown key; allowed here: %s%s", oneOf(known), hint)
	}
}

// oneOf prints a list of allowed words.
func oneOf(words []string) string { return strings.Join(words, ", ") }

// text writes a TOML scalar as a file would hold it.
func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case time.Time:
		return v.Format(time.RFC3339Nano), true
	case toml.LocalDate:
		return v.String(), true
	case toml.LocalDateTime:
		return v.String(), true
	}
	return "", false
}

func kindOf(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return "a table"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("the string %q", v)
	}
	s, _ := text(v)
	return s
}
