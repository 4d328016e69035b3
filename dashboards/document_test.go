package dashboards_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/report"
)

// TestDocuments writes the week, the month and the review of the company with hostile names as a file: nothing
// in it runs, leads anywhere or is fetched.
func TestDocuments(t *testing.T) {
	r := dashtest.Hostile().Reviewed()
	cal := r.Company.Calendar
	month, err := cal.Period("2026-08")
	if err != nil {
		t.Fatal(err)
	}
	quarter, err := cal.Period("2026-Q2")
	if err != nil {
		t.Fatal(err)
	}
	weekly, err := dashboards.NewWeekly(t.Context(), r, dashboards.Query{Portfolio: "core"}, "")
	if err != nil {
		t.Fatal(err)
	}
	monthly, err := dashboards.NewMonthly(t.Context(), r, "core", month, "")
	if err != nil {
		t.Fatal(err)
	}
	pack, err := dashboards.NewPack(t.Context(), r, "core", quarter)
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]*report.Document{"weekly": weekly, "monthly": monthly, "review": pack.Document(false, "")} {
		var first, second bytes.Buffer
		if err := dashboards.WriteHTML(&first, d); err != nil {
			t.Fatal(err)
		}
		if err := dashboards.WriteHTML(&second, d); err != nil || first.String() != second.String() {
			t.Errorf("%s: the same document gives other bytes: %v", name, err)
		}
		text := first.String()
		doc, err := html.Parse(&first) // with its style inside, which no page has
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"script", "img", "link", "a", "iframe", "form"} {
			if n := len(byTag(doc, bad)); n > 0 {
				t.Errorf("%s: %d × <%s> in a file that needs nothing else", name, n, bad)
			}
		}
		for _, bad := range []string{"onload=alert(1)>", "onerror=alert(1)>", "http://", "url("} {
			if i := strings.Index(text, bad); i >= 0 && !strings.Contains(text[max(0, i-60):i], "&lt;") {
				t.Errorf("%s: holds %q: %s", name, bad, text[max(0, i-60):i+20])
			}
		}
		if len(byTag(doc, "h1")) != 1 || len(byTag(doc, "table")) == 0 || !strings.Contains(text, "<style>") {
			t.Errorf("%s: no headline, no table or no style", name)
		}
	}
	linked, err := dashboards.NewWeekly(t.Context(), dashtest.New(), dashboards.Query{Portfolio: "core"}, "https://kpid.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := dashboards.WriteHTML(&out, linked); err != nil || !strings.Contains(out.String(), `href="https://kpid.example.com/p/core/k/activation_rate?w=2026-W38"`) {
		t.Errorf("links of a known address: %v", err)
	}
}

// TestMonth holds the page of a month against what is known of it, and its files.
func TestMonth(t *testing.T) {
	h, err := dashboards.New(dashboards.Config{Reader: dashtest.New(), Formats: []dashboards.Format{{Name: "md", Label: "Markdown", Type: "text/markdown; charset=utf-8", Write: report.Markdown}}})
	if err != nil {
		t.Fatal(err)
	}
	lacks(t, "month", pageText(t, h, "/p/core/month/2026-08"), "Core Workflows · Aug 2026 update", "What turned in Aug 2026", "Unexplained", "Can I trust it today?", "Bets due in the month", "Restated in the month", "kpid · 3 of 3")
	lacks(t, "running month", pageText(t, h, "/p/core/month/2026-09"), "Sep 2026 has not ended; this is how it stands.")
	file := get(t, h, "/p/core/month/2026-08?format=md")
	if got := file.Header().Get("Content-Disposition"); got != `attachment; filename="kpid-core-2026-08.md"` || !strings.Contains(file.Body.String(), "## What turned in Aug 2026") {
		t.Errorf("%s: %.300s", got, file.Body.String())
	}
	lacks(t, "week as a file", get(t, h, "/p/core?format=md").Body.String(), "Core Workflows · Week 38", "## Open actions")
	for path, want := range map[string]string{
		"/p/core/month/2026-W01":            "A month is written 2026-08.",
		"/p/core/month/2026-10":             "Oct 2026 has not begun.",
		"/p/core/month/2026-08?format=docx": "The formats are md.",
		"/p/core?format=docx":               "The formats are csv, json, md.",
		"/p/core/qbr/2026-Q2?format=docx":   "The formats are csv, json, md.",
	} {
		lacks(t, path, pageText(t, h, path), want)
	}
}
