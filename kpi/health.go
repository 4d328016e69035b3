package kpi

import (
	"cmp"
	"slices"
)

// Card is one KPI of a scorecard as portfolio health looks at it.
type Card struct {
	KPI       string
	Types     []string // one or two; two: half the weight in each
	Displayed Status   // after guardrail caps
	Weight    float64  // 0: not in the index; its vetoes and its dimension count
	Veto      bool     // off track, it takes its dimension off track
}

// Dimension is how one type of KPI stands.
type Dimension struct {
	Type     string
	Status   Status
	Index    *float64 // credit over graded weight, 0 to 1; nil: nothing is graded
	Coverage float64  // graded weight over weight
}

// Health of a portfolio. Statuses are counted and gated, never averaged into a
// grade that hides a fire; Index is for the trend only.
type Health struct {
	Status     Status
	Rule       int // of kpi-definitions 6.1 that decided, 1 to 5
	Coverage   float64
	Index      *float64
	Dimensions []Dimension // of the types there are, in the order of Types
}

// Types are the nine dimensions in the order of the framework.
func Types() []string {
	return []string{"outcome", "satisfaction", "quality", "efficiency", "reliability", "innovation", "collaboration", "leadership", output}
}

const (
	output  = "output"
	outcome = "outcome"
)

// DimensionWeights are those of rule 4 when all dimensions are scored.
func DimensionWeights() map[string]float64 {
	return map[string]float64{outcome: 40, "quality": 12, "efficiency": 10, "reliability": 12, "innovation": 5,
		output: 3, "collaboration": 6, "satisfaction": 7, "leadership": 5}
}

// PortfolioHealth judges a portfolio by its cards, in any order; weights are
// those of its dimensions, nil for the usual ones. Where no card has a weight all
// weigh the same: nobody said that one matters more. Output never raises a verdict:
// the portfolio is judged with and without it and the worse result stands.
func PortfolioHealth(cards []Card, weights map[string]float64) Health {
	if weights == nil {
		weights = DimensionWeights()
	}
	cards = evened(cards)
	with := healthOf(cards, weights)
	without := healthOf(withoutOutput(cards), weights)
	if healthRank(without.Status) < healthRank(with.Status) {
		with.Status, with.Rule = without.Status, without.Rule
	}
	return with
}

// evened gives every card the same weight where none has one.
func evened(cards []Card) []Card {
	if slices.ContainsFunc(cards, func(c Card) bool { return c.Weight > 0 }) {
		return cards
	}
	out := slices.Clone(cards)
	for i := range out {
		out[i].Weight = 1
	}
	return out
}

// withoutOutput drops the output half of dual types and what is output alone.
func withoutOutput(cards []Card) []Card {
	var out []Card
	for _, c := range cards {
		if !slices.Contains(c.Types, output) {
			out = append(out, c)
			continue
		}
		if len(c.Types) > 1 {
			c.Weight /= 2
			c.Types = slices.DeleteFunc(slices.Clone(c.Types), func(t string) bool { return t == output })
			out = append(out, c)
		}
	}
	return out
}

// healthRank orders results, worst first; what cannot be judged is the worst,
// since nothing unknown may look well.
func healthRank(s Status) int {
	if !s.Graded() {
		return -1
	}
	return s.rank()
}

func healthOf(cards []Card, weights map[string]float64) Health {
	h := Health{}
	byType := map[string]Dimension{}
	for _, t := range Types() {
		if d, ok := dimension(t, cards); ok {
			h.Dimensions = append(h.Dimensions, d)
			byType[t] = d
		}
	}
	h.Index, h.Coverage = credits(cards, func(c Card) float64 { return c.Weight })
	h.Status, h.Rule = h.decide(cards, byType, weights)
	return h
}

