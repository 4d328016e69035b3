package sample

import (
	"fmt"
	"time"
)

// refunds writes what was given back and credited: one term in forty, most of it
// within two months of its start, a part of what a month costs.
func (g *gen) refunds() {
	s := g.sheet("billing/refunds.csv", "note_id", "customer", "product_code", "type", "amount", "currency", "issued_at", "cause")
	d := g.dice("refunds")
	causes := []string{"downtime", "wrong invoice", "goodwill", "cancelled in time"}
	n := 0
	for _, a := range g.firm {
		for _, u := range a.uses {
			for _, i := range u.items {
				hit, after, share, kind, cause := d.chance(0.025), d.between(2, 60), d.between(0.1, 1), "refund", causes[d.IntN(len(causes))]
				if d.chance(0.4) {
					kind = "credit"
				}
				at := i.start.Add(time.Duration(after*24) * time.Hour)
				if !hit || at.After(clock) || !i.end.IsZero() && at.After(i.end) {
					continue
				}
				n++
				amount := int64(float64(i.amount) * share)
				s.row(fmt.Sprintf("cn-%04d", n), a.id, products[u.product].code, kind, fmt.Sprintf("%d.%02d", amount/100, amount%100), a.currency, when(at, stamp), cause)
			}
		}
	}
	s.close()
}
