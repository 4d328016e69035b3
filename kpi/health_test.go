package kpi

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// example is the worked example of kpi-definitions 6.3.
func example() []Card {
	of := func(id string, s Status, w float64, types ...string) Card {
		return Card{KPI: id, Types: types, Displayed: s, Weight: w}
	}
	return []Card{
		of("north_star", OnTrack, 15, outcome), of("activation_rate", AtRisk, 10, outcome), of("feature_adoption", OnTrack, 10, outcome),
		of("gross_retention", OnTrack, 15, outcome), of("nrr_influence", AtRisk, 10, outcome), of("time_to_value", MaturingNow, 5, outcome),
		of("roadmap_outcome_attainment", AtRisk, 15, outcome), of("ticket_rate", OnTrack, 7.5, "efficiency", "quality"),
		of("defect_escape_rate", OffTrack, 7.5, "quality"), of("stakeholder_alignment", OnTrack, 5, "collaboration"),
	}
}

func dimensionOf(h Health, t string) Dimension {
	for _, d := range h.Dimensions {
		if d.Type == t {
			return d
		}
	}
	return Dimension{}
}

func TestHealthExample(t *testing.T) {
	h := PortfolioHealth(example(), nil)
	near(t, "coverage", h.Coverage, 0.95, 1e-9)
	near(t, "index", *h.Index, 0.737, 5e-4)
	near(t, "outcome", *dimensionOf(h, outcome).Index, 0.767, 5e-4)
	near(t, "quality", *dimensionOf(h, "quality").Index, 0.333, 5e-4)
	if o, q := dimensionOf(h, outcome).Status, dimensionOf(h, "quality").Status; h.Status != AtRisk || h.Rule != 3 || o != AtRisk || q != OffTrack {
		t.Errorf("%s by rule %d, outcome %s, quality %s", h.Status, h.Rule, o, q)
	}
}

// Each rule of 6.1, by what is changed in a portfolio that is on track.
func TestHealthRules(t *testing.T) {
	fine := func() []Card {
		var out []Card
		for _, id := range []string{"a", "b", "c", "d"} {
			out = append(out, Card{KPI: id, Types: []string{outcome}, Displayed: OnTrack, Weight: 20})
		}
		return append(out, Card{KPI: "slo", Types: []string{"reliability"}, Displayed: OnTrack, Veto: true},
			Card{KPI: "q", Types: []string{"quality"}, Displayed: OnTrack, Weight: 20})
	}
	tests := map[string]struct {
		change func(c []Card) []Card
		want   Status
		rule   int
	}{
		"all well":                 {func(c []Card) []Card { return c }, OnTrack, 4},
		"two outcomes graded":      {func(c []Card) []Card { c[0].Displayed, c[1].Displayed = NoData, MaturingNow; return c }, NotEnoughData, 1},
		"coverage under 60 %":      {func(c []Card) []Card { c[0].Displayed, c[5].Weight, c[5].Displayed = NoData, 40, NoData; return c }, NotEnoughData, 1},
		"reliability vetoed":       {func(c []Card) []Card { c[4].Displayed = OffTrack; return c }, OffTrack, 2},
		"reliability without veto": {func(c []Card) []Card { c[4].Displayed, c[4].Veto = OffTrack, false; return c }, AtRisk, 3},
		"outcome off track": {func(c []Card) []Card {
			c[0].Displayed, c[1].Displayed, c[2].Displayed = OffTrack, OffTrack, OffTrack
			return c
		}, OffTrack, 2},
		"a veto in outcome":     {func(c []Card) []Card { c[0].Displayed, c[0].Veto = OffTrack, true; return c }, OffTrack, 2},
		"one outcome off track": {func(c []Card) []Card { c[0].Displayed = OffTrack; return c }, AtRisk, 3},
		"quality off track":     {func(c []Card) []Card { c[5].Displayed = OffTrack; return c }, AtRisk, 3},
		"outcome at risk":       {func(c []Card) []Card { c[0].Displayed, c[1].Displayed = AtRisk, AtRisk; return c }, AtRisk, 3},
		"exceeding":             {func(c []Card) []Card { c[0].Displayed, c[1].Displayed = Exceeding, Exceeding; return c }, Exceeding, 5},
		"exceeding, quality risk": {func(c []Card) []Card {
			c[0].Displayed, c[1].Displayed, c[5].Displayed = Exceeding, Exceeding, AtRisk
			return c
		}, OnTrack, 4},
		"three exceed, one fire": {func(c []Card) []Card {
			c[0].Displayed, c[1].Displayed, c[2].Displayed, c[3].Displayed = Exceeding, Exceeding, Exceeding, OffTrack
			return c
		}, AtRisk, 3},
	}
	for name, tt := range tests {
		if h := PortfolioHealth(tt.change(fine()), nil); h.Status != tt.want || h.Rule != tt.rule {
			t.Errorf("%s: %s by rule %d, want %s by rule %d", name, h.Status, h.Rule, tt.want, tt.rule)
		}
	}
	if d := dimensionOf(PortfolioHealth(fine(), nil), "reliability"); d.Status != OnTrack || d.Coverage != 1 {
		t.Errorf("a dimension nobody weighs: %+v", d)
	}
}

