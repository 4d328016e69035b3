package kpi

// MilestoneState is what a person says of a milestone.
type MilestoneState string

// The states of a milestone. Evidence never changes one: a person does.
const (
	MilestoneOpen    MilestoneState = "open"
	MilestoneDone    MilestoneState = "done"
	MilestoneDropped MilestoneState = "dropped"
)

// MilestoneStates in the order of a form.
func MilestoneStates() []MilestoneState {
	return []MilestoneState{MilestoneOpen, MilestoneDone, MilestoneDropped}
}

// Milestone is an item of the checklist a director's first year is looked at with.
type Milestone struct {
	Said
	Key     string // of the usual set; "" is one that somebody added
	Due     Date
	State   MilestoneState
	At      Date        // the day it was done or dropped; zero while it is open
	Earlier []Milestone // revisions before this one, oldest first
}

// Same says whether two revisions say the same, whoever wrote them and when.
func (m Milestone) Same(o Milestone) bool {
	return m.same(o.Said) && m.Key == o.Key && m.Due == o.Due && m.State == o.State && m.At == o.At
}

// Overdue says whether an open milestone should have been reached before a day.
func (m Milestone) Overdue(today Date) bool {
	return m.State == MilestoneOpen && m.Due.Before(today)
}

// EvidenceKind is what the data can say of a milestone.
type EvidenceKind string

// The kinds of evidence; "" is none.
const (
	EvidencePublished EvidenceKind = "published" // the scorecard is computed and shown
	EvidenceOwned     EvidenceKind = "owned"     // KPIs with an owner and a target
	EvidenceImproved  EvidenceKind = "improved"  // KPIs better than their baseline beyond doubt
	EvidenceStable    EvidenceKind = "stable"    // the predictability of the roadmap is without a signal
)

// UsualMilestone is one of the set that a director's first year begins with.
type UsualMilestone struct {
	Key      string
	After    Span // from the first day
	Text     string
	Evidence EvidenceKind
}

// UsualMilestones are the role's goals at 30, 60 and 90 days, 6 and 12 months.
func UsualMilestones() []UsualMilestone {
	return []UsualMilestone{
		{"30d-listened", Span{30, 'd'}, "Every product lead and each partner in engineering, design, data and sales has been heard, and what they said is written down.", ""},
		{"30d-inventory", Span{30, 'd'}, "What is measured today is listed: which KPIs, from which sources, and what is missing.", ""},
		{"60d-owned", Span{60, 'd'}, "Every KPI of the scorecard has a definition, an owner and a target that were agreed on.", EvidenceOwned},
		{"60d-published", Span{60, 'd'}, "The dashboard is published, and the weekly review reads it.", EvidencePublished},
		{"90d-plan", Span{90, 'd'}, "The objectives of the portfolio are agreed on, with key results and owners.", ""},
		{"90d-review", Span{90, 'd'}, "A quarterly review was held on these numbers.", ""},
		{"6m-improved", Span{6, 'm'}, "One or two KPIs are measurably better than when they were first judged.", EvidenceImproved},
		{"6m-bets", Span{6, 'm'}, "Every bet that is released has a lift that was promised before and a day to measure it.", ""},
		{"12m-stable", Span{12, 'm'}, "The roadmap delivers predictably: what is committed to is delivered, period after period.", EvidenceStable},
		{"12m-outcomes", Span{12, 'm'}, "The outcomes of the portfolio have improved, and their guardrails held.", ""},
	}
}

// DueMilestones are the usual ones as items that nobody has touched yet, due from
// the first day on; none while that day is not known.
func DueMilestones(portfolio string, first Date) []Milestone {
	if first.IsZero() {
		return nil
	}
	var out []Milestone
	for _, u := range UsualMilestones() {
		out = append(out, Milestone{Said: Said{Portfolio: portfolio, Text: u.Text, Links: []string{}}, Key: u.Key, Due: first.plus(u.After, 1), State: MilestoneOpen})
	}
	return out
}

// EvidenceFor is the kind of evidence for an item; "" for one that was added.
func EvidenceFor(key string) EvidenceKind {
	for _, u := range UsualMilestones() {
		if u.Key == key {
			return u.Evidence
		}
	}
	return ""
}

// Checklist puts what people wrote over the usual set: an item of it that was
// touched stands in its place, those that were added follow.
func Checklist(portfolio string, first Date, written []Milestone) []Milestone {
	out := DueMilestones(portfolio, first)
	for _, w := range written {
		placed := false
		for i := range out {
			if w.Key != "" && out[i].Key == w.Key {
				out[i], placed = w, true
			}
		}
		if !placed {
			out = append(out, w)
		}
	}
	return out
}
