// Package scorecard turns verdicts into the page a director opens: rows in
// order, counts, a headline and what changed. Pages, API, metrics and the
// command line all show what Build returns, so none of them can disagree.
// It is pure, like package kpi.
package scorecard

import "github.com/kpid/kpid/kpi"

// Scorecard is the answer of GET /api/v1/scorecard. What does not apply is
// null; it is never absent and never 0.
type Scorecard struct {
	Portfolio   PortfolioRef `json:"portfolio"`
	Week        string       `json:"week"`
	WeekStarts  kpi.Millis   `json:"-"`
	WeekEnds    kpi.Millis   `json:"-"`
	Segment     string       `json:"segment"`
	Product     *string      `json:"product"`
	AsOf        string       `json:"as_of"`
	KnownAt     *string      `json:"known_at"`
	DataVersion string       `json:"data_version"`
	Sample      bool         `json:"sample"`
	Headline    string       `json:"headline"`
	Second      string       `json:"second"` // the line under the headline
	Counts      Counts       `json:"counts"`
	Health      *Health      `json:"health"`
	Changed     []Change     `json:"changed"`
	Trust       Trust        `json:"trust"`
	KPIs        []Row        `json:"kpis"`
}

// PortfolioRef names a node.
type PortfolioRef struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Owner string `json:"owner"`
}

// Counts of displayed statuses.
type Counts struct {
	OffTrack      int `json:"off_track"`
	AtRisk        int `json:"at_risk"`
	OnTrack       int `json:"on_track"`
	Exceeding     int `json:"exceeding"`
	Maturing      int `json:"maturing"`
	NotEnoughData int `json:"not_enough_data"`
	NoData        int `json:"no_data"`
	Judged        int `json:"judged"`
	OnTarget      int `json:"on_target"`
	// Was holds the same counts of the week before; nil when there is none.
	Was *Counts `json:"was,omitempty"`
}

// Of gives the count of one status.
func (c Counts) Of(s kpi.Status) int {
	switch s {
	case kpi.OffTrack:
		return c.OffTrack
	case kpi.AtRisk:
		return c.AtRisk
	case kpi.OnTrack:
		return c.OnTrack
	case kpi.Exceeding:
		return c.Exceeding
	case kpi.MaturingNow:
		return c.Maturing
	case kpi.NotEnoughData:
		return c.NotEnoughData
	}
	return c.NoData
}

// Health of the portfolio (kpi-definitions part 6); nil without a single target.
type Health struct {
	Status     kpi.Status  `json:"status"`
	Rule       int         `json:"rule"`
	Coverage   float64     `json:"coverage"`
	Index      *float64    `json:"index"`
	Dimensions []Dimension `json:"dimensions"`
	Caps       []string    `json:"caps"`      // KPIs held down by a guardrail
	Uncertain  []string    `json:"uncertain"` // KPIs whose interval includes a line that bounds their status
}

// Dimension is one row of the health table.
type Dimension struct {
	Type     string     `json:"type"`
	Status   kpi.Status `json:"status"`
	Index    *float64   `json:"index"`
	Coverage float64    `json:"coverage"`
}

// Change is one line of What changed.
type Change struct {
	KPI      string      `json:"kpi"`
	Name     string      `json:"name"`
	From     *kpi.Status `json:"from"`
	To       kpi.Status  `json:"to"`
	Kind     string      `json:"kind"` // status, signal, restated, pending
	Tag      string      `json:"tag"`  // Signal, Routine, Data
	Sentence string      `json:"sentence"`
}

// Trust answers "can I trust it today?".
type Trust struct {
	Through   *string  `json:"through"` // RFC 3339: the oldest complete_through of the sources on time
	Late      []Late   `json:"late"`
	Sources   int      `json:"sources"`
	Restated  []string `json:"restated"`   // KPI names with a restated period among those judged
	NoVerdict []string `json:"no_verdict"` // "Feature adoption: maturing"
	Rejected  int      `json:"rejected"`   // rejected records still unresolved
}

// Late source.
type Late struct {
	Source string   `json:"source"`
	State  string   `json:"state"` // late or stale
	Behind string   `json:"behind"`
	KPIs   []string `json:"kpis"`
}

