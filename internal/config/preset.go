package config

import (
	"embed"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed presets/*.toml
var presetFiles embed.FS

// Preset is a scorecard for one variant of the role: what it weighs, and why.
type Preset struct {
	ID    string `toml:"preset"`
	For   string `toml:"for"`
	Lines []Line `toml:"line"`
}

// Line is what a preset says of one KPI. Weights add up to 100; a KPI that is not
// listed weighs nothing.
type Line struct {
	KPI        string   `toml:"kpi"`
	Weight     float64  `toml:"weight"`
	Veto       bool     `toml:"veto"`
	Guardrails []string `toml:"guardrails"`
	Why        string   `toml:"why"`
}

// Presets lists the ids, director first.
func Presets() []string {
	files, err := presetFiles.ReadDir("presets")
	if err != nil {
		return nil // they are part of the program
	}
	out := []string{"director"}
	for _, f := range files {
		if id := strings.TrimSuffix(f.Name(), ".toml"); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// presetOf reads a preset; an id that is none gives an empty one. A file that
// cannot be read is found by its test.
func presetOf(id string) Preset {
	var p Preset
	if text, err := presetFiles.ReadFile("presets/" + id + ".toml"); err == nil {
		_ = toml.Unmarshal(text, &p)
	}
	return p
}
