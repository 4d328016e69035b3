package sample

import (
	"bytes"
	"encoding/csv"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"github.com/kpid/kpid/kpi/fact"
)

// folders of the sources by manifest, as config.toml has them.
func folders() map[string]string {
	return map[string]string{"warehouse": "product", "crm": "crm", "billing": "billing", "support": "support",
		"delivery": "delivery", "operations": "operations", "surveys": "surveys", "people": "people"}
}

type manifestFile struct {
	Stream []struct {
		ID, File string
		Decode   []string
		Key      []string
		Emit     []struct {
			Fact string
			Set  map[string]any
		}
	}
}

// TestManifestsFitTheExports: every manifest reads files that exist, names CSV
// columns that are there, and together they make every fact there is.
func TestManifestsFitTheExports(t *testing.T) {
	sum := summary(t)
	var facts []string
	for name, folder := range folders() {
		b, err := os.ReadFile(name + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		var m manifestFile
		if err := toml.Unmarshal(b, &m); err != nil {
			t.Fatalf("%s.toml: %v", name, err)
		}
		for _, s := range m.Stream {
			n := 0
			for _, f := range sum.Files {
				if ok, _ := path.Match(path.Join(folder, s.File), f.Path); ok {
					n++
					if s.Decode[len(s.Decode)-1] == "csv" {
						for _, e := range s.Emit {
							columns(t, f.Path, s.Key, e.Set)
						}
					}
				}
			}
			if n == 0 {
				t.Errorf("%s.toml, stream %s: no file matches %s", name, s.ID, s.File)
			}
			for _, e := range s.Emit {
				facts = append(facts, e.Fact)
			}
		}
	}
	slices.Sort(facts)
	if d := cmp.Diff(fact.Names(), slices.Compact(facts)); d != "" {
		t.Errorf("facts the manifests make (-all +made):\n%s", d)
	}
}

// columns checks that the header has every field the key and the set name.
func columns(t *testing.T, file string, key []string, set map[string]any) {
	t.Helper()
	header, err := csv.NewReader(bytes.NewReader(body(t, file))).Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range key {
		if !slices.Contains(header, k) {
			t.Errorf("%s has no column %q for the key", file, k)
		}
	}
	for column, v := range set {
		if m, ok := v.(map[string]any); ok {
			v = m["path"]
		}
		if p, _ := v.(string); !slices.Contains(header, p) {
			t.Errorf("%s has no column %q for %s; it has %s", file, p, column, strings.Join(header, ", "))
		}
	}
}

// TestEverySourceIsConfigured: config.toml names each manifest with its folder.
func TestEverySourceIsConfigured(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Source []struct{ ID, Manifest, Path string }
	}
	if err := toml.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range c.Source {
		got[strings.TrimSuffix(path.Base(s.Manifest), ".toml")] = strings.TrimPrefix(s.Path, "sample/data/")
	}
	if d := cmp.Diff(folders(), got); d != "" {
		t.Errorf("sources of config.toml (-want +got):\n%s", d)
	}
}
