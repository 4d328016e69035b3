package dashboards

import (
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Goals of a portfolio, as they stand.
type Goals struct {
	Since      kpi.Date // the director's first day; zero: not configured
	Objectives []Objective
	Milestones []Milestone
}

// Objective with its key results, judged for a week: the last whole one, or the one
// that ended when the objective was due.
type Objective struct {
	kpi.Objective
	Week     string // 2026-W38
	Standing kpi.ObjectiveStanding
	Results  []KeyResult // those that were dropped, too; they do not count
}

// KeyResult is a key result with the row that judges it; nil where its KPI is not in
// the scorecard any more.
type KeyResult struct {
	kpi.Objective
	Row *scorecard.Row
}

// Milestone is an item of the checklist with what the data says of it; nil for one of
// which no data tells. ID 0 is one of the usual set that nobody has written about.
type Milestone struct {
	kpi.Milestone
	Evidence *scorecard.Evidence
}

// NewObjectives puts key results under their objectives, in id order, and gives each
// objective its status. judge finds the row of a key result for a day on which it is
// looked at, with the week it is of.
func NewObjectives(all []kpi.Objective, judge func(o kpi.Objective) (*scorecard.Row, string, error)) ([]Objective, error) {
	var out []Objective
	place := map[int64]int{}
	for _, o := range all {
		if o.Parent == 0 {
			place[o.ID] = len(out)
			out = append(out, Objective{Objective: o})
		}
	}
	for _, k := range all {
		i, ok := place[k.Parent]
		if k.Parent == 0 || !ok {
			continue
		}
		k.Due = out[i].Due // moved with its objective
		row, week, err := judge(k)
		if err != nil {
			return nil, err
		}
		out[i].Week = week
		out[i].Results = append(out[i].Results, KeyResult{k, row})
	}
	for i := range out {
		var statuses []kpi.Status
		for _, k := range out[i].Results {
			switch {
			case k.State == kpi.GoalDropped:
			case k.Row == nil:
				statuses = append(statuses, kpi.NoData)
			default:
				statuses = append(statuses, k.Row.Status)
			}
		}
		out[i].Standing = kpi.ObjectiveStatus(statuses)
	}
	return out, nil
}
