package scorecard

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/kpid/kpid/kpi"
)

// rowOf is a row with a status, short of its floor by so many band widths.
func rowOf(name string, s kpi.Status, gap float64) Row {
	m := kpi.Measure{ID: "rate", Agg: kpi.Share, Unit: "%", Direction: kpi.Up, Digits: 1}
	return Row{ID: name, Name: name, Measure: "rate", Direction: "up", Unit: "%", Digits: 1, Status: s,
		Value:  ptr(60 - 10*gap),
		Target: &TargetRef{FloorNow: ptr(60.0), StretchNow: ptr(70.0), FloorFinal: ptr(60.0)},
		Def:    &kpi.Definition{ID: name, Name: name, Measures: []kpi.Measure{m}}, Freshness: Freshness{State: "on_time"}}
}

// headlineOf gives the two lines for rows and so many KPIs on track beside them.
func headlineOf(rows []Row, onTrack int) (string, string) {
	all := make([]judged, 0, len(rows)+onTrack)
	for _, r := range rows {
		all = append(all, judged{Displayed: r.Status})
	}
	for range onTrack {
		all = append(all, judged{Displayed: kpi.OnTrack})
	}
	return Input{}.headline(Scorecard{KPIs: rows, Counts: count(all)})
}

func TestHeadline(t *testing.T) {
	behind := func(r Row, shown string) Row {
		r.Freshness = Freshness{State: "late", Shown: shown}
		return r
	}
	off := func(name string, gap float64) Row { return rowOf(name, kpi.OffTrack, gap) }
	risk := func(name string, gap float64) Row { return rowOf(name, kpi.AtRisk, gap) }
	for name, c := range map[string]struct {
		rows    []Row
		onTrack int
		want    string
	}{
		"all fine": {nil, 21, "21 of 21 KPIs are on target. Nothing is off track."},
		"one off":  {[]Row{off("Activation rate", 1)}, 4, "4 of 5 KPIs are on target. Activation rate is off track."},
		"one off, plural name": {[]Row{off("Support tickets per 100 accounts", 1)}, 4,
			"4 of 5 KPIs are on target. Support tickets per 100 accounts are off track."},
		"two off, widest gap first": {[]Row{off("Support tickets", 1), off("Activation", 2)}, 16,
			"16 of 18 KPIs are on target. Activation and support tickets are off track."},
		"a name keeps its capitals": {[]Row{off("NPS", 1), off("Activation", 2)}, 16,
			"16 of 18 KPIs are on target. Activation and NPS are off track."},
		"equal gaps by the alphabet": {[]Row{off("Beta", 1), off("Alpha", 1)}, 0,
			"0 of 2 KPIs are on target. Alpha and beta are off track."},
		"three off": {[]Row{off("Churn", 1), off("Activation rate", 3), off("Tickets", 2), risk("NPS", 9)}, 16,
			"16 of 20 KPIs are on target. 3 are off track, led by Activation rate."},
		"one at risk": {[]Row{risk("Activation rate", .1)}, 2,
			"2 of 3 KPIs are on target. Nothing is off track; activation rate is at risk."},
		"two at risk": {[]Row{risk("Churn", .1), risk("Activation rate", .2)}, 2,
			"2 of 4 KPIs are on target. Nothing is off track; 2 are at risk, led by Activation rate."},
		"one judged": {nil, 1, "1 of 1 KPI is on target. Nothing is off track."},
		"none judged": {[]Row{rowOf("A", kpi.NoData, 0), rowOf("B", kpi.MaturingNow, 0), rowOf("C", kpi.NoData, 0)}, 0,
			"No KPI can be judged yet. 2 have no data and 1 is maturing."},
		"no KPI": {nil, 0, "No KPI can be judged yet. The scorecard has no KPI."},
		"late data behind a named KPI": {[]Row{behind(off("Support tickets", 1), "2 d late")}, 1,
			"1 of 2 KPIs are on target. Support tickets are off track. Data for support tickets is 2 d late."},
		"late data behind another": {[]Row{off("Churn", 1), behind(rowOf("NPS", kpi.OnTrack, 0), "2 d late")}, 0,
			"1 of 2 KPIs are on target. Churn is off track."},
		"too long for two names": {[]Row{off("Qualified sign-ups that reach the first real result in the first two weeks", 2),
			off("Support requests that needed an answer by a second person in the team", 1)}, 3,
			"3 of 5 KPIs are on target. 2 are off track, led by Qualified sign-ups that reach the first real result in the first two weeks."},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := headlineOf(c.rows, c.onTrack); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestSecondLineIsTheNumbersBehindTheNames(t *testing.T) {
	tickets := rowOf("Support tickets", kpi.OffTrack, 1)
	tickets.Target.FloorFinal = ptr(75.0) // still on its way: paced
	_, got := headlineOf([]Row{rowOf("Activation", kpi.OffTrack, 2), paced(tickets), rowOf("NRR", kpi.Exceeding, -3)}, 0)
	want := "Activation 40.0% (target 60% or more), support tickets 50.0% (target 60% by now). NRR is above target."
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func paced(r Row) Row {
	r.Target.Paced = true
	return r
}

func TestFilteredPageSaysSo(t *testing.T) {
	in := page(t, share(t, "rate", "", "2026-W38", .7))
	in.Segment, in.Product = "plan=team", "flows"
	if s := Build(in); !strings.HasPrefix(s.Second, "Product flows, Segment plan=team only; targets are set for the whole.") {
		t.Errorf("second line is %q", s.Second)
	}
}

// TestHeadlineFits: whatever the names, the headline is within its length, says
// how many are on target and is never cut.
func TestHeadlineFits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		statuses := []kpi.Status{kpi.OffTrack, kpi.AtRisk, kpi.OnTrack, kpi.Exceeding, kpi.MaturingNow, kpi.NotEnoughData, kpi.NoData}
		var rows []Row
		for range rapid.IntRange(0, 30).Draw(r, "rows") {
			row := rowOf(rapid.StringN(1, 80, -1).Draw(r, "name"), rapid.SampledFrom(statuses).Draw(r, "status"), rapid.Float64Range(-3, 3).Draw(r, "gap"))
			row.Freshness = Freshness{State: rapid.SampledFrom([]string{"on_time", "late", "stale"}).Draw(r, "state"), Shown: "2 d late"}
			rows = append(rows, row)
		}
		got, _ := headlineOf(rows, 0)
		if n := utf8.RuneCountInString(got); n > 140 {
			r.Fatalf("%d characters: %s", n, got)
		}
		if !strings.HasSuffix(got, ".") {
			r.Fatalf("cut: %s", got)
		}
	})
}
