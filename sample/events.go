package sample

import (
	"math"
	"slices"
	"time"
)

// event is one line of product telemetry.
type event struct {
	at, received time.Time
	account      string // as the product knows it; "" for signed-out visitors
	user         int
	product      int
	name         string
	count        int
	ok, bot      bool
}

// events simulates what happens inside the products and writes it down.
func (g *gen) events() {
	var all []event
	all = g.milestones(all)
	all = g.weeklyUse(all)
	all = g.capabilityUse(all)
	all = g.strangers(all)
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	g.writeEvents(all)
}

// milestones are the once-in-a-life events of an account in a product.
func (g *gen) milestones(all []event) []event {
	d := g.dice("milestone")
	once := func(a *account, u *use, name string, at time.Time) {
		if !at.Before(history) && at.Before(clock) {
			all = append(all, event{at: at, received: at.Add(3 * time.Second), account: a.id, user: 1, product: u.product, name: name, count: 1, ok: true})
		}
	}
	for _, a := range g.firm {
		for i, u := range a.uses {
			if a.channel == "paid" && i == 0 {
				once(a, u, "Lead Created", u.signup.Add(-d.days(0.1, 6)))
			}
			once(a, u, "Signed Up", u.signup)
			if u.trial {
				once(a, u, "Trial Started", u.signup.Add(time.Minute))
				once(a, u, "Trial Ended", u.signup.Add(14*day))
			}
			if len(u.items) > 0 {
				once(a, u, "Subscription Started", u.items[0].start.Add(9*time.Hour))
			}
			if !u.milestone.IsZero() {
				once(a, u, products[u.product].publishes, u.milestone)
			}
			g.slow(a, u, i, once)
		}
	}
	// Four workspaces ran a client whose clock was hours behind.
	for i := range 4 {
		a := g.firm[len(g.firm)-60-180*i]
		u := a.uses[0]
		at := u.signup.Add(-time.Duration(i+2) * time.Hour)
		once(a, u, products[u.product].publishes, at)
		g.blemish("milestone_before_signup", "product/events-"+quarterName(at)+".ndjson.gz", a.id)
	}
	return all
}

// slow adds what changes no story: first results that come after weeks, and the
// leads of an account's first product in each further portfolio.
func (g *gen) slow(a *account, u *use, i int, once func(*account, *use, string, time.Time)) {
	d := g.dice("slow." + a.id + "." + products[u.product].id)
	late, lead := u.signup.Add(d.days(16, 80)), u.signup.Add(-d.days(0.1, 6))
	if u.milestone.IsZero() && a.kind == "customer" && d.chance(0.35) && (a.closed.IsZero() || late.Before(a.closed)) {
		once(a, u, products[u.product].publishes, late)
	}
	home := products[u.product].portfolio
	if a.channel == "paid" && i > 0 && a.in(home)[0] == u && products[a.uses[0].product].portfolio != home {
		once(a, u, "Lead Created", lead)
	}
}

// weeklyUse picks, for every week and portfolio, about as many active accounts as
// the portfolio's curve asks for: paying ones first, then those still trying. An
// account's luck holds for the whole week, so that a busy one is busy everywhere.
func (g *gen) weeklyUse(all []event) []event {
	luck := make([]float64, len(g.firm))
	shared := g.dice("luck")
	own := make([]dice, len(portfolios))
	for p := range own {
		own[p] = g.dice("use." + portfolios[p].id)
	}
	for monday := history; monday.Before(clock); monday = monday.AddDate(0, 0, 7) {
		// Evenly spread luck, shuffled: as many lucky accounts in one week as in the next.
		for i, n := range shared.Perm(len(luck)) {
			luck[i] = (float64(n) + 0.5) / float64(len(luck))
		}
		for p := range portfolios {
			all = g.useInWeek(all, own[p], luck, p, monday)
		}
	}
	return all
}

func (g *gen) useInWeek(all []event, d dice, luck []float64, p int, monday time.Time) []event {
	odds := make([]float64, len(g.firm))
	total := 0.0
	for i, a := range g.firm {
		odds[i] = a.eagerness(p, monday)
		total += odds[i]
	}
	want := portfolios[p].active.at(monday) * season(monday)
	for i, a := range g.firm {
		if luck[i] < math.Min(0.97, odds[i]*want/total) {
			all = a.use(all, d, p, monday)
		}
	}
	return all
}

