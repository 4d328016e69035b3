package dashboards

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
)

func at(year int, month time.Month, day int) *kpi.Millis {
	m := kpi.At(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	return &m
}

// plotOf draws a bet of +4 that was judged with a lift and perhaps an interval.
func plotOf(expected, lift float64, interval ...float64) draw.BetPlot {
	b := Bet{Bet: kpi.Bet{Expected: expected}, Stage: kpi.StageMissed, Seen: kpi.Judged{Outcome: kpi.BetMissed, Lift: &lift}}
	if lift/expected >= 1 {
		b.Stage, b.Seen.Outcome = kpi.StageMet, kpi.BetMet
	}
	if len(interval) == 2 {
		b.Seen.Lo, b.Seen.Hi = &interval[0], &interval[1]
	}
	return newBetPlot(b, "x", "")
}

// TestBetPlot: 240 px from −0.5 to 2.5 make 80 px a promise: no lift at 40, as
// expected at 120, twice at 200.
func TestBetPlot(t *testing.T) {
	for _, tt := range []struct {
		name string
		plot draw.BetPlot
		want draw.BetPlot
	}{
		{"as expected", plotOf(4, 4, 2, 6), draw.BetPlot{DotX: ptr(120.0), CI: &draw.Span{From: 80, To: 160}}},
		{"no lift", plotOf(4, 0, -2, 2), draw.BetPlot{DotX: ptr(40.0), CI: &draw.Span{From: 0, To: 80}, Open: true}},
		{"twice", plotOf(4, 8), draw.BetPlot{DotX: ptr(200.0)}},
		{"three quarters", plotOf(4, 3), draw.BetPlot{DotX: ptr(100.0), Open: true}},
		{"so much less", plotOf(-0.4, -0.6, -0.84, -0.36), draw.BetPlot{DotX: ptr(160.0), CI: &draw.Span{From: 112, To: 208}}},
		{"an end out of range", plotOf(4, 8, 4, 12), draw.BetPlot{DotX: ptr(200.0), CI: &draw.Span{From: 120, To: 240}, Right: true}},
		{"both ends out of range", plotOf(4, 4, -4, 12), draw.BetPlot{DotX: ptr(120.0), CI: &draw.Span{From: 0, To: 240}, Left: true, Right: true}},
		{"far beyond", plotOf(4, 40, 36, 44), draw.BetPlot{DotX: ptr(228.0), CI: &draw.Span{From: 240, To: 240}, Right: true}},
		{"far the wrong way", plotOf(4, -40), draw.BetPlot{DotX: ptr(12.0), Left: true, Open: true}},
		{"at the very edge", plotOf(4, 10), draw.BetPlot{DotX: ptr(235.3)}},
	} {
		tt.want.Label = "x"
		if !reflect.DeepEqual(tt.plot, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, tt.plot, tt.want)
		}
	}
	lift := 4.0
	early := Bet{Bet: kpi.Bet{Expected: 4}, Stage: kpi.StageRunning, Seen: kpi.Judged{Lift: &lift}}
	if p := newBetPlot(early, "x", "day 75 of 90"); !p.Half || p.DotX != nil || p.Text != "day 75 of 90" || p.Bare() {
		t.Errorf("too early is a half disc and the day: %+v", p)
	}
	nothing := Bet{Bet: kpi.Bet{Expected: 0}, Stage: kpi.StageNotMeasured, Seen: kpi.Judged{Lift: &lift}}
	if p := newBetPlot(nothing, "x", ""); !p.Bare() {
		t.Errorf("a promise of nothing has no scale: %+v", p)
	}
	if p := newBetPlot(Bet{Bet: kpi.Bet{Expected: 4}, Stage: kpi.StageNotMeasured}, "x", ""); !p.Bare() {
		t.Errorf("what nobody measured has no dot: %+v", p)
	}
}

