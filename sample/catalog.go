package sample

import (
	"fmt"
	"time"
)

// feature is a capability of a product.
type feature struct {
	id, name, event, class string
	product                int
	ga                     time.Time
	reach                  float64 // share of paying accounts that will use it in the end
	target                 string  // attributes of the accounts it is meant for
}

var features = []feature{
	{"bulk-edit", "Bulk edit", "Bulk Edit Applied", "core", 0, date(2026, 7, 8), 0.62, `{"size_band":["small","mid","enterprise"]}`},
	{"workspace-roles", "Workspace roles", "Workspace Role Granted", "core", 2, date(2026, 9, 1), 0.5, ""},
	{"form-logic", "Conditional form logic", "Form Logic Used", "core", 1, date(2025, 3, 4), 0.48, ""},
	{"guides-ai", "Guided setup", "Guided Setup Run", "core", 3, date(2025, 11, 11), 0.55, ""},
	{"webhooks", "Webhooks", "Webhook Delivered", "core", 5, date(2024, 10, 8), 0.4, `{"size_band":["mid","enterprise"]}`},
	{"audit-export", "Audit export", "Audit Export Run", "other", 6, date(2026, 2, 17), 0.3, `{"plan":["enterprise"]}`},
}

// trail is a user journey.
type trail struct {
	id, name      string
	product       int
	critical, top bool
	objective     float64
	requests      float64 // a week
}

var journeys = []trail{
	{"run-flow", "Run a flow", 0, true, true, 0.999, 410000},
	{"edit-flow", "Edit a flow", 0, false, true, 0.995, 62000},
	{"submit-form", "Submit a form", 1, true, true, 0.999, 180000},
	{"approve", "Decide an approval", 2, true, true, 0.999, 95000},
	{"export", "Export results", 2, false, true, 0.995, 21000},
	{"sign-up", "Sign up", 3, true, true, 0.999, 30000},
	{"first-guide", "Finish the first guide", 3, false, true, 0.99, 24000},
	{"use-template", "Start from a template", 4, true, true, 0.999, 33000},
	{"api-call", "Call the API", 5, true, true, 0.999, 2200000},
	{"manage-users", "Manage users", 6, true, true, 0.999, 18000},
	{"rotate-key", "Rotate an API key", 5, false, true, 0.995, 9000},
}

// catalog writes what the product analysts keep: capabilities, journeys, the
// tracking plan with its daily check, and numbers that come already counted.
func (g *gen) catalog() {
	s := g.sheet("product/capabilities.csv", "capability", "product", "title", "class", "ga_date", "target", "rule")
	for _, f := range features {
		s.row(f.id, products[f.product].code, f.name, f.class, when(f.ga, isoDay), f.target,
			fmt.Sprintf(`{"events":[%q],"min_uses":2,"min_days":2,"window_days":28}`, canonicalEvent(f.event)))
	}
	s.close()
	s = g.sheet("product/journeys.csv", "journey", "product", "title", "critical", "top")
	for _, j := range journeys {
		s.row(j.id, products[j.product].code, j.name, fmt.Sprint(j.critical), fmt.Sprint(j.top))
	}
	s.close()
	g.tracking()
	g.traffic()
}

// canonicalEvent is the name the manifest gives an event of a capability.
func canonicalEvent(vendor string) string {
	out := []byte(vendor)
	for i, c := range out {
		switch {
		case c == ' ':
			out[i] = '_'
		case c >= 'A' && c <= 'Z':
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}

// tracking writes the plan and one check a day and pair. One pair lost a
// property when workspace roles shipped, one was planned and never sent.
func (g *gen) tracking() {
	d := g.dice("tracking")
	planned := g.sheet("product/tracking_plan.csv", "journey", "event", "properties", "since", "retired")
	seen := g.sheet("product/tracking_daily.csv.gz", "journey", "event", "date", "rows", "valid_rows", "schema_errors", "duplicate_rows")
	steps := []string{"opened", "changed", "failed", "finished"}
	for _, j := range journeys {
		for _, step := range steps {
			name := canonicalEvent(j.name) + "_" + step
			planned.row(j.id, name, `["account_id","plan"]`, "2024-07-01", "")
			if j.id == "export" && step == "changed" {
				continue
			}
			for t := date(2026, 6, 1); t.Before(clock); t = t.AddDate(0, 0, 1) {
				rows := int(d.spread(j.requests/7/40, 0.15))
				valid, wrong := rows-rows/900, 0
				if j.id == "approve" && step == "changed" && !t.Before(date(2026, 9, 1)) {
					valid, wrong = rows*9/10, rows/40
				}
				seen.row(j.id, name, when(t, isoDay), fmt.Sprint(rows), fmt.Sprint(valid), fmt.Sprint(wrong), fmt.Sprint(rows/2000))
			}
		}
	}
	planned.close()
	seen.close()
}

// traffic is one row a product and month of the web analytics export.
func (g *gen) traffic() {
	d := g.dice("traffic")
	s := g.sheet("product/web_monthly.csv", "product", "measure", "month", "month_end", "sessions", "users")
	for i, p := range products {
		for m, t := range months[:len(months)-1] {
			for _, name := range []string{"site_visits", "docs_visits"} {
				n := d.spread(9000+900*float64(i)+120*float64(m), 0.06)
				s.row(p.code, name, when(t, isoDay), when(t.AddDate(0, 1, 0), isoDay), fmt.Sprintf("%.0f", n), fmt.Sprintf("%.0f", n*0.71))
			}
		}
	}
	s.close()
}
