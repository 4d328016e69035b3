package dashboards_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// difference reads the panel of what changed: each part, and each line as a screen
// reader says it.
func difference(t *testing.T, doc *html.Node) []string {
	t.Helper()
	panel := all(doc, func(n *html.Node) bool { return n.Data == "section" && attr(n, "aria-labelledby") == "h-diff" })[0]
	var out []string
	for _, n := range all(panel, func(n *html.Node) bool { return n.Data == "h3" || n.Data == "li" }) {
		text := words(n)
		for _, mark := range []string{"+ ", "− "} { // hidden from screen readers
			text = strings.TrimPrefix(text, mark)
		}
		out = append(out, strings.TrimSuffix(text, " ⋯"))
	}
	return out
}

// TestDefinitionVersion: from version 1 to 2 the window grew from 7 to 14 days, and units
// may be left out. Numerator and basis were not kept of version 1: that is no change.
func TestDefinitionVersion(t *testing.T) {
	h := serve(t, dashtest.New())
	doc := shown(t, h, "/definitions/activation_rate?version=2")
	same(t, "difference", difference(t, doc), []string{
		"Settings", "Same: plans = free, pro", "Removed: window_ms = 7 days", "Added: window_ms = 14 days",
		"SQL of rate", "Lines that are the same are left out.", "Same: a.id AS unit,", "Same: a.done_at < a.begun_at + :window_ms AS num,", "Removed: 1 AS den", "Added: 1 AS den,", "Added: a.test AS excluded",
		"Same: FROM period p", "Same: JOIN account a ON a.begun_at >= p.starts"})
	for _, want := range []string{"Activation rate: definition, version 2", "In force since Tue 1 Sep 2026 06:10 UTC, by P. Nair.", "Why: the window is 14 days", "since v1: 2 lines removed, 3 lines added", "window_ms 14 days"} {
		if !strings.Contains(words(doc), want) {
			t.Errorf("version 2 lacks %q: %.600s", want, words(doc))
		}
	}
	first := shown(t, h, "/definitions/activation_rate?version=1")
	for _, want := range []string{"In force from Tue 23 Jun 2026 06:10 UTC to Tue 1 Sep 2026 06:10 UTC, by M. Okafor.", "the first version that is kept", "There is nothing to compare it with.", "window_ms 7 days"} {
		if !strings.Contains(words(first), want) {
			t.Errorf("version 1 lacks %q: %.600s", want, words(first))
		}
	}
	if sql := words(byTag(first, "pre")[0]); strings.Contains(sql, "excluded") || !strings.HasSuffix(sql, "1 AS den FROM period p JOIN account a ON a.begun_at >= p.starts") {
		t.Errorf("the SQL of version 1 is %q", sql)
	}
	for _, c := range []struct {
		page *html.Node
		href string
	}{{doc, "/definitions/activation_rate?version=1"}, {first, "/definitions/activation_rate?version=2"},
		{shown(t, h, "/definitions/activation_rate"), "/definitions/activation_rate?version=1"}} {
		if len(all(c.page, func(n *html.Node) bool { return attr(n, "href") == c.href })) != 1 {
			t.Errorf("no link to %s", c.href)
		}
	}
}

// TestDefinitionVersionOtherwise: a version that is not there is answered with those that
// are; equal texts, a measure that came, and hostile words.
func TestDefinitionVersionOtherwise(t *testing.T) {
	h := serve(t, dashtest.New())
	for path, want := range map[string]string{
		"/definitions/activation_rate?version=7":                    "404 Activation rate has no version 7. The versions are 2, 1.",
		"/definitions/activation_rate?version=":                     "404 The versions are 2, 1.",
		"/definitions/activation_rate?version=first":                "404 Activation rate has no version first.",
		"/definitions/activaton_rate?version=1":                     "404 activaton_rate",
		"/api/v1/definitions?kpi=activation_rate&version=7":         "404 The versions are 2, 1.",
		"/api/v1/definitions?version=1":                             "400 A version belongs to a KPI.",
		"/api/v1/definitions?kpi=activation_rate&version=1":         `200 "window_ms":"7 days"`,
		"/api/v1/definitions?kpi=activation_rate&version=2":         `200 "window_ms":"14 days"`,
		"/api/v1/definitions?kpi=activation_rate&portfolio=nowhere": "404 nowhere",
	} {
		w := get(t, h, path)
		body := w.Body.String()
		if got := fmt.Sprint(w.Code, " ", strings.Join(strings.Fields(body), " "), words(parse(t, body))); !strings.HasPrefix(got, want[:4]) || !strings.Contains(strings.ReplaceAll(got, ": ", ":"), strings.ReplaceAll(want[4:], ": ", ":")) {
			t.Errorf("%s: %.900s, want %s", path, got, want)
		}
	}
	var answer struct {
		Versions []struct{ Version int }
		Text     struct{ Numerator *string }
		SQL      map[string]string
	}
	if err := json.Unmarshal(get(t, h, "/api/v1/definitions?kpi=activation_rate&version=1").Body.Bytes(), &answer); err != nil || len(answer.Versions) != 1 || answer.Versions[0].Version != 1 || answer.Text.Numerator != nil || !strings.Contains(answer.SQL["rate"], "1 AS den\nFROM") {
		t.Errorf("version 1 over the API: %+v, %v", answer, err)
	}

	reader := rewritten{dashtest.New(), []dashboards.DefinitionVersion{
		{Number: 1, Hash: "a", Text: dashboards.DefinitionText{Name: "<b>Name", SQL: map[string]string{"rate": "SELECT 1"}}},
		{Number: 2, Hash: "b", Text: dashboards.DefinitionText{Name: "<b>Name", SQL: map[string]string{"rate": "SELECT 1"}}},
		{Number: 3, Hash: "c", Text: dashboards.DefinitionText{Name: "</li><script>", SQL: map[string]string{"rate": "SELECT 1", "n": "SELECT 2\nFROM x"}}},
		{Number: 4, Hash: "d", Text: dashboards.DefinitionText{Name: "</li><script>", SQL: map[string]string{"rate": "SELECT 1"}}}}}
	h = serve(t, reader)
	if text := words(shown(t, h, "/definitions/activation_rate?version=2")); !strings.Contains(text, "Nothing that is kept of the two differs") {
		t.Errorf("two that are the same: %s", text)
	}
	same(t, "a measure came", difference(t, shown(t, h, "/definitions/activation_rate?version=3")), []string{"Name", "Removed: <b>Name", "Added: </li><script>", "SQL of n", "Added: SELECT 2", "Added: FROM x"})
	same(t, "a measure went", difference(t, shown(t, h, "/definitions/activation_rate?version=4")), []string{"SQL of n", "Removed: SELECT 2", "Removed: FROM x"})
	reader.versions = nil
	if w := get(t, serve(t, reader), "/definitions/activation_rate?version=1"); w.Code != 404 || !strings.Contains(w.Body.String(), "Nothing of it was computed yet") {
		t.Errorf("before the first evaluation: %d", w.Code)
	}
}
