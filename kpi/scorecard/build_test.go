package scorecard

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/kpid/kpid/kpi"
)

func TestCountsAndTheWeekBefore(t *testing.T) {
	s := Build(page(t,
		share(t, "good", "level 60..80 %", "2026-W38", .70, .70, .70),
		share(t, "best", "level 60..80 %", "2026-W38", .90, .90, .90),
		share(t, "fell", "level 60..80 %", "2026-W38", .70, .70, .20),
		share(t, "empty", "level 60..80 %", "2026-W38"),
	))
	want := Counts{OffTrack: 1, OnTrack: 1, Exceeding: 1, NoData: 1, Judged: 3, OnTarget: 2,
		Was: &Counts{OnTrack: 2, Exceeding: 1, NoData: 1, Judged: 3, OnTarget: 3}}
	if diff := cmp.Diff(want, s.Counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if len(s.Changed) != 1 {
		t.Fatalf("changes: %+v, want one", s.Changed)
	}
	c := s.Changed[0]
	if c.KPI != "fell" || c.From == nil || *c.From != kpi.OnTrack || c.To != kpi.OffTrack || c.Kind != "status" || c.Tag != "Routine" {
		t.Errorf("change is %+v", c)
	}
	if h := s.Health; h.Status != kpi.AtRisk || h.Rule != 3 || h.Coverage != 0.75 || h.Of("outcome") != kpi.AtRisk {
		t.Errorf("one type of few KPIs: %+v", h)
	}
}

func TestNothingKnownTheWeekBefore(t *testing.T) {
	s := Build(page(t, share(t, "new", "level 60..80 %", "2026-W38", .70)))
	if s.Counts.Was != nil || len(s.Changed) != 0 {
		t.Errorf("was %+v and changes %+v for a first week, want none", s.Counts.Was, s.Changed)
	}
}

func TestGuardrailCaps(t *testing.T) {
	with := func(k KPI, guardrails ...string) KPI {
		k.Definition.Guardrails = guardrails
		return k
	}
	broken := share(t, "churn", "level 60..80 %", "2026-W38", .20, .20, .20)
	s := Build(page(t,
		broken,
		with(share(t, "capped", "level 60..80 %", "2026-W38", .70, .70, .70), "churn", "absent"),
		with(share(t, "already", "level 60..80 %", "2026-W38", .10, .10, .10), "churn"),
		with(share(t, "unjudged", "level 60..80 %", "2026-W38"), "churn"),
		// A capped KPI is no broken guardrail: caps use raw statuses and do not chain.
		with(share(t, "chained", "level 60..80 %", "2026-W38", .70, .70, .70), "capped"),
	))
	for _, want := range []struct {
		id     string
		status kpi.Status
		caps   []string
	}{
		{"churn", kpi.OffTrack, []string{}},
		{"capped", kpi.AtRisk, []string{"churn"}},
		{"already", kpi.OffTrack, []string{}},
		{"unjudged", kpi.NoData, []string{}},
		{"chained", kpi.OnTrack, []string{}},
	} {
		r := find(t, s, want.id)
		if r.Status != want.status || !cmp.Equal(r.Caps, want.caps) {
			t.Errorf("%s: %s capped by %v, want %s capped by %v", want.id, r.Status, r.Caps, want.status, want.caps)
		}
	}
	if r := find(t, s, "capped"); r.Published != kpi.OnTrack {
		t.Errorf("published is %s, want on_track: a cap changes only what is displayed", r.Published)
	}
	if got := find(t, s, "churn").Guards; !cmp.Equal(got, []string{"already", "capped", "unjudged"}) {
		t.Errorf("churn guards %v", got)
	}
}

func TestGuardrailsOfTheTargetReplaceThoseOfTheDefinition(t *testing.T) {
	k := share(t, "rate", "level 60..80 %", "2026-W38", .70, .70)
	k.Definition.Guardrails = []string{"churn"}
	k.Targets[0].Guardrails = []string{"tickets"}
	s := Build(page(t, k, share(t, "churn", "level 60..80 %", "2026-W38", .20, .20)))
	if r := find(t, s, "rate"); r.Status != kpi.OnTrack {
		t.Errorf("status is %s, want on_track: the target names another guardrail", r.Status)
	}
}

func TestOrderOfRows(t *testing.T) {
	typed := func(id string, weight float64, types ...string) KPI {
		k := share(t, id, "", "2026-W38")
		k.Definition.Types, k.Weight = types, weight
		return k
	}
	s := Build(page(t,
		typed("own", 9, "zeal"),
		typed("coverage", 9, "output", "quality"),
		typed("defects", 10, "quality"),
		typed("light", 1, "outcome"),
		typed("nps", 1, "satisfaction"),
		typed("heavy_b", 15, "outcome"),
		typed("heavy_a", 15, "outcome"),
		typed("pm", 1, "leadership"),
	))
	want := []string{"heavy_a", "heavy_b", "light", "nps", "defects", "coverage", "pm", "own"}
	if diff := cmp.Diff(want, ids(s)); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if g := find(t, s, "coverage").Group(); g != "quality" {
		t.Errorf("coverage stands under %s, want quality: output is never a group", g)
	}
}

func TestPagesOfThePastLookNoFurther(t *testing.T) {
	in := page(t, share(t, "rate", "level 60..80 %", "2026-W38", .70, .70, .20, .20))
	in.Week = week(t, "2026-W36")
	r := find(t, Build(in), "rate")
	if r.Period == nil || *r.Period != "2026-W36" || r.Status != kpi.OnTrack {
		t.Errorf("page of W36 shows %v %s, want 2026-W36 on_track", r.Period, r.Status)
	}
	if last := r.Trend[len(r.Trend)-1]; last.Period != "2026-W36" {
		t.Errorf("trend ends with %s, want 2026-W36", last.Period)
	}
}

func TestStaleSource(t *testing.T) {
	in := page(t, share(t, "rate", "level 60..80 %", "2026-W38", .70, .70, .70))
	through := week(t, "2026-W36").Ends
	in.Sources = []Source{{ID: "warehouse", State: "stale", Behind: "14 d late", CompleteThrough: &through}}
	s := Build(in)
	r := find(t, s, "rate")
	if r.Status != kpi.NoData || r.Freshness.State != "stale" || r.Freshness.Shown != "14 d late" || r.Change != nil {
		t.Errorf("row is %s, freshness %+v, change %+v", r.Status, r.Freshness, r.Change)
	}
	want := []Late{{Source: "warehouse", State: "stale", Behind: "14 d late", KPIs: []string{"Rate"}}}
	if diff := cmp.Diff(want, s.Trust.Late); diff != "" {
		t.Errorf("late (-want +got):\n%s", diff)
	}
	// A page whose week the source has passed is as complete as it ever was.
	in.Week = week(t, "2026-W36")
	if r := find(t, Build(in), "rate"); r.Status != kpi.OnTrack || r.Freshness.State != "on_time" {
		t.Errorf("page of W36 is %s, %s; want on_track, on_time", r.Status, r.Freshness.State)
	}
}

func TestTrust(t *testing.T) {
	a := share(t, "a", "level 60..80 %", "2026-W38", .70, .70)
	a.Sources = []string{"crm", "warehouse"}
	a.Observations[1].Restated = true
	b := share(t, "b", "level 60..80 %", "2026-W38")
	b.Sources = []string{"none"}
	in := page(t, a, b)
	early, late := week(t, "2026-W38").Ends-3_600_000, week(t, "2026-W38").Ends
	in.Sources = []Source{
		{ID: "warehouse", State: "on_time", CompleteThrough: &late, Rejected: 2},
		{ID: "crm", State: "on_time", CompleteThrough: &early, Rejected: 3},
		{ID: "none", State: "never"},
	}
	s := Build(in)
	want := Trust{Through: ptr(early.String()), Late: []Late{{Source: "none", State: "never", KPIs: []string{"B"}}},
		Sources: 3, Restated: []string{"A"}, NoVerdict: []string{"B: no data"}, Rejected: 5}
	if diff := cmp.Diff(want, s.Trust); diff != "" {
		t.Errorf("trust (-want +got):\n%s", diff)
	}
	if f := find(t, s, "a").Freshness; f.Shown != "W38 final" || *f.CompleteThrough != early.String() {
		t.Errorf("freshness of a is %+v", f)
	}
	if f := find(t, s, "b").Freshness; f.State != "never" || f.Shown != "none yet" || f.CompleteThrough != nil {
		t.Errorf("freshness of b is %+v", f)
	}
}

// TestOrderDoesNotMatter: the same input in any order is the same page.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		in := page(t)
		for _, id := range names(rapid.IntRange(1, 6).Draw(r, "kpis")) {
			values := rapid.SliceOfN(rapid.Float64Range(-0.2, 1), 0, 6).Draw(r, id)
			k := share(t, id, "level 60..80 %", "2026-W38", values...)
			k.Weight = float64(rapid.IntRange(0, 2).Draw(r, "weight"))
			k.Definition.Guardrails = rapid.SliceOfN(rapid.SampledFrom(names(6)), 0, 2).Draw(r, "guardrails")
			k.Sources = []string{"crm", "warehouse"}
			in.KPIs = append(in.KPIs, k)
		}
		in.Sources = append(in.Sources, Source{ID: "crm", State: rapid.SampledFrom([]string{"on_time", "late", "stale"}).Draw(r, "state")})
		want := Build(in)

		mixed := in
		mix := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		mixed.KPIs = append([]KPI(nil), in.KPIs...)
		mix.Shuffle(len(mixed.KPIs), func(i, j int) { mixed.KPIs[i], mixed.KPIs[j] = mixed.KPIs[j], mixed.KPIs[i] })
		for i := range mixed.KPIs {
			o := append([]kpi.Observation(nil), mixed.KPIs[i].Observations...)
			mix.Shuffle(len(o), func(a, b int) { o[a], o[b] = o[b], o[a] })
			mixed.KPIs[i].Observations = o
		}
		mixed.Sources = []Source{in.Sources[1], in.Sources[0]}
		if diff := cmp.Diff(want, Build(mixed), cmpopts.IgnoreTypes(&kpi.Expr{})); diff != "" {
			r.Fatalf("another order gives another page (-first +second):\n%s", diff)
		}
		if c := want.Counts; c.OffTrack+c.AtRisk+c.OnTarget != c.Judged || c.Judged+c.Maturing+c.NotEnoughData+c.NoData != len(in.KPIs) {
			r.Fatalf("counts do not add up: %+v", c)
		}
	})
}

