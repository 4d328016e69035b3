package sample

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

var topics = []string{"permissions", "billing", "integrations", "performance", "how-to", "data import", "notifications"}

// support writes the help desk. Its export is two days late and says so in
// support/_through.
func (g *gen) support() {
	g.tickets()
	g.helpSessions()
	g.store("support/_through", []byte(supportEnd.Format(stamp)+"\n"), 1)
	g.blemish("late_source", "support/_through", supportEnd.Format(stamp))
}

// desk writes tickets in the help desk's words.
type desk struct {
	*sheet
	d dice
	n int
}

// ticket is one row before it is written.
type ticket struct {
	account, kind, merged string
	product               int
	at                    time.Time
	spam                  bool
}

func (g *gen) tickets() {
	t := &desk{d: g.dice("ticket"), n: 18000, sheet: g.sheet("support/tickets.csv", "id", "organization", "requester_id", "brand",
		"created_at", "updated_at", "solved_at", "via_channel", "topic", "priority", "status", "suspended", "merged_into", "kind")}
	for _, m := range months {
		for p := range portfolios {
			g.ticketsOf(t, p, m)
		}
		t.noise(g, m)
	}
	t.flaws(g)
	t.close()
}

// ticketsOf writes a month of one portfolio: the curve's share of its paying
// accounts, new accounts asking more.
func (g *gen) ticketsOf(t *desk, p int, m time.Time) {
	var asks []*account
	paying := 0
	for _, a := range g.firm {
		if a.kind != "customer" || !a.paysIn(p, m) {
			continue
		}
		paying++
		asks = append(asks, a)
		if m.Sub(a.created) < 90*day {
			asks = append(asks, a, a)
		}
	}
	part := 1.0
	if m.AddDate(0, 1, 0).After(clock) {
		part = float64(supportEnd.Sub(m)) / float64(30*day)
	}
	for n := math.Round(portfolios[p].tickets.at(m) * part * float64(paying) / 100); n > 0; n-- {
		a := asks[t.d.IntN(len(asks))]
		for _, u := range a.in(p) {
			if u.paying(m, m.AddDate(0, 1, 0)) {
				t.write(ticket{account: a.id, kind: "customer", product: u.product, at: t.d.inMonth(m, t.days(m))})
				break
			}
		}
	}
}

// paysIn says whether the account pays for a product of p at some time of the month.
func (a *account) paysIn(p int, m time.Time) bool {
	for _, u := range a.in(p) {
		if u.paying(m, m.AddDate(0, 1, 0)) {
			return true
		}
	}
	return false
}

// days of the month that the export reaches.
func (t *desk) days(m time.Time) int {
	if m.AddDate(0, 1, 0).After(supportEnd) {
		return int(supportEnd.Sub(m) / day)
	}
	return 27
}

// noise is what a help desk holds besides questions of customers.
func (t *desk) noise(g *gen, m time.Time) {
	add := func(k ticket) {
		k.product, k.at = t.d.IntN(len(products)), t.d.inMonth(m, t.days(m))
		if k.account == "" && k.kind != "internal" && !k.spam {
			k.account = g.firm[t.d.IntN(300)].id
		}
		t.write(k)
	}
	for range 4 {
		add(ticket{kind: "customer", spam: true})
		add(ticket{kind: "proactive"})
		add(ticket{kind: "internal"})
	}
	for range 3 {
		add(ticket{kind: "customer", merged: strconv.Itoa(t.n - 5)})
	}
	for range 5 { // people who never paid ask, too
		if a := g.firm[len(g.firm)-100-t.d.IntN(900)]; a.paidFrom.IsZero() && a.created.Before(m) {
			add(ticket{kind: "customer", account: a.id})
		}
	}
}

