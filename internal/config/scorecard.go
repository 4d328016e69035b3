package config

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

// Scorecard is one [[scorecard]]: a node that is judged.
type Scorecard struct {
	Portfolio  string
	Preset     string // the id of a preset, or "" for no defaults
	Since      kpi.Date
	Dimensions map[string]float64 // weights of the dimensions in rule 4; nil: the usual ones
	By, Reason string             // who chose them, and why
}

func (r *reader) scorecards() {
	seen := map[string]bool{}
	for _, t := range r.many("scorecard") {
		t.Need("portfolio")
		s := Scorecard{Portfolio: t.Text("portfolio", ""), Preset: t.OneOf("preset", "", Presets()...), Since: date(t, "since"),
			Dimensions: dimensions(t.Sub("dimensions")), By: t.Text("by", ""), Reason: name(t, "reason", "")}
		t.Done()
		key := s.Portfolio + " " + s.Since.String()
		if seen[key] {
			t.Bad("portfolio", "there are two scorecards of %q since the same day", s.Portfolio)
		}
		seen[key] = true
		r.cfg.Scorecards = append(r.cfg.Scorecards, s)
		r.cfg.written.scorecards = append(r.cfg.written.scorecards, t)
		r.after(func() {
			r.portfolio(t, "portfolio", s.Portfolio)
			r.person(t, "by", s.By)
		})
	}
}

// dimensions reads the weights of a scorecard's dimensions. One that is not
// written weighs nothing.
func dimensions(t *tomldoc.Table) map[string]float64 {
	if t == nil {
		return nil
	}
	out, total := map[string]float64{}, 0.0
	for _, d := range kpi.Types() {
		if w := between(t, d, 0, 100); w > 0 {
			out[d] = w
			total += w
		}
	}
	unknown, _ := t.Unknown()
	for _, key := range unknown {
		t.Wrong(key, fmt.Sprintf("there is no dimension %q%s", key, near.Hint(key, kpi.Types())), "", strings.Join(kpi.Types(), ", "))
	}
	switch {
	case total == 0:
		t.Bad("", "no dimension weighs anything; leave dimensions out for the usual weights")
	case out["output"] > maxOutput*total:
		t.Bad("output", "Output weighs %.3g of %.3g, more than a tenth", out["output"], total)
	}
	return out
}

// kpis reads [kpi.<id>]; what the keys may be is for Bind to know.
func (r *reader) kpis() {
	r.cfg.written.kpis = tables{}
	for _, f := range r.files {
		all := f.Sub("kpi")
		for _, id := range all.Keys() {
			t := all.Sub(id)
			if t == nil {
				continue
			}
			if first := r.cfg.written.kpis[id]; first != nil {
				all.Bad(id, "[kpi.%s] is written in %s already; a table has one place", id, first.File())
				continue
			}
			params := t.Plain()
			for _, key := range []string{"confidential", "by", "reason", "source"} {
				delete(params, key)
			}
			r.cfg.KPIs[id] = KPI{Params: params, Confidential: t.Bool("confidential", false), By: t.Text("by", ""), Reason: t.Text("reason", ""), Source: t.Text("source", "")}
			r.cfg.written.kpis[id] = t
		}
	}
}

func (r *reader) dirs() {
	read := func(t *tomldoc.Table) []string {
		var out []string
		for _, d := range t.Texts("dirs") {
			if d == "" {
				t.Bad("dirs", "a folder's name is empty")
				continue
			}
			out = append(out, r.cfg.Resolve(d))
		}
		t.Done()
		return out
	}
	catalog := r.one("catalog")
	r.cfg.OwnKPIs = OwnKPIs{Seconds: catalog.Int("seconds", 30, 1, 86_400), Rows: catalog.Int("rows", 1_000_000, 1, 1_000_000_000)}
	r.cfg.CatalogDirs = read(catalog)
	r.cfg.ConnectorDirs = read(r.one("connectors"))
}
