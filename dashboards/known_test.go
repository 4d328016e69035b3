package dashboards_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/dashtest"
)

func TestKnownAtOnThePages(t *testing.T) {
	h := serve(t, dashtest.New())
	for path, want := range map[string]string{
		"/p/core?known_at=2026-09-14":                                            `<b>As known on 14 Sep 2026.</b> <a href="/p/core">As known now</a>`,
		"/p/core/k/activation_rate?view=table&known_at=2026-09-14":               `<b>As known on 14 Sep 2026.</b> <a href="/p/core/k/activation_rate?view=table">As known now</a>`,
		"/p/core?known_at=2026-09-14T10:30:00%2B02:00&group=owner":               `<b>As known on 14 Sep 2026 08:30 UTC.</b> <a href="/p/core?group=owner">As known now</a>`,
		"/p/core?known_at=2025-12-31":                                            `<b>As known on 31 Dec 2025.</b> Nothing had been recorded by then. <a`,
		"/p/core?known_at=2026-09-21":                                            `<b>As known on 21 Sep 2026 06:10 UTC.</b>`, // today, so far
		"/p/core/k/activation_rate?known_at=2026-09-14&w=2026-W36&product=flows": `href="/p/core/k/activation_rate?product=flows&amp;w=2026-W36">As known now`,
	} {
		if w := get(t, h, path); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, %q is missing", path, w.Code, want)
		}
	}
	for _, path := range []string{"/p/core", "/p/core/k/activation_rate"} {
		if strings.Contains(get(t, h, path).Body.String(), "As known") {
			t.Errorf("%s: a page of now says so", path)
		}
	}
}

func TestKnownAtRefuses(t *testing.T) {
	h := serve(t, dashtest.New())
	for path, want := range map[string]string{
		"/p/core?known_at=2026-09-22":                               "Nothing is known on 2026-09-22 yet.",
		"/p/core?known_at=2026-09-21T06:10:00.001Z":                 "Nothing is known at 2026-09-21T06:10:00.001Z yet.",
		"/p/core?known_at=yesterday%3Cb%3E":                         "There is no day or instant called yesterday&lt;b&gt;.",
		"/p/core/k/activation_rate?known_at=2026-02-30":             "There is no day or instant called 2026-02-30.",
		"/api/v1/scorecard?known_at=2027-01-01":                     "Nothing is known on 2027-01-01 yet.",
		"/api/v1/kpis/activation_rate/forecast?known_at=2026-09-14": "There is no parameter called known_at.",
	} {
		if w := get(t, h, path); w.Code != 400 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, %q is missing in %s", path, w.Code, want, w.Body)
		}
	}
	if w := get(t, h, "/p/core?known_at=2026-09-01&w=2026-W38"); w.Code != 404 || !strings.Contains(w.Body.String(), "Week 2026-W38 had not begun by 2026-09-01.") {
		t.Errorf("a week of later: %d", w.Code)
	}
}

// TestKnownAtIsKept: every link of the pages that lead to pages that know of it carries
// it, but the one back to now; what is shown as it is now does not.
func TestKnownAtIsKept(t *testing.T) {
	h := serve(t, dashtest.New())
	for _, path := range []string{"/p/core?known_at=2026-09-18&w=2026-W37", "/p/core/k/activation_rate?known_at=2026-09-18&w=2026-W37"} {
		page := get(t, h, path).Body.String()
		_, main, _ := strings.Cut(page, "<main")
		main, _, _ = strings.Cut(main, "</main>")
		links := regexp.MustCompile(`<a[^>]* href="(/p/[^"]*)"[^>]*>([^<]*)`).FindAllStringSubmatch(main, -1)
		if len(links) < 10 {
			t.Fatalf("%s: %d links", path, len(links))
		}
		for _, l := range links {
			now := regexp.MustCompile(`/(why|notes|bets|qbr|enter)\b`).MatchString(l[1]) // these show what stands today
			kept, wanted := strings.Contains(l[1], "known_at=2026-09-18"), l[2] != "As known now" && !now
			if kept != wanted {
				t.Errorf("%s: %s (%s) keeps it: %v", path, l[1], l[2], kept)
			}
		}
	}
	form := get(t, h, "/p/core?known_at=2026-09-18").Body.String()
	if !strings.Contains(form, `<input type="hidden" name="known_at" value="2026-09-18">`) {
		t.Error("the filter form drops it")
	}
	if got := get(t, h, "/p?portfolio=core&known_at=2026-09-18").Header().Get("Location"); got != "/p/core?known_at=2026-09-18" {
		t.Errorf("and its answer leads to %s", got)
	}
	// the next week had not ended by then
	if strings.Contains(get(t, h, "/p/core?known_at=2026-09-18&w=2026-W37").Body.String(), "w=2026-W38") {
		t.Error("week 38 is offered on a page of the 18th, when it was running")
	}
}

func TestKnownAtOfTheAPI(t *testing.T) {
	h := serve(t, dashtest.New())
	w := get(t, h, "/api/v1/scorecard?known_at=2026-09-14")
	var card struct {
		KnownAt *string `json:"known_at"`
		AsOf    string  `json:"as_of"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &card); err != nil || card.KnownAt == nil || *card.KnownAt != "2026-09-14T23:59:59Z" || card.AsOf != *card.KnownAt {
		t.Errorf("%+v, %v", card, err)
	}
	if now := get(t, h, "/api/v1/scorecard"); now.Header().Get("ETag") == w.Header().Get("ETag") || !strings.Contains(now.Body.String(), `"known_at":null`) {
		t.Error("what was known then has the tag of now")
	}
}

func TestDefinitionOfThen(t *testing.T) {
	// version 2 is of 1 September
	page := get(t, serve(t, dashtest.New()), "/p/core/k/activation_rate?known_at=2026-08-20").Body.String()
	if !strings.Contains(page, "The definition is shown as it is now; v1 was in force then.") || strings.Contains(section(t, page, "h-def"), "<b>v2</b>") {
		t.Error("a later version is shown as if it had been known")
	}
}
