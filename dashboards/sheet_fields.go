package dashboards

import (
	"strings"

	"github.com/kpid/kpid/kpi"
)

const linkHint = "One a line, https only: the board in Figma or Miro, the control in Vanta or Drata, the page in Confluence."

func textField(label, value string, required bool) inputField {
	return inputField{Name: "text", Label: label, As: "area", Required: required, Max: kpi.MaxNoteText, Value: value}
}

func linksField(links []string) inputField {
	return inputField{Name: "links", Label: "Links", As: "area", Max: kpi.MaxNoteLinks * (kpi.MaxNoteLink + 1), Hint: linkHint, Value: strings.Join(links, "\n")}
}

func dayField(name, label, hint string, day kpi.Date, required bool) inputField {
	f := inputField{Name: name, Label: label, As: "date", Required: required, Hint: hint}
	if !day.IsZero() {
		f.Value = day.String()
	}
	return f
}

// ownerField offers the people of the configuration.
func (d *desk) ownerField(label, owner string) inputField {
	f := inputField{Name: "owner", Label: label, As: "select", Required: true, Value: owner}
	for _, p := range d.out.site.Persons {
		f.Options = append(f.Options, inputOption{p.ID, p.Name})
	}
	if len(f.Options) == 0 { // every choice is checked; of none nothing would be
		f.Options = []inputOption{{"", "nobody is named by a [[person]] table"}}
	}
	return f
}

// kpiField offers the KPIs of the scorecard.
func (d *desk) kpiField(chosen string, required bool) inputField {
	f := inputField{Name: "kpi", Label: "KPI", As: "select", Required: required, Value: chosen}
	if !required {
		f.Options = append(f.Options, inputOption{"", "The portfolio as a whole"})
	}
	for _, r := range d.card.KPIs {
		if !hasOption(f.Options, r.ID) {
			f.Options = append(f.Options, inputOption{r.ID, r.Name})
		}
	}
	if !hasOption(f.Options, chosen) && chosen != "" { // it is not in the scorecard any more
		f.Options = append(f.Options, inputOption{chosen, chosen})
	}
	return f
}

func (d *desk) entryFields(e kpi.RegisterEntry) []inputField {
	kind := inputField{Name: "kind", Label: "Kind", As: "select", Required: true, Value: string(e.Kind)}
	state := inputField{Name: "state", Label: "State", As: "select", Value: string(e.State)}
	kinds := kpi.RegisterKinds()
	if e.ID != 0 {
		kinds = []kpi.RegisterKind{e.Kind}
		state.Required = true
	} else {
		state.Options = []inputOption{{"", "As it begins"}}
		state.Hint = "Left out, a decision is proposed and anything else is open."
	}
	for _, k := range kinds {
		kind.Options = append(kind.Options, inputOption{string(k), title(string(k))})
		for _, s := range k.States() {
			o := inputOption{string(s), title(string(s))}
			if !hasOption(state.Options, o.Value) {
				state.Options = append(state.Options, o)
			}
		}
	}
	bet := inputField{Name: "bet", Label: "Bet", As: "select", Options: []inputOption{{"", "None"}}, Value: e.Bet}
	for _, b := range d.bets {
		bet.Options = append(bet.Options, inputOption{b.Key(), b.Name})
	}
	if e.Bet != "" && !hasOption(bet.Options, e.Bet) { // its source does not tell of it any more
		bet.Options = append(bet.Options, inputOption{e.Bet, e.Bet})
	}
	return []inputField{kind, state, textField("What it is about", e.Text, true), d.ownerField("Who decides, watches or asks", e.Owner),
		dayField("at", "Day it came into this state", "Raised, decided, answered or closed on.", e.At, true),
		dayField("due", "Due", "When it is to be settled, or looked at again.", e.Due, false), d.kpiField(e.KPI, false), bet, linksField(e.Links)}
}

func hasOption(options []inputOption, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

func goalState(o kpi.Objective) inputField {
	f := inputField{Name: "state", Label: "State", As: "select", Required: o.ID != 0, Value: string(o.State)}
	for _, s := range kpi.GoalStates() {
		f.Options = append(f.Options, inputOption{string(s), title(string(s))})
	}
	if o.ID == 0 {
		f.As, f.Value = "hidden", string(kpi.GoalOpen)
	}
	return f
}

func (d *desk) objectiveFields(o kpi.Objective) []inputField {
	return []inputField{textField("What is to be reached", o.Text, true), d.ownerField("Owner", o.Owner),
		dayField("due", "By", "Its key results are due on the same day.", o.Due, true), goalState(o), linksField(o.Links)}
}

func (d *desk) resultFields(o kpi.Objective) []inputField {
	parent := inputField{Name: "objective", Label: "Objective", As: "select", Required: true}
	if o.Parent != 0 {
		parent.Value = idText(o.Parent)
	}
	for _, top := range d.goals.Objectives {
		if top.State == kpi.GoalOpen || top.ID == o.Parent {
			parent.Options = append(parent.Options, inputOption{idText(top.ID), cut(top.Text, 80)})
		}
	}
	if len(parent.Options) == 0 {
		parent.Options = []inputOption{{"", "There is no objective yet"}}
	}
	return []inputField{parent, d.kpiField(o.KPI, true),
		{Name: "measure", Label: "Measure", As: "text", Max: shortText, Value: o.Measure, Hint: "Its id, where it is not the one the scorecard shows."},
		{Name: "expr", Label: "Target of its own", As: "text", Value: o.Expr, Hint: "Such as level > 45 %, or up 3..10 pts in 2q from 2026-07-01. Left out, the scorecard’s target counts."},
		d.ownerField("Owner", o.Owner), textField("What it stands for", o.Text, false), goalState(o), linksField(o.Links)}
}

func (d *desk) milestoneFields(m kpi.Milestone) []inputField {
	state := inputField{Name: "state", Label: "State", As: "select", Value: string(m.State)}
	for _, s := range kpi.MilestoneStates() {
		state.Options = append(state.Options, inputOption{string(s), title(string(s))})
	}
	if m.State == "" {
		state.Value = string(kpi.MilestoneOpen)
	}
	return []inputField{{Name: "item", As: "hidden", Max: shortText, Value: m.Key}, textField("What is to be reached", m.Text, true), dayField("due", "Due", "", m.Due, true), state,
		dayField("at", "Done or dropped on", "Left out, today.", m.At, false), linksField(m.Links)}
}
