package connectors_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/connectors"
	"github.com/kpid/kpid/ingest/filesrc"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
)

// vendors are the manifests that come with kpid: those that ask over HTTP, or those
// that read files.
func vendors(t *testing.T, overHTTP bool) []*manifest.Manifest {
	t.Helper()
	var out []*manifest.Manifest
	for _, id := range connectors.IDs() {
		found, _, err := connectors.Find(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		m, err := manifest.Parse(found.Name, found.Text)
		if err != nil {
			t.Fatal(err)
		}
		if (m.HTTP != nil) == overHTTP {
			out = append(out, m)
		}
	}
	return out
}

// TestFileVendors reads the export of each vendor that comes as files: good rows, one
// that does not fit, and a file that lacks a column.
func TestFileVendors(t *testing.T) {
	for _, m := range vendors(t, false) {
		t.Run(m.ID, func(t *testing.T) {
			var c struct {
				Config   map[string]any
				Products mapping.Products
				Files    map[string]string
				Rows     map[string]int
				Rejected int
			}
			text, err := os.ReadFile(filepath.Join(m.ID, "testdata", "case.json"))
			if err != nil || json.Unmarshal(text, &c) != nil {
				t.Fatal(err)
			}
			read := func(change func(string) string) (*ingesttest.Sink, ingest.Report) {
				dir := t.TempDir()
				for name, text := range c.Files {
					if err := os.WriteFile(filepath.Join(dir, name), []byte(change(text)), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				src, err := filesrc.New(filesrc.Config{Source: m.ID, Dir: dir, Manifest: m, Values: c.Config,
					Config: mapping.Config{Now: kpi.At(now), Zone: time.UTC, Tree: tree(), Products: c.Products, Key: []byte("0123456789abcdef")}})
				if err != nil {
					t.Fatal(err)
				}
				sink := &ingesttest.Sink{}
				return sink, ingest.RunSource(t.Context(), sink, m.ID, src, kpi.At(now), nil)
			}
			sink, rep := read(func(s string) string { return s })
			if rep.Err != nil || !rep.Summary.Complete || len(sink.Rejected) != c.Rejected {
				t.Errorf("%+v %+v", rep, sink.Rejected)
			}
			for name, want := range c.Rows {
				if got := len(sink.Rows(name)); got != want {
					t.Errorf("%d rows of %s, want %d", got, name, want)
				}
			}
			if _, rep := read(func(s string) string { return "A" + strings.TrimLeft(s, "Ie") }); rep.Summary.Complete || !strings.Contains(fmt.Sprint(rep.Summary.Message, rep.Err), "no column") {
				t.Errorf("a renamed column is taken: %+v", rep)
			}
		})
	}
}
