package dashboards_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

const review = "/p/core/qbr/2026-Q2"

// reviewing serves pages on which reviews are written and frozen.
func reviewing(t *testing.T, r *dashtest.Reader) (http.Handler, *dashtest.Reviews) {
	t.Helper()
	w := &dashtest.Reviews{Reader: r}
	h, err := dashboards.New(dashboards.Config{Reader: r, Reviews: w})
	if err != nil {
		t.Fatal(err)
	}
	return h, w
}

// pageText is a page as it is read.
func pageText(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	return words(parse(t, get(t, h, path).Body.String()))
}

func lacks(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s lacks %q: %.1500s", what, p, text)
		}
	}
}

// TestFreezeKeepsWhatWasReported freezes a review, then changes a number, a target and a
// name: the draft moves, the frozen page says what it said, and the changes are told.
func TestFreezeKeepsWhatWasReported(t *testing.T) {
	reader := dashtest.New()
	h, _ := reviewing(t, reader)
	lacks(t, "draft", pageText(t, h, review), "This is a draft: it follows the data.", "Freeze Q2 2026")
	code, at, _ := send(t, h, review, "do", "freeze")
	if code != 303 || !strings.HasPrefix(at, review+"?freeze=0000") {
		t.Fatalf("%d %s", code, at)
	}
	before := get(t, h, at).Body.String()
	lacks(t, "frozen", words(parse(t, before)), "This is the review as it was frozen", "by Priya Nair", "SHA-256", "Core Workflows met 16 of 21 targets in Q2.", "Activation rate", "Frozen Mon 21 Sep 2026")
	if n := len(byClass(parse(t, before), "sheet")); n != 4 {
		t.Errorf("%d sheets, want 4", n)
	}
	if strings.Contains(before, "?edit=") || strings.Contains(before, `value="freeze"`) {
		t.Error("what is frozen can be edited or frozen again")
	}
	if code, again, _ := send(t, h, review, "do", "freeze"); code != 303 || again != at {
		t.Errorf("the same review is frozen once: %d %s", code, again)
	}
	reader.Data = "other"
	reader.Edit = func(card *scorecard.Scorecard) {
		for i := range card.KPIs {
			row := &card.KPIs[i]
			if row.ID == "activation_rate" && row.Value != nil {
				v := *row.Value + 5
				row.Value, row.Status, row.Name = &v, kpi.OnTrack, "Renamed"
			}
		}
	}
	reader.Causes = map[string][]report.Cause{"activation_rate": {{Kind: report.CauseRows, Says: "1 late row took W26 from 41.8% to 46.8%.", At: "2026-09-22T06:00:00Z"}}}
	if after := get(t, h, at).Body.String(); after != before {
		t.Error("the frozen page moved")
	}
	lacks(t, "draft", pageText(t, h, review), "Renamed")
	diff := pageText(t, h, review+"/diff")
	lacks(t, "diff", diff, "Since Q2 2026 was frozen 1 KPI changed and 1 verdict flipped.", "Renamed 41.8% 46.8% +5.0 pts Off track → On track 1 late row took W26 from 41.8% to 46.8%.")
	list := get(t, h, "/api/v1/freezes?portfolio=core").Body.String()
	lacks(t, "list", list, `"period":"2026-Q2"`, `"by":"p.nair"`)
	body := get(t, h, "/api/v1/freezes?portfolio=core&id="+reader.FrozenPacks[0].ID)
	if kpi.Digest(body.Body.Bytes()) != reader.FrozenPacks[0].SHA256 || body.Header().Get("Cache-Control") != "private, max-age=31536000, immutable" {
		t.Errorf("the body as it was frozen: %v", body.Header())
	}
	lacks(t, "diff of the API", get(t, h, "/api/v1/diff?period=2026-Q2").Body.String(), `"flipped":true`, `"kind":"rows"`, `"change":"+5.0 pts"`)
	for path, want := range map[string]int{review + "?freeze=1": 404, "/p/growth/qbr/2026-Q2?freeze=" + reader.FrozenPacks[0].ID: 404, "/p/core/qbr/2026-Q1/diff": 404,
		"/api/v1/diff?period=2026-W01": 400, "/api/v1/freezes?id=1": 404, review + "?freeze=" + reader.FrozenPacks[0].ID + "&edit=asked": 422} {
		if got := get(t, h, path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// TestNarrativeIsTextWithReferences writes a section, restates a number it names, and
// gives the section back.
func TestNarrativeIsTextWithReferences(t *testing.T) {
	reader := dashtest.New()
	h, writer := reviewing(t, reader)
	page := get(t, h, review+"?edit=happened").Body.String()
	lacks(t, "form", page, `name="section" value="happened"`, "{activation_rate}", "{activation_rate.due}", "Keep as a new revision")
	lacks(t, "the headline as text", get(t, h, review+"?edit=headline").Body.String(), "Core Workflows met {portfolio.met} of {portfolio.judged} targets in Q2.")

	code, _, body := send(t, h, review, "do", "edit", "section", "happened", "revision", "0", "text", "Activation is {activation}.")
	lacks(t, "a mistake", body, "Line 1, column 15: {activation} names no KPI of this review.", "Activation is {activation}.", `aria-invalid="true"`)
	if code != 422 || len(reader.Written) != 0 {
		t.Errorf("%d, kept %v", code, reader.Written)
	}
	const text = "Activation is {activation_rate}, {activation_rate.status}.\r\n\r\n<script>alert(1)</script> and {{braces}"
	code, at, _ := send(t, h, review, "do", "edit", "section", "happened", "revision", "0", "text", text)
	if code != 303 || at != review+"#q-happened" {
		t.Fatalf("%d %s", code, at)
	}
	page = get(t, h, review).Body.String()
	lacks(t, "page", words(parse(t, page)), "Activation is 41.8% , off track .", "<script>alert(1)</script> and {braces}", "Written by Priya Nair on 2026-09-21.")
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "Numbers changed since") {
		t.Error("typed text is no markup; and no number has changed")
	}
	reader.Edit = func(card *scorecard.Scorecard) {
		for i := range card.KPIs {
			if row := &card.KPIs[i]; row.ID == "activation_rate" && row.Value != nil {
				v := *row.Value - 1
				row.Value = &v
			}
		}
	}
	reader.Data = "restated"
	lacks(t, "restated", pageText(t, h, review), "Activation is 40.8% , off track .", "Numbers changed since: Activation rate was 41.8%, is 40.8%")

	code, _, body = send(t, h, review, "do", "edit", "section", "happened", "revision", "0", "text", "I had not read that")
	if code != 422 || !strings.Contains(body, "Not kept: Priya Nair wrote this in the meantime") || !strings.Contains(body, "I had not read that") {
		t.Errorf("a stale edit: %d", code)
	}
	if code, _, _ = send(t, h, review, "do", "give-back", "section", "happened", "revision", "1"); code != 303 {
		t.Errorf("give back: %d", code)
	}
	lacks(t, "generated again", pageText(t, h, review), "Since Q1")
	writer.Err = errors.New("disk full at /var/lib")
	if code, _, body := send(t, h, review, "do", "freeze"); code != 500 || strings.Contains(body, "disk") {
		t.Errorf("a failure: %d", code)
	}
	for _, bad := range [][]string{{"do", "burn"}, {"do", "edit", "section", "poem", "revision", "0"}, {"do", "edit", "section", "asked", "revision", "x"}} {
		if code, _, _ := send(t, h, review, bad...); code != 400 {
			t.Errorf("%v: %d, want 400", bad, code)
		}
	}
}

// TestReviewsAreReadOnly says why nothing can be written, and writes nothing.
func TestReviewsAreReadOnly(t *testing.T) {
	h, err := dashboards.New(dashboards.Config{Reader: dashtest.New()})
	if err != nil {
		t.Fatal(err)
	}
	lacks(t, "a server that reads", pageText(t, h, review), "This server only reads.")
	if code, _, _ := send(t, h, review, "do", "freeze"); code != 503 {
		t.Errorf("freeze where nothing is written: %d", code)
	}
	nobody := dashtest.New()
	nobody.Company.Person = dashboards.Person{}
	h, _ = reviewing(t, nobody)
	lacks(t, "nobody signs", pageText(t, h, review), "Nobody is named who could sign this.")
	if code, _, _ := send(t, h, review, "do", "freeze"); code != 503 || len(nobody.FrozenPacks) != 0 {
		t.Errorf("%d %v", code, nobody.FrozenPacks)
	}
}

// TestReviewCarriesTheRegister: the third quarter shows what is open and what was settled
// in it, an open ask is asked of the review, and the second quarter knew of none of it.
func TestReviewCarriesTheRegister(t *testing.T) {
	reader := dashtest.New()
	h, _ := reviewing(t, reader)
	ask := kpi.RegisterEntry{Said: kpi.Said{Portfolio: "core", Text: "A decision on the price of the team plan.", Author: "p.nair"}, Kind: kpi.Ask, State: kpi.Raised, Owner: "p.nair", At: kpi.Date{Year: 2026, Month: 9, Day: 15}, Due: kpi.Date{Year: 2026, Month: 10, Day: 1}}
	if _, err := reader.Book.SaveRegisterEntry(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	lacks(t, "third quarter", pageText(t, h, "/p/core/qbr/2026-Q3"), "Asked of this review Edit Asked of this review A decision on the price of the team plan (Priya Nair, by 1 Oct)",
		"On the register Risk : Workspace roles stay in the first setup over the holidays. open · Mary Okafor , due 18 Sep", "Risk : The event pipeline has one person who knows it. mitigated", "2 entries more in the register",
		"Worth USD 125,000 as expected of 1 bet, USD 142,000.50 as realised of 1.")
	if text := pageText(t, h, review); strings.Contains(text, "On the register") || strings.Contains(text, "team plan") {
		t.Error("the second quarter knows what was raised in the third")
	}
	quarter, err := reader.Company.Calendar.Period("2026-Q3")
	if err != nil {
		t.Fatal(err)
	}
	pack, err := dashboards.NewPack(t.Context(), reader, "core", quarter)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := report.Markdown(&out, pack.Document(false, "")); err != nil {
		t.Fatal(err)
	}
	lacks(t, "file", out.String(), "| Risk | Workspace roles stay in the first setup over the holidays. (FigJam, Dovetail) | Activation rate | Mary Okafor | **open** |", "| Ask | Two more designers for the guided setup. | – | Priya Nair | granted | 3 Aug | 15 Aug |", "| Ask | A decision on the price of the team plan. | – | Priya Nair | **open** | 15 Sep | 1 Oct |")
}

// TestPackLosesNothing: what a sheet has no room for is counted on it, and is in the pack
// and its files whole.
func TestPackLosesNothing(t *testing.T) {
	reader := dashtest.New()
	reader.Edit = func(card *scorecard.Scorecard) {
		for i := range card.KPIs[:9] {
			card.KPIs[i].Status = kpi.OffTrack
		}
	}
	long := strings.Repeat("A promise of many words. ", 8) + "Its end."
	for i := range 8 {
		a := kpi.Action{Said: kpi.Said{Portfolio: "core", Text: long + strings.Repeat("!", i), Author: "p.nair"}, Owner: "p.nair", State: kpi.ActionOpen, Due: kpi.Date{Year: 2026, Month: 5, Day: 4}}
		if _, err := reader.Book.SaveAction(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		a.Due.Month = 11 // and one of a quarter to come, more than are told
		if _, err := reader.Book.SaveAction(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	quarter, err := reader.Company.Calendar.Period("2026-Q2")
	if err != nil {
		t.Fatal(err)
	}
	pack, err := dashboards.NewPack(t.Context(), reader, "core", quarter)
	if err != nil {
		t.Fatal(err)
	}
	if len(pack.Risks) < 9 || len(pack.Promised) != 8 || pack.Promised[0].Text != long {
		t.Errorf("%d risks, %d promises, the first %q", len(pack.Risks), len(pack.Promised), pack.Promised[0].Text)
	}
	h, _ := reviewing(t, reader)
	doc := parse(t, get(t, h, review).Body.String())
	if n := len(byTag(byClass(doc, "risks")[0], "li")); n != 5 {
		t.Errorf("the sheet shows %d risks, want 5", n)
	}
	lacks(t, "sheet", words(doc), "misses more in the files.", "2 promises more in the files.", "Promised for Q2", "open actions more.")
}
