package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/store/storetest"
)

// TestDefinitionAsItWas: after a parameter changed from [1, 2] to [1] the page of each
// version says what held then, and the second one what it changed.
func TestDefinitionAsItWas(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	base := "[server]\nas_of = \"2026-09-21T06:00:00Z\"\n[store]\ndsn = \"" + storetest.DSN(t) + "\"\n[[portfolio]]\nid = \"core\"\nname = \"Core\"\n" +
		"[[product]]\nid = \"app\"\nname = \"App\"\nportfolio = \"core\"\n[[scorecard]]\nportfolio = \"core\"\n"
	o := &options{config: file, term: terminal{out: io.Discard, err: io.Discard}}
	for _, text := range []string{base, base + "[kpi.change_incidents]\nseverities = [1]\nby = \"r.meyer\"\nreason = \"only the worst ones count\"\n"} {
		write(t, file, text)
		err := o.with(t.Context(), false, func(a *app) error { // what an evaluation ends with
			d, _ := a.definition("change_incidents")
			return a.store.RecordBasis(t.Context(), d, a.basis())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := o.with(t.Context(), true, func(a *app) error {
		h, err := dashboards.New(dashboards.Config{Reader: newReader(a)})
		if err != nil {
			return err
		}
		for path, want := range map[string][]string{
			"/definitions/change_incidents?version=1":             {"<dt><code>severities</code></dt><dd><bdi>1, 2</bdi></dd>", "the first version that is kept", "JOIN incident i"},
			"/definitions/change_incidents?version=2":             {"<dt><code>severities</code></dt><dd><bdi>1</bdi></dd>", "1 line removed, 1 line added", "severities = 1, 2", "by r.meyer.", "only the worst ones count"},
			"/definitions/change_incidents?version=3":             {"The versions are 2, 1."},
			"/api/v1/definitions?kpi=change_incidents&version=1":  {`"severities": "1, 2"`, `"version": 1`, `"by": "`},
			"/api/v1/definitions?kpi=change_incidents&version=02": {"The versions are 2, 1."},
		} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = "localhost"
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			for _, part := range want {
				if body := w.Body.String(); !strings.Contains(body, part) && !strings.Contains(body, strings.ReplaceAll(part, `": `, `":`)) {
					t.Errorf("%s lacks %q: %s", path, part, body)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
