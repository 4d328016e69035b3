package sample

import (
	"math"
	"time"
)

// subscriptions decides who pays what, month by month.
func (g *gen) subscriptions() {
	d := g.dice("subscription")
	for _, a := range g.firm {
		if a.kind != "customer" {
			continue
		}
		if a.paidFrom.IsZero() && !a.buys(d) {
			a.fade(d)
			continue
		}
		a.live(d)
	}
}

// buys decides whether a sign-up turns into a customer, and when.
func (a *account) buys(d dice) bool {
	p := 0.04
	if a.published() {
		p = 0.24
	}
	if a.motion == "sales" {
		p += 0.22
	}
	if !d.chance(p) {
		return false
	}
	a.paidFrom = a.created.Add(d.days(10, 42)).Truncate(day)
	if a.paidFrom.After(clock) {
		a.paidFrom = time.Time{}
		return false
	}
	return true
}

// fade closes some of the accounts that never paid.
func (a *account) fade(d dice) {
	if t := d.hours(a.created.Add(d.days(60, 400))); d.chance(0.3) && t.Before(clock) {
		a.closed = t
	}
}

// live walks a paying account through its months: every paid product may grow,
// shrink or be dropped, the account may leave, and a few come back.
func (a *account) live(d dice) {
	leaves := map[string]float64{"startup": 0.019, "smb": 0.011, "mid_market": 0.006, "enterprise": 0.0025}[a.segment]
	for m := 0; ; m++ {
		t := a.paidFrom.Truncate(day).AddDate(0, m, 0)
		if !t.Before(clock) {
			return
		}
		if m > 3 && d.chance(leaves) {
			a.leave(d, t)
			if back := t.AddDate(0, 2+d.IntN(4), 0); d.chance(0.08) && back.Before(clock) {
				a.paidTo = time.Time{}
				a.uses[0].open(back, a.price(d))
			}
			return
		}
		for _, u := range a.uses {
			a.month(d, u, t, m)
		}
	}
}

// month is one month of one product.
func (a *account) month(d dice, u *use, t time.Time, m int) {
	last := len(u.items) - 1
	switch story := portfolios[products[u.product].portfolio]; {
	case last < 0:
		if !u.signup.After(t) && d.chance(0.85) {
			u.open(t, a.price(d))
		}
	case !u.items[last].end.IsZero():
	case m > 2 && d.chance(story.leaves):
		u.items[last].end, u.items[last].why = t, "product not used"
	case d.chance(story.expands):
		u.reprice(t, d.between(1.08, 1.42), "seats added")
	case d.chance(0.008):
		u.reprice(t, d.between(0.6, 0.9), "seats removed")
	}
}

// price is a first monthly price in minor units, rounded to half a unit of currency.
func (a *account) price(d dice) int64 {
	base := map[string]float64{"startup": 49, "smb": 190, "mid_market": 780, "enterprise": 2400}[a.segment]
	return int64(math.Round(d.spread(base, 0.35)*2)) * 50
}

func (u *use) open(t time.Time, amount int64) {
	u.items = append(u.items, item{start: t, amount: amount})
}

func (u *use) reprice(t time.Time, factor float64, why string) {
	now := &u.items[len(u.items)-1]
	now.end, now.why = t, why
	u.open(t, int64(math.Round(float64(now.amount)*factor/50))*50)
}

// leave ends every running term of the account at t.
func (a *account) leave(d dice, t time.Time) {
	why := d.pick([]string{"price", "missing feature", "out of business", "moved to another vendor"}, 0.3, 0.3, 0.15, 0.25)
	for _, u := range a.uses {
		if last := len(u.items) - 1; last >= 0 && u.items[last].end.IsZero() {
			u.items[last].end, u.items[last].why = t, why
		}
	}
	a.paidTo = t
	if closed := d.hours(t.AddDate(0, 0, 30)); d.chance(0.6) && closed.Before(clock) {
		a.closed = closed
	}
}
