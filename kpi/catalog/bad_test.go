package catalog

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/internal/tomldoc"
)

var update = flag.Bool("update", false, "write what is said now into testdata/bad")

// TestBad reads one archive a rule: KPI folders with a mistake, above them
// exactly what is said about it.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, folders, _ := strings.Cut(string(data), "-- ")
			fsys := fstest.MapFS{}
			for _, f := range strings.Split("\n"+"-- "+folders, "\n-- ")[1:] {
				name, text, ok := strings.Cut(f, " --\n")
				if !ok {
					t.Fatalf("no file begins with %q", f)
				}
				fsys[name] = &fstest.MapFile{Data: []byte(text + "\n")}
			}
			_, err = Load(fsys, "defs")
			var list tomldoc.Mistakes
			if !errors.As(err, &list) {
				t.Fatalf("want tomldoc.Mistakes, got %v", err)
			}
			got := list.Error() + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(got+"-- "+folders), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLoadAllCrossesRoots: a user's folder may lean on a built-in KPI and may
// not take its id.
func TestLoadAllCrossesRoots(t *testing.T) {
	const dir = "testdata/good"
	builtin := Root{FS: os.DirFS(dir), Origin: dir}
	toml, err := os.ReadFile(dir + "/outcome/activation_rate/kpi.toml")
	if err != nil {
		t.Fatal(err)
	}
	sql, err := os.ReadFile(dir + "/outcome/activation_rate/kpi.sql")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(toml), `"activation_rate"`, `"own_rate"`, 1) // the id
	own = strings.Replace(own, "[[measure]]", "guardrails = [\"activation_rate\"]\n[[measure]]", 1)
	user := fstest.MapFS{
		"outcome/own_rate/kpi.toml": {Data: []byte(own)},
		"outcome/own_rate/kpi.sql":  {Data: sql},
	}
	got, err := LoadAll(builtin, Root{FS: user, Origin: "kpis"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].ID != "activation_rate" || got[1].ID != "own_rate" {
		t.Errorf("got %d definitions", len(got))
	}
	if _, err := Load(user, "kpis"); err == nil {
		t.Error("without the built-in KPIs the guardrail is unknown")
	}
	if _, err := LoadAll(builtin, builtin); err == nil || !strings.Contains(err.Error(), `the id "activation_rate" is already taken`) {
		t.Errorf("the same id twice: %v", err)
	}
}

// TestHash: the version follows what changes the number, nothing else.
func TestHash(t *testing.T) {
	read := func(change func(name, text string) string) string {
		fsys := fstest.MapFS{}
		for _, name := range []string{"kpi.toml", "kpi.sql", "kpi.reached.sql", "README.md"} {
			b, err := os.ReadFile("testdata/good/outcome/activation_rate/" + name)
			if err != nil {
				t.Fatal(err)
			}
			fsys["outcome/activation_rate/"+name] = &fstest.MapFile{Data: []byte(change(name, string(b)))}
		}
		defs, err := Load(fsys, "defs")
		if err != nil {
			t.Fatal(err)
		}
		return defs[0].Hash
	}
	same := read(func(_, s string) string { return s })
	for _, c := range []struct {
		what    string
		file    string
		old     string
		new     string
		changes bool
	}{
		{"a comment in the toml", "kpi.toml", "[params]", "# why\n[params]", false},
		{"spacing in the toml", "kpi.toml", "digits    = 1", "digits = 1", false},
		{"where it came from", "kpi.toml", "[params]", "[origin]\nhealth = 2\n[params]", false},
		{"the README", "README.md", "A complete", "A full", false},
		{"a parameter", "kpi.toml", `"14d"`, `"15d"`, true},
		{"a key", "kpi.toml", "min_n     = 30", "min_n     = 31", true},
		{"the SQL", "kpi.sql", "<= :as_of", "< :as_of", true},
		{"the SQL of a measure", "kpi.reached.sql", "<= :as_of", "< :as_of", true},
	} {
		got := read(func(name, s string) string {
			if name != c.file {
				return s
			}
			if !strings.Contains(s, c.old) {
				t.Fatalf("%s: %q is not in %s", c.what, c.old, name)
			}
			return strings.Replace(s, c.old, c.new, 1)
		})
		if (got != same) != c.changes {
			t.Errorf("%s: the hash changed is %v, want %v", c.what, got != same, c.changes)
		}
	}
}
