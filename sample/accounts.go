package sample

import (
	"fmt"
	"time"
)

// account is one customer, prospect or test workspace of the firm.
type account struct {
	n               int
	id, name, site  string
	kind            string // customer, internal, test
	created, closed time.Time
	paidFrom        time.Time // zero while nobody ever paid
	paidTo          time.Time // zero while somebody still pays

	segment, size, region, motion, channel, currency string

	uses []*use // in the order of adoption
}

// use is one product in one account.
type use struct {
	product   int
	signup    time.Time
	trial     bool
	milestone time.Time // zero: never published anything
	items     []item
}

// item is one price over one term.
type item struct {
	start, end time.Time // end is zero while the term runs
	amount     int64     // a month, in minor units of the account's currency
	why        string    // why it ended
}

// paying says whether any term of the use touches [from, to).
func (u *use) paying(from, to time.Time) bool {
	for _, i := range u.items {
		if i.start.Before(to) && (i.end.IsZero() || i.end.After(from)) {
			return true
		}
	}
	return false
}

// in lists the account's products that belong to portfolio p.
func (a *account) in(p int) []*use {
	var out []*use
	for _, u := range a.uses {
		if products[u.product].portfolio == p {
			out = append(out, u)
		}
	}
	return out
}

// weekly is how many accounts sign up in a week.
var weekly = curve{{date(2023, 7, 3), 6}, {date(2025, 1, 1), 9}, {date(2026, 1, 1), 12.5}, {date(2026, 9, 14), 18}}

// accounts builds the firm: customers from before the export, a growing stream
// of sign-ups, and a few workspaces that are nobody's.
func (g *gen) accounts() {
	d := g.dice("account")
	activated := make([]quota, len(portfolios))
	for i := 0; i < 600; i++ {
		g.old(d)
	}
	var due quota
	for monday := firstWeek; monday.Before(clock); monday = monday.AddDate(0, 0, 7) {
		n := int(weekly.at(monday))
		if due.next(weekly.at(monday) - float64(n)) {
			n++
		}
		var fresh []*account
		for i := 0; i < n; i++ {
			fresh = append(fresh, g.fresh(d, monday))
		}
		for p := range portfolios {
			for _, a := range fresh {
				a.activate(d, p, activated[p].next)
			}
		}
	}
	for i := 0; i < 12; i++ {
		a := g.fresh(d, history.AddDate(0, 0, 7*i*9))
		a.kind = []string{"internal", "test"}[i%2]
		a.name = fmt.Sprintf("Larkfield %s %d", map[string]string{"internal": "Demo", "test": "QA"}[a.kind], i+1)
	}
}

// someone invents an account created at t.
func (g *gen) someone(d dice, t time.Time, segments ...float64) *account {
	n := len(g.firm) + 1
	a := &account{n: n, id: fmt.Sprintf("0018d%06dLKF", n*37), kind: "customer", created: t}
	a.name = d.pick(firstWords) + " " + d.pick(lastWords)
	a.site = fmt.Sprintf("www.%s-%d.example", slug(a.name), n)
	a.segment = d.pick([]string{"startup", "smb", "mid_market", "enterprise"}, segments...)
	a.size = map[string]string{"startup": "micro", "smb": "small", "mid_market": "mid", "enterprise": "enterprise"}[a.segment]
	a.region = d.pick([]string{"emea", "amer", "apac"}, 0.45, 0.42, 0.13)
	a.currency = "USD"
	if a.region == "emea" && d.chance(0.8) {
		a.currency = "EUR"
	}
	sold := map[string]float64{"startup": 0.02, "smb": 0.15, "mid_market": 0.6, "enterprise": 0.95}[a.segment]
	a.motion, a.channel = "plg", d.pick([]string{"organic", "paid", "partner"}, 0.6, 0.3, 0.1)
	if d.chance(sold) {
		a.motion, a.channel = "sales", d.pick([]string{"outbound", "partner", "event"}, 0.6, 0.25, 0.15)
	}
	g.firm = append(g.firm, a)
	return a
}

// old is a customer won before the simulated sign-ups; it pays from its first month.
func (g *gen) old(d dice) {
	t := d.hours(date(2020, 3, 2).AddDate(0, 0, d.IntN(1180)))
	a := g.someone(d, t, 0.2, 0.36, 0.27, 0.17)
	for p := range portfolios {
		if d.chance(0.74) {
			a.join(d, p, t)
		}
	}
	if len(a.uses) == 0 {
		a.join(d, 0, t)
	}
	for _, u := range a.uses {
		u.milestone = u.signup.Add(d.days(1, 20))
	}
	a.paidFrom = t.Add(d.days(5, 40))
}

// fresh is a sign-up of the week that starts at monday.
func (g *gen) fresh(d dice, monday time.Time) *account {
	t := d.hours(monday.AddDate(0, 0, d.IntN(7)))
	a := g.someone(d, t, 0.42, 0.35, 0.16, 0.07)
	for p := range portfolios {
		if d.chance(portfolios[p].join) {
			a.join(d, p, t)
		}
	}
	if len(a.uses) == 0 {
		a.join(d, 0, t)
	}
	return a
}

// join starts one or two products of portfolio p, the second some weeks later.
func (a *account) join(d dice, p int, t time.Time) {
	ids := portfolios[p].products
	first := d.IntN(len(ids))
	a.uses = append(a.uses, &use{product: ids[first], signup: t.Add(time.Duration(d.IntN(1800)) * time.Second), trial: d.chance(0.7)})
	if later := d.hours(t.Add(d.days(20, 500))); d.chance(0.4) && later.Before(clock) {
		a.uses = append(a.uses, &use{product: ids[(first+1)%len(ids)], signup: later, trial: d.chance(0.4)})
	}
}

// activate decides whether the account's first sign-up in p reached the
// milestone in its first two weeks. next settles the share; dates are drawn.
func (a *account) activate(d dice, p int, next func(float64) bool) {
	if a.kind != "customer" {
		return
	}
	for i, u := range a.in(p) {
		switch {
		case i == 0 && next(portfolios[p].activation.at(u.signup)):
			u.milestone = u.signup.Add(d.days(0.02, 11))
		case i > 0 && d.chance(0.5):
			u.milestone = u.signup.Add(d.days(0.5, 25))
		case i == 0 && d.chance(0.25):
			u.milestone = u.signup.Add(d.days(15, 70))
		}
		if !u.milestone.Before(clock) {
			u.milestone = time.Time{}
		}
	}
}

// published says whether anything was ever published.
func (a *account) published() bool {
	for _, u := range a.uses {
		if !u.milestone.IsZero() {
			return true
		}
	}
	return false
}

var firstWords = []string{"Amber", "Bright", "Cedar", "Delta", "Ember", "Fern", "Granite", "Harbor", "Indigo", "Juniper", "Keystone", "Lumen", "Maple", "Nimbus", "Orchard", "Pioneer", "Quarry", "River", "Summit", "Timber", "Union", "Vista", "Willow", "Zephyr"}
var lastWords = []string{"Analytics", "Bakery", "Clinics", "Foods", "Freight", "Health", "Insurance", "Labs", "Logistics", "Media", "Motors", "Robotics", "Schools", "Software", "Supply", "Systems", "Textiles", "Travel", "Works", "Energy"}

// slug keeps the letters of a name.
func slug(name string) string {
	out := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		case c >= 'a' && c <= 'z':
			out = append(out, c)
		}
	}
	return string(out)
}
