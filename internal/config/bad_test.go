package config

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

var update = flag.Bool("update", false, "write what is said now into testdata/bad")

// TestBad reads one file a rule; the comments at its end are exactly what is
// said about it, by Parse and then by Bind.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	defs := definitions(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".toml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			toml, want, _ := strings.Cut(string(data), "# said: ")
			var got strings.Builder
			c, err := Parse("config.toml", []byte(toml))
			say(t, &got, err)
			if c != nil {
				_, err = c.Bind(defs)
				say(t, &got, err)
			}
			if *update {
				if err := os.WriteFile(file, []byte(toml+got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want != "" {
				want = "# said: " + want
			}
			if got.Len() == 0 {
				t.Error("nothing was said")
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(got.String(), "canary") || strings.Contains(got.String(), "hunter2") {
				t.Error("a secret was repeated")
			}
		})
	}
}

func say(t *testing.T, b *strings.Builder, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var list tomldoc.Mistakes
	if !errors.As(err, &list) {
		t.Fatalf("want tomldoc.Mistakes, got %T", err)
	}
	for _, e := range list {
		b.WriteString("# said: " + e.Error() + "\n")
	}
}

// TestRefusedBeforeParsing: files that would only cost a parser time.
func TestRefusedBeforeParsing(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"byte order mark", []byte("\xef\xbb\xbf[server]\n"), "config.toml:1:1: the file begins with a byte order mark; save it as UTF-8 without BOM"},
		{"UTF-16", []byte("\xff\xfe[\x00"), "config.toml:1:1: the file is UTF-16; save it as UTF-8 without BOM"},
		{"Latin-1", []byte("[company]\nname = \"ä\xe4\"\n"), "config.toml:2:10: the file is not UTF-8 from here on; save it as UTF-8"},
		{"too long", bytes.Repeat([]byte("#\n"), 1<<19+1), "config.toml:1:1: the file is too long; found 1048578 bytes; allowed: 1048576 bytes; split it with include"},
		{"nested lists", []byte("x = 1\ny = " + strings.Repeat("[", 65)), "config.toml:2:69: brackets are nested too deep; allowed: 64 levels"},
		{"nested tables", []byte("x = " + strings.Repeat("{a = ", 65)), "config.toml:1:325: brackets are nested too deep; allowed: 64 levels"},
		{"dotted keys", []byte(strings.Repeat("a.", 66) + "a = 1"), "config.toml:1:130: a dotted key has too many parts; allowed: 64 levels"},
	} {
		_, err := Parse("config.toml", c.data)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.want)
		}
	}
	brackets := "# " + strings.Repeat("[", 99) + "\n[company]\nname = \"" + strings.Repeat("{", 99) + "\" # " + strings.Repeat("a.", 99) + "\n"
	if _, err := Parse("config.toml", []byte(brackets)); err != nil {
		t.Errorf("brackets in comments and strings are no nesting: %v", err)
	}
}

func TestIncludes(t *testing.T) {
	write := func(t *testing.T, files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // with the folder written as DIR
	}{
		{"no file", nil, "DIR/config.toml:1:1: there is no such file; kpid init writes one to start from"},
		{"no match", map[string]string{"config.toml": `include = ["more/*.toml"]`}, `DIR/config.toml:1:1: include: no file matches "more/*.toml"`},
		{"outside", map[string]string{"config.toml": `include = ["../*.toml", "/etc/*.toml", "a["]`},
			`DIR/config.toml:1:1: include: include stays below the folder of this file; found "../*.toml"; allowed: "scorecards/*.toml"
DIR/config.toml:1:1: include: include stays below the folder of this file; found "/etc/*.toml"; allowed: "scorecards/*.toml"
DIR/config.toml:1:1: include: the pattern is not well formed; found "a["; allowed: "scorecards/*.toml"`},
		{"two places", map[string]string{"config.toml": "include = [\"b.toml\"]\n[store]\nraw_days = 9\n[kpi.x]\na = 1\n[[product]]\nid = \"p\"\nname = \"P\"\nportfolio = \"all\"\n[[portfolio]]\nid = \"all\"\nname = \"All\"",
			"b.toml": "include = [\"c.toml\"]\n[store]\ndsn = \"sqlite:x\"\n[kpi.x]\nb = 1\n[[product]]\nid = \"p\"\nname = \"P\"\nportfolio = \"all\"\n"},
			`DIR/b.toml:1:1: include: only config.toml may include
DIR/b.toml:2:2: store: [store] is written in DIR/config.toml already; a table has one place
DIR/b.toml:4:6: kpi.x: [kpi.x] is written in DIR/config.toml already; a table has one place
DIR/b.toml:7:1: product.id: the id "p" is taken already (DIR/config.toml:7)`},
		{"mistakes in both", map[string]string{"config.toml": "include = [\"b.toml\"]\n[server]\nx = 1", "b.toml": "[store]\ny = 1"},
			`DIR/b.toml:2:1: store.y: there is no key "y" here; allowed: dsn, raw_days, reader
DIR/config.toml:3:1: server.x: there is no key "x" here; allowed: as_of, listen, person, public_url`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, c.files)
			_, err := Load(filepath.Join(dir, "config.toml"))
			if err == nil {
				t.Fatal("want an error")
			}
			if diff := cmp.Diff(c.want, strings.ReplaceAll(err.Error(), dir, "DIR")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTargetMistakesKeepTheirWords: what package kpi says of an expression or of
// its fit is passed on, at the key that has to change.
func TestTargetMistakesKeepTheirWords(t *testing.T) {
	const upward, downward = "upward", "down 3..10 pts in 2q from 2026-01-01"
	_, wrong := kpi.ParseExpr(upward)
	if wrong == nil {
		t.Fatalf("%q must not parse", upward)
	}
	c, err := Parse("config.toml", []byte("[[target]]\nkpi = \"activation_rate\"\nexpr = \""+upward+"\"\n"))
	if want := "config.toml:3:1: target.expr: " + wrong.Error(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if _, err := c.Bind(definitions(t)); err != nil {
		t.Errorf("a target without expression says no more: %v", err)
	}
	c, err = Parse("config.toml", []byte("[[target]]\nkpi = \"activation_rate\"\nexpr = \""+downward+"\"\nwarn = 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Bind(definitions(t))
	var list tomldoc.Mistakes
	if !errors.As(err, &list) || len(list) != 2 || list[0].Key != "target.expr" || list[1].Key != "target.warn" || list[1].Line != 4 {
		t.Errorf("want one mistake at expr and one at warn, got %v", err)
	}
}
