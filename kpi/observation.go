package kpi

// Scope is what a number is about: a node of the portfolio tree, one product of
// it ("" means all), and a segment ("all", "plan=team", or a named one).
type Scope struct {
	ID        int64  `db:"id" json:"id"`
	Portfolio string `db:"portfolio" json:"portfolio"`
	Product   string `db:"product" json:"product"`
	Segment   string `db:"segment" json:"segment"`
}

// State says how settled the number of a period is.
type State string

// Period states. Restated is a flag beside Final, not a state of its own.
const (
	Open        State = "open"
	Provisional State = "provisional"
	Maturing    State = "maturing"
	Final       State = "final"
)

// Observation is one number with its story: what was divided by what, over how
// many units, how sure, how settled, by which definition, in which run.
// A nil pointer is "there is none"; it is never zero. Value, CI and bounds are
// in stored units: a fraction for %, milliseconds for durations.
type Observation struct {
	KPI            string   `db:"kpi"`
	Measure        string   `db:"measure"`
	Scope          int64    `db:"scope_id"`
	Period         string   `db:"period"`
	Starts         Millis   `db:"starts"`
	Ends           Millis   `db:"ends"`
	Revision       int      `db:"revision"`
	Num            *float64 `db:"num"`
	Den            *float64 `db:"den"`
	Value          *float64 `db:"value"`
	N              *int64   `db:"n"`
	CILo           *float64 `db:"ci_lo"`
	CIHi           *float64 `db:"ci_hi"`
	BoundLo        *float64 `db:"bound_lo"`
	BoundHi        *float64 `db:"bound_hi"`
	Pending        int64    `db:"pending"`
	Excluded       int64    `db:"excluded"`
	State          State    `db:"state"`
	Restated       bool     `db:"restated"`
	Reason         *string  `db:"reason"`   // why there is no value or no verdict: concentrated, response, error
	Trailing       *string  `db:"lookback"` // the number is that of this span up to the period's end: 12m
	AsOf           Millis   `db:"as_of"`
	DefinitionHash string   `db:"definition_hash"`
	Run            int64    `db:"run"`
	Cause          *string  `db:"cause"` // why this revision differs: late rows, corrected rows, definition
	RecordedAt     Millis   `db:"recorded_at"`
}

// Cell is one number to be computed: a KPI, in a scope, for a period. All
// measures of the KPI are computed together.
type Cell struct {
	KPI    string `db:"kpi"`
	Scope  int64  `db:"scope_id"`
	Period string `db:"period"`
}

// Touch is a cell of the work list with the number of records that reached it
// since it was last computed.
type Touch struct {
	Cell
	Late      int `db:"late"`      // rows that arrived
	Corrected int `db:"corrected"` // rows that changed
}

// SegmentRule is a named segment: every attribute must have one of its values.
type SegmentRule struct {
	ID    string
	Where map[string][]string
}
