package scorecard

import (
	"strings"

	"github.com/kpid/kpid/kpi"
)

// health judges the portfolio by the displayed statuses of its rows. A KPI that
// nobody set a target for is no part of it: there is no promise to keep. Weights
// are those of the target the verdict was given by, so that a page of the past
// weighs as it did then.
func (in Input) health(all []judged) *Health {
	var cards []kpi.Card
	for i, k := range in.KPIs {
		t := in.target(k, all[i].Verdict)
		if t == nil {
			continue
		}
		cards = append(cards, kpi.Card{KPI: k.Definition.ID, Types: k.Definition.Types, Displayed: all[i].Displayed, Weight: t.Weight, Veto: t.Veto})
	}
	if len(cards) == 0 {
		return nil
	}
	h := kpi.PortfolioHealth(cards, in.Dimensions)
	out := &Health{Status: h.Status, Rule: h.Rule, Coverage: h.Coverage, Index: h.Index, Caps: []string{}, Uncertain: []string{}}
	for _, d := range h.Dimensions {
		out.Dimensions = append(out.Dimensions, Dimension{Type: d.Type, Status: d.Status, Index: d.Index, Coverage: d.Coverage})
	}
	for i, k := range in.KPIs {
		if len(all[i].Caps) > 0 {
			out.Caps = append(out.Caps, k.Definition.ID)
		}
		if all[i].Uncertain {
			out.Uncertain = append(out.Uncertain, k.Definition.ID)
		}
	}
	return out
}

// Says is the portfolio's status in a sentence, with the dimensions that hold it
// down: "Portfolio at risk: quality is off track."
func (h *Health) Says() string {
	if h == nil {
		return ""
	}
	if h.Status == kpi.NotEnoughData {
		return "Portfolio not judged: too little of the scorecard can be."
	}
	var names []string
	worst := kpi.AtRisk
	for _, d := range h.Dimensions {
		if d.Status == kpi.OffTrack {
			worst = kpi.OffTrack
		}
	}
	for _, d := range h.Dimensions {
		if d.Status == worst {
			names = append(names, lower(GroupTitle(d.Type)))
		}
	}
	s := "Portfolio " + word(h.Status)
	if !h.Status.OnTarget() && len(names) > 0 {
		verb := " is "
		if len(names) > 1 {
			verb = " are "
		}
		s += ": " + join(names) + verb + word(worst)
	}
	return strings.TrimSpace(s) + "."
}

// Of is the status of a group's dimension, "" where there is none.
func (h *Health) Of(group string) kpi.Status {
	if h == nil {
		return ""
	}
	for _, d := range h.Dimensions {
		if d.Type == group {
			return d.Status
		}
	}
	return ""
}