func TestHealthWithoutWeights(t *testing.T) {
	cards := example()
	for i := range cards {
		cards[i].Weight = 0
	}
	if h := PortfolioHealth(cards, nil); h.Rule == 1 || math.Abs(h.Coverage-0.9) > 1e-9 {
		t.Errorf("%+v", h)
	}
}

// anyCards draws a scorecard.
func anyCards(rt *rapid.T) []Card {
	statuses := []Status{Exceeding, OnTrack, AtRisk, OffTrack, MaturingNow, NotEnoughData, NoData}
	var out []Card
	for i := range rapid.IntRange(1, 14).Draw(rt, "cards") {
		c := Card{KPI: string(rune('a' + i)), Displayed: rapid.SampledFrom(statuses).Draw(rt, "status"),
			Weight: float64(rapid.SampledFrom([]int{0, 5, 10, 15}).Draw(rt, "weight")), Veto: rapid.Bool().Draw(rt, "veto")}
		first := rapid.SampledFrom([]string{outcome, outcome, "quality", "reliability", output}).Draw(rt, "type")
		c.Types = []string{first}
		if second := rapid.SampledFrom([]string{"", "efficiency", output}).Draw(rt, "second"); second != "" && second != first {
			c.Types = append(c.Types, second)
		}
		out = append(out, c)
	}
	return out
}

func TestHealthProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cards := anyCards(rt)
		h := PortfolioHealth(cards, nil)
		if diff := cmp.Diff(h, PortfolioHealth(rapid.Permutation(cards).Draw(rt, "order"), nil)); diff != "" {
			rt.Fatalf("another order:\n%s", diff)
		}
		if without := PortfolioHealth(withoutOutput(cards), nil); healthRank(h.Status) > healthRank(without.Status) {
			rt.Fatalf("output raises %s to %s", without.Status, h.Status)
		}
		if h.Index != nil && (*h.Index < 0 || *h.Index > 1) || math.IsNaN(h.Coverage) {
			rt.Fatalf("%+v", h)
		}
		i := rapid.IntRange(0, len(cards)-1).Draw(rt, "which")
		if !cards[i].Displayed.Graded() || cards[i].Displayed == Exceeding {
			return
		}
		better := append([]Card(nil), cards...)
		better[i].Displayed = map[Status]Status{OffTrack: AtRisk, AtRisk: OnTrack, OnTrack: Exceeding}[cards[i].Displayed]
		if now := PortfolioHealth(better, nil); healthRank(now.Status) < healthRank(h.Status) {
			rt.Fatalf("%s of %s makes %s of %s", better[i].Displayed, cards[i].Displayed, now.Status, h.Status)
		}
	})
}
