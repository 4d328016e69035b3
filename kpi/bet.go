package kpi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Outcome of a bet.
type Outcome string

// The outcomes. Only Met counts as attained; all but BetPending count as due.
const (
	BetMet         Outcome = "met"
	BetPartly      Outcome = "partly" // at least half of the lift
	BetMissed      Outcome = "missed"
	BetHarmful     Outcome = "harmful"      // the wrong way, or a guardrail got worse
	BetNotMeasured Outcome = "not_measured" // its time has come and nobody knows
	BetPending     Outcome = "pending"
)

// Bet is an initiative with the promise it was released on. Baseline and lifts
// are in the unit its KPI is shown in (percent 0..100).
type Bet struct {
	Source, ID, Product string
	KPI, Measure        string
	Segment             string // "" is all
	Baseline            float64
	Expected            float64 // as promised: the last version from before the release
	ExpectedNow         float64 // as the source says today
	LiftUnit            string  // pts, abs: of the KPI's unit; percent: of the baseline
	ReleasedAt          *Millis
	MeasureBy           Millis
	Measured            *float64 // as recorded by a person; lifts have the sign of Expected
	Lo, Hi              *float64
	Recorded            string // an outcome a person gave, "" for none
	Guardrails          []string
}

// Reading is what a KPI's own series said when a bet's time had come.
type Reading struct {
	Value     float64 // display units
	CI        *Interval
	Direction Direction
	Period    string   // the last one of those pooled
	Worse     []string // guardrails that got worse beyond their interval
}

// Judged is a bet with its outcome and how it was reached.
type Judged struct {
	Outcome Outcome
	Lift    *float64 // in Expected's unit and sign
	Lo, Hi  *float64
	How     string // recorded, series, or "" when nothing tells
	Period  string
	Note    string
}

// overdue is how long after its date a bet may wait for its number.
const overdue = Millis(30 * 24 * 60 * 60 * 1000)

// Judge gives the outcome of a bet at an instant. What a person recorded counts
// before what the series says; reading is nil while the series says nothing, and
// reason tells why. A bet nobody can measure is pending until 30 days after its
// date and not measured from then on (kpi-definitions 10).
func (b Bet) Judge(reading *Reading, reason string, asOf Millis) Judged {
	j := Judged{Outcome: BetPending}
	switch {
	case asOf < b.MeasureBy && b.Recorded == "" && b.Measured == nil:
		j.Note = "due on " + b.MeasureBy.Time().Format("2006-01-02")
		return j.with(b)
	case b.Measured != nil:
		j = b.graded(*b.Measured, b.Lo, b.Hi)
		j.How = "recorded"
	case b.Recorded != "":
		j.How = "recorded"
	case reading != nil:
		j = b.read(*reading)
	case asOf >= b.MeasureBy+overdue:
		j.Outcome, j.Note = BetNotMeasured, reason
		return j.with(b)
	default:
		j.Note = reason
		return j.with(b)
	}
	if b.Recorded != "" {
		j.Outcome = Outcome(b.Recorded)
	}
	j.Note = b.words(j)
	return j.with(b)
}

// read turns the level of a series into a lift. A promise of a positive lift on
// a KPI where less is better is read as so much less.
func (b Bet) read(r Reading) Judged {
	flip := r.Direction == Down && b.Expected > 0
	lift := func(v float64) float64 {
		d := v - b.Baseline
		if b.LiftUnit == "percent" {
			d = 100 * d / math.Abs(b.Baseline)
		}
		if flip {
			d = -d
		}
		return d
	}
	var lo, hi *float64
	if r.CI != nil {
		low, high := lift(r.CI[0]), lift(r.CI[1])
		low, high = min(low, high), max(low, high)
		lo, hi = &low, &high
	}
	j := b.graded(lift(r.Value), lo, hi)
	j.How, j.Period = "series", r.Period
	if len(r.Worse) > 0 {
		j.Outcome, j.Note = BetHarmful, "worse: "+strings.Join(r.Worse, ", ")
	}
	return j
}

// graded compares a lift with the promise: all of it, half of it, or the wrong
// way beyond doubt.
func (b Bet) graded(lift float64, lo, hi *float64) Judged {
	j := Judged{Outcome: BetMissed, Lift: &lift, Lo: lo, Hi: hi}
	if b.Expected == 0 || !finite(lift) { // a promise of nothing cannot be kept
		j.Outcome = BetNotMeasured
		return j
	}
	share := lift / b.Expected
	wrong := lo == nil || hi == nil || b.Expected > 0 && *hi < 0 || b.Expected < 0 && *lo > 0
	switch {
	case share >= 1-1e-9:
		j.Outcome = BetMet
	case share >= 0.5-1e-9:
		j.Outcome = BetPartly
	case share < 0 && wrong:
		j.Outcome = BetHarmful
	}
	return j
}

// words says what was reached of what was promised.
func (b Bet) words(j Judged) string {
	text := "outcome recorded"
	if j.Lift != nil {
		text = fmt.Sprintf("%s of %s", b.liftText(*j.Lift), b.liftText(b.Expected))
		if j.How == "series" {
			text += " by its series, " + j.Period
		} else {
			text += " as recorded"
		}
	}
	return join(text, j.Note)
}

// with adds a promise that was changed after the release: the change is kept
// and shown, and does not move the bar.
func (j Judged) with(b Bet) Judged {
	if b.ExpectedNow != b.Expected {
		j.Note = join(j.Note, "expected lift changed after the release from "+b.liftText(b.Expected)+" to "+b.liftText(b.ExpectedNow))
	}
	j.Note = strings.TrimSuffix(j.Note, "; ")
	return j
}

func (b Bet) liftText(v float64) string {
	unit := map[string]string{"pts": " pts", "percent": " %"}[b.LiftUnit]
	sign := ""
	if v > 0 {
		sign = "+"
	}
	return sign + strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) + unit
}

// Pool makes one number, in display units, of consecutive periods as a verdict
// does; ok is false when none has a value.
func (m Measure) Pool(obs []Observation) (value float64, ci *Interval, ok bool) {
	rows := make([]*row, len(obs))
	for i, o := range obs {
		rows[i] = &row{Observation: o}
	}
	p := m.pool(rows)
	if p.value == nil {
		return 0, nil, false
	}
	return *p.value, p.ci, true
}
