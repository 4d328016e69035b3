package config

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
)

// Every preset names KPIs there are, weighs 100, leads with outcomes, gives Output a
// tenth at most, and says why of each line.
func TestPresets(t *testing.T) {
	defs, err := catalog.LoadAll(catalog.Root{FS: catalog.Builtin(), Origin: catalog.BuiltinOrigin})
	if err != nil {
		t.Fatal(err)
	}
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
