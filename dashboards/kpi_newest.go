package dashboards

import (
	"github.com/kpid/kpid/kpi/scorecard"
)

// newestShown is how many of the newest units stand on the KPI page.
const newestShown = 6

// newestView is the newest units of a number.
type newestView struct {
	Segment string // head of the column; "" when no unit has one
	All     string // "All 1,284 records"
	Adds    string // head of the numbers: what a record adds, in which unit
	Rows    []newestRow
	None    string
}

type newestRow struct {
	Unit, Segment, When, Number, Counts, Ref string
	Out                                      bool
}

func (s *server) newNewest(row scorecard.Row, n *scorecard.Newest, by string) newestView {
	m := measureOf(row)
	v := newestView{All: "Every row behind it", None: n.Says, Adds: "Adds"}
	if row.Money != nil { // each in the currency it is paid in, which a total is not
		v.Adds += ", minor units"
	}
	if n.Says != "" {
		v.All += ", as it is now"
	}
	if n.All > 0 {
		v.All = "All " + plural(n.All, "record", "records")
		if len(row.Pooled) > 1 {
			v.All += " of " + periodLong(*row.Period)
		}
	}
	if len(n.Rows) == 0 && v.None == "" {
		v.None = "No record in this period."
	}
	for _, u := range n.Rows {
		r := newestRow{Unit: u.Unit, Segment: u.Segment, When: unknown, Number: added(m, u.UnitRow), Counts: u.Why(), Ref: deref(u.Ref), Out: !u.Counts}
		if u.When != nil {
			r.When = s.dayOf(*u.When)
		}
		if r.Ref == "" {
			r.Ref = unknown
		}
		if r.Segment == "" {
			r.Segment = unknown
		} else {
			v.Segment = dimensionTitle(by)
		}
		v.Rows = append(v.Rows, r)
	}
	return v
}
