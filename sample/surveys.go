package sample

import (
	"fmt"
	"math"
	"time"
)

// poll is one survey of one portfolio in one quarter.
type poll struct {
	purpose, code, kind string
	from, to            float64 // the scale
	invited, answered   []int   // for each portfolio
	questions           int
	roles               []string
}

// polls of a quarter. In growth only six of eleven stakeholders answer the
// alignment survey: too few to judge.
var polls = []poll{
	{"alignment", "al", "pulse", 1, 5, []int{52, 11, 45}, []int{41, 6, 33}, 5, []string{"Sales", "Customer Success", "Engineering", "Design", "Executive"}},
	{"triad", "tr", "pulse", 1, 5, []int{44, 30, 31}, []int{36, 24, 26}, 4, []string{"Engineering", "Design", "Product"}},
	{"engagement", "en", "pulse", 1, 5, []int{9, 7, 8}, []int{9, 6, 8}, 4, []string{"Product"}},
	{"nps", "np", "relational", 0, 10, []int{900, 700, 640}, []int{212, 168, 150}, 1, []string{"Admin", "User", "Buyer"}},
	{"csat", "cs", "transactional", 1, 5, []int{400, 300, 260}, []int{96, 81, 70}, 1, []string{"Admin", "User"}},
	{"ces", "ce", "transactional", 1, 7, []int{380, 300, 240}, []int{84, 66, 58}, 1, []string{"Admin", "User"}},
}

// surveys writes waves, questions and answers as a survey tool exports them.
// Every wave opens on the first and closes on the 24th of a quarter's last month.
func (g *gen) surveys() {
	waves := g.sheet("surveys/waves.csv", "survey", "audience", "title", "type", "wave", "opened", "closes", "invited", "population")
	asked := g.sheet("surveys/questions.csv", "survey", "question", "purpose", "scale_from", "scale_to", "easy_is", "workflow", "wording")
	given := g.sheet("surveys/responses.csv.gz", "response", "survey", "question", "score", "respondent", "account", "role", "sent", "answered")
	d := g.dice("survey")
	for _, q := range quarters {
		for p := range portfolios {
			for _, k := range polls {
				g.wave(waves, asked, given, d, q, p, k)
			}
		}
	}
	first := "np-core-2026Q2"
	given.flawed("off_scale", "r-90001", "r-90001", first, first+"-1", "11", "p-90001", g.firm[5].id, "User", "2026-06-03", "2026-06-04T09:00:00Z")
	given.flawed("off_scale", "r-90002", "r-90002", first, first+"-1", "-1", "p-90002", g.firm[6].id, "User", "2026-06-03", "2026-06-04T09:00:00Z")
	given.flawed("bad_amount", "r-90003", "r-90003", first, first+"-1", "nine", "p-90003", g.firm[7].id, "User", "2026-06-03", "2026-06-04T09:00:00Z")
	given.flawed("end_before_start", "r-90004", "r-90004", first, first+"-1", "9", "p-90004", g.firm[8].id, "User", "2026-06-09", "2026-06-04T09:00:00Z")
	g.blemish("small_survey", waves.path, "al-growth-2026Q2")
	waves.close()
	asked.close()
	given.close()
}

func (g *gen) wave(waves, asked, given *sheet, d dice, q time.Time, p int, k poll) {
	id := fmt.Sprintf("%s-%s-%s", k.code, portfolios[p].id, quarterName(q))
	opens, closes := q.AddDate(0, 2, 0), q.AddDate(0, 2, 23)
	population := ""
	if k.kind == "pulse" {
		population = fmt.Sprint(k.invited[p])
	}
	waves.row(id, portfolios[p].id, fmt.Sprintf("%s %s", portfolios[p].id, k.purpose), k.kind, quarterName(q), when(opens, isoDay), when(closes, isoDay), fmt.Sprint(k.invited[p]), population)
	easy, flow := "", ""
	if k.purpose == "ces" {
		easy, flow = "high", journeys[p*3].id
	}
	for n := range k.questions {
		asked.row(id, fmt.Sprintf("%s-%d", id, n+1), k.purpose, fmt.Sprint(k.from), fmt.Sprint(k.to), easy, flow, fmt.Sprintf("w-%s-%d", k.code, n+1))
	}
	score := scores(d, k, p, q)
	tilt := 0.0
	for r := range k.answered[p] {
		// people differ more than their answers do: one is kinder by as much as
		// the next is stricter, so that the mean stays what the story says
		if tilt = -tilt; r%2 == 0 {
			tilt = 0.6 * d.Float64()
		}
		at := d.hours(opens.AddDate(0, 0, d.IntN(22)))
		who, account := fmt.Sprintf("p-%s-%s-%d", k.code, portfolios[p].id, r), ""
		if k.kind != "pulse" {
			account = g.firm[d.IntN(380)].id
		}
		for n := range k.questions {
			if s := score(tilt); at.Before(clock) {
				given.row(fmt.Sprintf("r-%s-%d-%d", id, r, n), id, fmt.Sprintf("%s-%d", id, n+1), fmt.Sprint(s), who, account, k.roles[r%len(k.roles)], when(opens, isoDay), when(at, stamp))
			}
		}
	}
}

// scores gives the answers of a wave. Means come out within a rounding of what
// the story says: each answer carries the rounding error of those before it.
func scores(d dice, k poll, p int, q time.Time) func(tilt float64) int {
	if k.purpose == "nps" {
		return promoters(d, portfolios[p].nps.at(q))
	}
	goal := map[string]float64{"alignment": portfolios[p].alignment.at(q), "triad": 3.9 - 0.15*float64(p), "engagement": 4.1 - 0.1*float64(p), "csat": 4.2, "ces": 5.4}[k.purpose]
	owed := 0.0
	return func(tilt float64) int {
		owed += goal + tilt
		s := math.Max(k.from, math.Min(k.to, math.Round(owed+0.6*d.NormFloat64())))
		owed -= s
		return int(s)
	}
}

// promoters answers 0 to 10 so that promoters less detractors is score.
func promoters(d dice, score float64) func(float64) int {
	const detractors = 0.2
	var up, down quota
	return func(float64) int {
		switch {
		case up.next(score + detractors):
			return 9 + d.IntN(2)
		case down.next(detractors / (1 - score - detractors)):
			return d.IntN(7)
		}
		return 7 + d.IntN(2)
	}
}
