package engine

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// TestMeasuresOfOneText: measures that share a SQL text are read in one query,
// each by its own column; where that is null the row is no unit of it.
func TestMeasuresOfOneText(t *testing.T) {
	own := strings.Replace(pointSQL, "x.num AS num, x.den AS den,", `x.num AS num_part, x.den AS den,
       CASE WHEN x.name = 'plain' THEN x.den END AS num_more, CASE WHEN x.name = 'plain' THEN 2 ELSE 1 END AS den_more,`, 1)
	for _, tt := range []struct {
		name string
		sql  string
	}{
		{"added up by the database", own},
		{"unit by unit", strings.Replace(own, "x.den AS den,", "x.den AS den, 'USD' AS currency,", 1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := definition(kpi.Share, tt.sql)
			part := d.Measures[0]
			part.ID = "part"
			more, sum := part, part
			more.ID, sum.ID, sum.Agg = "more", "part_sum", kpi.Sum
			sum.SQL = pointSQL
			d.Measures = []kpi.Measure{part, more, sum}
			l := newLab(t, Config{Definitions: []*kpi.Definition{d}, Rate: func(string, kpi.Millis) (int64, bool) { return 2_000_000, true }})
			l.queries = 0
			l.load(day(9, 1), l.point("a", "plain", "flows", day(7, 1), 1.0, 4.0), l.point("b", "plain", "flows", day(7, 2), 2.0, 4.0),
				l.point("c", "other", "flows", day(7, 3), 3.0, 4.0), l.point("d", "excluded", "flows", day(7, 4), 9.0, 9.0))
			l.evaluate(day(9, 1))
			if l.queries != 2 {
				t.Errorf("%d queries for two texts, want 2", l.queries)
			}
			scale := 1.0
			if tt.name == "unit by unit" {
				scale = 2 // every amount is converted, and once
			}
			for _, scope := range []struct{ node, product string }{{"all", ""}, {"all", "flows"}, {"core", "flows"}} {
				s, _ := l.engine.Scope("k", scope.node, scope.product, "all")
				obs, err := l.Observations(t.Context(), "k", s.ID, []string{"2026-07"})
				if err != nil {
					t.Fatal(err)
				}
				got := map[string]kpi.Observation{}
				for _, o := range obs {
					got[o.Measure] = o
				}
				near(t, "part", got["part"].Num, 6*scale)
				near(t, "of", got["part"].Den, 12*scale)
				near(t, "more", got["more"].Num, 8*scale)
				near(t, "of", got["more"].Den, 4*scale)
				near(t, "sum", got["part_sum"].Value, 6.0)
				if got["part"].Excluded != 1 || got["more"].Excluded != 0 {
					t.Errorf("left out: %d of part, %d of more; want 1 and 0", got["part"].Excluded, got["more"].Excluded)
				}
			}
			s, _ := l.engine.Scope("k", "core", "flows", "all")
			p, _ := l.engine.cfg.Calendar.Period("2026-07")
			units, err := l.engine.Units(t.Context(), d, more, s, p, false, day(9, 1))
			if err != nil || len(units) != 2 || *units[0].Num != 4*scale || *units[1].Den != 2*scale {
				t.Errorf("units of more: %+v, %v; want two", units, err)
			}
		})
	}
}
