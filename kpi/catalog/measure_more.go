package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

// finer reads what few measures need: a cadence of their own, a longer window,
// a warning; and holds the keys against the aggregate they go with.
func (f *folder) finer(t *tomldoc.Table, m *kpi.Measure) {
	m.Cadence = f.grain(t, "cadence", t.Text("cadence", ""))
	m.Trailing = f.trailing(t.Sub("trailing"))
	m.Warns = warning(t.Sub("warns"))
	fraction := m.Agg == kpi.Share || m.Agg == kpi.Ratio
	counts := m.Agg == kpi.Count || m.Agg == kpi.Sum || m.Agg == kpi.Distinct
	switch {
	case m.NoZero && !counts:
		t.Bad("zero", "only a count, a sum or a distinct count is 0 without units, not %s", m.Agg)
	case m.Complement && !fraction:
		t.Bad("complement", "only a share or a ratio has a complement, not %s", m.Agg)
	case m.Interval == "byar" && m.Agg != kpi.Ratio:
		t.Bad("interval", "byar is the interval of a count over a known denominator: of a ratio, not of %s", m.Agg)
	case t.Has("quantile") && m.Agg != kpi.Median:
		t.Bad("quantile", "only a median can be another quantile, not %s", m.Agg)
	case m.MinEvents > 0 && m.Agg != kpi.Median:
		t.Bad("min_events", "only a median counts its events, not %s", m.Agg)
	}
}

// grain reads the name of a grain of this KPI; "" stays "".
func (f *folder) grain(t *tomldoc.Table, key, name string) kpi.Grain {
	g := kpi.Grain(name)
	if name == "" || slices.Contains(kpi.Grains(), g) {
		return g
	}
	var all []string
	for _, g := range kpi.Grains() {
		all = append(all, string(g))
	}
	t.Wrong(key, "there is no such grain", fmt.Sprintf("%q", name), strings.Join(all, ", "))
	return ""
}

// trailing reads { span = "12m", below = 8, grains = ["month"] }.
func (f *folder) trailing(t *tomldoc.Table) kpi.Trailing {
	var out kpi.Trailing
	if t == nil || len(t.Keys()) == 0 {
		return out
	}
	t.Need("span")
	span, err := kpi.ParseSpan(t.Text("span", "1d"))
	if err != nil {
		t.Wrong("span", "the trailing span is no span", fmt.Sprintf("%q", t.Text("span", "")), `"28d", "3m", "1y"`)
	}
	out.Span, out.Below = span, t.Int("below", 0, 0, 1_000_000)
	for _, name := range t.Texts("grains") {
		out.Grains = append(out.Grains, f.grain(t, "grains", name))
	}
	t.Done()
	return out
}

// warning reads { above = 10, below = 1, drops = 10, falls_yoy = 30, says = "…" }.
func warning(t *tomldoc.Table) *kpi.Warning {
	if t == nil || len(t.Keys()) == 0 {
		return nil
	}
	t.Need("says")
	w := &kpi.Warning{Above: t.Real("above"), Below: t.Real("below"), FallsYoY: t.Real("falls_yoy"), Drops: t.Real("drops"), Says: t.Text("says", "")}
	if w.Above == nil && w.Below == nil && w.FallsYoY == nil && w.Drops == nil {
		t.Bad("says", "a warning needs above, below or drops, in the unit that is shown, or falls_yoy in percent")
	}
	t.Done()
	return w
}
