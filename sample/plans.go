package sample

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// issue is one work item of the tracker.
type issue struct {
	id, key, kind, severity, foundIn, epic, duplicateOf string
	product                                             int
	points                                              int
	security                                            bool
	created, started, done, released                    time.Time
}

// size of a month's plan, for each product.
var planned = []int{17, 17, 16, 14, 13, 15, 15}

// plans writes every team's monthly plan and makes the stories it names. The
// delivered share of a portfolio's month is its curve, to the nearest item.
func (g *gen) plans() {
	d := g.dice("plan")
	s := g.sheet("delivery/plan.csv", "commitment", "team", "product", "month", "month_start", "month_end", "issue", "committed_on",
		"planned", "delivered", "stretch", "added_late", "due", "delivered_on", "descoped_on")
	n := 0
	for _, m := range months {
		for p := range portfolios {
			n = g.planMonth(s, d, n, p, m)
		}
	}
	s.flawed("field_count", "PC-90001", "PC-90001", "Flows", "FLOW", "2026-05")
	s.flawed("bad_amount", "PC-90002", "PC-90002", "Flows", "FLOW", "2026-05", "2026-05-01", "2026-06-01", "FLOW-1", "2026-05-01", "one", "0", "no", "no", "", "", "")
	s.flawed("end_before_start", "PC-90003", "PC-90003", "Flows", "FLOW", "2024-05", "2024-06-01", "2024-05-01", "FLOW-1", "2024-05-01", "1", "1", "no", "no", "", "", "")
	s.close()
}

func (g *gen) planMonth(s *sheet, d dice, n, p int, m time.Time) int {
	end := m.AddDate(0, 1, 0)
	total := 0
	for _, id := range portfolios[p].products {
		total += planned[id]
	}
	share := portfolios[p].kept.at(m)
	if end.After(clock) {
		share *= 0.62 // the month is still running
	}
	// Which of the month's items come through: a shuffled hand of yes and no.
	hand := make([]bool, total)
	for i := range int(math.Round(share * float64(total))) {
		hand[i] = true
	}
	d.Shuffle(total, func(i, j int) { hand[i], hand[j] = hand[j], hand[i] })
	for _, id := range portfolios[p].products {
		for i := range planned[id] + 3 {
			n++
			extra := i >= planned[id]
			got := extra && d.chance(0.5)
			if !extra {
				got, hand = hand[0], hand[1:]
			}
			g.commitment(s, d, n, id, m, extra, got)
		}
	}
	return n
}

// commitment writes one planned item and makes its story. Extra items are
// stretch goals or came in after the month had started.
func (g *gen) commitment(s *sheet, d dice, n, id int, m time.Time, extra, got bool) {
	end := m.AddDate(0, 1, 0)
	w := g.story(d, id, m)
	w.started = d.inMonth(m, 12)
	delivered, on, dropped := "0", time.Time{}, time.Time{}
	if got {
		last := min(27, int(clock.Sub(m)/day)-1)
		w.done = d.hours(m.AddDate(0, 0, 5+d.IntN(last-5)))
		w.started = minTime(w.started, w.done.Add(-day))
		w.released = d.hours(w.done.Add(day))
		delivered, on = "1", w.done
		if w.released.After(clock) {
			w.released = time.Time{}
		}
	} else if d.chance(0.2) {
		dropped = d.inMonth(m, 15)
	}
	due := m.AddDate(0, 0, 13)
	if d.chance(0.6) {
		due = end.AddDate(0, 0, -2)
	}
	stretch, late, committed := "no", "no", m
	if extra && n%2 == 0 {
		stretch = "yes"
	} else if extra {
		late, committed = "yes", m.AddDate(0, 0, 9)
	}
	g.work = append(g.work, w)
	s.row(fmt.Sprintf("PC-%05d", n), products[id].name, products[id].code, m.Format("2006-01"), when(m, isoDay), when(end, isoDay), w.key, when(committed, isoDay),
		"1", delivered, stretch, late, when(due, isoDay), when(on, isoDay), when(dropped, isoDay))
}

// story makes a work item created in the weeks before m.
func (g *gen) story(d dice, id int, m time.Time) issue {
	n := len(g.work) + 1
	return issue{
		id: strconv.Itoa(100000 + n), key: fmt.Sprintf("%s-%d", products[id].code, n), product: id,
		kind: d.pick([]string{"Story", "Task", "Spike"}, 0.75, 0.2, 0.05), points: []int{1, 2, 3, 5, 8}[d.IntN(5)],
		created: d.hours(m.AddDate(0, 0, -3-d.IntN(50))),
	}
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
