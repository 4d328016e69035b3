package engine

import (
	"context"
	"fmt"
	"math"

	"github.com/kpid/kpid/kpi"
)

// total is what the units of one cell come to, before it has a state.
type total struct {
	num, den            float64
	units               int64 // not left out
	nonzero             int64 // of those, with num other than 0
	pending, excluded   int64
	value               *float64 // of mean, median and nps; the others divide num by den
	n                   int64
	ciLo, ciHi          *float64
	boundLo, boundHi    *float64 // of a median that open units can still move
	population, invited int64
	trailing            bool // the number of a longer window
	reason              string
	refused             string // why there may be no number at all
}

// required columns of a measure's SQL, and those that are used when present.
func required(agg kpi.Agg) []string {
	base := []string{"period", "scope", "unit"}
	switch agg {
	case kpi.Share, kpi.Ratio, kpi.Worst:
		return append(base, "num", "den")
	case kpi.Count, kpi.Sum, kpi.Distinct:
		return append(base, "num")
	}
	return append(base, "value")
}

// Computed lists the aggregates this engine knows.
func Computed() []kpi.Agg {
	return []kpi.Agg{kpi.Share, kpi.Ratio, kpi.Count, kpi.Sum, kpi.Distinct, kpi.Mean, kpi.Median, kpi.NPS, kpi.Worst}
}

// prepare asks the database for the columns of each measure, which also checks
// the SQL, and refuses what the aggregate cannot use.
func (e *Engine) prepare(ctx context.Context, d *kpi.Definition) error {
	if d.Warehouse != nil { // its database is asked when its source runs
		return nil
	}
	probe := e.probe(kpi.LocalForm())
	for _, m := range d.Measures {
		where := fmt.Sprintf("%s, measure %s", d.ID, m.ID)
		if !contains(Computed(), m.Agg) {
			return fmt.Errorf("%s: agg %q is not computed by this version; it computes %v", where, m.Agg, Computed())
		}
		query, args, err := e.bound(d, probe, m, "SELECT * FROM unit WHERE 1 = 0", 0)
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		columns, err := e.cfg.Store.Columns(ctx, query, args)
		if err != nil {
			return fmt.Errorf("%s: the SQL does not run: %w", where, err)
		}
		have := map[string]bool{}
		for _, c := range columns {
			have[c] = true
		}
		for _, c := range required(m.Agg) {
			if !have[own(have, c, m)] {
				return fmt.Errorf("%s: the SQL returns no column %q, which agg %q needs; it returns %v", where, c, m.Agg, columns)
			}
		}
		e.columns[d.ID+"/"+m.ID] = have
	}
	return nil
}

// probe supplies relations to SQL that is only looked at.
func (e *Engine) probe(form kpi.SQLForm) relations {
	return relations{
		form:    form,
		periods: []kpi.Period{e.cfg.Calendar.Containing(kpi.Week, 0)},
		members: []member{{0, "", "all"}},
		rates:   []rate{{"2026", "XXX", 1_000_000}},
	}
}

func contains[T comparable](in []T, v T) bool {
	for _, x := range in {
		if x == v {
			return true
		}
	}
	return false
}

func (e *Engine) bound(d *kpi.Definition, r relations, m kpi.Measure, tail string, asOf kpi.Millis) (string, []any, error) {
	values := map[string]any{"as_of": int64(asOf)}
	for k, v := range d.Values {
		values[k] = v
	}
	return bindAs(r.sqlForm(), r.unitQuery(e.cfg.Calendar, m.SQL, tail), values)
}

// gathered says whether the units have to come here one by one, because the
// database cannot work out the number or what goes with it.
func gathered(m kpi.Measure, have map[string]bool) bool {
	switch m.Agg {
	case kpi.Share, kpi.Count, kpi.Sum, kpi.Distinct:
		return have["currency"] || have["balance"] || have["invited"]
	}
	return true
}

// column gives a column, or what stands for it when the SQL has none.
func column(have map[string]bool, name, otherwise string) string {
	if have[name] {
		return name
	}
	return otherwise
}

func finite(values ...float64) error {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("the sum is not a finite number")
		}
	}
	return nil
}

// rates of every currency for every period, fixed when its comparison opens.
func (e *Engine) rates(d *kpi.Definition, m kpi.Measure, periods []kpi.Period) []rate {
	var out []rate
	for _, p := range periods {
		for _, c := range e.cfg.Currencies {
			if ppm, ok := e.cfg.Rate(c, e.opens(d, m, p)); ok {
				out = append(out, rate{p.ID, c, ppm})
			}
		}
	}
	if len(out) == 0 { // a VALUES list may not be empty
		out = []rate{{"", "", 1_000_000}}
	}
	return out
}

// opens is when the comparison of a period opens, for the rate of exchange.
func (e *Engine) opens(d *kpi.Definition, m kpi.Measure, p kpi.Period) kpi.Millis {
	if fxAt(d, m) == "year_ago" {
		return e.cfg.Calendar.Sub(p.Ends, kpi.Span{N: 12, Unit: 'm'})
	}
	return p.Starts
}

// fxAt is "year_ago", or "" for the start.
func fxAt(d *kpi.Definition, m kpi.Measure) string {
	if m.FxAt == "year_ago" || m.FxAt == "" && d.FxAt == "year_ago" {
		return "year_ago"
	}
	return ""
}
