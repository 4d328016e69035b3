package main

import (
	"context"
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// Entered is what people have said of a portfolio, and what waits for them.
func (r *reader) Entered(ctx context.Context, portfolio, about string) (*dashboards.Entered, error) {
	a, out := r.app, &dashboards.Entered{Enough: r.app.enoughAnswers()}
	for _, d := range a.shown() {
		if slices.Contains(d.Facts, "judgement") {
			out.KPIs = append(out.KPIs, dashboards.Named{ID: d.ID, Name: d.Name, Note: a.askedRoles(d)})
		}
	}
	for _, step := range []func(context.Context, string, *dashboards.Entered) error{a.enteredJudgements, a.enteredIncidents, a.enteredBets, a.enteredAssessments, a.enteredWaves} {
		if err := step(ctx, portfolio, out); err != nil {
			return nil, err
		}
	}
	return out, a.enteredAbout(ctx, portfolio, about, out)
}

// enteredAbout adds what a person wants to know of the row at hand: the change that
// would be taken, and how the number it counts in has moved.
func (a *app) enteredAbout(ctx context.Context, portfolio, about string, out *dashboards.Entered) (err error) {
	for _, i := range out.Incidents {
		if i.ID == about {
			if out.Suggested, err = a.store.ChangeBefore(ctx, i.Product, i.StartedAt); err != nil {
				return err
			}
			if out.Moved, err = a.moved(ctx, "change_incidents", portfolio, a.cal.Containing(kpi.Month, i.StartedAt)); err != nil {
				return err
			}
		}
	}
	for _, b := range out.Bets {
		if b.ID == about {
			if out.Moved, err = a.moved(ctx, "roadmap_outcome_attainment", portfolio, a.cal.Containing(kpi.Quarter, b.MeasureBy)); err != nil {
				return err
			}
		}
	}
	return nil
}

// moved is the primary measure of a portfolio in a period, nil where there is none.
func (a *app) moved(ctx context.Context, id, portfolio string, p kpi.Period) (*dashboards.Moved, error) {
	d, found := a.definition(id)
	scope, ok := a.engine.Scope(id, portfolio, "", "all")
	if !found || !ok {
		return nil, nil
	}
	m := d.Primary()
	now, before, err := a.store.Moved(ctx, id, m.ID, scope.ID, p.ID)
	if now == nil || err != nil {
		return nil, err
	}
	shown := func(v *float64) string {
		if v == nil {
			return ""
		}
		return m.Format(m.Display(*v))
	}
	return &dashboards.Moved{Name: d.Name, Period: p.ID, Now: shown(now), Before: shown(before)}, nil
}

func (a *app) enteredJudgements(ctx context.Context, portfolio string, out *dashboards.Entered) error {
	all, err := a.store.Judgements(ctx, ownSource, a.places(portfolio))
	if err != nil {
		return err
	}
	for _, j := range all {
		if a.hidden(j.KPI) {
			continue
		}
		out.Judgements = append(out.Judgements, dashboards.JudgementLine{KPI: j.KPI, Product: j.Product, Author: j.Author, Role: j.Role,
			RAG: j.RAG, Trend: j.Trend, Text: j.Text, Source: j.Source, At: j.At, Until: j.Until})
	}
	for _, d := range a.shown() {
		span, judged := a.judgedEvery(d, portfolio)
		if !judged {
			continue
		}
		period := a.cal.Containing(span, a.now())
		if !slices.ContainsFunc(all, func(j store.Judgement) bool {
			return j.KPI == d.ID && j.Until == nil && j.At >= period.Starts && counts(d, j.Role)
		}) {
			out.Due = append(out.Due, dashboards.Due{Kind: dashboards.Judging, What: d.Name, Why: "has no judgement in " + period.ID})
		}
	}
	return nil
}

// asked lists the roles whose judgement a KPI counts; none: it counts everybody's.
func asked(d *kpi.Definition) []string {
	for _, p := range d.Params {
		if roles, ok := p.Default.([]string); ok && p.Name == "rating_roles" {
			return roles
		}
	}
	return nil
}

// askedRoles says what becomes of a judgement by the person who signs.
func (a *app) askedRoles(d *kpi.Definition) string {
	roles := asked(d)
	p, _ := a.cfg.Person(a.cfg.Server.Person)
	if len(roles) == 0 || p.ID == "" || slices.Contains(roles, p.Role) {
		return ""
	}
	return d.Name + " counts the judgements of " + strings.Join(roles, ", ") + "; yours is kept and shown beside them."
}

// counts says that a KPI counts the judgements of a role.
func counts(d *kpi.Definition, role string) bool {
	roles := asked(d)
	return len(roles) == 0 || slices.Contains(roles, role)
}

// judgedEvery is the grain in which a KPI's judgement is due, where a target asks for
// one.
func (a *app) judgedEvery(d *kpi.Definition, portfolio string) (kpi.Grain, bool) {
	for _, t := range a.targetsFor(d.ID, portfolio, "", "") {
		for _, e := range expressions(t) {
			if e.Kind != kpi.JudgedKind {
				continue
			}
			switch e.Over.Unit {
			case 'w':
				return kpi.Week, true
			case 'm':
				return kpi.Month, true
			case 'y':
				return kpi.Year, true
			}
			return kpi.Quarter, true
		}
	}
	return "", false
}

func (a *app) enteredIncidents(ctx context.Context, portfolio string, out *dashboards.Entered) error {
	since := a.cal.Prev(a.cal.Containing(kpi.Quarter, a.now())).Starts
	all, err := a.store.Incidents(ctx, a.places(portfolio), since)
	if err != nil {
		return err
	}
	reviews, err := a.store.Reviews(ctx)
	if err != nil {
		return err
	}
	of := map[string][]dashboards.ReviewLine{}
	for _, v := range reviews {
		of[v.Source+"/"+v.ID] = append(of[v.Source+"/"+v.ID], dashboards.ReviewLine{Cause: v.Cause, ChangeRef: text(v.ChangeRef), Text: v.Text, Author: v.Author, At: v.ReviewedAt})
	}
	for _, i := range all {
		line := dashboards.IncidentLine{ID: i.Source + "/" + i.ID, Product: i.Product, Severity: i.Severity, StartedAt: i.StartedAt, Cause: i.Cause, ChangeRef: text(i.ChangeRef),
			VendorReviewed: i.ReviewedAt != nil && *i.ReviewedAt <= a.now()}
		line.Reviews = of[line.ID]
		out.Incidents = append(out.Incidents, line)
		cause, reviewed := i.Cause, line.VendorReviewed
		if n := len(line.Reviews); n > 0 {
			cause, reviewed = line.Reviews[n-1].Cause, true
		}
		if i.Severity <= 2 && (!reviewed || cause == "unknown") {
			why := "of " + a.dayName(i.StartedAt) + " has not been reviewed; its source says " + cause
			if reviewed {
				why = "of " + a.dayName(i.StartedAt) + ": the cause is unknown"
			}
			out.Due = append(out.Due, dashboards.Due{Kind: dashboards.Reviewing, ID: line.ID, What: "Incident " + i.ID, Why: why})
		}
	}
	return nil
}

func (a *app) enteredBets(ctx context.Context, portfolio string, out *dashboards.Entered) error {
	all, err := a.store.Promises(ctx, a.places(portfolio))
	if err != nil {
		return err
	}
	lifts, err := a.store.Lifts(ctx)
	if err != nil {
		return err
	}
	cases, err := a.cases(ctx)
	if err != nil {
		return err
	}
	out.Currencies = a.moneys()
	of := map[string][]dashboards.LiftLine{}
	for _, l := range lifts {
		of[l.Source+"/"+l.ID] = append(of[l.Source+"/"+l.ID], dashboards.LiftLine{Lift: l.Lift, Lo: l.Lo, Hi: l.Hi, Verdict: text(l.Verdict), Text: l.Text, Author: l.Author, At: l.MeasuredAt})
	}
	for _, p := range all {
		if a.hidden(p.KPI) {
			continue
		}
		line := dashboards.BetLine{ID: p.Source + "/" + p.ID, Product: p.Product, Name: p.Name, KPI: p.KPI, Unit: text(p.Unit), Expected: p.Expected, MeasureBy: p.MeasureBy, Measured: p.Measured, Outcome: text(p.Outcome)}
		if d, ok := a.definition(p.KPI); ok {
			line.KPI = d.Name
		}
		line.Lifts = of[line.ID]
		line.Case = kpi.NewBusinessCase(cases[line.ID], p.Released)
		out.Bets = append(out.Bets, line)
		open := slices.Contains([]string{"", string(kpi.BetPending), string(kpi.BetNotMeasured)}, line.Outcome)
		if open && p.Measured == nil && p.Verdict == nil && len(line.Lifts) == 0 && p.MeasureBy <= a.now() {
			out.Due = append(out.Due, dashboards.Due{Kind: dashboards.Measuring, ID: line.ID, What: p.Name, Why: "was due to be measured on " + a.dayName(p.MeasureBy) + ", and nobody has"})
		}
	}
	return nil
}

// dayName writes the company's day of an instant for a reader: 15 Sep 2026.
func (a *app) dayName(at kpi.Millis) string { return at.Time().In(a.cal.Zone).Format("2 Jan 2006") }