// Row is one KPI of the scorecard.
type Row struct {
	ID         string          `json:"id"`
	Measure    string          `json:"measure"`
	Name       string          `json:"name"`
	Types      []string        `json:"types"`
	Owner      string          `json:"owner"`
	OwnerName  string          `json:"-"`
	Unit       string          `json:"unit"`
	Digits     int             `json:"-"`
	Direction  string          `json:"direction"` // up or down
	Guards     []string        `json:"-"`         // KPIs this one guards
	Leads      []Lead          `json:"leads"`     // of Output: what it is meant to lead, and how that stands
	Cadence    kpi.Grain       `json:"cadence"`
	Period     *string         `json:"period"`
	Pooled     []string        `json:"pooled"`
	State      *string         `json:"state"`
	Restated   bool            `json:"restated"`
	Value      *float64        `json:"value"`
	Num        *float64        `json:"num"`
	Den        *float64        `json:"den"`
	N          *int64          `json:"n"`
	CI         *kpi.Interval   `json:"ci"`
	Bounds     *kpi.Interval   `json:"bounds"`
	Status     kpi.Status      `json:"status"`
	Published  kpi.Status      `json:"published"`
	Raw        kpi.Status      `json:"raw_status"`
	Pending    *kpi.Status     `json:"pending"`
	Uncertain  bool            `json:"uncertain"`
	Caps       []string        `json:"caps"`
	Reason     *string         `json:"reason"`
	Target     *TargetRef      `json:"target"`
	Change     *Delta          `json:"change"`
	Process    *Process        `json:"process"`  // null while nothing was observed
	Forecast   *Forecast       `json:"forecast"` // null where nothing can be projected
	Latest     *Latest         `json:"latest"`
	Freshness  Freshness       `json:"freshness"`
	DQ         DQ              `json:"dq"`
	Definition DefinitionRef   `json:"definition"`
	Run        *int64          `json:"run"`
	Sentence   string          `json:"sentence"`
	Links      Links           `json:"links"`
	MadeOf     []Observed      `json:"-"` // the observations behind the number
	Trend      []Point         `json:"-"` // judged grain, oldest first, up to 26 weeks / 13 months / 8 quarters
	Verdict    *kpi.Verdict    `json:"-"`
	Notice     string          `json:"-"`
	Def        *kpi.Definition `json:"-"`
	// Money says that Num and Den are minor units of a currency; nil: they are not.
	Money *Money `json:"-"`
}

// Observed is an observation that a number rests on.
type Observed struct {
	Measure  string `json:"measure"`
	Period   string `json:"period"`
	Revision int    `json:"revision"`
}

// Money is a currency with its number of minor digits.
type Money struct {
	Currency string // ISO 4217
	Digits   int
}

// Lead is an Outcome that an Output KPI is meant to lead.
type Lead struct {
	KPI    string     `json:"kpi"`
	Name   string     `json:"name"`
	Status kpi.Status `json:"status"`
}

// TargetRef is the target as it stands now, in display units.
type TargetRef struct {
	Expr         string        `json:"expr"`
	Short        string        `json:"-"` // "+3–10 pts, 2 quarters"
	FloorNow     *float64      `json:"floor_now"`
	StretchNow   *float64      `json:"stretch_now"`
	WarnNow      *float64      `json:"warn_now"`
	FloorFinal   *float64      `json:"floor_final"`
	StretchFinal *float64      `json:"stretch_final"`
	Baseline     *kpi.Baseline `json:"baseline"`
	Pace         *float64      `json:"pace"`
	Attainment   *float64      `json:"attainment"`
	Strict       bool          `json:"-"`
	Paced        bool          `json:"-"` // floor_now moves with time
}

// Delta is the change of the latest single period against the one before.
type Delta struct {
	Against string  `json:"against"`
	Abs     float64 `json:"abs"`
	Unit    string  `json:"unit"` // pts, %, or the unit
	Shown   string  `json:"-"`    // "−0.9 pts"
	Tag     string  `json:"-"`    // WoW, MoM, QoQ
	Signal  *Signal `json:"signal"`
}

// Signal is a process rule that fired (kpi-definitions part 4).
type Signal struct {
	Rule       int  `json:"rule"`
	Favourable bool `json:"favourable"`
}

// Latest is the newest ended period, judged or not.
type Latest struct {
	Period  string        `json:"period"`
	State   kpi.State     `json:"state"`
	Value   *float64      `json:"value"`
	Bounds  *kpi.Interval `json:"bounds"`
	Certain *kpi.Status   `json:"certain"` // what it will be whatever is still to come; null: that is open
}

// Freshness of the sources that feed a KPI.
type Freshness struct {
	State           string   `json:"state"` // on_time, late, stale, never
	CompleteThrough *string  `json:"complete_through"`
	Sources         []string `json:"sources"`
	Behind          []string `json:"-"` // those that are not on time
	Shown           string   `json:"-"` // "Aug final", "W36 final", "2 d late"
}

// DQ is data quality: what was left out of the judged periods.
type DQ struct {
	Excluded      int64    `json:"excluded"`
	ExcludedShare *float64 `json:"excluded_share"`
	Warning       bool     `json:"warning"`
	Says          []string `json:"says"` // contradictions and doubts, in words
}

// DefinitionRef pins the definition.
type DefinitionRef struct {
	Version int    `json:"version"`
	Hash    string `json:"hash"`
}

// Links of a row.
type Links struct {
	Page string `json:"page"`
	Why  string `json:"why"`
}

// Point of a trend; Value nil is a gap.
type Point struct {
	Period   string
	Starts   kpi.Millis
	Ends     kpi.Millis
	Value    *float64 // display units
	Num      *float64
	Den      *float64
	N        *int64
	State    kpi.State
	CI       *kpi.Interval
	Bounds   *kpi.Interval
	Break    *Break   // a version of the definition began in this period
	Holidays []string // that lie in it: they explain a low week
	// The target as it stood for the period, display units; nil without one.
	Floor   *float64
	Stretch *float64
}
