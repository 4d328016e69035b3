package config

import (
	"embed"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/kpi"
)

//go:embed presets/*.toml
var presetFiles embed.FS

// seed is the preset whose targets the others start from.
const seed = "director"

// Preset is a scorecard for one variant of the role: what it promises, what it
// weighs, and why.
type Preset struct {
	ID    string `toml:"preset"`
	For   string `toml:"for"`
	Lines []Line `toml:"target"`
}

// Line is what a preset says of one KPI. Weights add up to 100; a KPI that is not
// listed weighs nothing. {since} in an expression is the day the scorecard starts.
type Line struct {
	KPI        string     `toml:"kpi"`
	Metric     string     `toml:"metric"`
	Segment    string     `toml:"segment"`
	Expr       string     `toml:"expr"`
	When       []LineWhen `toml:"when"`
	Relative   bool       `toml:"relative"`
	Ceiling    *float64   `toml:"ceiling"`
	Weight     float64    `toml:"weight"`
	Veto       bool       `toml:"veto"`
	Guardrails []string   `toml:"guardrails"`
	Note       string     `toml:"note"`
	Why        string     `toml:"why"`
}

// LineWhen swaps the expression by the size of the baseline.
type LineWhen struct {
	BaselineGTE *float64 `toml:"baseline_gte"`
	BaselineLT  *float64 `toml:"baseline_lt"`
	Expr        string   `toml:"expr"`
}

// Presets lists the ids, director first.
func Presets() []string {
	files, err := presetFiles.ReadDir("presets")
	if err != nil {
		return nil // they are part of the program
	}
	out := []string{seed}
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

// Lines gives the preset's lines by KPI id; none without a preset. Every variant
// judges all KPIs of the seed: what it does not list weighs nothing, and what it
// lists without an expression is held to the seed's.
func (s Scorecard) Lines() map[string]Line {
	out := map[string]Line{}
	if s.Preset == "" {
		return out
	}
	for _, l := range presetOf(seed).Lines {
		if s.Preset != seed {
			l.Weight, l.Veto, l.Guardrails, l.Why = 0, false, nil, ""
		}
		out[l.KPI] = l
	}
	for _, own := range presetOf(s.Preset).Lines {
		if base, ok := out[own.KPI]; ok && own.Expr == "" {
			base.Weight, base.Veto, base.Guardrails, base.Why = own.Weight, own.Veto, own.Guardrails, own.Why
			own = base
		}
		out[own.KPI] = own
	}
	return out
}

// presets adds the targets of the scorecards' presets. One that a [[target]] of
// the file speaks of, at the same node or at every node, is the file's alone.
func (b *binder) presets() {
	b.cfg.Targets = b.cfg.Targets[:len(b.cfg.written.targets)] // bound again, they are not added twice
	b.cfg.preset = nil
	for i, s := range b.cfg.Scorecards {
		lines := s.Lines()
		for _, id := range slices.Sorted(maps.Keys(lines)) {
			if b.defs[id] != nil && lines[id].Expr != "" && !b.speaksOf(id, s.Portfolio) {
				b.preset(i, lines[id])
			}
		}
	}
}

// speaksOf says whether the file has a target of a KPI for a node as a whole.
func (b *binder) speaksOf(kpiID, portfolio string) bool {
	return slices.ContainsFunc(b.cfg.Targets[:len(b.cfg.written.targets)], func(x kpi.Target) bool {
		return x.KPI == kpiID && x.Product == "" && (x.Portfolio == "" || x.Portfolio == portfolio)
	})
}

// preset adds one line of scorecard i as a target.
func (b *binder) preset(i int, l Line) {
	s, t := b.cfg.Scorecards[i], b.cfg.written.scorecards[i]
	if s.Since.IsZero() && l.dated() {
		b.bad(t, "preset", "", "the preset's target of %s (%q) counts from the day the scorecard starts: write since = 2026-01-01, or a [[target]] of your own", l.KPI, l.Expr)
		return
	}
	x, err := l.target(s, b.cfg.NamedSegments)
	if err == nil {
		d := b.defs[l.KPI]
		m, _ := d.Measure(x.Measure)
		err = x.Check(m, d.Measures...)
	}
	if err != nil {
		b.bad(t, "preset", "", "the preset's target of %s does not fit its definition: %s; write a [[target]] of your own", l.KPI, err)
		return
	}
	x.Until = b.replaced(s)
	for _, g := range l.Guardrails {
		if b.defs[g] != nil {
			x.Guardrails = append(x.Guardrails, g)
		}
	}
	b.cfg.Targets = append(b.cfg.Targets, x)
	b.cfg.preset = append(b.cfg.preset, l)
}

// replaced is the day the next scorecard of the same node starts; zero: none does.
func (b *binder) replaced(s Scorecard) (until kpi.Date) {
	for _, o := range b.cfg.Scorecards {
		if o.Portfolio == s.Portfolio && o.Since.String() > s.Since.String() && (until.IsZero() || o.Since.String() < until.String()) {
			until = o.Since
		}
	}
	return until
}

const sinceMark = "{since}"

func (l Line) dated() bool {
	return strings.Contains(l.Expr, sinceMark) || slices.ContainsFunc(l.When, func(w LineWhen) bool { return strings.Contains(w.Expr, sinceMark) })
}

// target writes a line out for the scorecard it belongs to. A named segment that
// the company has not drawn is left out: the promise is then about all accounts.
func (l Line) target(s Scorecard, named []Segment) (kpi.Target, error) {
	x := kpi.Target{KPI: l.KPI, Measure: l.Metric, Portfolio: s.Portfolio, Segment: "all", Relative: l.Relative, Ceiling: l.Ceiling,
		Weight: l.Weight, Veto: l.Veto, Since: s.Since, By: "preset " + s.Preset, Reason: l.Why, Note: l.Note}
	if strings.Contains(l.Segment, "=") || slices.ContainsFunc(named, func(n Segment) bool { return n.ID == l.Segment }) {
		x.Segment = l.Segment
	}
	var err error
	if x.Text, x.Expr, err = l.parse(l.Expr, s.Since); err != nil {
		return x, err
	}
	for _, w := range l.When {
		swap := kpi.When{BaselineGTE: w.BaselineGTE, BaselineLT: w.BaselineLT}
		if swap.Text, swap.Expr, err = l.parse(w.Expr, s.Since); err != nil {
			return x, err
		}
		x.When = append(x.When, swap)
	}
	x.Hash = targetHash(x)
	return x, nil
}

func (l Line) parse(text string, since kpi.Date) (string, *kpi.Expr, error) {
	text = strings.ReplaceAll(text, sinceMark, since.String())
	e, err := kpi.ParseExpr(text)
	return text, e, err
}