// decide goes through the rules of 6.1 in order.
func (h Health) decide(cards []Card, byType map[string]Dimension, weights map[string]float64) (Status, int) {
	outcomes := 0
	for _, c := range cards {
		if slices.Contains(c.Types, outcome) && c.Displayed.Graded() {
			outcomes++
		}
	}
	if outcomes < 3 || h.Coverage < 0.60-healthTol {
		return NotEnoughData, 1
	}
	if byType[outcome].Status == OffTrack || byType["reliability"].Status == OffTrack && vetoed("reliability", cards) {
		return OffTrack, 2
	}
	below := false
	for _, d := range h.Dimensions {
		if d.Status == OffTrack {
			return AtRisk, 3
		}
		below = below || d.Status == AtRisk
	}
	if byType[outcome].Status == AtRisk {
		return AtRisk, 3
	}
	var credit, weight float64
	for _, d := range h.Dimensions {
		if d.Index != nil && d.Status.Graded() {
			credit, weight = credit+weights[d.Type]**d.Index, weight+weights[d.Type]
		}
	}
	switch {
	case weight == 0 || credit/weight < 0.80-healthTol:
		return AtRisk, 4
	case byType[outcome].Status == Exceeding && !below:
		return Exceeding, 5
	}
	return OnTrack, 4
}

// healthTol keeps sums of halves from deciding by a rounding.
const healthTol = 1e-9

func vetoed(t string, cards []Card) bool {
	return slices.ContainsFunc(cards, func(c Card) bool {
		return c.Veto && c.Displayed == OffTrack && slices.Contains(c.Types, t)
	})
}

// dimension judges one type; ok is false where no card is of it. Cards without a
// weight count equally among themselves where no card of the type has one, so
// that a dimension nobody weighs is still a row; beside weighted ones they only
// matter by a veto.
func dimension(t string, cards []Card) (Dimension, bool) {
	var of []Card
	for _, c := range cards {
		if slices.Contains(c.Types, t) {
			of = append(of, c)
		}
	}
	if len(of) == 0 {
		return Dimension{}, false
	}
	share := func(c Card) float64 { return c.Weight / float64(len(c.Types)) }
	weighted := slices.ContainsFunc(of, func(c Card) bool { return c.Weight > 0 })
	if !weighted {
		share = func(c Card) float64 { return 1 / float64(len(c.Types)) }
	}
	d := Dimension{Type: t}
	d.Index, d.Coverage = credits(of, share)
	fire := slices.ContainsFunc(of, func(c Card) bool { return c.Displayed == OffTrack && share(c) > 0 })
	switch {
	case d.Coverage < 0.50-healthTol || d.Index == nil:
		d.Status = NotEnoughData
	case vetoed(t, of) || *d.Index < 0.50-healthTol:
		d.Status = OffTrack
	case *d.Index < 0.80-healthTol || fire:
		d.Status = AtRisk
	case exceeds(of, share):
		d.Status = Exceeding
	default:
		d.Status = OnTrack
	}
	return d, true
}

// credits gives credit over graded weight (nil: none is graded) and graded
// weight over weight. Cards are added in the order of their ids, so that the
// order they come in decides nothing.
func credits(cards []Card, weight func(Card) float64) (index *float64, coverage float64) {
	sorted := slices.SortedFunc(slices.Values(cards), func(a, b Card) int { return cmp.Compare(a.KPI, b.KPI) })
	var credit, graded, all float64
	for _, c := range sorted {
		w := weight(c)
		all += w
		if c.Displayed.Graded() {
			graded += w
			credit += w * c.Displayed.credit()
		}
	}
	if graded > 0 {
		i := credit / graded
		index = &i
	}
	if all > 0 {
		coverage = graded / all
	}
	return index, coverage
}

// credit of a graded status. Over-achievement buys none.
func (s Status) credit() float64 {
	switch s {
	case Exceeding, OnTrack:
		return 1
	case AtRisk:
		return 0.5
	}
	return 0
}

// exceeds: every graded card on track or better, half the weight exceeding.
func exceeds(cards []Card, weight func(Card) float64) bool {
	var all, beyond float64
	for _, c := range cards {
		w := weight(c)
		all += w
		switch {
		case c.Displayed == Exceeding:
			beyond += w
		case c.Displayed.Graded() && w > 0 && c.Displayed != OnTrack:
			return false
		}
	}
	return beyond > 0 && 2*beyond >= all-healthTol
}
