package manifest

import (
	"regexp"
	"strings"
)

var (
	placeholder = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	configRef   = regexp.MustCompile(`\{\{cfg\.([^{}]*)\}\}`)
)

// expand puts configured values into a string, and refuses names nobody declared.
func (p *parser) expand(pos Pos, s string) string {
	return configRef.ReplaceAllStringFunc(s, func(found string) string {
		name := strings.TrimSuffix(strings.TrimPrefix(found, "{{cfg."), "}}")
		if _, ok := p.config[name]; !ok {
			p.failAt(pos, "%s is not declared; add [config.%s], or use one of: %s", found, name, oneOf(names(p.config)))
			return found
		}
		if p.cfg == nil {
			return found
		}
		return p.cfg[name]
	})
}

// template splits "{{rec.id}}:start" into its parts.
func (p *parser) template(pos Pos, s string) Template {
	var out Template
	rest := s
	for {
		at := placeholder.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		name := rest[at[2]:at[3]]
		before := rest[:at[0]]
		rest = rest[at[1]:]
		if strings.HasPrefix(name, "cfg.") {
			out = append(out, Part{Text: before + "{{" + name + "}}"})
			continue
		}
		if !strings.HasPrefix(name, "rec.") && !strings.HasPrefix(name, "up.") && !strings.HasPrefix(name, "it.") {
			p.failAt(pos, "{{%s}} is not known; allowed: {{cfg.NAME}}, {{rec.PATH}}, and with each {{up.PATH}}, with each2 {{it.PATH}}", name)
			continue
		}
		r := p.ref(pos, name)
		out = append(out, Part{Text: before, Ref: &r})
	}
	if strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		p.failAt(pos, "%q has a brace pair that does not close; write {{rec.PATH}}", s)
	}
	if rest != "" || len(out) == 0 {
		out = append(out, Part{Text: rest})
	}
	return out
}

// ref reads a path with its scope.
func (p *parser) ref(pos Pos, s string) Ref {
	r := Ref{Path: s}
	for prefix, scope := range map[string]Scope{"rec.": Rec, "up.": Up, "it.": It} {
		if after, ok := strings.CutPrefix(s, prefix); ok {
			r = Ref{Scope: scope, Path: after}
		}
	}
	if r.Path == "" {
		p.failAt(pos, "the path is empty; name a field of the record")
	}
	return r
}

// whole is a template of one value.
func whole(r Ref) Template { return Template{{Ref: &r}} }

// joined is the default id: the key's values with colons between them.
func joined(key []Ref) Template {
	var out Template
	for i, r := range key {
		part := Part{Ref: &r}
		if i > 0 {
			part.Text = ":"
		}
		out = append(out, part)
	}
	return out
}

// Refs are the paths a template needs.
func (t Template) Refs() []Ref {
	var out []Ref
	for _, p := range t {
		if p.Ref != nil {
			out = append(out, *p.Ref)
		}
	}
	return out
}

// String is the written form.
func (t Template) String() string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.Text)
		if p.Ref != nil {
			b.WriteString("{{" + p.Ref.String() + "}}")
		}
	}
	return b.String()
}

// String is the path with its scope.
func (r Ref) String() string {
	return [...]string{Rec: "rec.", Up: "up.", It: "it.", Own: "own."}[r.Scope] + r.Path
}
