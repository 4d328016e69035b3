package gitlabpi

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTargets: what a text is read as, on an indicator of a kind that fits, or
// the word for why it is not.
func TestTargets(t *testing.T) {
	for _, tt := range []struct{ name, target, want string }{
		{"Team Retention", "at or above 84%", "level >= 84 %"},
		{"Team Retention", "At or greater than 84 percent", "level >= 84 %"},
		{"Team Retention", "84% or above", "level >= 84 %"},
		{"Coverage", "Above 99.95%", "level > 99.95 %"},
		{"Vacancy Time to Fill", "below 60 days", "level < 60 days"},
		{"Vacancy Time to Fill", "at or below 1 day", "level <= 1 days"},
		{"Response", "no more than 12 hours", "level <= 12 hours"},
		{"Paint", "Below 2500ms", "level < 2500 ms"},
		{"Paint", "Below 2.5 seconds", "level < 2.5 seconds"},
		{"Engineering MR Rate", "Greater than 6 MRs per Month", "level > 6"},
		{"MRs merged", "Greater than 6 MRs per Month", "count > 6 per month"},
		{"MRs merged", "at least 1,200 per quarter", "count >= 1200 per quarter"},
		{"MRs merged", "at least 12k per month", "count >= 12000 per month"},
		{"Research", "At or greater than 2 issues per Designer per quarter", "level >= 2"},
		{"Location Factor", "<.58 average location factor", "level < 0.58"},
		{"Location Factor", "≤ 0.58", "level <= 0.58"},
		{"Past Due Issues", `Below 50 open "ux debt" issues`, "level < 50"},
		{"Past Due Issues", "fewer than 5.", "level < 5"},
		{"Past Due Issues", "", "no_target"},
		{"Past Due Issues", "n/a", "no_target"},
		{"Past Due Issues", "TBD", "tbd"},
		{"Past Due Issues", "Greater than TBD issues", "tbd"},
		{"Past Due Issues", "Unknown", "tbd"},
		{"Past Due Issues", "Currently no target is set.", "tbd"},
		{"Past Due Issues", "Confidential, in Adaptive", "confidential"},
		{"Past Due Issues", "See dashboard 12", "elsewhere"},
		{"Past Due Issues", "against policy", "no_number"},
		{"Past Due Issues", "does not exceed +50% of the 12-month average for 3 consecutive months", "relative"},
		{"Past Due Issues", "< 5% change in proportion", "relative"},
		{"Past Due Issues", "10% increase from previous year", "relative"},
		{"Past Due Issues", "0", "no_comparison"},
		{"Past Due Issues", "12%", "no_comparison"},
		{"Past Due Issues", "77 (out of 100)", "no_comparison"},
		{"Past Due Issues", "At 52 designers", "mark"},
		{"Past Due Issues", "Less than 10% are over 14 days", "several_numbers"},
		{"Past Due Issues", "Below 2500ms at the 90th percentile", "several_numbers"},
		{"Past Due Issues", "above 60% by FY24", "several_numbers"},
		{"Past Due Issues", "above 60% by the end of the year", "condition"},
		{"Past Due Issues", "below 5 unless the team agrees", "condition"},
		{"Past Due Issues", "above $5m", "money"},
		{"Past Due Issues", "above 5 per day", "period"},
		{"Past Due Issues", "above average", "no_number"},
		{"Past Due Issues", "above about 5", "not_understood"},
		{"Open Age", "below 30", "no_unit"},
	} {
		all, err := Convert([]Indicator{{Name: tt.name, Target: tt.target}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := all[0].Expr
		if all[0].Refused != nil {
			got = all[0].Refused.Code
			if all[0].Expr != "" || all[0].Refused.Says == "" {
				t.Errorf("%q is refused and judged: %+v", tt.target, all[0])
			}
		}
		if got != tt.want {
			t.Errorf("%q of %s: got %s, want %s", tt.target, tt.name, got, tt.want)
		}
	}
}

// TestIDs: equal names are told apart by department; ids that others have are
// not taken.
func TestIDs(t *testing.T) {
	in := func(name, org string) Indicator { return Indicator{Name: name, Org: org} }
	all, err := Convert([]Indicator{
		in("UX Debt", "Development"), in("UX Debt", "UX"), in("UX Debt", "UX"), in("Ticket rate", "Support"),
		in("50% or more (SOV)", "Marketing"), in("Überblick", "Ärzte"), in(strings.Repeat("very long name ", 9), ""),
	}, Options{Taken: []string{"ticket_rate"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range all {
		got = append(got, k.ID)
	}
	want := []string{"development_ux_debt", "ux_ux_debt", "ux_ux_debt_2", "support_ticket_rate", "50_percent_or_more_sov", "berblick",
		"very_long_name_very_long_name_very_long_name_very_long_name"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := Convert([]Indicator{{File: "a.yml", Line: 3, Column: 3, Name: "日本"}}, Options{}); err == nil || !strings.HasPrefix(err.Error(), "a.yml:3:3: ") {
		t.Errorf("a name without letters: %v", err)
	}
}

func TestRead(t *testing.T) {
	got, err := Read("pi.yml", []byte(`# indicators
- name: Handbook MR Rate
  definition: >-
    How often the handbook
    changes.
  target: 0.90
  org: UX
  is_key: true
  public: false
  health:
    level: -1
    reasons:
    - one
    - "two # three"
  urls:
  - /handbook
  lessons:
    learned:
    - slow in summer
  dri: somebody
  sisense_data: {chart: 1}
- {name: Bare, urls: null, target: null, health: {reasons: only one}}
`))
	if err != nil {
		t.Fatal(err)
	}
	level := -1
	want := []Indicator{
		{File: "pi.yml", Line: 2, Column: 3, Name: "Handbook MR Rate", Definition: "How often the handbook changes.", Org: "UX", Target: "0.90", Key: true,
			Health: &level, Reasons: []string{"one", "two # three"}, URLs: []string{"/handbook"}, Lessons: []string{"slow in summer"}},
		{File: "pi.yml", Line: 22, Column: 4, Name: "Bare", Public: true, Reasons: []string{"only one"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "f.yml:1:1: there is no indicator in this file",
		"# nothing":                          "f.yml:1:1: there is no indicator",
		"name: A\n":                          "f.yml:1:1: found a table where the list of indicators begins",
		"- name: A\n  target: b: c":          "f.yml:2:11: this is no YAML: mapping value is not allowed in this context",
		"- name: \"A":                        "f.yml:1:9: this is no YAML: ",
		"- name: A\n  name: B":               "f.yml:2:3: this is no YAML: mapping key \"name\" already defined",
		"- target: 5":                        "f.yml:1:3: the indicator has no name",
		"- A":                                "f.yml:1:3: found text where a table with keys belongs",
		"- name: [A]":                        "f.yml:1:9: name must be text; found a list",
		"- name: A\n  is_key: maybe":         "f.yml:2:11: is_key must be true or false; found \"maybe\"",
		"- name: A\n  health: 3":             "f.yml:2:11: found a number where a table with keys belongs",
		"- name: A\n  health:\n    level: 4": "f.yml:3:12: health level \"4\" is none; allowed: 3 okay",
		"- name: A\n  urls: {a: 1}":          "f.yml:2:10: a list of texts belongs here; found a table",
		"- name: A\n  tagret: 5":             "f.yml:2:11: there is no key \"tagret\"; did you mean \"target\"?",
		"- name: A\n  org: *x":               "f.yml:2:8: an alias is not followed here",
		strings.Repeat("#", maxBytes+1):      "f.yml:1:1: the file is too long",
	} {
		_, err := Read("f.yml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: got %v\nwant %s", text, err, want)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		`See <a href="x">UX&nbsp;Debt</a>.`: "See UX Debt.",
		"a < b and c > d <br/> e":           "a < b and c > d e",
		"  two\n lines ":                    "two lines",
		"ends with <":                       "ends with <",
	} {
		if got := text(in); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
	if got := quote("a \"b\" <c>\n\x7f\\"); got != `"a \"b\" <c>\n\u007f\\"` {
		t.Errorf("quote: %s", got)
	}
}

// TestWrite: the same input gives the same folders, a changed one changes them,
// and what somebody wrote by hand stays.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	write := func(target string) error {
		all, err := Convert([]Indicator{{Name: "Retention", Org: "UX", Target: target}}, Options{Licence: "L"})
		if err != nil {
			t.Fatal(err)
		}
		return Write(dir, all)
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if err := write("above 80%"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(read("targets.toml"), `expr = "level > 80 %"`) || !strings.Contains(read("leadership/retention/kpi.toml"), `target         = "above 80%"`) {
		t.Error(read("targets.toml"), read("leadership/retention/kpi.toml"))
	}
	if err := write("TBD"); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(read("targets.toml"), "[[target]]") || !strings.Contains(read("leadership/retention/kpi.toml"), `not_judged     = "the target is still to be set"`) {
		t.Error(read("targets.toml"), read("leadership/retention/kpi.toml"))
	}
	own := filepath.Join(dir, "leadership/retention/kpi.toml")
	if err := os.WriteFile(own, []byte("kpi = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write("above 90%"); err == nil || !strings.Contains(err.Error(), "was not brought in") || read("leadership/retention/kpi.toml") != "kpi = 1\n" {
		t.Errorf("a folder made by hand: %v", err)
	}
}
