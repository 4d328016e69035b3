package config

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/internal/tomldoc"
)

func TestVersions(t *testing.T) {
	c := good(t)
	var keys []string
	seen := map[string]bool{}
	for _, v := range c.Versions() {
		keys = append(keys, v.Kind+" "+v.Key)
		if seen[v.Kind+" "+v.Key] {
			t.Errorf("%s %s is there twice", v.Kind, v.Key)
		}
		seen[v.Kind+" "+v.Key] = true
		if !json.Valid([]byte(v.Body)) || len(v.Hash) != 64 {
			t.Errorf("%s: body %s, hash %s", v.Key, v.Body, v.Hash)
		}
	}
	want := []string{
		"target activation_rate@core", "target activation_rate:rate@core~2026-07-01", "target activation_rate@core/forms#target",
		"scorecard core", "portfolio all", "portfolio core", "portfolio core/flows", "portfolio core/forms",
		"segment target", "params activation_rate", "source warehouse", "source jira",
	}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
	second := c.Versions()[1]
	const body = `{"by":"v.moss","expr":"up 2..6 pts in 2q from 2026-07-01","kpi":"activation_rate","metric":"rate","note":"half the first step","reason":"agreed at the July review","scope":"core","since":"2026-07-01","until":"2027-01-01"}`
	if second.Body != body || second.By != "v.moss" || second.Reason != "agreed at the July review" || second.Since != 1782856800000 {
		t.Errorf("%+v", second)
	}
}

// TestTargetHash: a frozen baseline hangs on the hash, so only what changes a
// verdict may change it.
func TestTargetHash(t *testing.T) {
	const base = "[[target]]\nkpi = \"activation_rate\"\nexpr = \"up 3..10 pts in 2q from 2026-01-01\"\n"
	hash := func(more string) string {
		c, err := Parse("config.toml", []byte(base+more))
		if err != nil {
			t.Fatal(err)
		}
		return c.Targets[0].Hash
	}
	for _, c := range []struct {
		line    string
		changes bool
	}{
		{"weight = 3", false}, {`note = "why"`, false}, {`reason = "why"`, false}, {"veto = true", false},
		{`guardrails = ["ticket_rate"]`, false}, {"until = 2026-07-01", false}, {"# a comment", false},
		{"relative = true", true}, {"strict = true", true}, {"min_n = 3", true}, {"smooth = 2", true}, {"warn = 1", true},
		{"since = 2026-01-01", true}, {`segment = "plan=team"`, true}, {`metric = "rate"`, true},
		{`baseline = { method = "value", value = 40 }`, true},
		{`when = [{ baseline_gte = 50, expr = "level >= 50 %" }]`, true},
	} {
		if got := hash(c.line) != hash(""); got != c.changes {
			t.Errorf("%s: the hash changed is %v, want %v", c.line, got, c.changes)
		}
	}
}

// TestStarter: the file of kpid init is valid as it stands, and still valid
// when every example in it is uncommented.
func TestStarter(t *testing.T) {
	c, err := Parse("config.toml", []byte(Starter()))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Portfolios)+len(c.Targets)+len(c.Sources)+len(c.People) != 0 {
		t.Error("the starter configures something before anybody asked for it")
	}
	var lines []string
	for _, l := range strings.Split(Starter(), "\n") {
		if len(l) > 1 && l[0] == '#' && l[1] != ' ' {
			l = l[1:]
		}
		lines = append(lines, l)
	}
	c, err = Parse("config.toml", []byte(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Bind(definitions(t)); err != nil {
		t.Error(err)
	}
	if len(c.Portfolios) != 1 || len(c.Targets) != 1 || len(c.Sources) != 1 || c.Targets[0].Weight != 10 {
		t.Errorf("uncommented: %+v", c)
	}
}

// FuzzParse: no file crashes the reader, and a mistake always has a place.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"testdata/good/config.toml", "testdata/good/scorecards/core.toml", "testdata/bad/secret.toml", "testdata/bad/fx.toml", "testdata/bad/loop.toml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(Starter()))
	f.Add([]byte("a.b.c = [[{x = 1}], 2]\n[a.b]\n[[a.d]]\n"))
	f.Add([]byte("'' = ''\n\"\\u0000\" = \"\"\"x\"\"\"\r\n"))
	defs := definitions(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("config.toml", data)
		check(t, data, err)
		if c == nil {
			return
		}
		_, err = c.Bind(defs)
		check(t, data, err)
		c.Versions()
	})
}

func check(t *testing.T, data []byte, err error) {
	if err == nil {
		return
	}
	lines := strings.Count(string(data), "\n") + 1
	for _, e := range err.(tomldoc.Mistakes) {
		if e.Line < 1 || e.Line > lines || e.Column < 1 || e.Msg == "" {
			t.Errorf("%+v in %d lines", e, lines)
		}
	}
}
