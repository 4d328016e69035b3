package sample

import (
	"fmt"
	"time"
)

// operations writes the on-call log, the deployments and the service levels.
func (g *gen) operations() {
	g.incidents()
	g.deployments()
	g.serviceLevels()
}

// outage is one incident before it is written.
type outage struct {
	product, severity int
	at                time.Time
	cause, group      string
}

func (g *gen) incidents() {
	d := g.dice("incident")
	f := g.lines("operations/incidents.ndjson")
	n := 0
	put := func(o outage) {
		n++
		detected := o.at.Add(d.days(0.001, 0.02))
		v := o.export(n, detected, detected.Add(d.days(0.01, 0.3)), o.at.Add(d.days(2, 12)))
		f.put(v)
		if n%80 == 3 {
			f.put(v)
			g.blemish("duplicate", f.path, v["id"].(string))
		}
	}
	for m, month := range months {
		reach := 27
		if month.AddDate(0, 1, 0).After(clock) {
			reach = 16
		}
		for p, story := range portfolios {
			home := func() int { return story.products[d.IntN(len(story.products))] }
			for range story.incidents[m] {
				put(outage{product: home(), severity: 1 + (n+p)%2, at: d.inMonth(month, reach), cause: "deploy"})
			}
			for range 1 + d.IntN(3) {
				put(outage{product: home(), severity: 3 + d.IntN(2), at: d.inMonth(month, reach), cause: "deploy"})
				put(outage{product: home(), severity: 1 + d.IntN(4), at: d.inMonth(month, reach), cause: d.pick([]string{"third party", "load", "network", "not known"}, 0.4, 0.3, 0.2, 0.1)})
			}
		}
	}
	// One bad deployment of the API took the console down with it.
	both := date(2026, 7, 14).Add(10 * time.Hour)
	put(outage{product: 5, severity: 2, at: both, cause: "deploy", group: "PG-0714"})
	put(outage{product: 6, severity: 2, at: both.Add(4 * time.Minute), cause: "deploy", group: "PG-0714"})
	g.blemish("one_incident_two_products", f.path, "PG-0714")
	for _, id := range []string{"PI-9001", "PI-9002"} {
		at := date(2026, 2, 11).Add(12 * time.Hour)
		v := outage{product: 0, severity: 2, at: at, cause: "deploy"}.export(0, at, at.Add(-3*time.Hour), at.Add(5*day))
		v["id"] = id
		f.put(v)
		g.blemish("end_before_start", f.path, id)
	}
	v := outage{product: 0, severity: 2, at: both, cause: "gremlins"}.export(9003, both, both.Add(time.Hour), both.Add(5*day))
	f.put(v)
	g.blemish("unknown_word", f.path, "gremlins")
	f.close()
}

// export is the incident as the on-call tool gives it. The review names the
// deployment, when a deployment was the cause.
func (o outage) export(n int, detected, resolved, reviewed time.Time) map[string]any {
	change := any(nil)
	if o.cause == "deploy" {
		change = fmt.Sprintf("%s-%s", products[o.product].code, o.at.Format("20060102"))
	}
	if !reviewed.Before(clock) {
		reviewed = time.Time{}
	}
	group := any(nil)
	if o.group != "" {
		group = o.group
	}
	return map[string]any{
		"id": fmt.Sprintf("PI-%04d", n), "service": map[string]any{"summary": products[o.product].service}, "incident_group": group,
		"priority": map[string]any{"summary": fmt.Sprintf("SEV-%d", o.severity)}, "created_at": o.at.Format(stamp), "acknowledged_at": detected.Format(stamp),
		"resolved_at": resolved.Format(stamp), "postmortem": map[string]any{"root_cause": o.cause, "change": change, "completed_at": orNil(reviewed, stamp)},
	}
}

// deployments come from the delivery pipeline with epoch seconds.
func (g *gen) deployments() {
	d := g.dice("deployment")
	s := g.sheet("operations/deploys.csv.gz", "deploy_id", "service", "kind", "environment", "started", "finished", "outcome", "commit")
	n := 0
	for monday := history; monday.Before(clock); monday = monday.AddDate(0, 0, 7) {
		for _, p := range products {
			for range 3 + d.IntN(3) {
				n++
				at := d.workday(monday)
				s.row(fmt.Sprintf("D-%05d", n), p.service, d.pick([]string{"release", "flag", "config"}, 0.8, 0.12, 0.08), d.pick([]string{"production", "staging"}, 0.7, 0.3),
					fmt.Sprint(at.Unix()), fmt.Sprint(at.Add(d.days(0.002, 0.02)).Unix()), d.pick([]string{"succeeded", "failed", "cancelled"}, 0.95, 0.04, 0.01), fmt.Sprintf("%010x", d.Uint64()>>24))
			}
		}
	}
	s.flawed("bad_date", "D-90001", "D-90001", "flows-prod", "release", "production", "soon", "", "succeeded", "0000000000")
	s.close()
}

// serviceLevels writes one row a journey and week. The export journey broke its
// objective while a queue was stuck, until the fix of 8 September.
func (g *gen) serviceLevels() {
	d := g.dice("slo")
	s := g.sheet("operations/slo_weekly.csv", "journey", "service", "objective", "week_start", "week_end", "good", "total", "measured_in", "excluded")
	for _, j := range journeys {
		for monday := history; monday.Before(clock); monday = monday.AddDate(0, 0, 7) {
			total := d.spread(j.requests*season(monday), 0.05)
			bad := total * (1 - j.objective) * d.between(0.2, 0.9)
			if j.id == "export" && !monday.Before(date(2026, 8, 17)) && monday.Before(date(2026, 9, 7)) || d.chance(0.02) {
				bad = total * (1 - j.objective) * d.between(1.3, 2.4)
			}
			s.row(j.id, products[j.product].service, fmt.Sprint(j.objective), when(monday, isoDay), when(monday.AddDate(0, 0, 7), isoDay),
				fmt.Sprintf("%.0f", total-bad), fmt.Sprintf("%.0f", total), "requests", "0")
		}
	}
	s.close()
}