func (t *desk) write(k ticket) {
	t.n++
	id := strconv.Itoa(t.n)
	topic := t.d.pick(topics)
	if !k.at.Before(date(2026, 9, 1)) && t.d.chance(0.4) {
		topic = "permissions" // workspace roles shipped
	}
	requester := fmt.Sprintf("req-%d", t.n%4001)
	if k.kind == "customer" && !k.spam && k.merged == "" {
		t.g.asked = append(t.g.asked, ask{requester, k.account, topic, k.product, k.at})
	}
	status, solved := "closed", k.at.Add(t.d.days(0.05, 6))
	if !solved.Before(supportEnd) {
		status, solved = t.d.pick([]string{"open", "pending", "new", "hold"}), time.Time{}
	}
	row := func(status string, solved, updated time.Time) []string {
		return []string{id, k.account, requester, products[k.product].name, when(k.at, stamp), when(updated, stamp), when(solved, stamp),
			[]string{"web", "email", "chat", "api"}[t.n%4], topic, []string{"low", "normal", "normal", "high", "urgent"}[t.n%5], status, strconv.FormatBool(k.spam), k.merged, k.kind}
	}
	switch {
	case t.n%97 == 0 && !solved.IsZero(): // exported while open, and again when closed
		t.row(row("open", time.Time{}, k.at)...)
		t.flawed("conflict", id, row(status, solved, solved)...)
	case t.n%131 == 0:
		t.row(row(status, solved, later(k.at, solved))...)
		t.flawed("duplicate", id, row(status, solved, later(k.at, solved))...)
	default:
		t.row(row(status, solved, later(k.at, solved))...)
	}
	switch {
	case k.spam && t.n%8 == 1:
		t.g.blemish("spam", t.path, id)
	case k.merged != "" && t.n%8 == 2:
		t.g.blemish("merged", t.path, id)
	}
}

// flaws are rows that cannot be right or cannot be read.
func (t *desk) flaws(g *gen) {
	ok := func(id, created, solved, kind string) []string {
		return []string{id, g.firm[3].id, "req-1", "Flows", created, created, solved, "web", "how-to", "normal", "closed", "false", "", kind}
	}
	for _, id := range []string{"99001", "99002", "99003"} {
		t.flawed("end_before_start", id, ok(id, "2026-06-10T09:00:00Z", "2026-06-09T16:30:00Z", "customer")...)
	}
	t.flawed("bad_date", "99004", ok("99004", "31/02/2026", "", "customer")...)
	t.flawed("bad_date", "99005", ok("99005", "2026-06-11 09:00", "", "customer")...)
	t.flawed("unknown_word", "99006", ok("99006", "2026-06-12T09:00:00Z", "2026-06-12T10:00:00Z", "robot")...)
	t.flawed("field_count", "99007", ok("99007", "2026-06-12T09:00:00Z", "", "customer")[:9]...)
	t.flawed("field_count", "99008", append(ok("99008", "2026-06-12T09:00:00Z", "", "customer"), "surplus", "cells")...)
	stranger := ok("99009", "2026-06-12T09:00:00Z", "2026-06-13T09:00:00Z", "customer")
	stranger[1] = "0018d999777LKF"
	t.flawed("unknown_account", "99009", stranger...)
}

// ask is a question somebody may have looked up first.
type ask struct {
	requester, account, topic string
	product                   int
	at                        time.Time
}

// helpSessions are visits to the help centre: those that were enough, and those
// of people who then asked after all.
func (g *gen) helpSessions() {
	d := g.dice("help")
	s := g.sheet("support/help_sessions.csv.gz", "session", "organization", "requester_id", "brand", "started_at", "surface", "topic", "outcome")
	n := 0
	for m, month := range months {
		limit := 27
		if month.AddDate(0, 1, 0).After(supportEnd) {
			limit = int(supportEnd.Sub(month) / day)
		}
		for range (140 + 26*m) * limit / 27 { // more and more is looked up
			n++
			account := ""
			if d.chance(0.8) {
				account = g.firm[d.IntN(900)].id
			}
			surface := d.pick([]string{"article", "assistant", "forum"}, 0.6, 0.3, 0.1)
			outcome := "left"
			if surface == "assistant" && d.chance(0.3) {
				outcome = "abandoned"
			}
			s.row(fmt.Sprintf("hs-%06d", n), account, fmt.Sprintf("req-%d", d.IntN(4001)), products[d.IntN(len(products))].name,
				when(d.inMonth(month, limit), stamp), surface, d.pick(topics), outcome)
		}
	}
	for _, a := range g.asked {
		if at := a.at.Add(-d.days(0.01, 2.5)); d.chance(0.35) && !at.Before(history) {
			n++
			s.row(fmt.Sprintf("hs-%06d", n), a.account, a.requester, products[a.product].name, when(at, stamp), d.pick([]string{"article", "assistant"}), a.topic, "left")
		}
	}
	s.close()
}
