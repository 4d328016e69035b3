package scorecard

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// evidenceCard is a good month: activation is 56 of 70 where it was 48 of 80, the
// difference 20 points with an interval of 5.2 to 33.4 (Newcombe's published example).
func evidenceCard() *Scorecard {
	f := func(v float64) *float64 { return &v }
	share := kpi.Measure{ID: "rate", Agg: kpi.Share, Unit: "%", Digits: 1, Direction: kpi.Up}
	days := kpi.Measure{ID: "median", Agg: kpi.Median, Unit: "days", Digits: 1, Direction: kpi.Down}
	row := func(id, name string, m kpi.Measure) Row {
		return Row{ID: id, Name: name, Measure: m.ID, Owner: "p.nair", Def: &kpi.Definition{Measures: []kpi.Measure{m}}, Target: &TargetRef{}}
	}
	a, b, c := row("activation", "Activation", share), row("lead", "Lead time", days), row("churn", "Churn", share)
	a.Value, a.Num, a.Den, a.Target.Baseline = f(80), f(56), f(70), &kpi.Baseline{Value: 60, Num: f(48), Den: f(80)}
	b.Value, b.CI, b.Target.Baseline = f(9.5), &kpi.Interval{8, 11}, &kpi.Baseline{Value: 10}
	c.Target = nil
	return &Scorecard{KPIs: []Row{a, b, c}}
}

func TestEvidence(t *testing.T) {
	day := kpi.Date{Year: 2026, Month: 3, Day: 2}
	card, empty := evidenceCard(), &Scorecard{}
	none := evidenceCard()
	none.KPIs = none.KPIs[1:2]
	for _, c := range []struct {
		name  string
		got   *Evidence
		holds bool
		says  string
	}{
		{"published", card.EvidenceOf(kpi.EvidencePublished, &day, nil), true, "The first evaluation was stored on 2026-03-02; 2 of 3 KPIs on the page have a number."},
		{"published without a number", empty.EvidenceOf(kpi.EvidencePublished, &day, nil), false, "The first evaluation was stored on 2026-03-02; 0 of 0 KPIs on the page have a number."},
		{"never evaluated", card.EvidenceOf(kpi.EvidencePublished, nil, nil), false, "No evaluation has been stored yet."},
		{"owned", card.EvidenceOf(kpi.EvidenceOwned, nil, nil), false, "2 of 3 KPIs have an owner and a target; Churn lacks one or both."},
		{"all owned", none.EvidenceOf(kpi.EvidenceOwned, nil, nil), true, "1 of 1 KPI has an owner and a target."},
		{"nothing to own", empty.EvidenceOf(kpi.EvidenceOwned, nil, nil), false, "The scorecard has no KPI yet."},
		{"improved", card.EvidenceOf(kpi.EvidenceImproved, nil, nil), true,
			"1 of 2 KPIs with a baseline and an interval is better than the baseline, no change being outside of the interval: Activation (80.0%, was 60%: +20.0 pts, 95% interval +5.2 pts to +33.4 pts)."},
		{"not beyond doubt", none.EvidenceOf(kpi.EvidenceImproved, nil, nil), false, "Of 1 KPI with a baseline and an interval none is better than its baseline beyond doubt."},
		{"no baseline", empty.EvidenceOf(kpi.EvidenceImproved, nil, nil), false, "No KPI has a baseline and an interval yet, so none can be said to have improved."},
		{"no such row", card.EvidenceOf(kpi.EvidenceStable, nil, nil), false, "The scorecard has no KPI that tells how predictable the roadmap is."},
	} {
		if c.got.Holds != c.holds || c.got.Sentence != c.says {
			t.Errorf("%s: %v %q, want %v %q", c.name, c.got.Holds, c.got.Sentence, c.holds, c.says)
		}
	}
	if card.EvidenceOf("", nil, nil) != nil {
		t.Error("what no data tells has no evidence")
	}
}

// TestSteady draws eight weeks at 80 to 82 %: their mean is 648/8 = 81, their moving ranges
// are 2, 1, 1, 2, 1, 1, 2, so the limits are 81 ± 2.66 · 10/7 = 81 ± 3.8.
func TestSteady(t *testing.T) {
	k := share(t, "predictability", "level > 70 %", "2026-W38", .80, .82, .81, .80, .82, .81, .80, .82)
	build := func(k KPI) *Row {
		s := Build(page(t, k))
		return &s.KPIs[0]
	}
	calm := predictable(build(k))
	if want := "None of the last 6 periods of Predictability (77.2% to 84.8% around 81.0%) is a signal."; !calm.Holds || calm.Sentence != want || calm.KPIs[0] != "predictability" {
		t.Errorf("%v %q, want %q", calm.Holds, calm.Sentence, want)
	}
	// the last week lies far outside of what the others allow
	wild := predictable(build(share(t, "predictability", "level > 70 %", "2026-W38", .80, .82, .81, .80, .82, .70, .80, .82, .81, .70, .82, .81, .70, .82, .20)))
	if !strings.HasPrefix(wild.Sentence, "1 of the last 6 periods of Predictability (") || !strings.HasSuffix(wild.Sentence, ") is a signal: W38.") || wild.Holds {
		t.Errorf("%v %q", wild.Holds, wild.Sentence)
	}
	short := predictable(build(share(t, "predictability", "level > 70 %", "2026-W38", .80, .82, .81)))
	if want := "Predictability has 3 periods with a number; 6 are needed before its process chart can say that it is stable."; short.Holds || short.Sentence != want {
		t.Errorf("%v %q", short.Holds, short.Sentence)
	}
}
