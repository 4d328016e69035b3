package dashboards

import (
	"net/http"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// goalsView is the page of objectives and milestones: are we getting where we said?
type goalsView struct {
	base
	Pages      []tab
	Crumb      []link
	Headline   string
	Second     string
	Objectives []objectiveView
	Closed     []objectiveView
	Marks      []markView // milestones by the time they are due
	Since      string     // the director's first day; "" when it is not configured
	Add        []*sheetForm
	Refusal    string
	API        string
	AsOf       string
}

// objectiveView is an objective as the page shows it.
type objectiveView struct {
	keptView
	Status  kpi.Status
	Why     string // the counts the status rests on
	Due     string
	State   kpi.GoalState
	Results []resultView
}

// resultView is a line of an objective.
type resultView struct {
	keptView
	Measure, Target string
	Value, Progress string
	Status          kpi.Status
	Says            string
	State           kpi.GoalState
}

// markView are the milestones of one time: "30 days".
type markView struct {
	Name       string
	Milestones []milestoneView
}

// milestoneView is an item of the checklist.
type milestoneView struct {
	keptView
	State    kpi.MilestoneState
	Due, At  string
	Overdue  bool
	Evidence string
	Holds    bool
	KPIs     []link
}

// goalsPage answers GET /p/{portfolio}/goals.
func (s *server) goalsPage(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query(), "edit"); err != nil {
		return err
	}
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	d, err := s.newDesk(r.Context(), p, "goals")
	if err != nil {
		return err
	}
	return s.page(w, "goals", s.newGoalsView(r, d, nil))
}

// newGoalsView makes the page; form, when there is one, stands where it was typed.
func (s *server) newGoalsView(r *http.Request, d *desk, form *sheetForm) *goalsView {
	p := d.portfolio
	v := &goalsView{Pages: saidTabs(p.ID, "goals"), Crumb: []link{{p.Name, "/p/" + p.ID}}, Refusal: s.unwritable("Goals are"), API: address("/api/v1/goals", "portfolio", p.ID),
		AsOf: shownInstant(d.card.AsOf, d.out.site.Calendar.Zone)}
	edit := r.URL.Query().Get("edit")
	for _, o := range d.goals.Objectives {
		one := d.objectiveView(o, edit, form)
		if o.State == kpi.GoalOpen {
			v.Objectives = append(v.Objectives, one)
		} else {
			v.Closed = append(v.Closed, one)
		}
	}
	v.marks(d, edit, form)
	if !d.goals.Since.IsZero() {
		v.Since = d.out.day(d.goals.Since)
	}
	if v.Refusal == "" {
		v.Add = d.newForms(form)
	}
	v.Headline, v.Second = goalsHeadline(d)
	v.base = s.base(r, "goals", "Goals · "+p.Name)
	v.Weekly = "/p/" + p.ID
	return v
}

// newForms are those of what is new; the one that was typed stands in its place.
func (d *desk) newForms(form *sheetForm) []*sheetForm {
	var out []*sheetForm
	me := d.out.site.Person.ID
	for _, k := range sheets() {
		var fields []inputField
		switch k.Kind {
		case objectiveSheet:
			fields = d.objectiveFields(kpi.Objective{Owner: me})
		case resultSheet:
			if len(d.goals.Objectives) == 0 {
				continue
			}
			fields = d.resultFields(kpi.Objective{Owner: me})
		case milestoneSheet:
			fields = d.milestoneFields(kpi.Milestone{})
		default:
			continue
		}
		f := d.form(k, kpi.Said{}, "", fields)
		if form != nil && form.Anchor() == f.Anchor() {
			f = form
		}
		out = append(out, f)
	}
	return out
}

// goalsHeadline counts objectives on target and milestones that should be reached.
func goalsHeadline(d *desk) (headline, second string) {
	open, onTarget, judged := 0, 0, 0
	for _, o := range d.goals.Objectives {
		if o.State != kpi.GoalOpen {
			continue
		}
		open++
		if o.Standing.Status.Graded() {
			judged++
		}
		if o.Standing.Status.OnTarget() {
			onTarget++
		}
	}
	switch {
	case open == 0:
		headline = "No objective is set."
	case judged == 0:
		headline = "None of " + plural(open, "objective", "objectives") + " can be judged yet."
	default:
		headline = count(onTarget) + " of " + plural(judged, "objective is", "objectives are") + " on track."
		if open > judged {
			second = plural(open-judged, "more cannot", "more cannot") + " be judged yet."
		}
	}
	done, late := 0, 0
	for _, m := range d.goals.Milestones {
		if m.State == kpi.MilestoneDone {
			done++
		}
		if m.Overdue(d.out.today()) {
			late++
		}
	}
	if n := len(d.goals.Milestones); n > 0 {
		headline += " " + count(done) + " of " + plural(n, "milestone is", "milestones are") + " reached" + map[bool]string{true: ", " + count(late) + " overdue.", false: "."}[late > 0]
	}
	return headline, strings.TrimSpace(second + " An objective is as good as its key results; a milestone is reached when somebody says so.")
}
