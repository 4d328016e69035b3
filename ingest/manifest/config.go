package manifest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/internal/near"
)

// Param is a value the operator gives in the source's config table.
type Param struct {
	Pos
	Type     string // string, integer, number, bool, duration, host, enum or list
	Required bool
	Default  *string
	Pattern  *regexp.Regexp
	Enum     []string
}

func paramTypes() []string {
	return []string{"string", "integer", "number", "bool", "duration", "host", "enum", "list"}
}

func (p *parser) params(t *table) map[string]Param {
	p.config = map[string]Param{}
	group := t.sub("config")
	if group == nil {
		return p.config
	}
	for _, name := range group.toml.Keys() {
		if pt := group.sub(name); pt != nil {
			p.config[name] = p.param(name, pt)
		}
	}
	return p.config
}

func (p *parser) param(name string, t *table) Param {
	out := Param{Pos: t.pos(""), Type: "string", Required: t.boolean("required"), Enum: t.strs("enum")}
	if !slug.MatchString(name) {
		t.fail("", "%q is no name; allowed: small letters, digits, - and _", name)
	}
	if t.has("type") {
		out.Type = t.str("type")
	}
	if out.Type == "list" && t.has("default") {
		s := strings.Join(t.strs("default"), listSeparator)
		out.Default = &s
	} else {
		out.Default = t.scalar("default")
	}
	if !slices.Contains(paramTypes(), out.Type) {
		t.fail("type", "found %q; allowed: %s", out.Type, oneOf(paramTypes()))
	}
	if (out.Type == "enum") != (len(out.Enum) > 0) {
		t.fail("", `enum = [...] and type = "enum" go together`)
	}
	if t.has("pattern") {
		re, err := regexp.Compile(t.str("pattern"))
		if err != nil {
			t.fail("pattern", "%v", err)
		}
		out.Pattern = re
	}
	if !out.Required && out.Default == nil {
		t.fail("", "needs required = true or a default")
	}
	if out.Default != nil {
		if msg := out.check(*out.Default); msg != "" {
			t.fail("default", "%s", msg)
		}
	}
	t.done()
	return out
}

// pattern is what a value of a type looks like; "" is anything.
func pattern(typ string) string {
	switch typ {
	case "integer":
		return `^-?[0-9]+$`
	case "number":
		return `^-?[0-9]+(\.[0-9]+)?$`
	case "bool":
		return `^(true|false)$`
	case "duration":
		return `^[0-9]+[smhdw]$`
	case "host":
		return `^[A-Za-z0-9.-]+(:[0-9]+)?$`
	case "list":
		return `^[^\x00-\x1f]*$`
	}
	return ""
}

// check says what is wrong with a value, or "".
func (p Param) check(s string) string {
	switch like := pattern(p.Type); {
	case !regexp.MustCompile(like).MatchString(s):
		return fmt.Sprintf("found %q; allowed: %s", s, p.Type)
	case p.Type == "enum" && !slices.Contains(p.Enum, s):
		return fmt.Sprintf("found %q; allowed: %s", s, oneOf(p.Enum))
	case p.Pattern != nil && !p.Pattern.MatchString(s):
		return fmt.Sprintf("found %q; allowed: what matches %s", s, p.Pattern)
	case strings.Contains(s, "{{"):
		return "placeholders are not allowed in a value"
	}
	return ""
}

func names(m map[string]Param) []string {
	if len(m) == 0 {
		return []string{"(none declared)"}
	}
	return slices.Sorted(maps.Keys(m))
}

// Bind fills the {{cfg.x}} placeholders with the operator's values, which are
// strings, whole numbers, floats or bools. The error holds all mistakes, those
// that only show with the values included.
func (m *Manifest) Bind(values map[string]any) (*Manifest, error) {
	p := &parser{name: m.Name}
	cfg := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		param, ok := m.Config[name]
		if !ok {
			p.failAt(Pos{1, 1, "config"}, "this manifest has no value %q; it has: %s%s", name, oneOf(names(m.Config)), near.Hint(name, names(m.Config)))
			continue
		}
		s, ok := configText(values[name], param.Type)
		if !ok {
			p.failAt(param.Pos, "found %v; allowed: %s", values[name], param.Type)
		} else if msg := param.check(s); msg != "" {
			p.failAt(param.Pos, "%s", msg)
		}
		cfg[name] = s
	}
	for _, name := range slices.Sorted(maps.Keys(m.Config)) {
		if _, ok := cfg[name]; ok {
			continue
		}
		if d := m.Config[name].Default; d != nil {
			cfg[name] = *d
		} else {
			p.failAt(m.Config[name].Pos, "the source gives no value; add it to the source's config table")
		}
	}
	if err := p.errs.Err(); err != nil {
		return nil, err
	}
	typed := map[string]any{}
	for name, s := range cfg {
		typed[name] = m.Config[name].typed(s)
	}
	return parse(m.Name, m.data, cfg, typed)
}

// listSeparator joins the values of a list while it is a text.
const listSeparator = ","

// typed is a checked value with its own type.
func (p Param) typed(s string) any {
	switch p.Type {
	case "integer":
		n, err := strconv.ParseInt(s, 10, 64)
		if err == nil {
			return n
		}
	case "number":
		return json.Number(s)
	case "bool":
		return s == "true"
	case "list":
		out := []any{}
		for e := range strings.SplitSeq(s, listSeparator) {
			if e != "" {
				out = append(out, e)
			}
		}
		return out
	}
	return s
}

// configText is the text of a value; the entries of a list hold no comma.
func configText(v any, typ string) (string, bool) {
	if list, ok := v.([]any); ok && typ == "list" {
		var out []string
		for _, e := range list {
			s, ok := text(e)
			if !ok || strings.Contains(s, listSeparator) || s == "" {
				return "", false
			}
			out = append(out, s)
		}
		return strings.Join(out, listSeparator), true
	}
	if typ == "list" {
		return "", false
	}
	switch v := v.(type) {
	case int:
		return fmt.Sprint(v), true
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", false
		}
	}
	return text(v)
}
