package catalog

import (
	"fmt"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

func aggs() []string {
	return []string{string(kpi.Share), string(kpi.Ratio), string(kpi.Count), string(kpi.Sum), string(kpi.Distinct),
		string(kpi.Median), string(kpi.Mean), string(kpi.NPS), string(kpi.Worst), string(kpi.Composite)}
}

func (f *folder) measures() {
	tables := f.toml.Subs("measure")
	seen := map[string]bool{}
	for _, t := range tables {
		m := f.measure(t)
		if seen[m.ID] {
			t.Bad("id", "the measure %q is there twice", m.ID)
			continue
		}
		seen[m.ID] = true
		f.def.Measures = append(f.def.Measures, m)
	}
	if f.toml.Has("measure") && len(tables) == 0 {
		f.toml.Bad("measure", "a KPI needs at least one measure")
	}
}

func (f *folder) measure(t *tomldoc.Table) kpi.Measure {
	t.Need("id", "agg", "direction")
	m := kpi.Measure{
		ID:          t.Text("id", ""),
		Agg:         kpi.Agg(t.OneOf("agg", "", aggs()...)),
		Unit:        t.Text("unit", ""),
		Direction:   kpi.Up,
		Digits:      t.Int("digits", 0, 0, 6),
		MinN:        t.Int("min_n", 0, 0, 1_000_000),
		Additive:    t.Bool("additive", false),
		Unbounded:   t.Bool("unbounded", false),
		Scale:       positive(t, "scale", 1),
		MaxShare:    fraction(t, "max_share"),
		MinResponse: fraction(t, "min_response"),
		MinEvents:   t.Int("min_events", 0, 0, 1_000_000),
		SureN:       t.Int("sure_n", 0, 0, 1_000_000),
		Complement:  t.Bool("complement", false),
		Interval:    t.OneOf("interval", "", "none", "byar"),
		FxAt:        t.OneOf("fx_at", "", "starts", "year_ago"),
		Quantile:    0.5,
		NoZero:      !t.Bool("zero", true),
	}
	if q := fraction(t, "quantile"); q > 0 {
		m.Quantile = q
	}
	if t.OneOf("direction", "up", "up", "down") == "down" {
		m.Direction = kpi.Down
	}
	f.finer(t, &m)
	t.Done()
	if t.Has("id") && !validID(m.ID) {
		t.Wrong("id", "the measure's id is not well formed", fmt.Sprintf("%q", m.ID), "a to z, 0 to 9, _ and -")
	}
	checkUnit(t, m)
	return m
}

// checkUnit holds the unit against the aggregate: each unit fixes how a value
// is stored, so a wrong pair would show a wrong number, not a wrong label.
func checkUnit(t *tomldoc.Table, m kpi.Measure) {
	switch m.Unit {
	case "", "/5":
	case "%":
		if m.Agg != kpi.Share && m.Agg != kpi.Ratio && m.Agg != kpi.Worst && m.Agg != "" {
			t.Bad("unit", "%% is the unit of a share, a ratio or a worst unit, not of %s", m.Agg)
		}
	case "pts":
		if m.Agg != kpi.NPS && m.Agg != "" {
			t.Bad("unit", "pts is the unit of nps, not of %s; a rate is written in %%", m.Agg)
		}
	case "days", "hours":
		if m.Agg != kpi.Median && m.Agg != kpi.Mean && m.Agg != kpi.Ratio && m.Agg != "" {
			t.Bad("unit", "%s is the unit of a median, a mean or a ratio, not of %s", m.Unit, m.Agg)
		}
	default:
		if !word(m.Unit) {
			t.Wrong("unit", "the unit is not well formed", fmt.Sprintf("%q", m.Unit), "%, pts, days, hours, /5, or a word of a to z and _")
		}
	}
	switch {
	case m.Agg == kpi.Share && m.Unit != "%":
		t.Wrong("unit", "a share is shown in %", fmt.Sprintf("%q", m.Unit), `"%"`)
	case m.Agg == kpi.NPS && m.Unit != "pts":
		t.Wrong("unit", "nps is shown in points", fmt.Sprintf("%q", m.Unit), `"pts"`)
	case m.Unbounded && m.Unit != "%":
		t.Bad("unbounded", "unbounded says that a %% may pass 100; the unit here is %q", m.Unit)
	}
}

func word(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 32
}

func positive(t *tomldoc.Table, key string, fallback float64) float64 {
	v := t.Real(key)
	if v == nil {
		return fallback
	}
	if *v <= 0 {
		t.Wrong(key, key+" is out of range", fmt.Sprint(*v), "a number above 0")
		return fallback
	}
	return *v
}

func fraction(t *tomldoc.Table, key string) float64 {
	v := t.Real(key)
	if v == nil {
		return 0
	}
	if *v <= 0 || *v > 1 {
		t.Wrong(key, key+" is out of range", fmt.Sprint(*v), "above 0, up to 1")
		return 0
	}
	return *v
}
