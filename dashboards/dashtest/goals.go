package dashtest

import (
	"context"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

func said(id int64, of, author, text string, month time.Month, day int, links ...string) kpi.Said {
	return kpi.Said{ID: id, Revision: 1, Portfolio: "core", KPI: of, Text: text, Links: append([]string{}, links...), Author: author, RecordedAt: Day(2026, month, day) + 9*3_600_000}
}

func date(month time.Month, day int) kpi.Date { return kpi.Date{Year: 2026, Month: month, Day: day} }

// seedGoals is what Larkfield decided, fears, asks for and is to reach.
func (b *Notebook) seedGoals() {
	entry := func(kind kpi.RegisterKind, state kpi.RegisterState, of, owner, text string, at, due kpi.Date, links ...string) {
		b.register = append(b.register, kpi.RegisterEntry{Said: said(int64(len(b.register)+1), of, "p.nair", text, at.Month, at.Day, links...), Kind: kind, State: state, Owner: owner, At: at, Due: due})
	}
	entry(kpi.Risk, kpi.Raised, "activation_rate", "m.okafor", "Workspace roles stay in the first setup over the holidays.", date(9, 2), date(9, 18), "https://www.figma.com/board/roles", "https://app.dovetail.com/projects/roles")
	entry(kpi.Risk, kpi.Mitigated, "", "j.lind", "The event pipeline has one person who knows it.", date(8, 20), kpi.Date{})
	entry(kpi.Escalation, kpi.Raised, "ticket_rate", "p.nair", "Support has no one for the roles topic until October.", date(9, 14), date(9, 30))
	entry(kpi.Ask, kpi.Granted, "", "p.nair", "Two more designers for the guided setup.", date(8, 3), date(8, 15))
	entry(kpi.Decision, kpi.Proposed, "", "p.nair", "Approvals on mobile move to the first quarter.", date(9, 17), date(9, 25), "https://app.vanta.com/controls/12")
	entry(kpi.Decision, kpi.Decided, "time_to_value", "p.nair", "Sample data is on for every new account.", date(7, 6), kpi.Date{}, "https://larkfield.atlassian.net/wiki/x")
	b.register[0].Bet = "roadmap/b01"
	first := b.register[1]
	first.State, first.At = kpi.Raised, date(7, 1)
	b.register[1].Revision, b.register[1].Earlier = 2, []kpi.RegisterEntry{first}
	goal := func(parent int64, of, owner, text, expr string, due kpi.Date, state kpi.GoalState) {
		b.goals = append(b.goals, kpi.Objective{Said: said(int64(len(b.goals)+1), of, "p.nair", text, 7, 1), Parent: parent, Owner: owner, Due: due, State: state, Expr: expr})
	}
	goal(0, "", "p.nair", "A new team sees the value of a workflow in its first week.", "", date(12, 31), kpi.GoalOpen)
	goal(1, "activation_rate", "m.okafor", "", "", date(12, 31), kpi.GoalOpen)
	goal(1, "time_to_value", "m.okafor", "Half of them within two days.", "level < 2.5 days", date(12, 31), kpi.GoalOpen)
	goal(0, "", "l.brandt", "Customers help themselves.", "", date(12, 31), kpi.GoalOpen)
	goal(4, "deflection_rate", "l.brandt", "", "", date(12, 31), kpi.GoalOpen)
	goal(4, "gone_from_the_scorecard", "l.brandt", "", "", date(12, 31), kpi.GoalDropped)
	goal(0, "", "r.meyer", "Releases do not wake anybody.", "", date(6, 30), kpi.GoalClosed)
	goal(7, "slo_attainment", "r.meyer", "", "", date(6, 30), kpi.GoalOpen)
	b.goals[3].Links = []string{"https://miro.com/app/board/help"}
	item := func(key, text string, due kpi.Date, state kpi.MilestoneState, at kpi.Date, links ...string) {
		b.items = append(b.items, kpi.Milestone{Said: said(int64(len(b.items)+1), "", "p.nair", text, 8, 3, links...), Key: key, Due: due, State: state, At: at})
	}
	item("60d-published", "The dashboard is published, and the weekly review reads it.", date(5, 31), kpi.MilestoneDone, date(5, 22), "https://larkfield.atlassian.net/wiki/spaces/WBR")
	item("", "A second product lead is hired.", date(10, 31), kpi.MilestoneOpen, kpi.Date{})
}

// SaveRegisterEntry implements dashboards.Notes.
func (b *Notebook) SaveRegisterEntry(_ context.Context, e kpi.RegisterEntry) (kpi.RegisterEntry, error) {
	return keepNext(b, &b.register, e, func(e *kpi.RegisterEntry) *kpi.Said { return &e.Said }, func(now, was kpi.RegisterEntry) kpi.RegisterEntry {
		now.Earlier, was.Earlier = was.Earlier, nil
		now.Earlier = append(now.Earlier, was)
		return now
	})
}

// SaveObjective implements dashboards.Notes.
func (b *Notebook) SaveObjective(_ context.Context, o kpi.Objective) (kpi.Objective, error) {
	return keepNext(b, &b.goals, o, func(o *kpi.Objective) *kpi.Said { return &o.Said }, func(now, was kpi.Objective) kpi.Objective {
		now.Earlier, was.Earlier = was.Earlier, nil
		now.Earlier = append(now.Earlier, was)
		return now
	})
}

// SaveMilestone implements dashboards.Notes.
func (b *Notebook) SaveMilestone(_ context.Context, m kpi.Milestone) (kpi.Milestone, error) {
	return keepNext(b, &b.items, m, func(m *kpi.Milestone) *kpi.Said { return &m.Said }, func(now, was kpi.Milestone) kpi.Milestone {
		now.Earlier, was.Earlier = was.Earlier, nil
		now.Earlier = append(now.Earlier, was)
		return now
	})
}

// Goals implements dashboards.Reader: Core Workflows has a director since April.
func (r *Reader) Goals(_ context.Context, portfolio string) (*dashboards.Goals, error) {
	out := &dashboards.Goals{}
	if r.Err != nil {
		return nil, r.Err
	}
	if portfolio == "core" && len(r.Company.Judged) > 0 {
		out.Since = date(4, 1)
	}
	var all []kpi.Objective
	var items []kpi.Milestone
	if r.Book != nil {
		r.Book.mu.Lock()
		defer r.Book.mu.Unlock()
		for _, o := range r.Book.goals {
			if o.Portfolio == portfolio {
				o.Text = r.hostile(o.Text)
				all = append(all, o)
			}
		}
		for _, m := range r.Book.items {
			if m.Portfolio == portfolio {
				m.Text = r.hostile(m.Text)
				items = append(items, m)
			}
		}
	}
	card := r.card(dashboards.Query{Portfolio: portfolio})
	if r.Edit != nil {
		r.Edit(card)
	}
	row := func(id string) *scorecard.Row {
		for i := range card.KPIs {
			if card.KPIs[i].ID == id {
				return &card.KPIs[i]
			}
		}
		return nil
	}
	var err error
	out.Objectives, err = dashboards.NewObjectives(all, func(k kpi.Objective) (*scorecard.Row, string, error) { return row(k.KPI), card.Week, nil })
	first := date(3, 2)
	for _, m := range kpi.Checklist(portfolio, out.Since, items) {
		out.Milestones = append(out.Milestones, dashboards.Milestone{Milestone: m, Evidence: card.EvidenceOf(kpi.EvidenceFor(m.Key), &first, row("predictability"))})
	}
	return out, err
}
