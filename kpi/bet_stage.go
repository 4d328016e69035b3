package kpi

// Stage is where a bet stands on a day. Bets that are not counted (killed before
// the release, promised after it) have stages of their own, as KPI
// roadmap_outcome_attainment leaves them out.
type Stage string

// The stages, in the order they are listed.
const (
	StageMet         Stage = "met"
	StageMissed      Stage = "missed" // partly, missed and harmful
	StageNotMeasured Stage = "not_measured"
	StageWaiting     Stage = "waiting" // its date has passed, its number may still come
	StageRunning     Stage = "running"
	StagePlanned     Stage = "planned"
	StageKilled      Stage = "killed"     // before its release
	StageLate        Stage = "unpromised" // registered after its release, or never
)

// Stages in the order they are listed.
func Stages() []Stage {
	return []Stage{StageMet, StageMissed, StageNotMeasured, StageWaiting, StageRunning, StagePlanned, StageKilled, StageLate}
}

// Due says whether a bet of this stage counts among those that were due.
func (s Stage) Due() bool { return s == StageMet || s == StageMissed || s == StageNotMeasured }

// Stage of a bet whose outcome is known as o (BetPending or "" while it is not).
// killed and registered are nil where the source says nothing.
func (b Bet) Stage(o Outcome, killed, registered *Millis, asOf Millis) Stage {
	released := b.ReleasedAt != nil && *b.ReleasedAt <= asOf
	switch {
	case killed != nil && *killed <= asOf && (b.ReleasedAt == nil || *killed < *b.ReleasedAt):
		return StageKilled
	case registered == nil && (released || b.MeasureBy <= asOf), registered != nil && b.ReleasedAt != nil && *registered > *b.ReleasedAt:
		return StageLate
	case o == BetMet:
		return StageMet
	case o == BetPartly || o == BetMissed || o == BetHarmful:
		return StageMissed
	case o == BetNotMeasured:
		return StageNotMeasured
	case b.MeasureBy <= asOf:
		return StageWaiting
	case released:
		return StageRunning
	}
	return StagePlanned
}

// Share of the promise that a lift in its unit is: 1 is as expected. ok is false
// where nothing was promised, or the lift is no number.
func (b Bet) Share(lift float64) (share float64, ok bool) {
	if b.Expected == 0 || !finite(lift) {
		return 0, false
	}
	return lift / b.Expected, true
}
