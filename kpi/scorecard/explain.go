package scorecard

import "github.com/kpid/kpid/kpi"

// Explanation opens a number down to the units it is made of. Value, interval and
// bounds are in the unit that is shown, numerator and denominator as they are
// added up (amounts in minor units of Money).
type Explanation struct {
	KPI       string       `json:"kpi"`
	Name      string       `json:"name"`
	Measure   string       `json:"measure"`
	Portfolio PortfolioRef `json:"portfolio"`
	Product   *string      `json:"product"`
	Segment   string       `json:"segment"`
	Period    string       `json:"period"`
	Starts    string       `json:"starts"`
	Ends      string       `json:"ends"` // exclusive
	Unit      string       `json:"unit"`
	Kept      bool         `json:"kept"` // a stored number; false: worked out now, for a scope that is not kept

	State      *string       `json:"state"`
	Value      *float64      `json:"value"`
	Num        *float64      `json:"num"`
	Den        *float64      `json:"den"`
	N          *int64        `json:"n"`
	CI         *kpi.Interval `json:"ci"`
	Bounds     *kpi.Interval `json:"bounds"`
	Pending    int64         `json:"pending"`
	Trailing   *string       `json:"trailing"`
	Reason     *string       `json:"reason"`
	Method     string        `json:"method"`     // how the units become the number
	Restated   bool          `json:"restated"`   //
	Cause      *string       `json:"cause"`      // of the newest revision
	Revisions  []Revision    `json:"revisions"`  // as reported, first first
	Sentence   *string       `json:"sentence"`   // the verdict of the period, where it was judged
	Target     *string       `json:"target"`     // in force then
	Warnings   []string      `json:"warnings"`   // what makes the number doubtful
	Left       []Left        `json:"left_out"`   // units that do not count, by reason
	Check      SumCheck      `json:"check"`      // the units added up again
	Units      int           `json:"units"`      // all, those left out included
	Rows       []UnitRow     `json:"rows"`       // a page of them
	After      *string       `json:"after"`      // where the next page begins; null: there is none
	AsOf       string        `json:"as_of"`      // the instant the units are those of
	Definition Explained     `json:"definition"` //
	Run        *RunRef       `json:"run"`        // that wrote the number

	Money *Money         `json:"-"`
	M     kpi.Measure    `json:"-"`
	Node  kpi.Definition `json:"-"`
}

// Revision is one state of a number as it was reported.
type Revision struct {
	Revision   int      `json:"revision"`
	Value      *float64 `json:"value"`
	Num        *float64 `json:"num"`
	Den        *float64 `json:"den"`
	State      string   `json:"state"`
	Cause      *string  `json:"cause"`
	Definition string   `json:"definition"` // hash
	RecordedAt string   `json:"recorded_at"`
}

// Left counts the units left out for one reason.
type Left struct {
	Reason string `json:"reason"`
	Units  int    `json:"units"`
}

// SumCheck is the sum of the rows beside the stored number.
type SumCheck struct {
	Num     *float64 `json:"num"`
	Den     *float64 `json:"den"`
	Matches bool     `json:"matches"`
	Says    string   `json:"says"`
}

// Explained is the definition a number was made by.
type Explained struct {
	Version    int         `json:"version"`
	Hash       string      `json:"hash"`
	Since      *string     `json:"since"`
	By         string      `json:"by"`
	Why        string      `json:"reason"`
	Numerator  string      `json:"numerator"`
	Basis      string      `json:"basis"`
	Formula    string      `json:"source_of_formula"`
	Parameters []Parameter `json:"parameters"`
	SQL        string      `json:"sql"`
}

// Parameter of a definition with the value in force.
type Parameter struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Doc   string `json:"doc"`
}

// RunRef is the run that wrote a number.
type RunRef struct {
	ID         int64  `json:"id"`
	RecordedAt string `json:"recorded_at"`
}

// UnitRow is one counted thing. Num, Den and Value are as they are added up.
type UnitRow struct {
	Unit     string   `json:"unit"`
	Counts   bool     `json:"counts"`
	Reason   *string  `json:"reason"` // why it does not count
	Num      *float64 `json:"num"`
	Den      *float64 `json:"den"`
	Value    *float64 `json:"value"`
	Currency *string  `json:"currency"` // of own_num and own_den
	OwnNum   *float64 `json:"own_num"`
	OwnDen   *float64 `json:"own_den"`
	Pending  bool     `json:"pending"`
	Censored bool     `json:"censored"`
	At       *string  `json:"at"`
	Ref      *string  `json:"ref"`
	Note     *string  `json:"note"`
}
