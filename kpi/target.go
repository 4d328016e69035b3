package kpi

// Target is one [[target]] table: what was promised for one KPI, measure and
// segment over a span of time, and how it is to be judged.
type Target struct {
	KPI        string
	Measure    string // "" is the primary measure
	Portfolio  string // scope; "" means every node with a scorecard
	Product    string
	Segment    string // "all" when nothing was said
	Text       string // the expression as written
	Expr       *Expr
	Owner      string
	Weight     float64
	Guardrails []string
	Veto       bool
	Relative   bool
	Strict     bool
	Warn       *float64 // distance from the floor in display units; level only
	Ceiling    *float64
	MinN       *int
	Smooth     *int
	Baseline   *BaselineSpec
	When       []When
	Since      Date // in force from this local day; zero: always
	Until      Date // to this day, not included; zero: open
	By         string
	Reason     string
	Note       string
	Hash       string // of everything that changes the verdict
}

// BaselineSpec overrides how the baseline is taken.
type BaselineSpec struct {
	Method  string // pooled, value, same_period_last_year
	Periods int
	Value   *float64 // display units
}

// When swaps the expression by the size of the baseline: the first match wins.
type When struct {
	BaselineGTE *float64
	BaselineLT  *float64
	Text        string
	Expr        *Expr
}
