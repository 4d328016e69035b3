package scorecard

import (
	"slices"

	"github.com/kpid/kpid/kpi"
)

// Restatement is a period whose number, as it is shown, changed after it was first
// final. First and Now are in display units; nil is no number.
type Restatement struct {
	Period string
	Starts kpi.Millis
	Ends   kpi.Millis
	First  *float64
	Now    *float64
	At     kpi.Millis // when the last of its changes was recorded
	Cause  string     // "12 late rows, 3 corrected rows", "new definition", "recomputed"
	Hash   string     // of the definition that it is by now
	// Who made the change and why, where somebody decided it: a version of the
	// definition. Version 0: nobody did, records came or were corrected.
	Version int
	By      string
	Reason  string
}

// Restatements finds them among revisions, given in time order and each period's
// first revision first; the newest period comes first. A period that was restated
// and came back to what was first reported stays in the list.
func Restatements(m kpi.Measure, revisions []kpi.Observation) []Restatement {
	var out []Restatement
	for from := 0; from < len(revisions); {
		to := from + 1
		for to < len(revisions) && revisions[to].Period == revisions[from].Period {
			to++
		}
		if r, ok := restated(m, revisions[from:to]); ok {
			out = append(out, r)
		}
		from = to
	}
	slices.Reverse(out)
	return out
}

// restated tells one period's story. What came before its first final revision was
// never a settled report.
func restated(m kpi.Measure, revisions []kpi.Observation) (Restatement, bool) {
	first := slices.IndexFunc(revisions, func(o kpi.Observation) bool { return o.State == kpi.Final })
	if first < 0 {
		return Restatement{}, false
	}
	o := revisions[first]
	r := Restatement{Period: o.Period, Starts: o.Starts, Ends: o.Ends, First: display(m, o.Value)}
	found := false
	for i := first + 1; i < len(revisions); i++ {
		was, now := revisions[i-1], revisions[i]
		if m.Shown(was.Value) == m.Shown(now.Value) {
			continue
		}
		found = true
		r.At, r.Cause = now.RecordedAt, ""
		if now.Cause != nil {
			r.Cause = *now.Cause
		}
	}
	last := revisions[len(revisions)-1]
	r.Now, r.Hash = display(m, last.Value), last.DefinitionHash
	return r, found
}
