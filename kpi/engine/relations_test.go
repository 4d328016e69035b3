package engine

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store/storetest"
)

// TestRelations reads the supplied relations back from the database.
func TestRelations(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	calendar := kpi.Calendar{Zone: berlin, WeekStarts: time.Monday, FiscalStart: time.January}
	s := storetest.Open(t, calendar, func() kpi.Millis { return 0 })
	month, err := calendar.Period("2026-03")
	if err != nil {
		t.Fatal(err)
	}
	r := relations{
		periods: []kpi.Period{month, calendar.Next(month)},
		members: []member{{1, "it's", "all"}, {2, "@company", `plan="x"`}},
		rates:   []rate{{"2026-03", "EUR", 1_085_000}, {"2026-04", "EUR", 1_090_000}},
	}
	read := func(r relations, tail string) []string {
		return storetest.Select(t, s, r.unitQuery(calendar, "SELECT 1 AS one /* period_day is supplied to SQL that names it */", tail))
	}
	for tail, want := range map[string][]string{
		// midnight in Berlin is 23:00 UTC in winter and 22:00 in summer
		"SELECT * FROM period ORDER BY id": {
			"2026-03|1772319600000|1774994400000|1743458400000",
			"2026-04|1774994400000|1777586400000|1746050400000"},
		"SELECT * FROM member ORDER BY scope":                  {"1|it's|all", `2|@company|plan="x"`},
		"SELECT period, currency, ppm FROM fx ORDER BY period": {"2026-03|EUR|1085000", "2026-04|EUR|1090000"},
		"SELECT one FROM unit":                                 {"1"},
		"SELECT period, MIN(day), MAX(day), COUNT(*) FROM period_day GROUP BY period ORDER BY period": {"2026-03|20513|20543|31", "2026-04|20544|20573|30"},
		// Berlin's clocks went forward on 29 March: that day has 23 hours
		"SELECT day, starts FROM period_day WHERE day BETWEEN 20540 AND 20542 ORDER BY day": {"20540|1774652400000", "20541|1774738800000", "20542|1774821600000"},
	} {
		if diff := cmp.Diff(want, read(r, tail)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tail, diff)
		}
	}
	const many = 20_000
	r.members = nil
	for i := range int64(many) {
		r.members = append(r.members, member{i, fmt.Sprintf("product-%d", i%977), "all"})
	}
	got := read(r, "SELECT COUNT(*), COUNT(DISTINCT product), CAST(SUM(scope) AS BIGINT) FROM member")
	if want := fmt.Sprintf("%d|977|%d", many, many*(many-1)/2); got[0] != want {
		t.Errorf("%d members read as %s, want %s", many, got[0], want)
	}
}

// TestPrepareRefuses names what a definition lacks.
func TestPrepareRefuses(t *testing.T) {
	s := storetest.Open(t, storetest.Calendar(), func() kpi.Millis { return 0 })
	for name, tt := range map[string]struct {
		agg       kpi.Agg
		sql, want string
	}{
		"missing column":    {kpi.Share, "SELECT p.id AS period, 1 AS scope, 'u' AS unit, 1 AS num FROM period p", `k, measure m: the SQL returns no column "den", which agg "share" needs`},
		"unknown table":     {kpi.Count, "SELECT * FROM nowhere", "k, measure m: the SQL does not run"},
		"unknown parameter": {kpi.Count, "SELECT :nothing AS period", "k, measure m: parameter :nothing has no value"},
		"later aggregate":   {kpi.Composite, "SELECT 1", `agg "composite" is not computed by this version`},
	} {
		_, err := New(t.Context(), Config{Store: s, Definitions: []*kpi.Definition{definition(tt.agg, tt.sql)}, Tree: tree(), Calendar: storetest.Calendar()})
		if err == nil || !contained(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %s", name, err, tt.want)
		}
	}
}
