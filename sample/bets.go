package sample

import (
	"fmt"
	"time"
)

// aim is what a bet is to move: a KPI's measure from where it stood, by a lift
// between lo and hi.
type aim struct {
	kpi, measure, unit string
	lo, hi             float64
	baseline           func(p portfolio, at time.Time) float64
}

var aims = []aim{
	{"activation_rate", "rate", "points", 1.5, 6, func(p portfolio, at time.Time) float64 { return 100 * p.activation.at(at) }},
	{"ticket_rate", "rate", "absolute", 0.3, 1.2, func(p portfolio, at time.Time) float64 { return p.tickets.at(at) }},
	{"nrr_influence", "nrr", "points", 1.5, 6, func(portfolio, time.Time) float64 { return 104 }},
	{"north_star", "value", "percent", 4, 12, func(p portfolio, at time.Time) float64 { return p.active.at(at) }},
}

// bets writes the roadmap: initiatives with the lift they promised and, when
// their time had come, the lift that was measured.
func (g *gen) bets() {
	d := g.dice("bet")
	s := g.sheet("delivery/initiatives.csv", "id", "product", "title", "size", "risk", "horizon", "owner", "validated_on", "committed_on", "released_on", "dropped_on",
		"kpi", "measure", "baseline", "expected_lift", "lift_unit", "measure_by", "registered_on", "measured_lift", "lift_low", "lift_high", "guardrails", "last_change")
	n := 0
	for _, m := range months {
		for p := range portfolios {
			for range 1 + d.IntN(3) {
				n++
				id := portfolios[p].products[d.IntN(len(portfolios[p].products))]
				g.bet(s, d, n, id, m, aims[d.IntN(len(aims))])
			}
		}
	}
	s.close()
}

// bet writes one initiative whose problem was validated in month m.
func (g *gen) bet(s *sheet, d dice, n, id int, m time.Time, to aim) {
	size, risk := d.pick([]string{"Major", "Minor"}, 0.45, 0.55), d.pick([]string{"core", "adjacent", "new"}, 0.6, 0.3, 0.1)
	valid := d.inMonth(m, 25)
	commit := valid.Add(d.days(4, 30))
	work := d.days(18, 60)
	if size == "Major" {
		work = d.days(28, 95)
	}
	released, due, killed := commit.Add(work), commit.Add(work+90*day), time.Time{}
	if d.chance(0.08) {
		released, killed = time.Time{}, commit.Add(20*day)
	}
	past := func(t time.Time) time.Time {
		if t.Before(clock) {
			return t
		}
		return time.Time{}
	}
	lift := d.between(to.lo, to.hi)
	measured, low, high := "", "", ""
	if known := d.chance(0.9) || to.unit != "points"; known && !past(due).IsZero() && killed.IsZero() {
		got := lift * d.between(0.3, 1.9)
		measured, low, high = fmt.Sprintf("%.2f", got), fmt.Sprintf("%.2f", got-lift/4), fmt.Sprintf("%.2f", got+lift/4)
	}
	horizon := "Now"
	if past(released).IsZero() {
		horizon = d.pick([]string{"Now", "Next", "Later"})
	}
	if past(valid).IsZero() {
		return
	}
	changed := later(valid, later(past(released), past(due)))
	s.row(fmt.Sprintf("INIT-%03d", n), products[id].code, fmt.Sprintf("%s bet %d", products[id].name, n), size, risk, horizon, "",
		when(valid, isoDay), when(past(commit), isoDay), when(past(released), isoDay), when(past(killed), isoDay), to.kpi, to.measure,
		fmt.Sprintf("%.1f", to.baseline(portfolios[products[id].portfolio], commit)), fmt.Sprintf("%.2f", lift), to.unit, when(due, isoDay), when(past(commit), isoDay), measured, low, high, `["gross_retention"]`, when(changed, stamp))
}

// experiments writes the tests and their arms.
func (g *gen) experiments() {
	d := g.dice("experiment")
	s := g.sheet("delivery/experiments.csv", "id", "product", "name", "type", "hypothesis", "metric", "planned_sample", "started", "ended", "decided", "decision", "next", "learned", "effect", "effect_low", "effect_high")
	arms := g.sheet("delivery/experiment_arms.csv", "experiment", "arm", "share", "exposed", "converted")
	n := 0
	for _, m := range months {
		for p := range portfolios {
			for range 2 + d.IntN(4) {
				n++
				ids := portfolios[p].products // in turn, so that each product has some
				g.experiment(s, arms, d, fmt.Sprintf("X-%04d", n), ids[n%len(ids)], m)
			}
		}
	}
	s.flawed("unknown_word", "X-9001", "X-9001", "FLOW", "Undecided", "ab", "", "", "1000", "2026-03-02T09:00:00Z", "2026-03-20T09:00:00Z", "", "Maybe", "", "", "", "", "")
	s.flawed("end_before_start", "X-9002", "X-9002", "FLOW", "Backwards", "ab", "", "", "1000", "2026-03-20T09:00:00Z", "2026-03-02T09:00:00Z", "", "None", "", "", "", "", "")
	s.close()
	arms.close()
}

func (g *gen) experiment(s, arms *sheet, d dice, id string, product int, m time.Time) {
	started := d.inMonth(m, 25)
	if !started.Before(clock) {
		return
	}
	kind := d.pick([]string{"ab", "rollout", "aa"}, 0.85, 0.1, 0.05)
	ended := started.Add(d.days(9, 30))
	decided := ended.Add(d.days(0.5, 18))
	decision := d.pick([]string{"Ship", "Stop", "Iterate", "None"}, 0.3, 0.35, 0.22, 0.13)
	running := !ended.Before(clock)
	if running || !decided.Before(clock) {
		decision, decided = "None", time.Time{}
	}
	learned, next, effect, low, high := "", "", "", "", ""
	if decision != "None" {
		learned = "Recorded in the test log"
		if decision == "Iterate" {
			next = "Second variant"
		}
	}
	seen := 900 + d.IntN(2200)
	share := 0.5
	if d.chance(0.05) {
		share = 0.44 // a broken assignment: the sample ratio gives it away
	}
	base, gain := d.between(0.08, 0.3), d.between(-0.02, 0.04)
	if running {
		ended = time.Time{}
	} else {
		effect, low, high = fmt.Sprintf("%.4f", gain), fmt.Sprintf("%.4f", gain-0.021), fmt.Sprintf("%.4f", gain+0.021)
	}
	s.row(id, products[product].code, products[product].name+" test "+id, kind, "If it is shorter, more will finish", "finished", fmt.Sprint(2*seen-d.IntN(seen)/4),
		when(started, stamp), when(ended, stamp), when(decided, stamp), decision, next, learned, effect, low, high)
	a := int(float64(2*seen) * share)
	arms.row(id, "control", "0.5", fmt.Sprint(a), fmt.Sprint(int(float64(a)*base)))
	arms.row(id, "variant", "0.5", fmt.Sprint(2*seen-a), fmt.Sprint(int(float64(2*seen-a)*(base+gain))))
}
