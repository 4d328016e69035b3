package scorecard

import (
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
)

// TestUnexplained: the page of week 38 (14 to 20 September 2026) is read until the
// 27th. The rate is judged by four pooled weeks, W35 to W38, from 24 August; the
// survey by the second quarter, from 1 April.
func TestUnexplained(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	c := kpi.Calendar{Zone: zone, WeekStarts: time.Monday, FiscalStart: time.January}
	week, err := c.Period("2026-W38")
	if err != nil {
		t.Fatal(err)
	}
	w38, q2 := "2026-W38", "2026-Q2"
	card := Scorecard{Portfolio: PortfolioRef{ID: "core", Owner: "director"}, Week: week.ID, WeekStarts: week.Starts, WeekEnds: week.Ends, KPIs: []Row{
		{ID: "rate", Owner: "mary", Status: kpi.OffTrack, Period: &w38, Pooled: []string{"2026-W35", "2026-W36", "2026-W37", "2026-W38"}},
		{ID: "nps", Owner: "lee", Status: kpi.AtRisk, Period: &q2},
		{ID: "fine", Owner: "mary", Status: kpi.OnTrack, Period: &w38},
		{ID: "young", Owner: "mary", Status: kpi.MaturingNow, Period: &w38},
	}}
	note := func(k, author string, month time.Month, day int) kpi.Note {
		return kpi.Note{Said: kpi.Said{Portfolio: "core", KPI: k, Author: author, Text: "why"}, At: kpi.Date{Year: 2026, Month: month, Day: day}}
	}
	withdrawn, elsewhere := note("rate", "mary", 9, 15), note("rate", "mary", 9, 15)
	withdrawn.Withdrawn, elsewhere.Portfolio = true, "growth"
	for _, x := range []struct {
		name  string
		notes []kpi.Note
		want  string
	}{
		{"nobody said anything", nil, "rate nps"},
		{"its owner, in the judged week", []kpi.Note{note("rate", "mary", 9, 15)}, "nps"},
		{"the portfolio's owner", []kpi.Note{note("rate", "director", 9, 15)}, "nps"},
		{"somebody else", []kpi.Note{note("rate", "lee", 9, 15)}, "rate nps"},
		{"nobody's name", []kpi.Note{note("rate", "", 9, 15)}, "rate nps"},
		{"the first day of the pooled weeks", []kpi.Note{note("rate", "mary", 8, 24)}, "nps"},
		{"the day before", []kpi.Note{note("rate", "mary", 8, 23)}, "rate nps"},
		{"the last day of the next week", []kpi.Note{note("rate", "mary", 9, 27)}, "nps"},
		{"the day after", []kpi.Note{note("rate", "mary", 9, 28)}, "rate nps"},
		{"the quarter it is judged by", []kpi.Note{note("nps", "lee", 4, 1)}, "rate"},
		{"before that quarter", []kpi.Note{note("nps", "lee", 3, 31)}, "rate nps"},
		{"about the portfolio", []kpi.Note{note("", "director", 9, 15)}, "rate nps"},
		{"withdrawn", []kpi.Note{withdrawn}, "rate nps"},
		{"of another portfolio", []kpi.Note{elsewhere}, "rate nps"},
		{"both", []kpi.Note{note("rate", "mary", 9, 21), note("nps", "director", 9, 21)}, ""},
	} {
		got := ""
		for _, r := range card.Unexplained(c, x.notes) {
			if got != "" {
				got += " "
			}
			got += r.ID
		}
		if got != x.want {
			t.Errorf("%s: unexplained are %q, want %q", x.name, got, x.want)
		}
	}
}
