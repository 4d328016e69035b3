package connectors_test

import (
	"os"
	"strings"
	"testing"

	"github.com/kpid/kpid/ingest/connectors"
	"github.com/kpid/kpid/ingest/manifest"
)

// Every vendor has a manifest that parses and is called like its folder, and a
// README with what to write into config.toml.
func TestFolders(t *testing.T) {
	for _, id := range connectors.IDs() {
		found, ok, err := connectors.Find(id, nil)
		if !ok || err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		m, err := manifest.Parse(found.Name, found.Text)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if m.ID != id || m.Title == "" || !strings.HasPrefix(m.Docs, "https://") {
			t.Errorf("%s calls itself %q, %q, %q", id, m.ID, m.Title, m.Docs)
		}
		readme, err := os.ReadFile(id + "/README.md")
		if err != nil {
			t.Error(err)
			continue
		}
		for _, want := range []string{"[[source]]", `connector`, id, "KPIs"} {
			if !strings.Contains(string(readme), want) {
				t.Errorf("%s/README.md does not hold %q", id, want)
			}
		}
	}
}
