package dashboards

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
)

// liftWriter writes the lifts of one bet alike: with as many digits as it takes
// for the promise and what was seen to differ where they do.
type liftWriter struct {
	unit   string
	digits int
	flip   bool // promised as so much less of a KPI where less is better
}

func newLiftWriter(b Bet, m kpi.Measure) liftWriter {
	w := liftWriter{digits: m.Digits, flip: m.Direction == kpi.Down && b.Expected > 0}
	switch {
	case b.LiftUnit == "percent":
		w.unit, w.digits = "%", 0
	case m.Unit == "%", m.Unit == "" && m.ID == "" && b.LiftUnit == "pts": // or the KPI is not known
		w.unit = " pts"
	case m.Unit == "days", m.Unit == "hours":
		w.unit = " " + m.Unit[:1]
	}
	for most := w.digits + 3; w.digits < most && !w.tells(b); {
		w.digits++
	}
	return w
}

// tells says whether the digits show what there is to see.
func (w liftWriter) tells(b Bet) bool {
	zero := func(v float64) bool { return v != 0 && strings.Trim(w.figure(v), "0.") == "" }
	lift := b.Seen.Lift
	return !zero(b.Expected) && (lift == nil || !zero(*lift) && (*lift == b.Expected || w.figure(*lift) != w.figure(b.Expected)))
}

func (w liftWriter) figure(v float64) string {
	return strconv.FormatFloat(math.Abs(v), 'f', w.digits, 64)
}

// bare writes a lift with its sign and no unit: +1.9, −0.3, 0.
func (w liftWriter) bare(v float64) string {
	if w.flip {
		v = -v
	}
	switch text := plain(math.Abs(v), w.digits); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return unknown
	case v > 0:
		return "+" + text
	case v < 0:
		return minus + text
	}
	return "0"
}

func (w liftWriter) text(v float64) string { return w.bare(v) + w.unit }

// span writes an interval: +0.9 to +2.9 pts.
func (w liftWriter) span(lo, hi *float64) string {
	if lo == nil || hi == nil {
		return ""
	}
	a, b := *lo, *hi
	if w.flip == (a < b) { // the smaller number, as shown, first
		a, b = b, a
	}
	return w.bare(a) + " to " + w.text(b)
}

// dayOf says how far a running bet is: day 75 of 90.
func dayOf(b Bet, now kpi.Millis) string {
	if b.ReleasedAt == nil {
		return ""
	}
	const day = 24 * 60 * 60 * 1000
	return "day " + count(int((now-*b.ReleasedAt)/day)) + " of " + count(int((b.MeasureBy-*b.ReleasedAt)/day))
}

// daysOver is for how many days an instant has passed.
func daysOver(at, now kpi.Millis) int { return int((now - at) / (24 * 60 * 60 * 1000)) }

// dayText writes a date: 10 Aug 2026.
func dayText(at *kpi.Millis, zone *time.Location) string {
	if at == nil {
		return unknown
	}
	return at.Time().In(zone).Format("2 Jan 2006")
}

// missedHow says how a bet was missed, where there is more to it than too little.
func missedHow(b Bet, named func(string) string) string {
	switch {
	case b.Seen.Outcome == kpi.BetPartly:
		return "over half of it"
	case b.Seen.Outcome != kpi.BetHarmful:
		return ""
	}
	if worse := worseOf(b.Seen.Note); len(worse) > 0 {
		for i, id := range worse {
			worse[i] = named(id)
		}
		return "guardrail got worse: " + strings.Join(worse, ", ")
	}
	if b.Seen.Lift == nil {
		return "recorded as harmful, " + recordedBy(b)
	}
	return "the wrong way"
}

// worseOf reads the guardrails that got worse out of the note the engine wrote.
func worseOf(note string) []string {
	for _, part := range strings.Split(note, "; ") {
		if list, ok := strings.CutPrefix(part, "worse: "); ok {
			return strings.Split(list, ", ")
		}
	}
	return nil
}

// verdictOf says what became of a bet, and what a reader must know beside it;
// named gives the name of a KPI.
func verdictOf(b Bet, now kpi.Millis, zone *time.Location, named func(string) string) (word, aside string) {
	switch b.Stage {
	case kpi.StageMet:
		word = "Met"
	case kpi.StageMissed:
		word = "Missed"
		aside = missedHow(b, named)
	case kpi.StageNotMeasured:
		return "Not measured", b.Seen.Note
	case kpi.StageWaiting:
		return "Waiting", "due " + dayText(&b.MeasureBy, zone) + ", " + plural(daysOver(b.MeasureBy, now), "day", "days") + " over"
	case kpi.StageRunning:
		return "Running", "due " + dayText(&b.MeasureBy, zone)
	case kpi.StagePlanned:
		return "Planned", "due " + dayText(&b.MeasureBy, zone)
	case kpi.StageKilled:
		return "Killed", dayText(b.Killed, zone) + ", before its release"
	case kpi.StageLate:
		if b.Registered == nil {
			return "Not counted", "never registered"
		}
		return "Not counted", "registered " + dayText(b.Registered, zone) + ", after its release"
	}
	if aside == "" {
		aside = seenBy(b)
	}
	return word, aside
}

// seenBy says where the lift comes from.
func seenBy(b Bet) string {
	switch {
	case b.Seen.How == "series":
		return "by its series, to " + periodLong(b.Seen.Period)
	case b.Seen.How == "recorded" && b.Seen.Lift == nil:
		return "outcome recorded, " + recordedBy(b)
	case b.Seen.How == "recorded":
		return "lift recorded, " + recordedBy(b)
	}
	return ""
}

// recordedBy is the person who signed the lift, else the source that had it.
func recordedBy(b Bet) string {
	if b.SignedBy != "" {
		return b.SignedBy
	}
	return b.Source
}
