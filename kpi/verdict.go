package kpi

// Status is a verdict. The first four are graded, the last three are not.
type Status string

// The seven statuses; there are no others.
const (
	Exceeding     Status = "exceeding"
	OnTrack       Status = "on_track"
	AtRisk        Status = "at_risk"
	OffTrack      Status = "off_track"
	MaturingNow   Status = "maturing"
	NotEnoughData Status = "not_enough_data"
	NoData        Status = "no_data"
)

// Graded says whether the status is a judgement.
func (s Status) Graded() bool {
	switch s {
	case Exceeding, OnTrack, AtRisk, OffTrack:
		return true
	}
	return false
}

// OnTarget is on track or better.
func (s Status) OnTarget() bool { return s == OnTrack || s == Exceeding }

// Interval is a pair of limits in display units.
type Interval [2]float64

// Baseline is the value a change is measured from, frozen when the target
// starts. Value is in display units; Periods are the first and last pooled.
type Baseline struct {
	Value   float64  `json:"value"`
	Num     *float64 `json:"-"`
	Den     *float64 `json:"-"`
	Periods []string `json:"periods"`
}

// Verdict is the judgement of one period with everything it rests on. All
// numbers are in display units (percent 0..100, days, points), unrounded.
type Verdict struct {
	Period   string   // the judged period
	Starts   Millis   // of that period
	Ends     Millis   // exclusive
	Pooled   []string // periods pooled into the value, oldest first; one when not smoothed
	State    State
	Restated bool

	Value *float64
	Num   *float64
	Den   *float64
	N     *int64
	CI    *Interval
	// Bounds of the value a maturing period can still take.
	Bounds *Interval

	Raw       Status // rules 1 to 10
	Published Status // after hysteresis (rule 11)
	Pending   Status // what is waiting for a second period to confirm it; "" when nothing
	Reason    string // for a status that is not graded: baseline_missing, below_minimum, not_started ...
	Uncertain bool   // the interval contains a line that bounds the status

	Target       *Target // in force for the period; nil: none
	Kind         Kind    // of the expression that was judged; "" when none was
	Parts        []Part  // of a composite, or the capabilities of a ramp from ga
	FloorNow     *float64
	StretchNow   *float64
	WarnNow      *float64
	FloorFinal   *float64
	StretchFinal *float64
	Baseline     *Baseline
	Pace         *float64 // share of the target's span elapsed
	Attainment   *float64
	Budget       *float64 // slo: share of the failures allowed that are used up
	Notice       string   // said beside the verdict: ceiling passed, baseline restated

	Sentence string
}

// Part is the verdict of one part of a composite or of one capability.
type Part struct {
	Name    string
	Measure Measure
	Verdict
}
