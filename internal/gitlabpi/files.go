package gitlabpi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Files are those of the KPI folder, by name.
func (k KPI) Files() map[string]string {
	return map[string]string{"kpi.toml": k.toml(), "kpi.sql": k.sql(), "kpi.test": k.test(), "README.md": k.readme()}
}

// toml writes kpi.toml.
func (k KPI) toml() string {
	var b strings.Builder
	line := func(key, value string) { fmt.Fprintf(&b, "%-10s = %s\n", key, value) }
	line("kpi", "1")
	line("id", quote(k.ID))
	line("name", quote(text(k.Name)))
	line("question", quote(k.question()))
	numerator, basis := k.phrases()
	line("numerator", quote(numerator))
	line("basis", quote(basis))
	line("none", quote("no number has arrived"))
	line("types", list(k.shape.area))
	line("cadence", quote(string(k.shape.cadence)))
	line("grains", list(k.grains()...))
	line("facts", list("metric_point"))
	line("grace", quote("3d"))
	line("touch", `{ back = "0d", ahead = "0d" }`)
	line("source_of_formula", quote("the organisation's own; numbers arrive counted"))
	b.WriteString("\n[[measure]]\n")
	m := k.Measure()
	line("id", quote(m.ID))
	line("agg", quote(string(m.Agg)))
	if m.Unit != "" {
		line("unit", quote(m.Unit))
	}
	line("direction", quote(map[kpi.Direction]string{kpi.Up: "up", kpi.Down: "down"}[m.Direction]))
	line("digits", fmt.Sprint(m.Digits))
	if k.shape.scale > 0 {
		line("scale", fmt.Sprint(k.shape.scale))
	}
	if m.Unbounded {
		line("unbounded", "true")
	}
	if m.Agg == kpi.Ratio {
		line("interval", quote("none"))
	}
	if m.Agg == kpi.Sum {
		line("zero", "false")
	}
	fmt.Fprintf(&b, "\n[params]\nmetric = { type = \"text\", default = %s, doc = \"the name its rows of metric_point carry\" }\n", quote(k.ID))
	k.origin(&b)
	return b.String()
}

// origin writes where the indicator comes from, in the words of its file.
func (k KPI) origin(b *strings.Builder) {
	b.WriteString("\n[origin]\n")
	line := func(key, value string) {
		if value != `""` {
			fmt.Fprintf(b, "%-14s = %s\n", key, value)
		}
	}
	line("owner", quote(k.Org))
	line("url", quote(k.URL))
	if !k.Public {
		line("public", "false")
	}
	line("target", quote(k.Target))
	if k.Health != nil {
		line("health", fmt.Sprint(*k.Health))
	}
	if len(k.Reasons) > 0 {
		b.WriteString("health_reasons = [\n")
		for _, r := range k.Reasons {
			fmt.Fprintf(b, "  %s,\n", quote(text(r)))
		}
		b.WriteString("]\n")
	}
	line("expr", quote(k.Expr))
	if k.Refused != nil {
		line("not_judged", quote(k.Refused.Says))
	}
	line("licence", quote(k.Licence))
}

func (k KPI) question() string {
	if d := text(k.Definition); d != "" {
		return sentence(d, 240)
	}
	return text(k.Name) + "?"
}

// phrases say in plain words what is divided by what.
func (k KPI) phrases() (numerator, basis string) {
	switch {
	case k.shape.agg == kpi.Sum && k.shape.stock:
		return "the latest count of the period, as reported", "a full count"
	case k.shape.agg == kpi.Sum:
		return "the counts of the period, as reported", "a full count"
	case k.shape.scale > 0:
		return k.shape.unit + " in total, as reported", "what they were measured on; one where only a mean was reported"
	case k.shape.agg == kpi.Share || k.shape.unit == "%":
		return "those that count, as reported", "all of them, as reported"
	}
	return "the total, as reported", "what it is divided by; one where the source has divided already"
}

func (k KPI) grains() []string {
	var out []string
	for _, g := range kpi.Grains() {
		if len(out) > 0 || g == k.shape.cadence {
			out = append(out, string(g))
		}
	}
	return out
}

// quote writes a TOML string. JSON's escapes are TOML's, but for DEL.
func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), "\x7f", `\u007f`)
}

func list(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Targets writes the targets that can be judged, for config.toml to include.
func Targets(all []KPI) string {
	var b strings.Builder
	b.WriteString("# Targets brought in with their indicators; each stands as it was written, above how it is read.\n")
	for _, k := range all {
		if k.Expr != "" {
			fmt.Fprintf(&b, "\n# %s: %s\n[[target]]\nkpi  = %s\nexpr = %s\n", text(k.Name), strings.Join(strings.Fields(k.Target), " "), quote(k.ID), quote(k.Expr))
		}
	}
	return b.String()
}
