package sample

import (
	"fmt"
	"time"
)

// crm writes the accounts as a CRM exports them: one row an account, and a
// history of the fields that sales reads.
func (g *gen) crm() {
	g.crmAccounts()
	g.crmHistory()
}

func (g *gen) crmAccounts() {
	d := g.dice("crm.accounts")
	s := g.sheet("crm/accounts.csv", "Id", "Name", "Website", "Type", "CreatedDate", "Closed_Date__c", "LastModifiedDate")
	kinds := map[string]string{"customer": "Customer", "internal": "Internal", "test": "Test"}
	for _, a := range g.firm {
		modified := a.created.Add(d.days(0, 30))
		if modified.After(clock) {
			modified = a.created
		}
		cells := []string{a.id, a.name, a.site, kinds[a.kind], when(a.created, jiraTime), when(a.closed, jiraTime), when(modified, jiraTime)}
		s.row(cells...)
		switch {
		case a.kind != "customer":
			g.blemish(a.kind, s.path, a.id)
		case a.n%700 == 60:
			s.flawed("duplicate", a.id, cells...)
		}
	}
	s.flawed("bad_date", "0018d999001LKF", "0018d999001LKF", "Nowhere Imports", "www.nowhere.example", "Customer", "2025-13-40T09:00:00.000+0000", "", "2025-10-02T09:00:00.000+0000")
	s.flawed("bad_date", "0018d999002LKF", "0018d999002LKF", "", "", "Customer", "yesterday", "", "")
	s.close()
}

func (g *gen) crmHistory() {
	s := g.sheet("crm/account_history.csv", "AccountId", "Field", "NewValue", "ValidFrom", "ValidTo")
	for _, a := range g.firm {
		for _, f := range [][2]string{
			{"Segment__c", a.segment}, {"Size_Band__c", a.size}, {"BillingRegion", a.region},
			{"Motion__c", a.motion}, {"LeadSource", a.channel},
		} {
			s.row(a.id, f[0], f[1], when(a.created, jiraTime), "")
		}
		for _, p := range a.plans() {
			s.row(a.id, "Plan__c", p.name, when(p.from, jiraTime), when(p.to, jiraTime))
		}
	}
	s.flawed("unknown_word", "Shoe_Size__c", g.firm[4].id, "Shoe_Size__c", "43", "2025-02-03T10:00:00.000+0000", "")
	s.close()
}

type plan struct {
	name     string
	from, to time.Time
}

// plans is the history of an account's plan: free until it pays, then the plan
// of its size, and free again after it left.
func (a *account) plans() []plan {
	if a.paidFrom.IsZero() {
		return []plan{{name: "free", from: a.created}}
	}
	paid := map[string]string{"startup": "team", "smb": "team", "mid_market": "business", "enterprise": "enterprise"}[a.segment]
	out := []plan{{"free", a.created, a.paidFrom}, {paid, a.paidFrom, a.paidTo}}
	if !a.paidFrom.After(a.created) {
		out = []plan{{paid, a.created, a.paidTo}}
	}
	if !a.paidTo.IsZero() {
		out = append(out, plan{name: "free", from: a.paidTo})
	}
	return out
}

// billing writes what the billing system holds: one row for each price over one
// term, and what each account may use.
func (g *gen) billing() {
	s := g.sheet("billing/subscription_items.csv.gz", "item_id", "subscription", "customer", "product_code", "charge_type", "status", "mrr", "currency", "term_start", "term_end", "end_reason", "modified_at")
	rights := g.sheet("billing/entitlements.csv.gz", "entitlement_id", "customer", "product_code", "feature", "granted_at", "revoked_at")
	n, r := 0, 0
	for _, a := range g.firm {
		for _, u := range a.uses {
			code := products[u.product].code
			r++
			rights.row(fmt.Sprintf("ent-%05d", r), a.id, code, "", when(u.signup, stamp), when(a.closed, stamp))
			for _, f := range features {
				if f.product == u.product && len(u.items) > 0 {
					r++
					rights.row(fmt.Sprintf("ent-%05d", r), a.id, code, f.id, when(later(f.ga, u.items[0].start), stamp), when(a.paidTo, stamp))
				}
			}
			for _, i := range u.items {
				n++
				g.billingItem(s, n, a, u, i)
			}
		}
	}
	from, mod := "2025-03-01", "2025-03-01T04:00:00Z"
	s.flawed("bad_amount", "si-90001", "si-90001", "sub-90001", g.firm[0].id, "FLOW", "recurring", "active", "12,50.0.0", "USD", from, "", "", mod)
	s.flawed("bad_amount", "si-90002", "si-90002", "sub-90002", g.firm[1].id, "FORM", "recurring", "active", "n/a", "EUR", from, "", "", mod)
	s.flawed("unknown_account", "si-90003", "si-90003", "sub-90003", "0018d999777LKF", "API", "recurring", "active", "310.00", "USD", from, "", "", mod)
	s.flawed("unknown_word", "si-90004", "si-90004", "sub-90004", g.firm[2].id, "SHOP", "recurring", "active", "99.00", "USD", from, "", "", mod)
	s.close()
	rights.close()
}

// billingItem writes one term. Every ninetieth was first invoiced at another
// price and corrected later: the same key twice, the newer one rules.
func (g *gen) billingItem(s *sheet, n int, a *account, u *use, i item) {
	id := fmt.Sprintf("si-%05d", n)
	status, ended := "active", i.start
	if !i.end.IsZero() {
		status, ended = "ended", i.end
	}
	modified := ended.Add(4 * time.Hour)
	cells := func(amount int64, charge string, at time.Time) []string {
		return []string{id, fmt.Sprintf("sub-%04d-%s", a.n, products[u.product].code), a.id, products[u.product].code, charge, status,
			fmt.Sprintf("%d.%02d", amount/100, amount%100), a.currency, when(i.start, isoDay), when(i.end, isoDay), i.why, when(at, stamp)}
	}
	switch {
	case n%90 == 7:
		s.flawed("conflict", id, cells(i.amount+2500, "recurring", modified)...)
		s.row(cells(i.amount, "recurring", modified.Add(26*time.Hour))...)
	case n%250 == 11:
		s.row(cells(i.amount, "recurring", modified)...)
		s.flawed("duplicate", id, cells(i.amount, "recurring", modified)...)
	default:
		s.row(cells(i.amount, "recurring", modified)...)
	}
	if n%60 == 5 {
		id += "-setup"
		s.row(cells(i.amount*3, "one_time", modified)...)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
