package manifest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/ingest/manifest"
)

var update = flag.Bool("update", false, "write testdata/bad/*.want anew; read the difference before committing it")

// TestMistakes holds one file per rule. Beside each stands what is said about
// it, every mistake on a line of its own.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal("no bad manifests", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = manifest.Parse(filepath.Base(file), data)
			if err == nil {
				t.Fatal("taken without complaint")
			}
			each, ok := err.(interface{ Unwrap() []error })
			if !ok {
				t.Fatalf("%T is no joined error", err)
			}
			for _, e := range each.Unwrap() {
				if at, ok := e.(*manifest.Error); !ok || at.Line < 1 || at.Column < 1 || at.File == "" || at.Msg == "" {
					t.Errorf("%#v has no place or no message", e)
				}
			}
			golden := strings.TrimSuffix(file, ".toml") + ".want"
			if *update {
				if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, readErr := os.ReadFile(golden)
			if readErr != nil {
				t.Fatal(readErr)
			}
			if got := err.Error() + "\n"; got != string(want) {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

func good(t *testing.T) *manifest.Manifest {
	t.Helper()
	data, err := os.ReadFile("testdata/good/company.toml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Parse("company.toml", data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestGoodManifest(t *testing.T) {
	m := good(t)
	facts := []string{"account", "account_access", "account_attribute", "change_event", "subscription_movement", "survey", "survey_question", "survey_response"}
	if d := cmp.Diff(facts, m.Facts()); d != "" {
		t.Error("facts:", d)
	}
	accounts, answers := m.Streams[0], m.Streams[3]
	if accounts.Comma != ';' || accounts.File != "{{cfg.folder}}/accounts-*.csv.gz" || !accounts.CSV() {
		t.Errorf("accounts: %+v", accounts)
	}
	ids := map[string]string{}
	for _, e := range slices.Concat(accounts.Emits, answers.Emits) {
		ids[e.Fact] = e.ID.String()
	}
	want := map[string]string{
		"account": "{{rec.id}}", "account_access": "{{rec.id}}:{{own.products}}",
		"survey_response": "{{rec.survey}}:{{rec.person}}", "survey": "{{rec.survey}}", "survey_question": "{{rec.survey}}:q1",
	}
	if d := cmp.Diff(want, ids); d != "" {
		t.Error("ids:", d)
	}
	bound, err := m.Bind(map[string]any{"folder": "out"})
	if err != nil {
		t.Fatal(err)
	}
	if c := bound.Streams[1].Emits[0].Set["currency"]; c == nil || *c.Const != "USD" {
		t.Errorf("the currency of the money did not become the column: %+v", c)
	}
	if e := m.Streams[2].Emits[0]; *e.Set["kind"].Const != "deployment" || e.Set["started_at"].Path.Path != "at" {
		t.Errorf("deployment: %+v", e.Set)
	}
}

func TestBind(t *testing.T) {
	cases := map[string]struct {
		values map[string]any
		file   string // of the first stream, or
		err    string
	}{
		"given":          {map[string]any{"folder": "out", "currency": "EUR"}, "out/accounts-*.csv.gz", ""},
		"default":        {map[string]any{"folder": "out"}, "out/accounts-*.csv.gz", ""},
		"missing":        {nil, "", "company.toml:6:9: config.folder: the source gives no value; add it to the source's config table"},
		"pattern":        {map[string]any{"folder": "../x"}, "", `company.toml:6:9: config.folder: found "../x"; allowed: what matches ^[a-z]+$`},
		"enum":           {map[string]any{"folder": "out", "currency": "XYZ"}, "", `company.toml:10:9: config.currency: found "XYZ"; allowed: USD, EUR`},
		"unknown, typed": {map[string]any{"folder": "out", "curency": "EUR"}, "", `company.toml:1:1: config: this manifest has no value "curency"; it has: currency, folder; did you mean "currency"?`},
		"a list":         {map[string]any{"folder": []any{"a"}}, "", `company.toml:6:9: config.folder: found [a]; allowed: string`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, err := good(t).Bind(c.values)
			if c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Fatalf("got %v, want %s", err, c.err)
				}
				return
			}
			if err != nil || m.Streams[0].File != c.file {
				t.Fatalf("got %+v, %v", m, err)
			}
		})
	}
}

// FuzzParse holds that no text makes the parser panic, and that every mistake
// has a place in the file.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/bad/*.toml", "testdata/good/*.toml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Add([]byte("a.b.c = [{d = [[{e=1}]]}]\n[[x]]\n[x.y]\n[[x.y.z]]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := manifest.Parse("f.toml", data)
		if err == nil {
			return
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			if at := e.(*manifest.Error); at.Line < 1 || at.Line > lines || at.Column < 1 {
				t.Errorf("%v is outside of the %d lines", at, lines)
			}
		}
	})
}

func TestHugeManifests(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"bytes": {strings.Repeat("#", manifest.MaxSize+1), "big.toml:1:1: the manifest has 1048577 bytes; allowed: 1048576"},
		"keys":  {strings.Repeat("k = 1\n", 20_000), "big.toml:1:1: the manifest has more than 10000 keys"},
	}
	for name, c := range cases {
		if _, err := manifest.Parse("big.toml", []byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	var many strings.Builder
	many.WriteString("kpid = 1\nid = \"x\"\n")
	for i := range 5000 {
		fmt.Fprintf(&many, "k%d = 1\n", i)
	}
	_, err := manifest.Parse("big.toml", []byte(many.String()))
	if n := len(err.(interface{ Unwrap() []error }).Unwrap()); n != 100 {
		t.Errorf("%d mistakes are listed, want the first 100", n)
	}
}
