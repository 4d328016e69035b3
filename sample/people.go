package sample

import (
	"fmt"
	"time"
)

// people writes what HR holds about the product managers, the assessments of
// their craft, the reviews of the triads, and the open positions.
func (g *gen) people() {
	d := g.dice("people")
	staff := g.sheet("people/people.csv", "employee", "department", "job", "level", "hired", "left", "leaving_type", "regretted", "flagged")
	craft := g.sheet("people/assessments.csv", "employee", "rubric", "competency", "level", "date", "assessor")
	n := 0
	for p, story := range portfolios {
		for i := range []int{9, 7, 8}[p] {
			n++
			g.manager(staff, craft, d, n, story.id, i)
		}
		for _, left := range []time.Time{date(2025, 2, 28), date(2025, 10, 31)} {
			n++
			kind, regret, flagged := "resigned", "no", ""
			if p == 2 {
				regret, flagged = "yes", when(left.AddDate(0, 0, 9), isoDay)
			}
			staff.row(fmt.Sprintf("E%03d", n), story.id, "Product Manager", "P3", "2022-05-01", when(left, isoDay), kind, regret, flagged)
		}
	}
	staff.flawed("end_before_start", "E900", "E900", "core", "Product Manager", "P2", "2025-06-01", "2025-05-01", "resigned", "no", "")
	staff.flawed("bad_date", "E901", "E901", "core", "Product Manager", "P2", "1.6.2025", "", "", "", "")
	staff.close()
	craft.close()
	g.reviews()
	g.headcount()
}

// manager writes one product manager. Three of core's nine were assessed for the
// first time in April 2026, so there is nothing to compare with yet.
func (g *gen) manager(staff, craft *sheet, d dice, n int, department string, i int) {
	id, level := fmt.Sprintf("E%03d", n), d.pick([]string{"P2", "P3", "P4", "P5"}, 0.25, 0.4, 0.25, 0.1)
	hired := date(2020+i%5, time.Month(1+d.IntN(12)), 1)
	staff.row(id, department, "Product Manager", level, when(hired, isoDay), "", "", "", "")
	for _, c := range []string{"analytics", "discovery", "narrative"} {
		first := float64(2 + d.IntN(2))
		if department != "core" || n%3 > 0 {
			craft.row(id, "pm-2025", c, fmt.Sprint(first), "2025-04-15", "E0"+fmt.Sprint(10+n%3))
		}
		if d.chance(0.3) {
			first++
		}
		craft.row(id, "pm-2025", c, fmt.Sprint(first), "2026-04-14", "E0"+fmt.Sprint(10+n%3))
	}
}

// reviews are the quarterly judgements of the engineering and design leads.
func (g *gen) reviews() {
	d := g.dice("review")
	s := g.sheet("people/reviews.csv", "portfolio", "kpi", "reviewer", "reviewer_role", "colour", "direction", "comment", "date")
	for _, q := range quarters {
		at := q.AddDate(0, 2, 10)
		if !at.Before(clock) {
			continue
		}
		for _, p := range portfolios {
			for _, role := range []string{"engineering_lead", "design_lead"} {
				colour := d.pick([]string{"Green", "Amber", "Red"}, 0.65, 0.3, 0.05)
				s.row(p.id, "triad_health", role[:3]+"."+p.id, role, colour, d.pick([]string{"better", "same", "worse"}, 0.4, 0.45, 0.15),
					map[string]string{"Green": "Decisions hold; reviews happen in the week.", "Amber": "Scope still moves after the start.", "Red": "Discovery and delivery plan apart."}[colour], when(at, isoDay))
			}
		}
	}
	s.close()
}

func (g *gen) headcount() {
	s := g.sheet("people/headcount.csv", "department", "month", "open_positions", "leads")
	for i, p := range portfolios {
		for m, t := range months {
			s.row(p.id, when(t, isoDay), fmt.Sprint((m+i)%3), "1")
		}
	}
	s.close()
}
