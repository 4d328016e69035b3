package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// objectiveAnswer is an objective of GET /api/v1/goals.
type objectiveAnswer struct {
	ID         int64          `json:"id"`
	Revision   int            `json:"revision"`
	Text       string         `json:"text"`
	Owner      string         `json:"owner"`
	Due        string         `json:"due"`
	State      kpi.GoalState  `json:"state"`
	Links      []string       `json:"links"`
	Author     string         `json:"author"`
	RecordedAt string         `json:"recorded_at"`
	Week       *string        `json:"week"` // its key results are judged for
	Status     kpi.Status     `json:"status"`
	Judged     int            `json:"judged"`
	OnTarget   int            `json:"on_target"`
	OffTrack   int            `json:"off_track"`
	Results    []resultAnswer `json:"key_results"`
}

// resultAnswer is a key result; what is judged of it is null while nothing is.
type resultAnswer struct {
	ID         int64         `json:"id"`
	Revision   int           `json:"revision"`
	KPI        string        `json:"kpi"`
	Measure    *string       `json:"measure"`
	Expr       *string       `json:"expr"` // its own target; null: the scorecard's
	Text       *string       `json:"text"`
	Owner      string        `json:"owner"`
	State      kpi.GoalState `json:"state"`
	Links      []string      `json:"links"`
	Author     string        `json:"author"`
	RecordedAt string        `json:"recorded_at"`
	Status     kpi.Status    `json:"status"`
	Value      *float64      `json:"value"`
	Unit       *string       `json:"unit"`
	Period     *string       `json:"period"`
	Attainment *float64      `json:"attainment"`
	Target     *string       `json:"target"`
	Sentence   *string       `json:"sentence"`
}

// milestoneAnswer is an item of the checklist; id and revision are null while nobody
// has written about it.
type milestoneAnswer struct {
	ID         *int64              `json:"id"`
	Revision   *int                `json:"revision"`
	Item       *string             `json:"item"`
	Text       string              `json:"text"`
	Due        string              `json:"due"`
	State      kpi.MilestoneState  `json:"state"`
	At         *string             `json:"at"`
	Overdue    bool                `json:"overdue"`
	Links      []string            `json:"links"`
	Author     *string             `json:"author"`
	RecordedAt *string             `json:"recorded_at"`
	Evidence   *scorecard.Evidence `json:"evidence"`
}

// apiGoals answers GET /api/v1/goals.
func (s *server) apiGoals(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio"); err != nil {
		return err
	}
	p, err := s.portfolio(s.apiPortfolio(params))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	goals, err := s.reader.Goals(r.Context(), p.ID)
	if err != nil {
		return err
	}
	site := s.reader.Site()
	today := site.Calendar.Date(site.Now())
	objectives, milestones := []objectiveAnswer{}, []milestoneAnswer{}
	for _, o := range goals.Objectives {
		objectives = append(objectives, newObjectiveAnswer(o))
	}
	for _, m := range goals.Milestones {
		milestones = append(milestones, newMilestoneAnswer(m, today))
	}
	return writeJSON(w, map[string]any{"portfolio": p.ID, "director_since": someDay(goals.Since), "objectives": objectives, "milestones": milestones})
}

func newObjectiveAnswer(o Objective) objectiveAnswer {
	a := objectiveAnswer{o.ID, o.Revision, o.Text, o.Owner, o.Due.String(), o.State, append([]string{}, o.Links...), o.Author, o.RecordedAt.String(), optional(o.Week),
		o.Standing.Status, o.Standing.Judged, o.Standing.OnTarget, o.Standing.Off, []resultAnswer{}}
	for _, k := range o.Results {
		one := resultAnswer{ID: k.ID, Revision: k.Revision, KPI: k.KPI, Measure: optional(k.Measure), Expr: optional(k.Expr), Text: optional(k.Text), Owner: k.Owner, State: k.State,
			Links: append([]string{}, k.Links...), Author: k.Author, RecordedAt: k.RecordedAt.String(), Status: kpi.NoData}
		if r := k.Row; r != nil {
			one.Status, one.Value, one.Unit, one.Period, one.Sentence = r.Status, r.Value, &r.Unit, r.Period, optional(r.Sentence)
			if r.Target != nil {
				one.Attainment, one.Target = r.Target.Attainment, optional(r.Target.Expr)
			}
		}
		a.Results = append(a.Results, one)
	}
	return a
}

func newMilestoneAnswer(m Milestone, today kpi.Date) milestoneAnswer {
	a := milestoneAnswer{Item: optional(m.Key), Text: m.Text, Due: m.Due.String(), State: m.State, At: someDay(m.At), Overdue: m.Overdue(today),
		Links: append([]string{}, m.Links...), Author: optional(m.Author), Evidence: m.Evidence}
	if m.ID != 0 {
		at := m.RecordedAt.String()
		a.ID, a.Revision, a.RecordedAt = &m.ID, &m.Revision, &at
	}
	return a
}
