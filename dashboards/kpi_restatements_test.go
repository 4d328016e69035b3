package dashboards_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// section cuts the part of a page under a heading's id.
func section(t *testing.T, page, id string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `aria-labelledby="`+id+`"`)
	if !ok {
		t.Fatalf("no section %s", id)
	}
	part, _, _ := strings.Cut(rest, "</section>")
	return part
}

// cells of the table rows of some markup, tags left out.
func cells(markup string) []string {
	var out []string
	for _, row := range regexp.MustCompile(`(?s)<tr[^>]*>.*?</tr>`).FindAllString(markup, -1) {
		row = regexp.MustCompile(`</t[hd]>`).ReplaceAllString(row, "|")
		row = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(row, "")
		out = append(out, strings.TrimSuffix(strings.TrimSpace(strings.ReplaceAll(row, "&#43;", "+")), "|"))
	}
	return out
}

func TestRestatementsOnTheKPIPage(t *testing.T) {
	reader := dashtest.New()
	h := serve(t, reader)
	got := cells(section(t, get(t, h, "/p/core/k/activation_rate").Body.String(), "h-restated"))
	want := []string{"Period|First reported|Now|Change|When|Why|By",
		"Week 37|43.1%|42.7%|−0.4 pts|17 Sep|12 late rows, 3 corrected rows|–",
		"Week 36|44.0%|43.6%|−0.4 pts|17 Sep|same|–",
		"Week 35|44.8%|44.4%|−0.4 pts|17 Sep|same|–",
		// the mean of 41.3, 41.4 … 42.5
		"Weeks 1–13|41.9% avg|42.3% avg|+0.4 pts|2 Apr|Definition v3: 2 members active, was 3|J. Lind"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("restatements\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	page := get(t, h, "/p/core/k/time_to_value").Body.String()
	if !strings.Contains(section(t, page, "h-restated"), "No number in this chart changed after it was final.") {
		t.Error("without restatements one line says so")
	}
}

func TestRestatedValueIsMarkedForFourWeeks(t *testing.T) {
	reader := dashtest.New()
	h := serve(t, reader)
	for _, line := range []struct {
		days int64 // ago
		want bool
	}{{28, true}, {29, false}, {-1, false}} {
		reader.Restated = func(all []scorecard.Restatement) []scorecard.Restatement {
			one := all[0]
			one.Period, one.At = "2026-W38", dashtest.Now()-kpiDays(line.days)
			return []scorecard.Restatement{one}
		}
		page := get(t, h, "/p/core/k/activation_rate").Body.String()
		if got := strings.Contains(page, `<sup class="mark"><a href="#h-restated" title="Week 38 was restated on `); got != line.want {
			t.Errorf("restated %d days ago: marked %v, want %v", line.days, got, line.want)
		}
	}
}

func TestHostileRestatement(t *testing.T) {
	reader := dashtest.New()
	reader.Restated = func(all []scorecard.Restatement) []scorecard.Restatement {
		one := all[0]
		one.Version, one.By, one.Reason, one.First = 2, `"><script>by`, "</td><script>why", nil
		return []scorecard.Restatement{one}
	}
	part := section(t, get(t, serve(t, reader), "/p/core/k/activation_rate").Body.String(), "h-restated")
	if strings.Contains(part, "<script>") || !strings.Contains(part, "Definition v2: &lt;/td&gt;&lt;script&gt;why") || !strings.Contains(part, `<td class="r">–</td>`) {
		t.Error(part)
	}
}

func kpiDays(n int64) kpi.Millis { return kpi.Millis(n * 86_400_000) }
