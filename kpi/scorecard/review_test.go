package scorecard

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
)

// quarterOf are shares for the weeks up to the last one of a quarter and of the one
// before: the first half of them at one value, the rest at another.
func quarterOf(t *testing.T, id string, before, now float64) KPI {
	shares := make([]float64, 26)
	for i := range shares {
		if shares[i] = before; i >= 13 {
			shares[i] = now
		}
	}
	k := share(t, id, "level 60..80 %", "2026-W26", shares...) // W26 ends on 29 June, W27 belongs to both quarters
	k.First = append([]kpi.Observation(nil), k.Observations...)
	return k
}

func TestReview(t *testing.T) {
	fell := quarterOf(t, "fell", .70, .50)
	// first reported as 62.0 %, so on track; corrected rows made it 50.0 %
	last := len(fell.Observations) - 1
	fell.First[last] = observe(fell.Measure, "fell", week(t, "2026-W26"), 62_000, 100_000)
	fell.Observations[last].Restated, fell.Observations[last].Cause = true, ptr("14 corrected rows")
	heavy := quarterOf(t, "heavy", .70, .72)
	heavy.Targets[0].Weight, heavy.Weight = 20, 20
	in := page(t, quarterOf(t, "best", .70, .90), heavy, fell, share(t, "empty", "level 60..80 %", "2026-W26"))
	r := BuildReview(in, week(t, "2026-Q2"))

	if got := [3]int{r.Now.Counts.OnTarget, r.Now.Counts.Judged, r.Before.Counts.OnTarget}; got != [3]int{2, 3, 3} {
		t.Errorf("met, judged, met before: %v", got)
	}
	if got := r.First.Counts; got.OnTarget != 3 || got.OffTrack != 0 {
		t.Errorf("as first reported: %+v", got)
	}
	if want := "Core Workflows met 2 of 3 targets in Q2. Fell is off track. Best is above target."; r.Headline.Text() != want {
		t.Errorf("headline %q, want %q", r.Headline, want)
	}
	var text []string
	for _, p := range r.Happened {
		text = append(text, p.Text())
	}
	want := []string{
		"Best is 90.0%, +20.0 pts on Q1: exceeding. Heavy is 72.0%, +2.0 pts on Q1: on track.",
		"Fell ended at 50.0% against 60% or more: off track; first reported on track at 62.0%.",
		"Since Q1 1 verdict (fell) got worse; 1 verdict (best) got better.",
		"Beyond usual variation, for the worse: fell; for the better: heavy and best.",
		"One number is not as first reported: fell.",
	}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("what happened (-want +got):\n%s", diff)
	}
	if p := r.Happened[1]; p[1] != (kpi.Phrase{Text: "50.0%", Ref: kpi.Ref{KPI: "fell"}}) {
		t.Errorf("a number is a reference: %+v", p)
	}
	for ref, want := range map[kpi.Ref]string{{KPI: "fell", What: "first"}: "62.0%", {KPI: "fell", What: "before"}: "70.0%", {KPI: "fell", What: "ago"}: "not known", {KPI: "fell", What: "change"}: "−20.0 pts",
		{KPI: "fell", What: "year"}: "not known", {KPI: "fell", What: "due"}: "60% or more", {KPI: "fell", What: "status"}: "off track", {KPI: "empty"}: "no value", {KPI: kpi.Whole, What: "judged"}: "3"} {
		if got, ok := r.Shows(ref); got != want || !ok {
			t.Errorf("%v shows %q, want %q", ref, got, want)
		}
	}
	if _, ok := r.Shows(kpi.Ref{KPI: "gone"}); ok {
		t.Error("a KPI that is not in the review shows nothing")
	}
	if len(r.Moved) != 1 || r.Moved[0].Row.ID != "fell" || r.Moved[0].Why != "14 corrected rows" || !r.Moved[0].Statuses {
		t.Errorf("moved: %+v", r.Moved)
	}
	if row, _ := r.Now.Row(r.Moved[0].Row); len(row.MadeOf) == 0 || row.MadeOf[len(row.MadeOf)-1] != (Observed{fell.Measure.ID, "2026-W26", fell.Observations[last].Revision}) {
		t.Errorf("made of: %+v", row.MadeOf)
	}
	if diff := cmp.Diff([]string{"heavy", "best", "fell"}, r.Deciding); diff != "" {
		t.Errorf("deciding, in the order of the page (-want +got):\n%s", diff)
	}
}

func TestReviewOfNothing(t *testing.T) {
	r := BuildReview(page(t, share(t, "empty", "level 60..80 %", "2026-W26")), week(t, "2026-Q2"))
	if r.Headline.Text() != "No target of Q2 can be judged yet. 1 has no data." || len(r.Happened)+len(r.Moved)+len(r.Deciding) != 0 {
		t.Errorf("%q %+v", r.Headline, r.Happened)
	}
}
