package scorecard

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
)

func TestChangesInOrder(t *testing.T) {
	restated := share(t, "restated", "level 60..80 %", "2026-W38", .7, .7, .7)
	restated.Observations[0].Restated = true
	restated.Observations[0].Cause = ptr("3 late rows")
	restated.Observations[0].AsOf = week(t, "2026-W38").Starts + 1000
	// Half a point under the line with a wide interval: one week does not settle it.
	waiting := share(t, "waiting", "level 60..80 %", "2026-W38", .61, .61, .595)
	o := &waiting.Observations[2]
	o.Num, o.Den, o.N, o.CILo, o.CIHi = ptr(59.5), ptr(100.0), ptr(int64(100)), ptr(.50), ptr(.69)

	s := Build(page(t,
		share(t, "worse", "level 60..80 %", "2026-W38", .7, .7, .2),
		share(t, "better", "level 60..80 %", "2026-W38", .2, .2, .7),
		share(t, "still", "level 60..80 %", "2026-W38", .7, .71, .69),
		restated, waiting,
	))
	var got []string
	for _, c := range s.Changed {
		got = append(got, c.Kind+" "+c.KPI+" "+c.Tag)
	}
	want := []string{"status worse Routine", "status better Routine", "restated restated Data", "pending waiting Routine"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("changes (-want +got):\n%s", diff)
	}
	if c := s.Changed[2]; c.Sentence != "W36 restated: 3 late rows" || c.From != nil {
		t.Errorf("restatement is %+v", c)
	}
	if c := s.Changed[3]; *c.From != kpi.OnTrack || c.To != kpi.AtRisk {
		t.Errorf("pending is %+v", c)
	}
	for _, c := range s.Changed {
		for _, claim := range []string{"improv", "declin", "fell", "rose", "drop", "better", "worse"} {
			if strings.Contains(c.Sentence, claim) {
				t.Errorf("%s: %q claims a direction without a signal", c.KPI, c.Sentence)
			}
		}
	}
}

func TestAtMostSevenChanges(t *testing.T) {
	var kpis []KPI
	for _, id := range names(9) {
		kpis = append(kpis, share(t, id, "level 60..80 %", "2026-W38", .7, .7, .2))
	}
	if s := Build(page(t, kpis...)); len(s.Changed) != 7 {
		t.Errorf("%d changes, want 7", len(s.Changed))
	}
}

func TestOldRestatementIsNoNews(t *testing.T) {
	k := share(t, "rate", "level 60..80 %", "2026-W38", .7, .7, .7)
	k.Observations[0].Restated = true
	k.Observations[0].AsOf = week(t, "2026-W37").Starts
	if s := Build(page(t, k)); len(s.Changed) != 0 {
		t.Errorf("changes are %+v, want none", s.Changed)
	}
}
