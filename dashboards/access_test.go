package dashboards_test

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/kpid/kpid/dashboards/dashtest"
)

// axe is where npm puts the accessibility checker; it is not part of the program.
const axe = "../node_modules/axe-core/axe.min.js"

// violations of WCAG 2.2 A and AA, as "rule: what is wrong (where)".
const violations = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]}).then(r =>
  r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + v.help + " (" + n.target.join(" ") + ") " + (n.any[0] ? n.any[0].message : ""))))`

// TestAccessible holds every page, in both themes and on a phone, against the rules
// that a program can check.
func TestAccessible(t *testing.T) {
	script, err := os.ReadFile(axe)
	if err != nil {
		if required("chromium") {
			t.Fatalf("KPID_REQUIRE names chromium and the checker is not there: run make assets with npm: %v", err)
		}
		t.Skip("the accessibility checker is not there: make assets fetches it")
	}
	late := dashtest.New().Reviewed()
	late.Late = true
	b := open(t, late)
	accessible(t, b, string(script), append(readable(), "/p/nobody"))
	accessible(t, open(t, late), string(script), entryPages())
}

func accessible(t *testing.T, b *browser, script string, paths []string) {
	for _, path := range paths {
		for _, at := range []struct {
			name   string
			width  int64
			scheme string
		}{{"light", 1440, "light"}, {"dark", 1440, "dark"}, {"phone", 390, "light"}} {
			b.visit(t, path, at.width, at.scheme)
			var found []string
			b.run(t, chromedp.Evaluate(script, nil), chromedp.Evaluate(violations, &found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
			for _, v := range found {
				t.Errorf("%s %s: %s", path, at.name, strings.TrimSpace(v))
			}
			b.mu.Lock()
			b.complaints = nil // the checker asks for what the content policy refuses
			b.mu.Unlock()
		}
	}
}
