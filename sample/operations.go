package sample

import (
	"fmt"
	"time"
)

// operations writes the deployments, the on-call log and the service levels.
func (g *gen) operations() {
	g.incidents(g.deployments())
	g.serviceLevels()
}

// rollout is a deployment that reached production.
type rollout struct {
	id      string
	product int
	done    time.Time
}

// deployments come from the delivery pipeline with epoch seconds.
func (g *gen) deployments() []rollout {
	d := g.dice("deployment")
	s := g.sheet("operations/deploys.csv.gz", "deploy_id", "service", "kind", "environment", "started", "finished", "outcome", "commit")
	var out []rollout
	for monday := history; monday.Before(clock); monday = monday.AddDate(0, 0, 7) {
		for i, p := range products {
			for range 3 + d.IntN(3) {
				id := fmt.Sprintf("D-%05d", s.rows+1)
				kind, place := d.pick([]string{"release", "flag", "config"}, 0.8, 0.12, 0.08), d.pick([]string{"production", "staging"}, 0.7, 0.3)
				at := d.workday(monday)
				done, outcome := at.Add(d.days(0.002, 0.02)), d.pick([]string{"succeeded", "failed", "cancelled"}, 0.95, 0.04, 0.01)
				s.row(id, p.service, kind, place, fmt.Sprint(at.Unix()), fmt.Sprint(done.Unix()), outcome, fmt.Sprintf("%010x", d.Uint64()>>24))
				if kind == "release" && place == "production" && outcome == "succeeded" {
					out = append(out, rollout{id, i, done})
				}
			}
		}
	}
	s.flawed("bad_date", "D-90001", "D-90001", "flows-prod", "release", "production", "soon", "", "succeeded", "0000000000")
	s.close()
	return out
}

// outage is one incident before it is written.
type outage struct {
	product, severity    int
	at                   time.Time
	cause, change, group string
}

// oncall writes the on-call log.
type oncall struct {
	*lines
	d       dice
	shipped []rollout
}

func (g *gen) incidents(shipped []rollout) {
	o := &oncall{lines: g.lines("operations/incidents.ndjson"), d: g.dice("incident"), shipped: shipped}
	for m, month := range months {
		for p := range portfolios {
			o.month(p, month, portfolios[p].incidents[m])
		}
	}
	o.flaws()
	o.close()
}

// month writes a portfolio's month: severe incidents after deployments as many
// as the story says, minor ones, and some of any severity with other causes.
func (o *oncall) month(p int, month time.Time, severe int) {
	ids := portfolios[p].products
	for i := range severe {
		o.put(o.after(ids[o.d.IntN(len(ids))], 1+(i+p)%2, month))
	}
	reach := 27
	if month.AddDate(0, 1, 0).After(clock) {
		reach = 16
	}
	for range 1 + o.d.IntN(3) {
		o.put(o.after(ids[o.d.IntN(len(ids))], 3+o.d.IntN(2), month))
		o.put(outage{product: ids[o.d.IntN(len(ids))], severity: 1 + o.d.IntN(4), at: o.d.inMonth(month, reach),
			cause: o.d.pick([]string{"third party", "load", "network", "not known"}, 0.4, 0.3, 0.2, 0.1)})
	}
}

// after makes an incident within two hours of a deployment of the month.
func (o *oncall) after(product, severity int, month time.Time) outage {
	var able []rollout
	for _, r := range o.shipped {
		if r.product == product && !r.done.Before(month) && r.done.Before(month.AddDate(0, 1, 0)) {
			able = append(able, r)
		}
	}
	if len(able) == 0 {
		return outage{product: product, severity: severity, at: o.d.inMonth(month, 16), cause: "deploy"}
	}
	r := able[o.d.IntN(len(able))]
	return outage{product: product, severity: severity, at: r.done.Add(o.d.days(0.004, 0.08)), cause: "deploy", change: r.id}
}

// put writes an incident; every eightieth is exported twice.
func (o *oncall) put(x outage) {
	detected := x.at.Add(o.d.days(0.001, 0.02))
	v := x.export(fmt.Sprintf("PI-%04d", o.rows+1), detected, detected.Add(o.d.days(0.01, 0.3)), x.at.Add(o.d.days(2, 12)))
	o.lines.put(v)
	if o.rows%80 == 3 {
		o.g.blemish("duplicate", o.path, v["id"].(string))
		o.lines.put(v)
	}
}

// flaws are an outage of two products at once and incidents that cannot be right.
func (o *oncall) flaws() {
	first := o.after(5, 2, date(2026, 7, 1)) // a bad deployment of the API
	first.group = "PG-0714"
	second := first
	second.product, second.at = 6, first.at.Add(4*time.Minute) // took the console down with it
	o.put(first)
	o.put(second)
	o.g.blemish("one_incident_two_products", o.path, first.group)
	at := date(2026, 2, 11).Add(12 * time.Hour)
	odd := outage{product: 0, severity: 2, at: at, cause: "deploy"}
	for _, id := range []string{"PI-9001", "PI-9002"} {
		o.lines.put(odd.export(id, at, at.Add(-3*time.Hour), at.Add(5*day)))
		o.g.blemish("end_before_start", o.path, id)
	}
	odd.cause = "gremlins"
	o.lines.put(odd.export("PI-9003", at, at.Add(time.Hour), at.Add(5*day)))
	o.g.blemish("unknown_word", o.path, odd.cause)
}

// export is the incident as the on-call tool gives it, with what its review found.
func (x outage) export(id string, detected, resolved, reviewed time.Time) map[string]any {
	if !reviewed.Before(clock) {
		reviewed = time.Time{}
	}
	return map[string]any{
		"id": id, "service": map[string]any{"summary": products[x.product].service}, "incident_group": textOrNil(x.group),
		"priority": map[string]any{"summary": fmt.Sprintf("SEV-%d", x.severity)}, "created_at": x.at.Format(stamp), "acknowledged_at": detected.Format(stamp),
		"resolved_at": resolved.Format(stamp), "postmortem": map[string]any{"root_cause": x.cause, "change": textOrNil(x.change), "completed_at": orNil(reviewed, stamp)},
	}
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
