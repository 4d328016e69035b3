package config

import (
	"reflect"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// TestReadTarget: every target of the reference file and of the test's, read back from
// its version, is the target that was written.
func TestReadTarget(t *testing.T) {
	read := 0
	for _, file := range []string{"../../config.toml", "testdata/good/config.toml"} {
		c, err := Load(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range c.TargetVersions() {
			now := c.Targets[i]
			got, ok := c.ReadTarget(v.Body, now)
			if !ok || !reflect.DeepEqual(got, now) {
				t.Errorf("%s: %s reads back as %v %+v, want %+v", file, v.Key, ok, got, now)
			}
			read++
		}
	}
	if read < 20 {
		t.Errorf("%d targets were read, want all of the files", read)
	}
}

// TestReadTargetOfThen: what the file said then counts, and what it left to the preset
// is what stands now.
func TestReadTargetOfThen(t *testing.T) {
	c, err := Parse("config.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	now := kpi.Target{KPI: "k", Weight: 9, Guardrails: []string{"g"}, Text: "level > 5"}
	got, ok := c.ReadTarget(`{"expr":"level 40..60 %","kpi":"k","scope":"core","since":"2026-04-01","warn":38.5,"min_n":3}`, now)
	if !ok || got.Text != "level 40..60 %" || got.Portfolio != "core" || got.Since != (kpi.Date{Year: 2026, Month: 4, Day: 1}) ||
		*got.Warn != 38.5 || *got.MinN != 3 || got.Weight != 9 || len(got.Guardrails) != 1 || got.Hash == "" {
		t.Errorf("%v %+v", ok, got)
	}
	if got, ok := c.ReadTarget(`{"expr":"level 40..60 %","kpi":"k","weight":1.0,"guardrails":[]}`, now); !ok || got.Weight != 1 || len(got.Guardrails) != 0 {
		t.Errorf("what is written counts: %v %+v", ok, got)
	}
	for name, body := range map[string]string{"a preset's": `{"preset":"director","expr":"level > 1","line":{}}`, "no JSON": "level > 1", "no expression": `{"kpi":"k"}`,
		"an expression nobody knows": `{"kpi":"k","expr":"sideways"}`, "an unknown key": `{"kpi":"k","expr":"level > 1","colour":"red"}`} {
		if got, ok := c.ReadTarget(body, now); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
