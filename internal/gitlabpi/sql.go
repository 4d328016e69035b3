package gitlabpi

import (
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// sql reads rows of metric_point. One belongs to the period it starts in, unless
// it is longer than that by more than a day, which is for clocks that move.
func (k KPI) sql() string {
	columns, excluded := "x.num AS num", ""
	switch {
	case k.shape.agg == kpi.Share || k.shape.unit == "%":
		columns, excluded = "x.num AS num, x.den AS den", "CASE WHEN x.den IS NULL THEN 'no_denominator' END AS excluded"
	case k.shape.agg == kpi.Ratio:
		columns = "x.num AS num, COALESCE(x.den, 1) AS den"
	case k.shape.stock:
		excluded = `CASE WHEN EXISTS (SELECT 1 FROM metric_point y
                         WHERE y.name = x.name AND y.product_id = x.product_id AND y.segment = x.segment
                           AND y.starts_at > x.starts_at AND y.starts_at < p.ends AND y.ends_at <= :as_of
                           AND y.ends_at - y.starts_at <= p.ends - p.starts + 86400000) THEN 'not_the_latest' END AS excluded`
	}
	if excluded == "" {
		excluded = "CAST(NULL AS TEXT) AS excluded"
	}
	return fmt.Sprintf(`-- Rows that carry the indicator's name, counted where they come from. One belongs
-- to the period it starts in, unless it is longer: a quarter's number is no month's.
SELECT p.id AS period, m.scope AS scope, x.source || '/' || x.id AS unit,
       %s, 0 AS pending,
       %s,
       x.starts_at AS at, x.source || '/' || x.id AS ref
FROM period p
JOIN metric_point x ON x.name = :metric AND x.starts_at >= p.starts AND x.starts_at < p.ends
     AND x.ends_at <= :as_of AND x.ends_at - x.starts_at <= p.ends - p.starts + 86400000
JOIN member m ON m.product = x.product_id AND m.segment = x.segment
`, columns, excluded)
}
