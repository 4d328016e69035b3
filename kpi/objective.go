package kpi

// GoalState is what a person says of an objective or a key result.
type GoalState string

// The states of a goal. One that is closed has been looked back on: its time is over.
const (
	GoalOpen    GoalState = "open"
	GoalClosed  GoalState = "closed"
	GoalDropped GoalState = "dropped"
)

// GoalStates in the order of a form.
func GoalStates() []GoalState { return []GoalState{GoalOpen, GoalClosed, GoalDropped} }

// Objective is what a portfolio is to reach, or one of its key results: a target of
// a KPI. How far it is nobody types; the KPI's verdict says it.
type Objective struct {
	Said           // of a key result KPI names the KPI; of an objective it is ""
	Parent  int64  // id of the objective a key result belongs to; 0: it is an objective
	Owner   string // a person's id
	Due     Date   // it is to be reached on that day; of a key result: that of its objective
	State   GoalState
	Measure string      // of a key result; "" is the one its KPI shows
	Expr    string      // of a key result: a target of its own, in the words of [[target]] expr; "" is the scorecard's
	Earlier []Objective // revisions before this one, oldest first
}

// Same says whether two revisions say the same, whoever wrote them and when.
func (o Objective) Same(x Objective) bool {
	return o.same(x.Said) && o.Parent == x.Parent && o.Owner == x.Owner && o.Due == x.Due && o.State == x.State && o.Measure == x.Measure && o.Expr == x.Expr
}

// ObjectiveStanding is an objective's status, with the counts it rests on.
type ObjectiveStanding struct {
	Status   Status // no_data without a key result, not_enough_data while too few are judged
	Judged   int    // key results with a verdict
	OnTarget int    // of those: on track or better
	Off      int    // of those: off track
	All      int
}

// ObjectiveStatus gives an objective the status that follows from those of its key
// results. Statuses are counted; values of different units are never put together.
//
//   - Fewer than half of the key results are judged: not enough data.
//   - At least half of the judged ones are off track: off track.
//   - Every judged one is on track or better: on track, and exceeding where all of
//     them exceed.
//   - Else: at risk.
func ObjectiveStatus(results []Status) ObjectiveStanding {
	s := ObjectiveStanding{Status: NoData, All: len(results)}
	exceeding := 0
	for _, r := range results {
		if !r.Graded() {
			continue
		}
		s.Judged++
		switch {
		case r == Exceeding:
			exceeding++
			s.OnTarget++
		case r.OnTarget():
			s.OnTarget++
		case r == OffTrack:
			s.Off++
		}
	}
	switch {
	case s.All == 0:
	case s.Judged == 0 || 2*s.Judged < s.All:
		s.Status = NotEnoughData
	case 2*s.Off >= s.Judged:
		s.Status = OffTrack
	case s.OnTarget < s.Judged:
		s.Status = AtRisk
	case exceeding == s.Judged:
		s.Status = Exceeding
	default:
		s.Status = OnTrack
	}
	return s
}
