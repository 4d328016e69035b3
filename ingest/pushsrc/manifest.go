package pushsrc

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi/fact"
)

// Manifest reads the source's config: facts, the ones that may be sent, and
// attributes, those of an account beside its columns. Each fact is a stream in which
// every column is called what it is called here.
func Manifest(values map[string]any) (*manifest.Manifest, error) {
	facts, err := texts(values, "facts")
	if err != nil {
		return nil, err
	}
	attributes, err := texts(values, "attributes")
	if err != nil {
		return nil, err
	}
	if len(facts) == 0 {
		return nil, fmt.Errorf("config.facts is missing: name the facts that may be sent, such as config = { facts = [\"ticket\"] }; there are %s", strings.Join(fact.Names(), ", "))
	}
	for key := range values {
		if key != "facts" && key != "attributes" {
			return nil, fmt.Errorf("config.%s: unknown key; allowed: facts, attributes", key)
		}
	}
	var b strings.Builder
	b.WriteString("kpid = 1\nid = \"push\"\ntitle = \"Pushed records\"\n")
	for _, name := range facts {
		spec, ok := fact.Find(name)
		if !ok {
			return nil, fmt.Errorf("config.facts: no fact is called %q%s; there are %s", name, near.Hint(name, fact.Names()), strings.Join(fact.Names(), ", "))
		}
		stream(&b, spec, attributes)
	}
	return manifest.Parse("pushed records", []byte(b.String()))
}

// Facts that may be sent, in the order of the config.
func Facts(m *manifest.Manifest) []string {
	var out []string
	for _, s := range m.Streams {
		out = append(out, s.ID)
	}
	return out
}

func stream(b *strings.Builder, spec *fact.Spec, attributes []string) {
	fmt.Fprintf(b, "[[stream]]\nid = %q\nfile = %q\ndecode = [\"ndjson\"]\nkey = [\"id\"]\n[[stream.emit]]\nfact = %q\n[stream.emit.set]\n", spec.Name, spec.Name, spec.Name)
	for _, c := range spec.Columns {
		more := ""
		if c.Null || c.Default != nil {
			more = ", optional = true"
		}
		if c.Kind == fact.Minor { // a decimal text in the currency beside it
			more += ", as = \"money\", currency = \"currency\""
		}
		fmt.Fprintf(b, "%s = { path = %q%s }\n", c.Name, c.Name, more)
	}
	optional := []string{"updated_at", "gone_at"}
	if spec.Name == "account" {
		optional = append(optional, attributes...)
	}
	for _, name := range optional {
		fmt.Fprintf(b, "%s = { path = %q, optional = true }\n", name, name)
	}
}

// texts reads a list of texts.
func texts(values map[string]any, key string) ([]string, error) {
	v, ok := values[key]
	if !ok {
		return nil, nil
	}
	list, ok := v.([]any)
	var out []string
	for _, x := range list {
		s, isText := x.(string)
		ok = ok && isText
		out = append(out, s)
	}
	if !ok {
		return nil, fmt.Errorf("config.%s: found %v; allowed: a list of texts", key, v)
	}
	return out, nil
}
