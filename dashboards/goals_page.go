package dashboards

import (
	"net/http"
	"slices"
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

func kindOfSheet(kind string) sheet {
	k, _ := sheetBy(func(k sheet) bool { return k.Kind == kind })
	return k
}

func (d *desk) objectiveView(o Objective, edit string, form *sheetForm) objectiveView {
	k := kindOfSheet(objectiveSheet)
	v := objectiveView{keptView: d.view(k, o.Said, ""), Status: o.Standing.Status, Why: standingSaid(o), Due: d.out.day(o.Due), State: o.State}
	v.Owner = personName(d.out.site, o.Owner)
	v.place(edit, form, func() *sheetForm { return d.form(k, o.Said, "", d.objectiveFields(o.Objective)) })
	v.Earlier = d.earlierGoals(o.Earlier)
	for _, res := range o.Results {
		v.Results = append(v.Results, d.resultView(res, edit, form))
	}
	return v
}

func (d *desk) earlierGoals(all []kpi.Objective) []earlierView {
	var out []earlierView
	for _, e := range slices.Backward(all) {
		out = append(out, d.out.earlier(e.Said, d.out.goalSays(e)))
	}
	return out
}

func (d *desk) resultView(res KeyResult, edit string, form *sheetForm) resultView {
	k := kindOfSheet(resultSheet)
	v := resultView{keptView: d.view(k, res.Said, ""), Measure: res.Measure, Target: res.Expr, Value: unknown, Progress: unknown, Status: kpi.NoData, State: res.State}
	v.Owner = personName(d.out.site, res.Owner)
	v.place(edit, form, func() *sheetForm { return d.form(k, res.Said, "", d.resultFields(res.Objective)) })
	v.Earlier = d.earlierGoals(res.Earlier)
	row := res.Row
	if row == nil {
		v.Says = "Its KPI is not in the scorecard any more."
		return v
	}
	v.Status, v.Says = row.Status, row.Sentence
	if v.About.URL == "" {
		v.About = link{row.Name, "/p/" + d.portfolio.ID + "/k/" + row.ID}
	}
	if row.Target != nil {
		if v.Target = row.Target.Short; v.Target == "" {
			v.Target = row.Target.Expr
		}
		if a := row.Target.Attainment; a != nil {
			v.Progress = plain(*a*100, 0) + "%"
		}
	}
	if row.Value != nil {
		v.Value = measureOf(*row).Format(*row.Value)
	}
	return v
}

// standingSaid says what an objective's status rests on.
func standingSaid(o Objective) string {
	s := o.Standing
	switch {
	case s.All == 0:
		return "No key result says when it is reached."
	case s.Judged == 0:
		return "None of " + plural(s.All, "key result", "key results") + " is judged yet."
	}
	text := count(s.OnTarget) + " of " + plural(s.Judged, "judged key result is", "judged key results are") + " on target"
	if s.Off > 0 {
		text += ", " + count(s.Off) + " off track"
	}
	if rest := s.All - s.Judged; rest > 0 {
		text += "; " + plural(rest, "is", "are") + " not judged yet"
	}
	return text + "."
}

// marks groups the milestones by when they are due from the first day.
func (v *goalsView) marks(d *desk, edit string, form *sheetForm) {
	k := kindOfSheet(milestoneSheet)
	names := map[string]string{}
	for _, u := range kpi.UsualMilestones() {
		names[u.Key] = spanName(u.After)
	}
	for _, m := range d.goals.Milestones {
		name, ok := names[m.Key]
		if !ok {
			name = "Added"
		}
		i := slices.IndexFunc(v.Marks, func(x markView) bool { return x.Name == name })
		if i < 0 {
			i = len(v.Marks)
			v.Marks = append(v.Marks, markView{Name: name})
		}
		v.Marks[i].Milestones = append(v.Marks[i].Milestones, d.milestoneView(k, m, edit, form))
	}
}

func spanName(s kpi.Span) string {
	if s.Unit == 'm' {
		return count(s.N) + " months"
	}
	return count(s.N) + " days"
}

func (d *desk) milestoneView(k sheet, m Milestone, edit string, form *sheetForm) milestoneView {
	key := m.Key
	if m.ID != 0 {
		key = ""
	}
	v := milestoneView{keptView: d.view(k, m.Said, key), State: m.State, Due: d.out.day(m.Due), Overdue: m.Overdue(d.out.today())}
	v.place(edit, form, func() *sheetForm { return d.form(k, m.Said, key, d.milestoneFields(m.Milestone)) })
	if !m.At.IsZero() {
		v.At = d.out.day(m.At)
	}
	if e := m.Evidence; e != nil {
		v.Evidence, v.Holds = e.Sentence, e.Holds
		for _, id := range e.KPIs[:min(len(e.KPIs), 5)] {
			v.KPIs = append(v.KPIs, d.out.about(id))
		}
	}
	for _, e := range slices.Backward(m.Earlier) {
		v.Earlier = append(v.Earlier, d.out.earlier(e.Said, d.out.milestoneSays(e)))
	}
	return v
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