func TestLiftsAsWritten(t *testing.T) {
	rate := kpi.Measure{ID: "rate", Unit: "%", Digits: 1, Direction: kpi.Up}
	tickets := kpi.Measure{ID: "rate", Unit: "per 100 accounts", Digits: 1, Direction: kpi.Down}
	days := kpi.Measure{ID: "median", Unit: "days", Digits: 1, Direction: kpi.Down}
	for _, tt := range []struct {
		name           string
		m              kpi.Measure
		unit           string
		expected, seen float64
		want           string
	}{
		{"points", rate, "pts", 1.5, 1.9, "+1.5 pts, seen +1.9, +0.9 to +2.9 pts"},
		{"as many digits as tell them apart", rate, "pts", 5.24, 5.2, "+5.24 pts, seen +5.20, +4.20 to +6.20 pts"},
		{"never a zero that is none", rate, "pts", 0.04, 2, "+0.04 pts, seen +2.00, +1.00 to +3.00 pts"},
		{"percent of the baseline", rate, "percent", 10, 14, "+10%, seen +14, +13 to +15%"},
		{"less, promised as less", days, "abs", -0.4, -0.6, "−0.4 d, seen −0.6, −1.6 to +0.4 d"},
		{"less, promised as more", tickets, "abs", 0.3, 0.4, "−0.3, seen −0.4, −1.4 to +0.6"},
		{"no change", rate, "pts", 1, 0, "+1.0 pts, seen 0, −1.0 to +1.0 pts"},
	} {
		lo, hi := tt.seen-1, tt.seen+1
		b := Bet{Bet: kpi.Bet{Expected: tt.expected, LiftUnit: tt.unit}, Seen: kpi.Judged{Lift: &tt.seen, Lo: &lo, Hi: &hi}}
		w := newLiftWriter(b, tt.m)
		if got := w.text(tt.expected) + ", seen " + w.bare(tt.seen) + ", " + w.span(&lo, &hi); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestBetsHeadline: each sentence is true for what it counts.
func TestBetsHeadline(t *testing.T) {
	stages := func(list ...kpi.Stage) (out []Bet) {
		for _, s := range list {
			out = append(out, Bet{Stage: s})
		}
		return out
	}
	many := func(s kpi.Stage, n int) []Bet { return stages(slicesRepeat(s, n)...) }
	met, missed, unknown := kpi.StageMet, kpi.StageMissed, kpi.StageNotMeasured
	for _, tt := range []struct {
		name  string
		list  []Bet
		areas []betArea
		want  string
	}{
		{"none", nil, nil, "No bet is known in Core."},
		{"only such as do not count", stages(kpi.StageKilled), nil, "No bet of Core was due."},
		{"none judged", stages(kpi.StageRunning, kpi.StageWaiting, kpi.StagePlanned), nil, "No bet can be judged yet: 2 are under way, 1 planned."},
		{"one met", stages(met), nil, "The one bet that was due reached its lift."},
		{"one missed", stages(missed), nil, "The one bet that was due did not reach its lift."},
		{"all met", many(met, 3), nil, "All 3 bets reached their lift."},
		{"none met", stages(missed, missed, missed), nil, "None of 3 bets reached its lift."},
		{"some", append(many(met, 9), many(missed, 4)...), nil, "9 of 13 bets reached their lift."},
		{"many unmeasured", append(many(met, 2), many(unknown, 2)...), nil, "2 of 4 bets reached their lift. 2 were never measured and count as not reached."},
		{"one unmeasured of two", stages(met, unknown), nil, "1 of 2 bets reached their lift. 1 was never measured and counts as not reached."},
		{"one unmeasured of many", append(many(met, 5), unknownBet()), nil, "5 of 6 bets reached their lift. 1 was never measured."},
		{"areas", append(many(met, 9), many(missed, 4)...), []betArea{{Name: "Outcome", Met: 7, Due: 7}, {Name: "Quality", Due: 3}, {Name: "Efficiency", Met: 2, Due: 2}},
			"9 of 13 bets reached their lift. All 7 on outcome KPIs did; none of the 3 on quality KPIs did."},
		{"too few in an area", append(many(met, 3), many(missed, 2)...), []betArea{{Name: "Quality", Due: 2}}, "3 of 5 bets reached their lift."},
		{"a KPI", append(many(met, 9), many(missed, 4)...), []betArea{{Name: "Outcome", Met: 9, Due: 13}, {Name: "Activation rate", Of: true, Met: 1, Due: 4}},
			"9 of 13 bets reached their lift. 1 of the 4 on Activation rate did."},
		{"a name too long for a headline", append(many(met, 9), many(missed, 4)...), []betArea{{Name: "Outcome", Met: 9, Due: 13}, {Name: strings.Repeat("x", 120), Of: true, Due: 4}},
			"9 of 13 bets reached their lift."},
	} {
		v := betsView{Node: kpi.Portfolio{Name: "Core"}, Areas: tt.areas, Spans: make([]tab, 2)}
		if v.say(tt.list); v.Headline != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, v.Headline, tt.want)
		}
	}
}

func unknownBet() Bet { return Bet{Stage: kpi.StageNotMeasured} }

