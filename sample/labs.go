package sample

import "time"

// labs marks an event of Scribe, the one product of the portfolio Labs. It stands
// beside the table of products, so that a new product leaves every number of the
// old ones as it was.
const labs = -1

// scribe opened to customers on the last Monday but one of the history: a week
// later most of its KPIs have no period yet, and the cohort of its first week is
// maturing.
var scribe = product{id: "scribe", code: "SCRB", name: "Scribe", uses: "Scribe Draft Written", publishes: "Scribe Draft Published"}

// scribeOpened is a Monday.
var scribeOpened = date(2026, 9, 14)

const (
	scribeFirst   = 9_000_000 // of its event ids
	scribeSignups = 38
	scribeSkips   = 3 // every third has not published yet
)

// scribeEvents writes the first week of Scribe into a file of its own: customers
// with another product sign up, and two of three publish before it is over.
func (g *gen) scribeEvents() {
	d := g.dice("scribe")
	f := g.lines("product/events-scribe-2026Q3.ndjson.gz")
	n := scribeFirst
	write := func(a *account, name string, at time.Time) {
		e := event{at: at, received: at.Add(3 * time.Second), account: a.id, user: 1, product: labs, name: name, count: 1, ok: true}
		f.raw(e.json(n, e.received.Add(time.Hour)))
		n++
	}
	signups := 0
	for _, a := range g.firm {
		if signups == scribeSignups {
			break
		}
		if a.kind != "customer" || a.n%7 != 0 || a.uses[0].signup.Before(history) || !a.uses[0].paying(scribeOpened, scribeOpened.Add(week)) {
			continue
		}
		at := d.hours(scribeOpened.AddDate(0, 0, d.IntN(4)))
		write(a, "Signed Up", at)
		if signups++; signups%scribeSkips != 0 {
			first := at.Add(d.days(0.05, 1.5))
			write(a, scribe.publishes, first)
			write(a, scribe.uses, first.Add(d.days(0.02, 0.8)))
		}
	}
	f.close()
	g.sum.Events += f.rows
}
