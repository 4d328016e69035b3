package config

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
)

// Every preset names KPIs there are, weighs 100, leads with outcomes, gives Output a
// tenth at most, and says why of each line.
func TestPresets(t *testing.T) {
	defs := builtin(t)
	known := map[string]*kpi.Definition{}
	for _, d := range defs {
		known[d.ID] = d
	}
	if got := Presets(); len(got) != 9 || got[0] != "director" {
		t.Errorf("presets are %v", got)
	}
	for _, id := range Presets() {
		text, err := presetFiles.ReadFile("presets/" + id + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		var strict Preset
		if err := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields().Decode(&strict); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		p := presetOf(id)
		if p.ID != id || len(p.For) < 20 {
			t.Errorf("%s calls itself %q, for %q", id, p.ID, p.For)
		}
		total, output, outcomes := 0.0, 0.0, 0
		for _, l := range p.Lines {
			d := known[l.KPI]
			if d == nil || len(l.Why) < 10 {
				t.Errorf("%s: %s, %q", id, l.KPI, l.Why)
				continue
			}
			for _, g := range l.Guardrails {
				if known[g] == nil || g == l.KPI {
					t.Errorf("%s: %s has the guardrail %s", id, l.KPI, g)
				}
			}
			total += l.Weight
			if slices.Contains(d.Types, "output") {
				output += l.Weight / float64(len(d.Types))
			}
			if slices.Contains(d.Types, "outcome") && l.Weight > 0 {
				outcomes++
			}
		}
		if math.Abs(total-100) > 1e-9 || output > 10 || outcomes < 3 {
			t.Errorf("%s weighs %v, Output %v, %d outcomes", id, total, output, outcomes)
		}
	}
	if lines := (Scorecard{}).Lines(); len(lines) != 0 {
		t.Errorf("no preset has %v", lines)
	}
}

// presetCard is a configuration with one scorecard and further text.
func presetCard(preset, more string) string {
	return "[[portfolio]]\nid = \"core\"\nname = \"Core\"\n[[scorecard]]\nportfolio = \"core\"\npreset = \"" + preset + "\"\n" + more
}

// Every preset promises something of all 24 KPIs, in words that fit the measure
// they are about, from the day its scorecard starts to the day of the next.
func TestPresetTargets(t *testing.T) {
	defs := builtin(t)
	for _, id := range Presets() {
		c, err := bind(t, presetCard(id, "since = 2026-01-01\n[[scorecard]]\nportfolio = \"core\"\nsince = 2026-07-01\n"), defs...)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if len(c.Targets) != 24 {
			t.Errorf("%s has %d targets, want 24", id, len(c.Targets))
		}
		for _, x := range c.Targets {
			if x.Expr == nil || x.Hash == "" || x.Portfolio != "core" || x.Since.String() != "2026-01-01" || x.Until.String() != "2026-07-01" || strings.Contains(x.Text, "{") {
				t.Errorf("%s: %+v", id, x)
			}
		}
		if _, err := c.Bind(defs); err != nil || len(c.Targets) != 24 {
			t.Errorf("%s bound again: %d targets, %v", id, len(c.Targets), err)
		}
	}
}

// The seed's own wording of the 24 rows.
func TestDirectorTargets(t *testing.T) {
	want := map[string]string{
		"north_star": "up 10..25 % yoy", "activation_rate": "up 3..10 pts in 2q from 2026-01-01", "funnel_conversion#motion=plg": "up 1..3 pts per quarter",
		"nrr_influence#target": "level > 100 % stretch 110 %", "gross_retention:logo_churn_monthly": "down 0.2..0.8 pts in 2q from 2026-01-01",
		"feature_adoption#capability.class=core": "ramp 30..60 % by 90d..180d from ga", "time_to_value": "down 10..30 % in 2q from 2026-01-01",
		"nps_csat": "up 3..8 pts yoy", "ces:effort_rate": "down 10..20 % in 4q from 2026-01-01", "roadmap_outcome_attainment": "level 60..80 %",
		"roadmap_predictability": "level 70..85 %", "cycle_time": "down 10..20 % yoy", "experiment_velocity": "count 2..6 per month",
		"experiment_learning_rate": "level >= 70 %", "defect_escape_rate": "down 10..30 % yoy", "change_incidents": "trend down toward 0 near 1 over 12m",
		"slo_attainment#journey.critical=true": "slo 99.9 % over 28d", "ticket_rate": "down 10..25 % yoy", "deflection_rate": "up 5..15 pts yoy",
		"instrumentation_coverage#journey.top=true": "level 90..95 %", "stakeholder_alignment": "level >= 4.2 /5",
		"triad_health":            "all(satisfaction: level >= 4.0 /5; throughput: trend up toward 1000 near 0 over 12w; rating: judged every 1q at least amber)",
		"pm_engagement_retention": "all(engagement: level 75..85 %; regretted: count <= 1 per year)", "pm_capability_growth": "level 60..80 % over 1y trailing",
	}
	c, err := bind(t, presetCard("director", "since = 2026-01-01\n[[segment]]\nid = \"target\"\nwhere = { size_band = [\"mid\"] }\n"), builtin(t)...)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, x := range c.Targets {
		x.Portfolio, x.Since = "", kpi.Date{}
		got[targetKey(x)] = x.Text
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What a person wrote of a KPI is all that holds for it; the preset's paced
// targets need a day to start from, and say so.
func TestPresetGivesWay(t *testing.T) {
	defs := builtin(t)
	own := "since = 2026-01-01\n[[target]]\nkpi = \"activation_rate\"\nsegment = \"plan=team\"\nexpr = \"level 40 %\"\n"
	c, err := bind(t, presetCard("director", own), defs...)
	if err != nil || len(c.Targets) != 24 || c.Targets[0].Text != "level 40 %" || c.Targets[0].Weight != 10 {
		t.Errorf("%d targets, first %+v, %v", len(c.Targets), c.Targets[0], err)
	}
	versions := c.Versions()
	if n := slices.IndexFunc(versions, func(v Version) bool { return v.Key == "ticket_rate@core~2026-01-01" }); n < 0 || versions[n].By != "preset director" || len(versions[n].Reason) < 10 {
		t.Errorf("the preset's target is not kept: %+v", versions)
	}
	_, err = bind(t, presetCard("startup", ""), defs...)
	const want = `config.toml:6:1: scorecard.preset: the preset's target of activation_rate ("up 5..15 pts in 2q from {since}") counts from the day the scorecard starts: write since = 2026-01-01, or a [[target]] of your own`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("without a day: %v", err)
	}
}

func builtin(t *testing.T) []*kpi.Definition {
	t.Helper()
	defs, err := catalog.LoadAll(catalog.Root{FS: catalog.Builtin(), Origin: catalog.BuiltinOrigin})
	if err != nil {
		t.Fatal(err)
	}
	return defs
}