func TestDataQuality(t *testing.T) {
	k := share(t, "rate", "level 60..80 %", "2026-W38", .70, .70)
	k.Observations[0].Excluded = 50_000 // not a judged week
	k.Observations[1].Excluded = 2_500
	q := find(t, Build(page(t, k)), "rate").DQ
	if q.Excluded != 2500 || !q.Warning || q.ExcludedShare == nil || math.Abs(*q.ExcludedShare-2500.0/102_500) > 1e-12 {
		t.Errorf("data quality is %+v, want 2500 of 102500 with a warning", q)
	}
	k.Observations[1].Excluded = 2_000 // 1.96 %
	if q := find(t, Build(page(t, k)), "rate").DQ; q.Warning {
		t.Errorf("data quality is %+v: 1.96 %% is no warning", q)
	}
	if q := find(t, Build(page(t, share(t, "rate", "", "2026-W38"))), "rate").DQ; q.ExcludedShare != nil {
		t.Errorf("share of nothing is %v, want null", *q.ExcludedShare)
	}
}

// TestPooledWeeks: a weekly KPI is judged over four weeks unless its target says
// otherwise, and everything beside the number is about the same four.
func TestPooledWeeks(t *testing.T) {
	k := share(t, "rate", "level 60..80 %", "2026-W38", .9, .6, .5, .5, .2)
	k.Targets[0].Smooth = nil
	for i := range k.Observations {
		k.Observations[i].Excluded = 10
	}
	s := Build(page(t, k))
	r := find(t, s, "rate")
	if want := []string{"2026-W35", "2026-W36", "2026-W37", "2026-W38"}; !cmp.Equal(r.Pooled, want) {
		t.Errorf("pooled %v, want %v", r.Pooled, want)
	}
	if r.Value == nil || math.Abs(*r.Value-45) > 1e-9 || r.DQ.Excluded != 40 {
		t.Errorf("value %v with %d excluded, want 45 with 40", r.Value, r.DQ.Excluded)
	}
	if r.Change == nil || r.Change.Shown != "−30.0 pts" {
		t.Errorf("change %+v, want −30.0 pts: single weeks, not pooled ones", r.Change)
	}
	if want := "45.0% (4 weeks to W38) against 60% or more"; len(s.Changed) != 1 || s.Changed[0].Sentence != want {
		t.Errorf("changed %+v, want %q", s.Changed, want)
	}
}
