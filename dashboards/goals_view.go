package dashboards

import (
	"slices"

	"github.com/kpid/kpid/kpi"
)

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
