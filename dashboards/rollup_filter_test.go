package dashboards_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards/dashtest"
)

// TestRollupBySegment: the segment is chosen, said, asked of the reader for every
// portfolio, and kept in every link.
func TestRollupBySegment(t *testing.T) {
	h := serve(t, dashtest.New())
	doc := shown(t, h, "/vp/all?segment=plan%3Denterprise&w=2026-W36")
	if text := words(doc); !strings.Contains(text, "Segment plan=enterprise only; rows without a target of that segment have no verdict.") {
		t.Errorf("the page does not say what it leaves out: %.900s", text)
	}
	form := all(doc, func(n *html.Node) bool { return attr(n, "action") == "/vp/all" })[0]
	var chosen, offered []string
	for _, o := range byTag(form, "option") {
		offered = append(offered, attr(o, "value"))
		for _, a := range o.Attr {
			if a.Key == "selected" {
				chosen = append(chosen, attr(o, "value"))
			}
		}
	}
	same(t, "segments", offered, []string{"", "plan=team", "plan=enterprise", "target"})
	same(t, "chosen", chosen, []string{"plan=enterprise"})
	if week := byTag(form, "input")[0]; attr(form, "method") != "get" || attr(week, "name") != "w" || attr(week, "value") != "2026-W36" {
		t.Error("the filter loses the week")
	}
	links := 0
	for _, a := range byTag(byTag(doc, "main")[0], "a") {
		if links++; !strings.Contains(attr(a, "href"), "segment=plan%3Denterprise") {
			t.Errorf("%s loses the segment", attr(a, "href"))
		}
	}
	if links < 40 { // two portfolios of about two dozen KPIs
		t.Errorf("%d links", links)
	}
	for _, plain := range []string{"/vp/all", "/vp/all?segment=all", "/vp/all?segment="} {
		if text := words(shown(t, h, plain)); strings.Contains(text, "only; rows") {
			t.Errorf("%s speaks of a filter", plain)
		}
	}
}

// TestRollupExport: the file has the rows of every portfolio, the JSON their scorecards
// as the API gives them.
func TestRollupExport(t *testing.T) {
	h := serve(t, dashtest.New())
	res := get(t, h, "/vp/all?format=csv&segment=plan%3Dteam")
	rows, err := csv.NewReader(res.Body).ReadAll()
	if err != nil || len(rows) != 1+24+24 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	n := map[string]int{}
	for _, r := range rows[1:] {
		n[r[0]+" "+r[1]+" "+r[2]]++
	}
	if got := fmt.Sprint(n); got != "map[core 2026-W38 plan=team:24 growth 2026-W38 plan=team:24]" {
		t.Errorf("rows by portfolio, week and segment: %s", got)
	}
	if got := res.Header().Get("Content-Disposition"); got != `attachment; filename="kpid-all-rollup-2026-W38.csv"` || res.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", res.Header())
	}
	var answer struct {
		Portfolio, Week, Segment string
		Scorecards               []json.RawMessage
	}
	if err := json.Unmarshal(get(t, h, "/vp/all?format=json").Body.Bytes(), &answer); err != nil || answer.Portfolio != "all" || answer.Week != "2026-W38" || answer.Segment != "all" || len(answer.Scorecards) != 2 {
		t.Fatalf("%+v, %v", answer, err)
	}
	for i, id := range []string{"core", "growth"} {
		if own := strings.TrimSpace(get(t, h, "/api/v1/scorecard?portfolio="+id).Body.String()); string(answer.Scorecards[i]) != own {
			t.Errorf("%s is not what the API gives", id)
		}
	}
	for path, want := range map[string]string{"/vp/all?format=xlsx": "400 The formats are csv and json.", "/vp/all?segment=plan%3Dfree": "404 Segments: all, plan=team, plan=enterprise, target.", "/vp/all?product=flows": "400 The parameters are w, segment, format."} {
		w := get(t, h, path)
		if got := fmt.Sprint(w.Code, " ", words(parse(t, w.Body.String()))); !strings.HasPrefix(got, want[:4]) || !strings.Contains(got, want[4:]) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
