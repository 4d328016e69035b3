package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
)

// TestOwnLimits: SQL of a user's KPI that never ends, or gives too much, is
// stopped and named; the KPIs beside it are computed.
func TestOwnLimits(t *testing.T) {
	endless := definition(kpi.Ratio, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i > 0)
SELECT p.id AS period, 1 AS scope, 'u' AS unit, CAST(COUNT(*) AS DOUBLE PRECISION) AS num, 1 AS den FROM period p, n GROUP BY p.id`)
	endless.ID, endless.Own = "endless", true
	large := definition(kpi.Ratio, pointSQL)
	large.ID, large.Own = "large", true
	builtin := definition(kpi.Ratio, pointSQL)
	l := newLab(t, Config{Definitions: []*kpi.Definition{endless, large, builtin}, OwnLimits: Limits{Time: 200 * time.Millisecond, Rows: 2}})
	l.load(day(9, 1), l.point("1", "plain", "flows", day(7, 5), 1.0, 1.0), l.point("2", "plain", "flows", day(7, 6), 1.0, 1.0), l.point("3", "plain", "flows", day(7, 7), 1.0, 1.0))
	res, err := l.engine.Evaluate(t.Context(), day(9, 1))
	if err == nil || len(res.Failed) != 2 {
		t.Fatalf("failed %v: %v", res.Failed, err)
	}
	for _, want := range []string{"endless: measure m: its SQL took longer than 200ms", "large: measure m: its SQL gives more than 2 rows"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	if o, ok := l.at("all", "", "2026-07"); !ok || *o.Num != 3 {
		t.Errorf("the KPI beside them: %+v", o)
	}
}
