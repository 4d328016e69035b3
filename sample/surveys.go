package sample

import (
	"fmt"
	"math"
	"time"
)

// poll is one survey of a quarter.
type poll struct {
	purpose, code, kind string
	from, to            float64 // the scale
	invited, answered   []int   // for each portfolio, or for each of its products
	questions           int
	roles               []string
}

// pulses ask the people around a portfolio. In growth only six of eleven
// stakeholders answer the alignment survey: too few to judge.
var pulses = []poll{
	{"alignment", "al", "pulse", 1, 5, []int{52, 11, 45}, []int{41, 6, 33}, 5, []string{"Sales", "Customer Success", "Engineering", "Design", "Executive"}},
	{"triad", "tr", "pulse", 1, 5, []int{44, 30, 31}, []int{36, 24, 26}, 4, []string{"Engineering", "Design", "Product"}},
	{"engagement", "en", "pulse", 1, 5, []int{9, 7, 8}, []int{9, 6, 8}, 4, []string{"Product"}},
}

// inApp asks the customers inside a product.
var inApp = []poll{
	{"nps", "np", "relational", 0, 10, []int{310, 350, 330}, []int{78, 84, 75}, 1, []string{"Admin", "User", "Buyer"}},
	{"csat", "cs", "transactional", 1, 5, []int{250, 240, 230}, []int{64, 60, 58}, 1, []string{"Admin", "User"}},
	{"ces", "ce", "transactional", 1, 7, []int{260, 240, 250}, []int{68, 64, 66}, 1, []string{"Admin", "User"}},
}

// surveys writes waves, questions and answers as a survey tool exports them.
// Every wave opens on the first and closes on the 24th of a quarter's last month.
func (g *gen) surveys() {
	t := tool{
		waves: g.sheet("surveys/waves.csv", "survey", "audience", "title", "type", "wave", "opened", "closes", "invited", "population"),
		asked: g.sheet("surveys/questions.csv", "survey", "question", "purpose", "scale_from", "scale_to", "easy_is", "workflow", "wording"),
		given: g.sheet("surveys/responses.csv.gz", "response", "survey", "question", "score", "respondent", "account", "role", "sent", "answered"),
	}
	pulse, app := g.dice("survey"), g.dice("in-app survey")
	for _, q := range quarters {
		for p, home := range portfolios {
			for _, k := range pulses {
				g.wave(t, pulse, q, audience{portfolio: p, name: home.id}, k)
			}
			for _, product := range home.products {
				for _, k := range inApp {
					g.wave(t, app, q, g.users(product, q), k)
				}
			}
		}
	}
	first := "np-flows-2026Q2"
	t.given.flawed("off_scale", "r-90001", "r-90001", first, first+"-1", "11", "p-90001", g.firm[5].id, "User", "2026-06-03", "2026-06-04T09:00:00Z")
	t.given.flawed("off_scale", "r-90002", "r-90002", first, first+"-1", "-1", "p-90002", g.firm[6].id, "User", "2026-06-03", "2026-06-04T09:00:00Z")
	t.given.flawed("bad_amount", "r-90003", "r-90003", first, first+"-1", "nine", "p-90003", g.firm[7].id, "User", "2026-06-03", "2026-06-04T09:00:00Z")
	t.given.flawed("end_before_start", "r-90004", "r-90004", first, first+"-1", "9", "p-90004", g.firm[8].id, "User", "2026-06-09", "2026-06-04T09:00:00Z")
	g.blemish("small_survey", t.waves.path, "al-growth-2026Q2")
	t.waves.close()
	t.asked.close()
	t.given.close()
}

// tool is the three files of the survey tool.
type tool struct{ waves, asked, given *sheet }

// audience is who a survey asks: the people around a portfolio, or the accounts
// that use a product and the workflows they run in it.
type audience struct {
	portfolio int
	name      string // of the portfolio or product
	accounts  []*account
	workflows []string
}

// users are the accounts that had signed up for a product when a wave opens.
func (g *gen) users(product int, q time.Time) audience {
	a := audience{portfolio: products[product].portfolio, name: products[product].id}
	for _, firm := range g.firm {
		for _, u := range firm.uses {
			if u.product == product && firm.kind == "customer" && u.signup.Before(q) {
				a.accounts = append(a.accounts, firm)
			}
		}
	}
	for _, j := range journeys {
		if j.product == product {
			a.workflows = append(a.workflows, j.id)
		}
	}
	return a
}

func (g *gen) wave(t tool, d dice, q time.Time, of audience, k poll) {
	id := fmt.Sprintf("%s-%s-%s", k.code, of.name, quarterName(q))
	opens, closes := q.AddDate(0, 2, 0), q.AddDate(0, 2, 23)
	population := ""
	if k.kind == "pulse" {
		population = fmt.Sprint(k.invited[of.portfolio])
	}
	t.waves.row(id, of.name, fmt.Sprintf("%s %s", of.name, k.purpose), k.kind, quarterName(q), when(opens, isoDay), when(closes, isoDay), fmt.Sprint(k.invited[of.portfolio]), population)
	// effort is asked of each workflow, and of one person about one of them
	flows := []string{""}
	if k.purpose == "ces" {
		flows = of.workflows
	}
	questions := k.questions * len(flows)
	for n := range questions {
		easy, flow := "", flows[n%len(flows)]
		if flow != "" {
			easy = "high"
		}
		t.asked.row(id, fmt.Sprintf("%s-%d", id, n+1), k.purpose, fmt.Sprint(k.from), fmt.Sprint(k.to), easy, flow, fmt.Sprintf("w-%s-%d", k.code, n+1))
	}
	score := scores(d, k, of.portfolio, q)
	tilt := 0.0
	for r := range k.answered[of.portfolio] {
		// people differ more than their answers do: one is kinder by as much as
		// the next is stricter, so that the mean stays what the story says
		if tilt = -tilt; r%2 == 0 {
			tilt = 0.6 * d.Float64()
		}
		at := d.hours(opens.AddDate(0, 0, d.IntN(22)))
		who, account := fmt.Sprintf("p-%s-%s-%d", k.code, of.name, r), ""
		if k.kind != "pulse" {
			account = of.accounts[d.IntN(len(of.accounts))].id
		}
		for i := range k.questions {
			n := i
			if flows[0] != "" {
				n = r / 2 % len(flows) // two in a row, so that roles and workflows mix
			}
			if s := score(tilt); at.Before(clock) {
				t.given.row(fmt.Sprintf("r-%s-%d-%d", id, r, n), id, fmt.Sprintf("%s-%d", id, n+1), fmt.Sprint(s), who, account, k.roles[r%len(k.roles)], when(opens, isoDay), when(at, stamp))
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
	goal := map[string]float64{"alignment": portfolios[p].alignment.at(q), "triad": 4.1 - 0.15*float64(p), "engagement": 4.4 - 0.15*float64(p), "csat": 4.2, "ces": 5.4}[k.purpose]
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
