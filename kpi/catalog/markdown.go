package catalog

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Markdown writes definitions as the dictionary of docs/kpis.md: what each
// counts, how it is judged, when it is final, what can be set.
func Markdown(defs []*kpi.Definition) string {
	var b strings.Builder
	b.WriteString("| KPI | Counts | Out of | Kept by | Smallest sample |\n|---|---|---|---|---|\n")
	for _, d := range defs {
		m := d.Primary()
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s |\n", d.Name, d.ID, cell(d.Numerator), cell(d.Basis), d.Cadence, least(m))
	}
	for _, d := range defs {
		section(&b, d)
	}
	return b.String()
}

func section(b *strings.Builder, d *kpi.Definition) {
	fmt.Fprintf(b, "\n<a id=\"%s\"></a>\n\n## %s\n\n*%s*\n\n", d.ID, d.Name, d.Question)
	fmt.Fprintf(b, "`%s` · %s · kept by %s and coarser · %s\n\n", d.ID, strings.Join(d.Types, " and "), d.Cadence, settles(d))
	b.WriteString("| Measure | Is | Unit | Better | Smallest sample |\n|---|---|---|---|---|\n")
	for _, m := range d.Measures {
		better := "more"
		if m.Direction == kpi.Down {
			better = "less"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", m.ID, words(d, m), cell(m.Unit), better, least(m))
	}
	for _, list := range []struct {
		title string
		items []string
	}{{"Segments", d.Segments}, {"Guardrails", d.Guardrails}, {"Leads", d.Leads}, {"Reads", d.Facts}} {
		if len(list.items) > 0 {
			fmt.Fprintf(b, "\n%s: `%s`\n", list.title, strings.Join(list.items, "`, `"))
		}
	}
	if len(d.Params) > 0 {
		fmt.Fprintf(b, "\n| Setting in `[kpi.%s]` | Default | |\n|---|---|---|\n", d.ID)
		for _, p := range d.Params {
			fmt.Fprintf(b, "| `%s` | `%s` | %s |\n", p.Name, Written(p, p.Default), cell(p.Doc))
		}
	}
	if d.Formula != "" {
		fmt.Fprintf(b, "\nSource of the formula: %s.\n", d.Formula)
	}
}

// settles says when a period is final.
func settles(d *kpi.Definition) string {
	text := "final at its end"
	if d.Grace.N > 0 {
		text = "final " + d.Grace.String() + " after its end"
	}
	switch {
	case d.MatureParam != "":
		text += ", not before `" + d.MatureParam + "` has passed"
	case d.Mature > 0:
		text += fmt.Sprintf(", not before %dd have passed", d.Mature/msPerDay)
	}
	return text
}

// words say how the units of a measure become a number.
func words(d *kpi.Definition, m kpi.Measure) string {
	text := map[kpi.Agg]string{kpi.Share: "share", kpi.Ratio: "ratio of sums", kpi.Count: "count", kpi.Sum: "sum", kpi.Distinct: "distinct count",
		kpi.Median: "median", kpi.Mean: "mean", kpi.NPS: "promoters less detractors", kpi.Worst: "the worst unit"}[m.Agg]
	if m.Agg == kpi.Median && m.Quantile != 0.5 {
		text = fmt.Sprintf("%gth percentile", 100*m.Quantile)
	}
	if m.Complement {
		text = "1 less the " + text
	}
	if m.Scale != 1 && m.Scale != 0 {
		text += fmt.Sprintf(" times %g", m.Scale)
	}
	if t := m.Trailing; t.Span.N > 0 {
		text += ", trailing " + t.Span.String()
		if t.Below > 0 {
			text += fmt.Sprintf(" when there are fewer than %d", t.Below)
		}
		if len(t.Grains) > 0 {
			text += fmt.Sprintf(" (by %s)", t.Grains[0])
		}
	}
	if m.Cadence != "" {
		text += ", kept by " + string(m.Cadence)
	}
	if m.Warns != nil {
		text += "; a check: said beside the KPI when out of bounds"
	}
	return text
}

func least(m kpi.Measure) string {
	var out []string
	if m.MinN > 0 {
		out = append(out, fmt.Sprint(m.MinN))
	}
	if m.MinEvents > 0 {
		out = append(out, fmt.Sprintf("%d that arrived", m.MinEvents))
	}
	if m.MinResponse > 0 {
		out = append(out, fmt.Sprintf("%g%% of those asked", 100*m.MinResponse))
	}
	if m.MaxShare > 0 {
		out = append(out, fmt.Sprintf("none over %g%%", 100*m.MaxShare))
	}
	if len(out) == 0 {
		return "–"
	}
	return strings.Join(out, ", ")
}

// Written gives the value of a parameter as it is written in config.toml.
func Written(p kpi.Param, v any) string {
	if ms, ok := v.(int64); ok && p.Type == "span" {
		return fmt.Sprintf("%dd", ms/msPerDay)
	}
	return fmt.Sprint(v)
}

// cell keeps a text inside its cell.
func cell(s string) string {
	if s == "" {
		return "–"
	}
	return strings.ReplaceAll(s, "|", "\\|")
}
