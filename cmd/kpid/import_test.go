package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
)

// TestImportRealIndicators brings in the indicators GitLab published and counts
// once more, line by line with expressions of its own, what is in the files.
func TestImportRealIndicators(t *testing.T) {
	root := os.Getenv("KPID_REALDATA")
	if root == "" {
		t.Skip("KPID_REALDATA is not set: no indicator that others published is brought in")
	}
	files, err := filepath.Glob(filepath.Join(root, "gitlab-pi", "*.yml"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d files of indicators: %v", len(files), err)
	}
	dir := t.TempDir()
	kpid := func(args ...string) []byte {
		t.Helper()
		out, printed := new(bytes.Buffer), new(bytes.Buffer)
		if status := run(context.Background(), append(args, "--config", filepath.Join(dir, "config.toml")), terminal{out: out, err: printed}); status != 0 {
			t.Fatalf("kpid %s ended with %d:\n%s%s", strings.Join(args[:2], " "), status, out, printed)
		}
		return out.Bytes()
	}
	kpis := filepath.Join(dir, "kpis")
	var list []imported
	if err := json.Unmarshal(kpid(append([]string{"import", "gitlab-pi", "--json", "--dir", kpis}, files...)...), &list); err != nil {
		t.Fatal(err)
	}
	want := countIndicators(t, files)
	got := map[string]int{}
	for _, k := range list {
		if got["indicators"]++; k.Why != nil {
			got[*k.Why]++
		} else {
			got["judged"]++
		}
	}
	same(t, "indicators", got, want)

	loaded, err := catalog.LoadAll(catalog.Root{FS: catalog.Builtin(), Origin: "builtin"}, catalog.Root{FS: os.DirFS(kpis), Origin: "kpis", Own: true})
	if err != nil {
		t.Fatal(err)
	}
	defs := map[string]*kpi.Definition{}
	for _, d := range loaded {
		defs[d.ID] = d
	}
	for _, k := range list {
		d := defs[k.ID]
		if d == nil || d.Origin == nil || d.Origin.Target != deref(k.Target) || d.Origin.Expr != deref(k.Expr) || d.Origin.NotJudged != deref(k.NotJudged) || d.Origin.Owner != k.Owner {
			t.Errorf("%s is not what was brought in: %+v", k.ID, d)
		}
	}
	write(t, filepath.Join(dir, "config.toml"), `include = ["kpis/targets.toml"]
[catalog]
dirs = ["kpis"]
[[portfolio]]
id = "all"
name = "All"
[[scorecard]]
portfolio = "all"
since = 2020-01-01
`)
	kpid("check")
	// one of each kind: a share, a mean duration, a quotient, a count, a level
	kpid("test", kpis, "--run", "^(ux_team_member_retention|open_ux_debt_age|ux_average_location_factor|product_design_mr_review_volume|ux_department_ux_debt|gitlab_community_forum_likes_per_quarter)$")
}

// countIndicators sorts the targets of the files by nothing but their text and,
// where the text leaves the unit open, by their names.
func countIndicators(t *testing.T, files []string) map[string]int {
	t.Helper()
	entry, target := regexp.MustCompile(`(?m)^-\s+name: *(.*)$`), regexp.MustCompile(`(?m)^  target: *(.*)$`)
	rules := []struct{ why, pattern string }{
		{"no_target", `^$`},
		{"tbd", `(?i)tbd|^unknown$|no target is set`},
		{"confidential", `(?i)^confidential`},
		{"elsewhere", `^See `},
		{"no_number", `^\D*$`},
		{"relative", `change|increase`},
		{"mark", `^At \d`},
		{"no_comparison", `^\d`},
		{"several_numbers", `\d[^\d.,]+\d`},
		{"no_unit", `^At or below (21|30)$`}, // OMRT and OMA are lengths of time
		{"judged", `(?i)^(at or (above|below|greater than)|above|below|greater than|<) ?[\d.]+`},
	}
	out := map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		starts := entry.FindAllIndex(text, -1)
		for i, at := range starts {
			end := len(text)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			said := ""
			if m := target.FindSubmatch(text[at[0]:end]); m != nil {
				said = strings.Trim(strings.TrimSpace(string(m[1])), `"`)
			}
			i := slices.IndexFunc(rules, func(r struct{ why, pattern string }) bool { return regexp.MustCompile(r.pattern).MatchString(said) })
			if i < 0 {
				t.Fatalf("%s: no rule for %q", file, said)
			}
			out["indicators"]++
			out[rules[i].why]++
		}
	}
	if out["indicators"] == 0 || !maps.Equal(map[string]int{"indicators": 88, "judged": 32}, map[string]int{"indicators": out["indicators"], "judged": out["judged"]}) {
		t.Fatalf("these are not the five files this test knows: %v", out)
	}
	return out
}
