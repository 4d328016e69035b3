package scorecard

import (
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
)

func TestSince(t *testing.T) {
	fell := func(id string) KPI { return share(t, id, "level 60..80 %", "2026-W38", .70, .70, .20) }
	one := page(t, fell("activation"), share(t, "good", "level 60..80 %", "2026-W38", .70, .70, .70))
	two := page(t, fell("activation"), fell("tickets"))
	note := func(kpiID, text string, day int) kpi.Note {
		return kpi.Note{Said: kpi.Said{Portfolio: "core", KPI: kpiID, Text: text, Author: "p"}, At: kpi.Date{Year: 2026, Month: time.September, Day: day}}
	}
	for _, tt := range []struct {
		name  string
		in    Input
		notes []kpi.Note
		want  string
	}{
		{"one", one, []kpi.Note{note("activation", "Workspace roles shipped.", 8)}, "1 of 2 KPIs are on target. Activation is off track, since workspace roles shipped on 8 Sep."},
		{"of the portfolio", two, []kpi.Note{note("", "Workspace roles shipped", 8)}, "0 of 2 KPIs are on target. Activation and tickets are off track, both since workspace roles shipped on 8 Sep."},
		{"one note each", two, []kpi.Note{note("tickets", "Workspace roles shipped", 8), note("activation", "Workspace roles shipped", 8)}, "0 of 2 KPIs are on target. Activation and tickets are off track, both since workspace roles shipped on 8 Sep."},
		{"of one of two", two, []kpi.Note{note("tickets", "Workspace roles shipped", 8)}, "0 of 2 KPIs are on target. Activation and tickets are off track."},
		{"of other days", two, []kpi.Note{note("tickets", "Workspace roles shipped", 8), note("activation", "Prices changed", 9)}, "0 of 2 KPIs are on target. Activation and tickets are off track."},
		{"too old", one, []kpi.Note{note("activation", "Workspace roles shipped", 6)}, "1 of 2 KPIs are on target. Activation is off track."}, // W37 begins on the 7th
		{"after the week", one, []kpi.Note{note("activation", "Workspace roles shipped", 21)}, "1 of 2 KPIs are on target. Activation is off track."},
		{"more than a sentence", one, []kpi.Note{note("activation", "Roles shipped. Nobody was told.", 8)}, "1 of 2 KPIs are on target. Activation is off track."},
		{"too long", one, []kpi.Note{note("activation", strings.Repeat("long ", 13), 8)}, "1 of 2 KPIs are on target. Activation is off track."},
		{"the newest", one, []kpi.Note{note("activation", "Prices changed", 9), note("activation", "Roles shipped", 8)}, "1 of 2 KPIs are on target. Activation is off track, since prices changed on 9 Sep."},
		{"withdrawn", one, []kpi.Note{{Said: note("activation", "Roles shipped", 8).Said, At: kpi.Date{Year: 2026, Month: 9, Day: 8}, Withdrawn: true}}, "1 of 2 KPIs are on target. Activation is off track."},
		{"nothing off track", page(t, share(t, "good", "level 60..80 %", "2026-W38", .70, .70, .70)), []kpi.Note{note("", "Roles shipped", 8)}, "1 of 1 KPI is on target. Nothing is off track."},
	} {
		if got := Build(tt.in).Since(tt.in.Calendar, tt.notes); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
