package dashboards_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kpid/kpid/dashboards/dashtest"
)

// TestRegisterAndGoalsInABrowser writes by the forms a reader sees, without a script.
func TestRegisterAndGoalsInABrowser(t *testing.T) {
	b := open(t, dashtest.New())
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{1440, 1024, 390} {
			for path, name := range map[string]string{"/p/core/register": "register", "/p/core/register?edit=entry-1": "register-edit", "/p/core/goals": "goals", "/p/core/goals?edit=result-3": "goals-edit"} {
				b.visit(t, path, width, theme)
				b.shoot(t, name+"-"+theme+"-"+strings.TrimSpace(map[int64]string{1440: "wide", 1024: "laptop", 390: "phone"}[width]))
			}
		}
	}
	b.visit(t, "/p/core/register", 1440, "light")
	b.run(t, chromedp.SetValue("#f-entry-new-kind", "ask"), chromedp.SetValue("#f-entry-new-text", "<img src=x onerror=alert(1)>"),
		chromedp.SetValue("#f-entry-new-links", "https://www.figma.com/board/7"), chromedp.Submit("#form-entry-new"), chromedp.WaitVisible("#entry-7"))
	if got := value[string](t, b, `document.querySelector("#entry-7").innerText`); !strings.Contains(got, "<img src=x onerror=alert(1)>") || !strings.Contains(got, "FigJam") {
		t.Errorf("the entry: %q", got)
	}
	b.visit(t, "/p/core/goals", 390, "light")
	b.run(t, chromedp.Click("details.addsheet:last-of-type > summary"), chromedp.WaitVisible("#f-milestone-new-text"),
		chromedp.SetValue("#f-milestone-new-text", "A budget is agreed."), chromedp.SetValue("#f-milestone-new-due", "2026-12-01"), chromedp.Submit("#form-milestone-new"), chromedp.WaitVisible("#milestone-3"))
	if got := value[string](t, b, `document.querySelector("#milestone-3").innerText`); !strings.Contains(got, "A budget is agreed.") || !strings.Contains(got, "due 1 Dec") {
		t.Errorf("the milestone: %q", got)
	}
	b.quiet(t, "register and goals")
}
