package config

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// stub makes a one-measure definition whose SQL reads what sql says.
func stub(id, sql string, types []string, segments ...string) *kpi.Definition {
	return &kpi.Definition{ID: id, Types: types, Segments: segments,
		Measures: []kpi.Measure{{ID: "rate", Agg: kpi.Share, Unit: "%", Direction: kpi.Up, Scale: 1, SQL: sql}}}
}

func bind(t *testing.T, toml string, defs ...*kpi.Definition) (*Config, error) {
	t.Helper()
	c, err := Parse("config.toml", []byte(toml))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Bind(defs)
	return c, err
}

func TestSegmentsOfTargets(t *testing.T) {
	accounts := stub("accounts", "JOIN account_segment g", []string{"outcome"}, "plan")
	journeys := stub("journeys", "JOIN member m", []string{"reliability"}, "journey", "journey.critical")
	const named = "[[segment]]\nid = \"big\"\nwhere = { size_band = [\"enterprise\"] }\n"
	for _, c := range []struct{ kpi, segment, want string }{
		{"accounts", "all", ""},
		{"accounts", "plan=team", ""},
		{"accounts", "tier=gold", ""}, // any attribute of accounts
		{"accounts", "big", ""},
		{"journeys", "journey.critical=true", ""},
		{"journeys", "plan=team", `config.toml:6:1: target.segment: journeys cannot be cut by the segment "plan=team"; allowed: all, journey, journey.critical`},
		{"journeys", "big", `config.toml:6:1: target.segment: journeys cannot be cut by the segment "big"; allowed: all, journey, journey.critical`},
	} {
		toml := named + "[[target]]\nkpi = \"" + c.kpi + "\"\nsegment = \"" + c.segment + "\"\nexpr = \"level 40 %\"\n"
		_, err := bind(t, toml, accounts, journeys)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if said != c.want {
			t.Errorf("%s by %s:\ngot  %s\nwant %s", c.kpi, c.segment, said, c.want)
		}
	}
}

// TestPreset: what a target leaves open comes from the scorecard of its node,
// what it writes stays, and a guardrail outside the catalog is left out.
func TestPreset(t *testing.T) {
	const toml = `
[[portfolio]]
id = "all"
name = "All"
[[portfolio]]
id = "core"
name = "Core"
parent = "all"
[[scorecard]]
portfolio = "core"
preset = "director"
since = 2026-01-01
[[scorecard]]
portfolio = "all"
[[target]]
kpi = "gross_retention"
expr = "level 90 %"
[[target]]
kpi = "activation_rate"
scope = "core"
expr = "level 40 %"
[[target]]
kpi = "activation_rate"
scope = "all"
expr = "level 40 %"
[[target]]
kpi = "gross_retention"
scope = "core"
veto = false
weight = 0
guardrails = ["activation_rate"]
expr = "level 90 %"
`
	c, err := bind(t, toml, stub("activation_rate", "", []string{"outcome"}), stub("gross_retention", "", []string{"outcome"}))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		weight     float64
		veto       bool
		guardrails string
	}{
		{15, true, ""},                 // nps_csat is not in this catalog
		{10, false, "gross_retention"}, // ticket_rate is not
		{0, false, ""},                 // that scorecard has no preset
		{0, false, "activation_rate"},
	} {
		x := c.Targets[i]
		if x.Weight != want.weight || x.Veto != want.veto || strings.Join(x.Guardrails, " ") != want.guardrails {
			t.Errorf("target %d: weight %g, veto %v, guardrails %v; want %+v", i+1, x.Weight, x.Veto, x.Guardrails, want)
		}
	}
	total := 0.0
	for _, l := range (Scorecard{Preset: "director"}).Lines() {
		total += l.Weight
	}
	if total != 100 {
		t.Errorf("the preset's weights add up to %g, want 100", total)
	}
}

// TestDimensions: a node may weigh its dimensions otherwise, signed, and Output
// stays a tenth at most.
func TestDimensions(t *testing.T) {
	const head = "[[portfolio]]\nid = \"all\"\nname = \"All\"\n[[scorecard]]\nportfolio = \"all\"\n"
	for _, c := range []struct{ line, want string }{
		{"dimensions = { outcome = 60, quality = 40 }", ""},
		{"dimensions = { outcome = 90, output = 11 }", "config.toml:6:30: scorecard.dimensions.output: Output weighs 11 of 101, more than a tenth"},
		{"dimensions = { outcomes = 90, quality = 1 }", `config.toml:6:16: scorecard.dimensions.outcomes: there is no dimension "outcomes"; did you mean "outcome"?; allowed: ` + strings.Join(kpi.Types(), ", ")},
		{"dimensions = { outcome = 900 }", "config.toml:6:16: scorecard.dimensions.outcome: outcome is out of range"},
		{"dimensions = {}", "no dimension weighs anything"},
	} {
		cfg, err := Parse("config.toml", []byte(head+c.line+"\n"))
		switch {
		case c.want == "" && (err != nil || cfg.Scorecards[0].Dimensions["outcome"] != 60):
			t.Errorf("%s: %v", c.line, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s:\ngot  %v\nwant %s", c.line, err, c.want)
		}
	}
}

func TestOutputWeighsLittle(t *testing.T) {
	const head = "[[portfolio]]\nid = \"all\"\nname = \"All\"\n[[scorecard]]\nportfolio = \"all\"\n"
	target := func(id, weight string) string {
		return "[[target]]\nkpi = \"" + id + "\"\nexpr = \"level 40 %\"\nweight = " + weight + "\n"
	}
	defs := []*kpi.Definition{stub("shipped", "", []string{"output"}), stub("covered", "", []string{"quality", "output"}), stub("kept", "", []string{"outcome"})}
	for _, c := range []struct{ name, toml, want string }{
		{"a tenth", target("shipped", "10") + target("kept", "90"), ""},
		{"half of a fifth", target("covered", "20") + target("kept", "80"), ""},
		{"more than a tenth", target("shipped", "11") + target("kept", "89"), "config.toml:5:1: scorecard.portfolio: Output weighs 11 of 100 in the scorecard of all, more than a tenth"},
		{"nothing else", target("shipped", "0"), "config.toml:5:1: scorecard.portfolio: the scorecard of all judges nothing but Output: add an Outcome it is meant to lead"},
	} {
		_, err := bind(t, head+c.toml, defs...)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if said != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, said, c.want)
		}
	}
}
