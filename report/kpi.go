package report

import (
	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
)

// KPI is a row of the scorecard of a quarter.
type KPI struct {
	ID        string    `json:"id"`
	Measure   string    `json:"measure"`
	Name      string    `json:"name"`
	Short     string    `json:"short"` // where there is little room
	Group     string    `json:"group"` // the type it stands under
	Owner     string    `json:"owner"` // name
	Unit      string    `json:"unit"`
	Digits    int       `json:"digits"`
	Segment   string    `json:"segment"`   // that is judged; all
	Direction string    `json:"direction"` // up or down is better
	Now       Standing  `json:"now"`
	First     Standing  `json:"first"`
	Before    *Standing `json:"before"`   // nil: not among the KPIs then
	YearAgo   *Standing `json:"year_ago"` // nil: not among the KPIs then
	URL       string    `json:"url"`      // of its page, within kpid
}

// Standing is how a KPI stood at the end of a quarter: the latest final period that
// ended in it. What does not apply is null, never 0.
type Standing struct {
	Status   kpi.Status    `json:"status"`
	Value    *float64      `json:"value"` // display units
	Shown    string        `json:"shown"` // with its unit, as rounded on the page
	Num      *float64      `json:"num"`
	Den      *float64      `json:"den"`
	N        *int64        `json:"n"`
	CI       *kpi.Interval `json:"ci"`
	Period   string        `json:"period"` // of the number; "" without one
	Pooled   []string      `json:"pooled"`
	State    string        `json:"state"`
	Made     []Observed    `json:"made_of"`   // the observations behind the number, oldest first
	OnBefore string        `json:"on_before"` // change on the quarter before, "" unknown
	OnAgo    string        `json:"on_ago"`
	Target   *Target       `json:"target"`
	Sentence string        `json:"sentence"`
	Caps     []string      `json:"caps"` // guardrails that hold the status down
	Version  int           `json:"definition_version"`
	Hash     string        `json:"definition_hash"`
	Strip    draw.Strip    `json:"strip"` // where the value stands against the target
}

// Observed is an observation that a number rests on.
type Observed struct {
	Measure  string `json:"measure"`
	Period   string `json:"period"`
	Revision int    `json:"revision"`
}

// Target in force at the end of the quarter.
type Target struct {
	Expr       string    `json:"expr"`
	Short      string    `json:"short"`
	Full       string    `json:"full"`
	Floor      *float64  `json:"floor"`
	FloorShown string    `json:"floor_shown"`
	Stretch    *float64  `json:"stretch"`
	Warn       *float64  `json:"warn"`
	OnTarget   string    `json:"on_target"` // distance of the value from the floor, "" unknown
	Attainment *float64  `json:"attainment"`
	Paced      bool      `json:"paced"` // the floor moves with time
	Baseline   *Baseline `json:"baseline"`
}

// Baseline that a target counts from.
type Baseline struct {
	Value   float64   `json:"value"`
	Shown   string    `json:"shown"`
	Periods [2]string `json:"periods"`
}

// Chart of a KPI that decides the quarter.
type Chart struct {
	KPI     string       `json:"kpi"`
	Name    string       `json:"name"`
	Unit    string       `json:"unit"`
	Status  kpi.Status   `json:"status"`
	Finding string       `json:"finding"`
	Drawing draw.Drawing `json:"drawing"`
	Boxes   []Box        `json:"boxes"`
}

// Box is a labelled number.
type Box struct {
	Label string `json:"label"`
	Value string `json:"value"`
}
