package catalog

import (
	"fmt"
	"slices"

	"github.com/kpid/kpid/kpi"
)

// away reads whether the KPI is computed in a company's own database.
func (f *folder) away() bool {
	t := f.toml
	if t.OneOf("at", "store", "store", "warehouse") != "warehouse" {
		for _, key := range []string{"reread", "history"} {
			if t.Has(key) {
				t.Bad(key, "%s is for a KPI with at = \"warehouse\"; records that are stored say themselves what they reach", key)
			}
		}
		return false
	}
	f.def.Warehouse = &kpi.Warehouse{Reread: f.spanOf("reread", "35d"), History: f.spanOf("history", "730d")}
	for _, key := range []string{"facts", "touch", "fx_at"} {
		if t.Has(key) {
			t.Bad(key, "%s is for a KPI that reads stored facts; this one is computed in the warehouse", key)
		}
	}
	return true
}

func (f *folder) spanOf(key, otherwise string) kpi.Span {
	s := f.toml.Text(key, otherwise)
	span, err := kpi.ParseSpan(s)
	if err != nil || span.N <= 0 {
		f.toml.Wrong(key, key+" is no span", fmt.Sprintf("%q", s), `"35d", "12w", "24m"`)
	}
	return span
}

// sums refuses what a warehouse cannot add up: only numerators and denominators come home.
func (f *folder) sums() {
	if f.def.Warehouse == nil {
		return
	}
	at := f.toml.Place("measure")
	for _, m := range f.def.Measures {
		if !slices.Contains([]kpi.Agg{kpi.Share, kpi.Count, kpi.Sum, kpi.Distinct}, m.Agg) {
			f.bad("kpi.toml", at.Line, at.Column, "the measure %q has agg %q, which needs every unit; a warehouse gives sums only: share, count, sum, distinct", m.ID, m.Agg)
		}
		if m.Trailing.Span.N > 0 {
			f.bad("kpi.toml", at.Line, at.Column, "the measure %q has trailing, which a KPI in the warehouse has not; write the longer window into its SQL", m.ID)
		}
	}
}