func slicesRepeat(s kpi.Stage, n int) []kpi.Stage {
	var out []kpi.Stage
	for range n {
		out = append(out, s)
	}
	return out
}

func TestMedianOf(t *testing.T) {
	for _, tt := range []struct {
		in   []float64
		want float64
	}{{[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := medianOf(tt.in); got != tt.want {
			t.Errorf("median of %v: %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestOnlyHTTPSIsLinked(t *testing.T) {
	for in, want := range map[string]string{"https://tracker.example/a?b=1": "https://tracker.example/a?b=1", "http://tracker.example/": "", "javascript:alert(1)": "",
		"//tracker.example": "", "https:///x": "", "https://user:pass@tracker.example/": "", "": "", "https://a b": ""} {
		if got := safeURL(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestSlip: the day counts, not the hour; what is not out yet is compared with now.
func TestSlip(t *testing.T) {
	now := *at(2026, 9, 21)
	site := Site{Calendar: kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday}, Now: func() kpi.Millis { return now }}
	evening := *at(2026, 5, 20) + 20*3_600_000
	one := func(name string, planned, released *kpi.Millis) Release {
		return Release{Name: name, Planned: planned, Released: released}
	}
	v := newSlip(site, []Release{
		one("same day", at(2026, 5, 20), &evening), one("three late", at(2026, 6, 17), at(2026, 6, 20)), one("early", at(2026, 7, 15), at(2026, 7, 14)),
		one("nine late", at(2026, 8, 19), at(2026, 8, 28)), one("not out", at(2026, 9, 15), nil),
		one("to come", at(2026, 10, 1), nil), one("last year", at(2025, 9, 1), at(2025, 9, 20)), one("never planned", nil, at(2026, 5, 1)),
	})
	if want := "2 of 4 releases came by the planned day, 1.5 days late in the median; 1 planned one is not out yet."; v.Said != want {
		t.Errorf("%q, want %q", v.Said, want)
	}
	var got []string
	for _, r := range v.Rows {
		got = append(got, r.Name+" "+r.Slip)
	}
	if want := "not out +6 days, nine late +9 days, three late +3 days"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", strings.Join(got, ", "), want)
	}
	if v := newSlip(site, nil); v.Said != "" || v.Rows != nil {
		t.Errorf("nothing planned says nothing: %+v", v)
	}
}

// TestWhyMissed: what a bet did wrong, in the words of the page.
func TestWhyMissed(t *testing.T) {
	lift := 5.0
	named := func(id string) string { return strings.ToUpper(id) }
	for _, tt := range []struct {
		name string
		bet  Bet
		want string
	}{
		{"half of it", Bet{Seen: kpi.Judged{Outcome: kpi.BetPartly, Lift: &lift, How: "recorded"}}, "Missed, over half of it"},
		{"less", Bet{Bet: kpi.Bet{Source: "jira"}, Seen: kpi.Judged{Outcome: kpi.BetMissed, Lift: &lift, How: "recorded"}}, "Missed, lift recorded, jira"},
		{"signed", Bet{SignedBy: "Mary Okafor", Seen: kpi.Judged{Outcome: kpi.BetMissed, Lift: &lift, How: "recorded"}}, "Missed, lift recorded, Mary Okafor"},
		{"by its series", Bet{Seen: kpi.Judged{Outcome: kpi.BetMissed, Lift: &lift, How: "series", Period: "2026-07"}}, "Missed, by its series, to Jul 2026"},
		{"guardrails", Bet{Seen: kpi.Judged{Outcome: kpi.BetHarmful, Lift: &lift, How: "series", Note: "+5 pts of +4 pts by its series, 2026-07; worse: churn, slo; expected lift changed"}},
			"Missed, guardrail got worse: CHURN, SLO"},
		{"the wrong way", Bet{Seen: kpi.Judged{Outcome: kpi.BetHarmful, Lift: &lift, Note: "-5 pts of +4 pts as recorded"}}, "Missed, the wrong way"},
		{"by a person", Bet{Bet: kpi.Bet{Source: "jira"}, Seen: kpi.Judged{Outcome: kpi.BetHarmful, How: "recorded", Note: "outcome recorded"}}, "Missed, recorded as harmful, jira"},
	} {
		tt.bet.Stage = kpi.StageMissed
		if word, aside := verdictOf(tt.bet, 0, time.UTC, named); word+", "+aside != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, word+", "+aside, tt.want)
		}
	}
}
