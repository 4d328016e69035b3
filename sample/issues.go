package sample

import (
	"fmt"
	"strconv"
	"time"
)

// issues writes the tracker: the planned stories, the bugs and the releases.
func (g *gen) issues() {
	d := g.dice("issue")
	for _, m := range months {
		for id := range products {
			for range 22 + d.IntN(6) { // enough to judge a portfolio of two products by the month
				if b := g.bug(d, id, m); b.created.Before(clock) {
					g.work = append(g.work, b)
				}
			}
		}
	}
	f := g.lines("delivery/issues.ndjson.gz")
	for i, w := range g.work {
		f.put(w.export())
		switch {
		case i%300 == 100:
			f.put(w.export())
			g.blemish("duplicate", f.path, w.key)
		case w.duplicateOf != "" && i%20 == 0:
			g.blemish("merged", f.path, w.key)
		}
	}
	odd := g.work[10]
	odd.key, odd.id, odd.created, odd.done = "FLOW-90001", "190001", date(2026, 3, 9), date(2026, 3, 2)
	f.put(odd.export())
	g.blemish("end_before_start", f.path, odd.key)
	odd.key, odd.id, odd.kind = "FLOW-90002", "190002", "Wish"
	f.put(odd.export())
	g.blemish("unknown_word", f.path, odd.key)
	f.close()
	g.releases()
}

// bug makes a defect. The share found in production falls slowly over the years.
func (g *gen) bug(d dice, id int, m time.Time) issue {
	w := g.story(d, id, m)
	w.kind, w.points = "Bug", 0
	w.created = d.inMonth(m, 27)
	w.severity = d.pick([]string{"S1", "S2", "S3", "S4"}, 0.04, 0.18, 0.58, 0.2)
	escaped := 0.26 - 0.003*float64(m.Year()*12+int(m.Month())-2024*12-7)
	w.foundIn = "Before release"
	if d.chance(escaped) {
		w.foundIn = "Production"
	}
	if d.chance(0.02) {
		w.foundIn = "" // nobody said
	}
	w.security = d.chance(0.03)
	if d.chance(0.03) {
		w.duplicateOf = g.work[len(g.work)-1].key
	}
	if started := w.created.Add(d.days(0.2, 12)); d.chance(0.9) && started.Before(clock) {
		w.started = started
		if done := started.Add(d.days(0.2, 20)); done.Before(clock) {
			w.done = done
			if out := done.Add(2 * day); out.Before(clock) {
				w.released = out
			}
		}
	}
	return w
}

// export is the issue as the tracker's export has it, its history nested in it.
func (w issue) export() map[string]any {
	status, category, updated := "To Do", "new", w.created
	var history []map[string]any
	move := func(t time.Time, from, to, cat string) {
		if t.IsZero() {
			return
		}
		history = append(history, map[string]any{"id": w.id + strconv.Itoa(len(history)), "created": t.Format(jiraTime),
			"items": []map[string]any{{"field": "status", "from": from, "to": to}}})
		status, category, updated = to, cat, later(updated, t)
	}
	move(w.started, "To Do", "In Progress", "indeterminate")
	move(w.done, "In Progress", "Done", "done")
	var points any
	if w.points > 0 {
		points = w.points
	}
	return map[string]any{
		"id": w.id, "key": w.key, "changelog": history,
		"fields": map[string]any{
			"summary":     fmt.Sprintf("%s: %s %s", products[w.product].name, w.kind, w.id),
			"issuetype":   map[string]any{"name": w.kind},
			"status":      map[string]any{"name": status, "statusCategory": map[string]any{"key": category}},
			"project":     map[string]any{"key": products[w.product].code},
			"severity":    textOrNil(w.severity),
			"found_in":    textOrNil(w.foundIn),
			"duplicates":  textOrNil(w.duplicateOf),
			"security":    w.security,
			"points":      points,
			"initiative":  textOrNil(w.epic),
			"created":     w.created.Format(jiraTime),
			"started":     orNil(w.started, jiraTime),
			"resolved":    orNil(w.done, jiraTime),
			"released":    orNil(w.released, jiraTime),
			"lastUpdated": updated.Format(jiraTime),
		},
	}
}

// releases writes one version a product and month, planned for its 20th.
func (g *gen) releases() {
	d := g.dice("release")
	s := g.sheet("delivery/versions.csv", "version_id", "project", "name", "planned_date", "release_date")
	for i, p := range products {
		for m, month := range months {
			plan := month.AddDate(0, 0, 19)
			out := plan.AddDate(0, 0, d.IntN(6)-1)
			if !out.Before(clock) {
				out = time.Time{}
			}
			s.row(fmt.Sprintf("v-%d-%02d", i+1, m+1), p.code, fmt.Sprintf("%s %d.%d", p.name, month.Year(), int(month.Month())), when(plan, isoDay), when(out, isoDay))
		}
	}
	s.close()
}
