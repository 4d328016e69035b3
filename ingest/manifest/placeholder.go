package manifest

import (
	"maps"
	"slices"
	"strings"
)

// Filters are the ways a time may be written in a request, and urlq, which
// escapes a text.
func Filters() []string {
	return []string{"unix", "unix_ms", "rfc3339", "date", "hour", "ago", "urlq"}
}

// placed checks the placeholders of a text that is filled in at run time; scope
// lists the names that have a value there. {{cfg.x}} was checked by expand.
func (p *parser) placed(pos Pos, s string, scope ...string) {
	for _, found := range placeholder.FindAllStringSubmatch(s, -1) {
		name, filter, piped := strings.Cut(found[1], "|")
		if piped && !slices.Contains(Filters(), filter) {
			p.failAt(pos, "{{%s}}: there is no filter %q; allowed: %s", found[1], filter, oneOf(Filters()))
		}
		if secret, ok := strings.CutPrefix(name, "secret."); ok && slices.Contains(scope, "secret") {
			if !slices.Contains(p.secrets, secret) {
				p.failAt(pos, "{{%s}} is not declared; add [secret.%s]", found[1], secret)
			}
			continue
		}
		if strings.HasPrefix(name, "secret.") {
			p.failAt(pos, "{{%s}}: a secret stands in auth and headers only, never in an address or a body", found[1])
			continue
		}
		if !strings.HasPrefix(name, "cfg.") && !slices.Contains(scope, name) {
			p.failAt(pos, "{{%s}} has no value here; allowed: {{cfg.NAME}}%s", found[1], braced(scope))
		}
	}
	if strings.Contains(placeholder.ReplaceAllString(s, ""), "{{") || strings.Contains(placeholder.ReplaceAllString(s, ""), "}}") {
		p.failAt(pos, "%q has a brace pair that does not close", s)
	}
}

func braced(scope []string) string {
	out := ""
	for _, s := range scope {
		if s == "secret" {
			s = "secret.NAME"
		}
		out += ", {{" + s + "}}"
	}
	return out
}

// values is a table of a request: any TOML values, their texts with placeholders.
func (p *parser) values(t *table, key string, scope []string) map[string]any {
	sub := t.sub(key)
	if sub == nil {
		return nil
	}
	out := map[string]any{}
	for _, k := range sub.toml.Keys() {
		v, _ := sub.toml.Scalar(k)
		out[k] = p.expandAny(sub.pos(k), v)
		p.placedAny(sub.pos(k), out[k], scope)
	}
	return out
}

func (p *parser) placedAny(pos Pos, v any, scope []string) {
	switch v := v.(type) {
	case string:
		p.placed(pos, v, scope...)
	case []any:
		for _, e := range v {
			p.placedAny(pos, e, scope)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			p.placedAny(pos, v[k], scope)
		}
	}
}

// expandAny puts configured values into every text of a value. A text that is one
// placeholder takes the value's type: a number stays a number, a list a list.
func (p *parser) expandAny(pos Pos, v any) any {
	switch v := v.(type) {
	case string:
		expanded := p.expand(pos, v)
		if at := configRef.FindStringSubmatch(v); p.cfg != nil && at != nil && at[0] == v {
			if typed, ok := p.typed[at[1]]; ok {
				return typed
			}
		}
		return expanded
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = p.expandAny(pos, e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = p.expandAny(pos, e)
		}
		return out
	}
	return v
}
