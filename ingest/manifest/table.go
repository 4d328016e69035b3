package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/internal/near"
)

// table reads one TOML table key by key, collecting every mistake instead of
// stopping at the first; done refuses the keys nobody asked for.
type table struct {
	p     *parser
	path  string
	m     map[string]any
	asked []string
}

func (t *table) has(key string) bool {
	_, ok := t.get(key)
	return ok
}

func (t *table) get(key string) (any, bool) {
	if !slices.Contains(t.asked, key) {
		t.asked = append(t.asked, key)
	}
	v, ok := t.m[key]
	return v, ok
}

// fail records a mistake at a key of this table, or at the table for "".
func (t *table) fail(key, format string, args ...any) {
	path := t.path
	if key != "" {
		path = dotted(path, key)
	}
	t.p.fail(path, format, args...)
}

func (t *table) pos(key string) Pos {
	path := t.path
	if key != "" {
		path = dotted(path, key)
	}
	return t.p.pos(path)
}

func (t *table) str(key string) string {
	v, ok := t.get(key)
	if !ok {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		t.fail(key, "found %s; allowed: a string", kindOf(v))
		return ""
	}
	return t.p.expand(dotted(t.path, key), s)
}

// need is a string that must be there and not be empty.
func (t *table) need(key string) string {
	if !t.has(key) {
		t.fail("", "%s is missing", key)
		return ""
	}
	s := t.str(key)
	if _, isString := t.m[key].(string); isString && s == "" {
		t.fail(key, "is empty")
	}
	return s
}

func (t *table) boolean(key string) bool {
	v, ok := t.get(key)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		t.fail(key, "found %s; allowed: true or false", kindOf(v))
	}
	return b
}

func (t *table) strs(key string) []string {
	v, ok := t.get(key)
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		t.fail(key, "found %s; allowed: a list of strings", kindOf(v))
		return nil
	}
	var out []string
	for i, e := range list {
		s, ok := e.(string)
		if !ok {
			t.fail(key, "entry %d is %s; allowed: a string", i+1, kindOf(e))
			continue
		}
		out = append(out, t.p.expand(dotted(t.path, key), s))
	}
	return out
}

// scalar is a constant of any simple type, as the text a file would hold.
func (t *table) scalar(key string) *string {
	v, ok := t.get(key)
	if !ok {
		return nil
	}
	s, ok := text(v)
	if !ok {
		t.fail(key, "found %s; allowed: a string, number, bool or time", kindOf(v))
		return nil
	}
	s = t.p.expand(dotted(t.path, key), s)
	return &s
}

// words is a table from word to constant.
func (t *table) words(key string) map[string]string {
	v, ok := t.get(key)
	if !ok {
		return nil
	}
	sub := t.sub(key, v)
	if sub == nil {
		return nil
	}
	out := map[string]string{}
	for _, k := range slices.Sorted(maps.Keys(sub.m)) {
		if s := sub.scalar(k); s != nil {
			out[k] = *s
		}
	}
	if len(out) == 0 {
		t.fail(key, "is empty; give at least one entry")
	}
	return out
}

func (t *table) sub(key string, v any) *table {
	m, ok := v.(map[string]any)
	if !ok {
		t.fail(key, "found %s; allowed: a table", kindOf(v))
		return nil
	}
	return &table{p: t.p, path: dotted(t.path, key), m: m}
}

// tables is an array of tables.
func (t *table) tables(key string) []*table {
	v, ok := t.get(key)
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		t.fail(key, "found %s; allowed: an array of tables, [[%s]]", kindOf(v), key)
		return nil
	}
	var out []*table
	for i, e := range list {
		m, ok := e.(map[string]any)
		if !ok {
			t.fail(key, "entry %d is %s; allowed: a table", i+1, kindOf(e))
			continue
		}
		out = append(out, &table{p: t.p, path: element(dotted(t.path, key), i), m: m})
	}
	return out
}

// overHTTP are keys of the manifest language that only sources over HTTP have.
const overHTTP = " http secret spec method path query body headers records page cursor for rate errors native "

// done refuses every key that was not asked for.
func (t *table) done() {
	slices.Sort(t.asked)
	for _, k := range slices.Sorted(maps.Keys(t.m)) {
		if slices.Contains(t.asked, k) {
			continue
		}
		hint := near.Hint(k, t.asked)
		if strings.Contains(overHTTP, " "+k+" ") {
			hint = "; it belongs to sources over HTTP, this one reads files"
		}
		t.fail(k, "unknown key; allowed here: %s%s", oneOf(t.asked), hint)
	}
}

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
