package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

// Version is one thing a person decided, as it stands in the file: what the
// store keeps a history of.
type Version struct {
	Kind   string // target, scorecard, portfolio, segment, params, source, phase
	Key    string // names it within its kind
	Hash   string // of Body
	Body   string // canonical JSON: sorted keys, no spaces
	Since  kpi.Millis
	By     string
	Reason string
}

// Versions lists targets, scorecards, portfolios with their products, segments,
// parameters, sources and named changes, each kind in the order of the file, and
// after Bind the targets that presets gave. A target's key holds the day it
// starts, since two spans of one promise stand side by side.
// No body holds a secret: the file names them only.
func (c *Config) Versions() []Version {
	var out []Version
	keep := func(kind, key string, value any, since kpi.Date) *Version {
		body := canonical(value)
		sum := sha256.Sum256([]byte(body))
		v := Version{Kind: kind, Key: key, Hash: hex.EncodeToString(sum[:]), Body: body}
		if !since.IsZero() {
			v.Since = c.Calendar().Midnight(since)
		}
		out = append(out, v)
		return &out[len(out)-1]
	}
	add := func(kind, key string, t *tomldoc.Table, since kpi.Date) *Version {
		return keep(kind, key, t.Plain(), since)
	}
	for i, body := range c.targetBodies() {
		x := c.Targets[i]
		v := keep("target", targetKey(x), body, x.Since)
		v.By, v.Reason = x.By, x.Reason
	}
	for i, t := range c.written.scorecards {
		s := c.Scorecards[i]
		v := add("scorecard", s.key(c.Scorecards), t, s.Since)
		v.By, v.Reason = s.By, s.Reason
	}
	for i, t := range c.written.phases {
		p := c.Phases[i]
		v := add("phase", targetKey(kpi.Target{KPI: p.KPI, Portfolio: p.Portfolio, Product: p.Product, Segment: p.Segment})+"~"+p.Starts, t, kpi.Date{})
		v.By, v.Reason = p.By, p.Cause
	}
	for i, t := range c.written.portfolios {
		add("portfolio", c.Portfolios[i].ID, t, kpi.Date{})
	}
	for i, t := range c.written.products {
		add("portfolio", c.Products[i].Portfolio+"/"+c.Products[i].ID, t, kpi.Date{})
	}
	for i, t := range c.written.segments {
		add("segment", c.NamedSegments[i].ID, t, kpi.Date{})
	}
	for _, id := range slices.Sorted(maps.Keys(c.written.kpis)) {
		add("params", id, c.written.kpis[id], kpi.Date{})
	}
	for i, t := range c.written.sources {
		add("source", c.Sources[i].ID, t, kpi.Date{})
	}
	return out
}

// key is the node of a scorecard and, where the node has several, the day this
// one starts.
func (s Scorecard) key(all []Scorecard) string {
	for _, o := range all {
		if o.Portfolio == s.Portfolio && o.Since != s.Since && !s.Since.IsZero() {
			return s.Portfolio + "~" + s.Since.String()
		}
	}
	return s.Portfolio
}

// targetKey is kpi:measure@scope#segment with the parts that are written, and
// the day the target starts when it has one.
func targetKey(t kpi.Target) string {
	var b strings.Builder
	b.WriteString(t.KPI)
	for _, part := range []struct{ sign, text string }{{":", t.Measure}, {"@", t.Portfolio}, {"/", t.Product}, {"#", t.Segment}} {
		if part.text != "" && part.text != "all" {
			b.WriteString(part.sign + part.text)
		}
	}
	if !t.Since.IsZero() {
		b.WriteString("~" + t.Since.String())
	}
	return b.String()
}

// canonical relies on encoding/json sorting map keys. Values read from TOML
// always marshal: the reader refuses non-finite numbers.
func canonical(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