// eagerness weighs how likely the account is to be active in the week.
func (a *account) eagerness(p int, monday time.Time) float64 {
	if a.kind != "customer" || !a.closed.IsZero() && a.closed.Before(monday.Add(week)) {
		return 0
	}
	best := 0.0
	for _, u := range a.in(p) {
		age := float64(monday.Sub(u.signup)) / float64(week)
		switch {
		case age < 0:
		case u.paying(monday, monday.Add(week)):
			return 1
		case !u.milestone.IsZero() && u.milestone.Before(monday):
			best = math.Max(best, 0.55*math.Exp(-age/20))
		default:
			best = math.Max(best, 0.3*math.Exp(-age/4))
		}
	}
	if best < 0.005 {
		return 0
	}
	return best
}

// season is the part of ordinary activity that a week has.
func season(monday time.Time) float64 {
	switch _, w := monday.ISOWeek(); w {
	case 52, 1:
		return 0.74
	case 51:
		return 0.9
	case 31, 32, 33:
		return 0.965
	}
	return 1
}

// use is one account's week in a portfolio: one to three days in each product.
func (a *account) use(all []event, d dice, p int, monday time.Time) []event {
	none := true
	held := a.in(p)
	for i, u := range held {
		live := u.signup.Before(monday) && (u.paying(monday, monday.Add(week)) || len(u.items) == 0)
		if last := i == len(held)-1; !live && !(last && none) || live && !(last && none) && d.chance(0.15) {
			continue
		}
		none = false
		for n := 1 + d.IntN(2); n > 0; n-- {
			at := d.workday(monday)
			if at.Before(u.signup) {
				at = u.signup.Add(time.Hour)
			}
			all = append(all, event{at: at, received: at.Add(time.Duration(1+d.IntN(40)) * time.Second), account: a.id,
				user: 1 + d.IntN(6), product: u.product, name: products[u.product].uses, count: 1 + d.IntN(9), ok: d.chance(0.97)})
		}
	}
	return all
}

// capabilityUse spreads each capability over paying accounts of its product,
// along an S-shaped ramp from its general availability.
func (g *gen) capabilityUse(all []event) []event {
	for _, f := range features {
		d := g.dice("capability." + f.id)
		for monday := later(history, f.ga); monday.Before(clock); monday = monday.AddDate(0, 0, 7) {
			age := float64(monday.Sub(f.ga)) / float64(day)
			share := f.reach / (1 + math.Exp(-(age-60)/25))
			for _, a := range g.firm {
				// The same accounts keep using it: who adopts is settled by the account, not by the week.
				if float64(a.n*7919%1000)/1000 >= share || !d.chance(0.45) {
					continue
				}
				for _, u := range a.uses {
					if u.product == f.product && u.paying(monday, monday.Add(week)) {
						at, user := d.workday(monday), 1+d.IntN(3)
						if at.Before(u.items[0].start) || at.Before(f.ga) || !a.paidTo.IsZero() && !at.Before(a.paidTo) {
							continue // not entitled yet, or not any more
						}
						all = append(all, event{at: at, received: at.Add(2 * time.Second), account: a.id, user: user, product: u.product, name: f.event, count: 1, ok: true})
					}
				}
			}
		}
	}
	return all
}

// strangers are events that must not count: internal and test workspaces,
// crawlers, accounts nobody knows, and visitors who are not signed in.
func (g *gen) strangers(all []event) []event {
	d := g.dice("stranger")
	for monday := history; monday.Before(clock); monday = monday.AddDate(0, 0, 7) {
		add := func(account string, bot bool) {
			p := d.IntN(len(products))
			at := d.workday(monday)
			all = append(all, event{at: at, received: at.Add(time.Second), account: account, user: 9, product: p, name: products[p].uses, count: 1 + d.IntN(40), ok: true, bot: bot})
		}
		for _, a := range g.firm[len(g.firm)-12:] {
			if a.created.Before(monday) {
				add(a.id, false)
			}
		}
		for range 3 {
			add(g.firm[d.IntN(300)].id, true)
		}
		if d.chance(0.3) {
			add("", false)
		}
	}
	for i, id := range []string{"0018d999777LKF", "0018d999778LKF", "undefined"} {
		at := d.workday(date(2026, 5, 4).AddDate(0, 0, 14*i))
		all = append(all, event{at: at, received: at.Add(time.Second), account: id, user: 1, product: i, name: products[i].uses, count: 1, ok: true})
		g.blemish("unknown_account", "product/events-"+quarterName(at)+".ndjson.gz", id)
	}
	g.blemish("bot", "product/events-2026Q3.ndjson.gz", `"bot":true`)
	return all
}
