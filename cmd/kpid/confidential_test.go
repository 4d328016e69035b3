package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
)

// TestConfidentialKPIsAreNotSpokenOf: what people said of a KPI, and the bets on it, are
// kept and shown nowhere once it is confidential; what is said of the others stays.
func TestConfidentialKPIsAreNotSpokenOf(t *testing.T) {
	withDesk(t, func(d *entryDesk) {
		bet := `{"id":"%","product_id":"app","name":"Bet of %","size":"major","released_at":"2026-05-01T00:00:00Z","registered_at":"2026-04-01T00:00:00Z","measure_by":"2026-07-15T00:00:00Z","target_kpi":"%","baseline":40,"expected_lift":3,"lift_unit":"pts"}`
		d.vendor("initiative", strings.ReplaceAll(bet, "%", "activation_rate")+"\n"+strings.ReplaceAll(bet, "%", "nrr"))
		d.vendor("team_member", `{"id":"E-17","product_id":"@core","role":"Product Manager","starts_at":"2024-01-01T00:00:00Z"}`)
		d.enter("judgement", "kpi", "triad_health", "product", "@core", "rag", "amber", "trend", "down", "text", "The judgement.", "date", "2026-08-03")
		d.enter("assessment", "member", "E-17", "rubric", "pm-2025", "competency", "The competency", "level", "2", "date", "2025-09-10")
		for _, of := range []string{"activation_rate", "nrr", ""} {
			said := kpi.Said{Portfolio: "core", KPI: of, Text: "Word of <" + of + ">.", Author: "p.nair"}
			if _, err := d.app.store.SaveNote(d.Context(), kpi.Note{Said: said, At: kpi.Date{Year: 2026, Month: 9, Day: 18}}); err != nil {
				t.Fatal(err)
			}
			if _, err := d.app.store.SaveAction(d.Context(), kpi.Action{Said: said, Due: kpi.Date{Year: 2026, Month: 9, Day: 30}, Owner: "p.nair", State: kpi.ActionOpen}); err != nil {
				t.Fatal(err)
			}
		}
		said := func(of, text string) kpi.Said {
			return kpi.Said{Portfolio: "core", KPI: of, Text: text, Author: "p.nair"}
		}
		day := kpi.Date{Year: 2026, Month: 9, Day: 18}
		register := func(e kpi.RegisterEntry) {
			d.Helper()
			e.Kind, e.State, e.Owner, e.At = kpi.Risk, kpi.Raised, "p.nair", day
			must(d.app.store.SaveRegisterEntry(d.Context(), e))(d.T)
		}
		goal := func(o kpi.Objective) int64 {
			d.Helper()
			o.Owner, o.Due, o.State = "p.nair", kpi.Date{Year: 2026, Month: 12, Day: 31}, kpi.GoalOpen
			return must(d.app.store.SaveObjective(d.Context(), o))(d.T).ID
		}
		for _, of := range []string{"activation_rate", "nrr"} {
			register(kpi.RegisterEntry{Said: said(of, "Risk of ("+of+").")})
			register(kpi.RegisterEntry{Said: said("", "Risk of the bet on ("+of+")."), Bet: "vendor/" + of})
			top := goal(kpi.Objective{Said: said("", "Objective on ("+of+").")})
			goal(kpi.Objective{Said: said(of, "Result of ("+of+")."), Parent: top, Expr: "level > 40 %"})
		}
		once := must(d.app.store.SaveRegisterEntry(d.Context(), kpi.RegisterEntry{Said: said("nrr", "Once said of it."), Kind: kpi.Risk, State: kpi.Raised, Owner: "p.nair", At: day}))(d.T)
		once.KPI, once.Text = "", "Now said of nothing."
		must(d.app.store.SaveRegisterEntry(d.Context(), once))(d.T)
		d.compute()
		everywhere := func() string {
			d.Helper()
			var all strings.Builder
			for _, path := range []string{"/p/core/enter", "/p/core/enter/judgement", "/p/core/enter/assessment", "/p/core/enter/lift", "/p/core/enter/value", "/p/core/notes", "/p/core/bets", "/p/core/roadmap",
				"/p/core", "/qbr/core/2026-Q3", "/api/v1/notes?portfolio=core", "/api/v1/actions?portfolio=core", "/api/v1/bets?portfolio=core",
				"/p/core/register", "/p/core/goals", "/api/v1/register?portfolio=core", "/api/v1/goals?portfolio=core"} {
				all.WriteString(d.page(path))
			}
			f, err := newHerald(d.app, newReader(d.app), slog.New(slog.DiscardHandler)).facts(d.Context(), "core")
			if err != nil {
				d.Fatal(err)
			}
			all.Write(deliver.Webhook(f.Digest(deliver.Reader{ID: "x", Zone: time.UTC}, nil, d.app.now())))
			return all.String()
		}
		secret := []string{"Bet of nrr", "Word of &lt;nrr&gt;", `Word of \u003cnrr\u003e`, "The judgement.", "The competency", "triad_health",
			"Risk of (nrr)", "Risk of the bet on (nrr)", "Objective on (nrr)", "Result of (nrr)", "Once said of it."}
		open := []string{"Bet of activation_rate", "Word of &lt;activation_rate&gt;", "Word of &lt;&gt;",
			"Risk of (activation_rate)", "Risk of the bet on (activation_rate)", "Objective on (activation_rate)", "Result of (activation_rate)", "Now said of nothing."}
		before := everywhere()
		for _, part := range append(open, secret...) {
			if !strings.Contains(before, part) {
				t.Errorf("nothing shows %q", part)
			}
		}
		for _, id := range []string{"nrr", "triad_health", "pm_capability_growth"} {
			was := d.app.cfg.KPIs[id]
			was.Confidential = true
			if d.app.cfg.KPIs == nil {
				d.app.cfg.KPIs = map[string]config.KPI{}
			}
			d.app.cfg.KPIs[id] = was
		}
		d.vendor("initiative", strings.ReplaceAll(strings.ReplaceAll(bet, "%", "activation_rate"), `:40`, `:41`)) // another data version
		after := everywhere()
		for _, part := range secret {
			if at := strings.Index(after, part); at >= 0 {
				t.Errorf("%q is shown: …%s…", part, after[max(0, at-300):at+len(part)])
			}
		}
		for _, part := range open {
			if !strings.Contains(after, part) {
				t.Errorf("%q went with the rest", part)
			}
		}
	})
}
