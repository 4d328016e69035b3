package config

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

// targetBodies are what is recorded of each target, in the order of Targets.
func (c *Config) targetBodies() []map[string]any {
	var out []map[string]any
	for _, t := range c.written.targets {
		out = append(out, t.Plain())
	}
	for i, l := range c.preset {
		x := c.Targets[len(c.written.targets)+i]
		out = append(out, map[string]any{"preset": x.By, "expr": x.Text, "line": l})
	}
	return out
}

// TargetVersions are the targets among Versions, in the order of Targets.
func (c *Config) TargetVersions() []Version {
	var out []Version
	for _, v := range c.Versions() {
		if v.Kind == "target" {
			out = append(out, v)
		}
	}
	return out
}

// ReadTarget reads a target back from what was recorded of it in a version's body. What
// a preset filled in where the file was silent is taken from now, the target as it
// stands today. It is not ok for a body that is no target of a file, such as a preset's.
func (c *Config) ReadTarget(body string, now kpi.Target) (kpi.Target, bool) {
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	var plain map[string]any
	if d.Decode(&plain) != nil || plain["kpi"] == nil {
		return kpi.Target{}, false
	}
	var text bytes.Buffer
	if toml.NewEncoder(&text).Encode(map[string]any{"target": []any{numbers(plain)}}) != nil {
		return kpi.Target{}, false
	}
	var errs tomldoc.Mistakes
	root, ok := tomldoc.Parse("recorded", text.Bytes(), &errs)
	if !ok {
		return kpi.Target{}, false
	}
	r := &reader{cfg: &Config{Portfolios: c.Portfolios, Products: c.Products}}
	tables := root.Subs("target")
	if len(tables) != 1 {
		return kpi.Target{}, false
	}
	t := r.target(tables[0])
	for key, take := range map[string]func(){
		"weight": func() { t.Weight = now.Weight }, "veto": func() { t.Veto = now.Veto }, "guardrails": func() { t.Guardrails = now.Guardrails },
	} {
		if _, written := plain[key]; !written {
			take()
		}
	}
	return t, errs.Err() == nil && r.report.Err() == nil && t.Expr != nil
}

// numbers turns those of JSON into whole numbers where they are, and fractions.
func numbers(v any) any {
	switch x := v.(type) {
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n
		}
		f, _ := x.Float64() // written by us, from a finite number
		return f
	case map[string]any:
		for k, one := range x {
			x[k] = numbers(one)
		}
	case []any:
		for i, one := range x {
			x[i] = numbers(one)
		}
	}
	return v
}
