package report

import (
	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
)

// Bets that were due in the quarter.
type Bets struct {
	Said  string    `json:"said"` // "" when none was due
	Rows  []Bet     `json:"rows"`
	Worth []string  `json:"worth"` // a line for each currency: what they were to be worth, and were
	Areas []BetArea `json:"areas"`
}

// Bet is an initiative with the lift it promised and the one that was seen.
type Bet struct {
	Key      string       `json:"key"` // source/id
	Name     string       `json:"name"`
	About    string       `json:"about"` // product and owner
	KPI      string       `json:"kpi"`   // name
	Expected string       `json:"expected"`
	Seen     string       `json:"seen"`
	Interval string       `json:"interval"` // 95%, "" without one
	Verdict  string       `json:"verdict"`
	Worth    string       `json:"worth"`    // what it was to be worth, "" when nobody said
	Realised string       `json:"realised"` // what it was worth so far, "" when nobody said
	Plot     draw.BetPlot `json:"plot"`
}

// BetArea says where bets paid.
type BetArea struct {
	Name   string `json:"name"`
	Of     bool   `json:"of"` // a KPI of the area above
	Met    int    `json:"met"`
	Due    int    `json:"due"`
	Median string `json:"median"` // return; "" with too few
	Few    string `json:"few"`    // why there is no median
}

// Promise is an action: one that was due in the quarter with its result.
type Promise struct {
	Text   string `json:"text"`
	Owner  string `json:"owner"`
	Due    string `json:"due"`
	Result string `json:"result"`
	Kept   bool   `json:"kept"`
}

// Risk is a miss with what its people say of it.
type Risk struct {
	KPI    string     `json:"kpi"`
	Name   string     `json:"name"`
	Owner  string     `json:"owner"`
	Status kpi.Status `json:"status"`
	Said   string     `json:"said"`
}

// Matter is an entry of the register that a review carries: a decision, a risk, an
// escalation or an ask that was open in the quarter or settled in it.
type Matter struct {
	Kind    string   `json:"kind"`
	Text    string   `json:"text"`
	KPI     string   `json:"kpi"`  // id, "" for none
	Name    string   `json:"name"` // of the KPI
	Owner   string   `json:"owner"`
	State   string   `json:"state"` // at the end of the quarter, or now
	On      string   `json:"on"`    // the day it came into that state
	Due     string   `json:"due"`   // "" for none
	Open    bool     `json:"open"`
	Carried bool     `json:"carried"` // it was open when the quarter began
	Links   []string `json:"links"`
}

// Note is what somebody said about a KPI or the portfolio, as it stood.
type Note struct {
	KPI    string   `json:"kpi"` // "": the portfolio
	Name   string   `json:"name"`
	At     string   `json:"at"`
	Text   string   `json:"text"`
	Signed string   `json:"signed"`
	Links  []string `json:"links"`
}

// Restated is a period whose number changed after it was first final.
type Restated struct {
	KPI    string `json:"kpi"`
	Name   string `json:"name"`
	Period string `json:"period"`
	First  string `json:"first"`
	Now    string `json:"now"`
	On     string `json:"on"`
	Cause  string `json:"cause"`
}

// Definition is what a KPI meant.
type Definition struct {
	KPI     string `json:"kpi"`
	Name    string `json:"name"`
	Version int    `json:"version"`
	Hash    string `json:"hash"`
	Counts  string `json:"counts"` // the numerator in words
	OutOf   string `json:"out_of"`
	Formula string `json:"formula"` // where it comes from
	Cadence string `json:"cadence"`
	Owner   string `json:"owner"`
	Target  string `json:"target"` // "" without one
}

// Source is how a source stood.
type Source struct {
	ID       string   `json:"id"`
	State    string   `json:"state"`
	Complete string   `json:"complete_through"` // RFC 3339, "" when nothing was delivered
	Rejected int      `json:"rejected"`
	Feeds    []string `json:"feeds"` // KPI ids
}
