package dashboards_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// texts of the elements that match, tags left out.
func texts(markup, pattern string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?s)`+pattern).FindAllStringSubmatch(markup, -1) {
		s := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], "")
		out = append(out, strings.Join(strings.Fields(strings.NewReplacer("&#43;", "+", "signal", "").Replace(s)), " "))
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSegmentsOnTheKPIPage(t *testing.T) {
	h := serve(t, dashtest.New())
	part := section(t, get(t, h, "/p/core/k/activation_rate?w=2026-W38").Body.String(), "h-segments")
	same(t, "names, the largest first and the small one last", texts(part, `<h3>(.*?)</h3>`),
		[]string{"Self-serve SMB", "Sales-assisted mid-market", "Self-serve mid-market", "Enterprise", "Partner-led"})
	// 254 of 702 after 237 of 630: 36.18 after 37.62
	same(t, "numbers", texts(part, `<p class="sv">(.*?)</p>`),
		[]string{"36.2% −1.4 pts · n 702", "51.6% +0.1 pts · n 246", "43.7% −0.7 pts · n 231", "56.3% +0.6 pts · n 87", "– n 18"})
	same(t, "small", texts(part, `<p class="hide">(.*?)</p>`), []string{"Not enough data: 18 accounts, 30 needed. Its value is hidden; it counts in the total."})
	if strings.Contains(part, "33.3") { // 6 of 18
		t.Error("the value of a segment that is too small is on the page")
	}
	labels := regexp.MustCompile(`aria-label="([^"]*)"`).FindAllStringSubmatch(part, -1)
	if len(labels) != 4 || labels[0][1] != "Self-serve SMB: W33 38.9%, W34 39.0%, W35 38.8%, W36 38.3%, W37 37.6%, W38 36.2%; all 41.8%; the latest is a signal" {
		t.Errorf("labels %v", labels)
	}
	if got := strings.Count(part, `class="ch-signal"`); got != 1 {
		t.Errorf("%d rings, want 1", got)
	}
	for _, want := range []string{`viewBox="0 0 168 92"`, `class="sg-all"`, `r="3"`,
		`<a href="/p/core/k/activation_rate?by=region&amp;w=2026-W38#h-segments">Region</a>`,
		`<a href="/p/core/k/activation_rate?by=channel&amp;w=2026-W38#h-segments" aria-current="true">Channel</a>`,
		`href="/p/core/k/activation_rate/why?measure=rate&amp;period=2026-W38&amp;segment=channel%3DEnterprise"`} {
		if !strings.Contains(part, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// TestSegmentsShareOneScale: the line of all is drawn at the same height in each.
func TestSegmentsShareOneScale(t *testing.T) {
	part := section(t, get(t, serve(t, dashtest.New()), "/p/core/k/activation_rate").Body.String(), "h-segments")
	all := regexp.MustCompile(`class="sg-all" d="([^"]*)"`).FindAllStringSubmatch(part, -1)
	if len(all) != 4 || all[0][1] != all[3][1] || strings.Count(all[0][1], "L") != 5 {
		t.Errorf("lines of all: %v", all)
	}
}

func TestSegmentsFold(t *testing.T) {
	reader := dashtest.New()
	reader.Parts = func(s *scorecard.Segments) { // eight: those of 702, 246, 231, 87 and 100 stay
		for i := range 3 {
			one := s.Of[0]
			one.ID, one.Name, one.Signal, one.Points = "channel=x"+strconv.Itoa(i), "X"+strconv.Itoa(i), nil, nil
			for _, p := range s.Of[0].Points {
				num, den, n := float64(10*(i+1)), 100.0-30*float64(i), int64(100-30*i)
				value := 100 * num / den
				p.Num, p.Den, p.Value, p.N = &num, &den, &value, &n
				one.Points = append(one.Points, p)
			}
			s.Of = append(s.Of, one)
		}
		for i := range s.All { // they are new to the whole
			num, den := *s.All[i].Num+60, *s.All[i].Den+210
			s.All[i].Num, s.All[i].Den = &num, &den
		}
	}
	h := serve(t, reader)
	part := section(t, get(t, h, "/p/core/k/activation_rate").Body.String(), "h-segments")
	same(t, "names", texts(part, `<h3>(.*?)</h3>`), []string{"Self-serve SMB", "Sales-assisted mid-market", "Self-serve mid-market", "X0", "Enterprise", "Other (3)"})
	// 20 of 70, 30 of 40, 6 of 18: 56 of 128
	if got := texts(part, `<p class="sv">(.*?)</p>`)[5]; got != "43.8% ±0.0 pts · n 128" {
		t.Errorf("the others together: %s", got)
	}
	parts := reader.Parts
	reader.Parts = func(s *scorecard.Segments) { // over one denominator: 1,284 accounts in all
		parts(s)
		for i := range s.Of {
			for j := range s.Of[i].Points {
				p := &s.Of[i].Points[j]
				value := 100 * *p.Num / *s.All[j].Den
				n := int64(*s.All[j].Den)
				p.Den, p.N, p.Value = s.All[j].Den, &n, &value
			}
		}
	}
	part = section(t, get(t, h, "/p/core/k/activation_rate").Body.String(), "h-segments")
	// the order is that of the list now; X0, X1 and X2 are 10+20+30 of 1,494
	if got := texts(part, `<p class="sv">(.*?)</p>`)[5]; !strings.HasPrefix(got, "4.0% ") || !strings.HasSuffix(got, " n 1,494") {
		t.Errorf("over one denominator the others are %s", got)
	}
	reader.Parts = func(s *scorecard.Segments) { // more than the whole: some are in several
		parts(s)
		for i := range s.All {
			den := *s.All[i].Den / 2
			s.All[i].Den = &den
		}
	}
	page := get(t, h, "/p/core/k/activation_rate").Body.String()
	if part := section(t, page, "h-segments"); !strings.Contains(part, "and 2 more: X2, Partner-led") {
		t.Error("segments that overlap are named, not added")
	}
	if part := section(t, page, "h-why"); !strings.Contains(part, "The change is not split: the segments do not add up to the whole") {
		t.Error("nor is the change split")
	}
}

func TestSegmentsWithoutOne(t *testing.T) {
	reader := dashtest.New()
	h := serve(t, reader)
	for name, c := range map[string]struct {
		path, want string
		parts      func(*scorecard.Segments)
	}{
		"a KPI without dimensions": {"/p/core/k/time_to_value", "No record names a segment of this KPI.", nil},
		"another segment's page": {"/p/core/k/activation_rate", "This page is of plan=team only",
			func(s *scorecard.Segments) {
				*s = scorecard.Segments{Because: "This page is of plan=team only; segments are shown where it is of all."}
			}},
		"all of them small": {"/p/core/k/activation_rate", "No segment has enough data in week 38: the largest has 18 accounts, 30 needed. They count in the total.",
			func(s *scorecard.Segments) { s.Of = s.Of[4:] }},
		"no number": {"/p/core/k/activation_rate", "No number in week 38.",
			func(s *scorecard.Segments) { s.Of[0].Points[5] = scorecard.Point{Period: "2026-W38"} }},
	} {
		reader.Parts = c.parts
		if part := section(t, get(t, h, c.path).Body.String(), "h-segments"); !strings.Contains(part, c.want) {
			t.Errorf("%s: %s", name, part)
		}
	}
	reader.Parts = nil
	if w := get(t, h, "/p/core/k/activation_rate?by=colour"); w.Code != 400 || !strings.Contains(w.Body.String(), "by is channel, region, plan.") {
		t.Errorf("a dimension it does not have: %d", w.Code)
	}
	if w := get(t, h, "/p/core/k/time_to_value?by=colour"); w.Code != 400 {
		t.Errorf("and where there is none: %d", w.Code)
	}
}

func TestContributionAddsUp(t *testing.T) {
	page := get(t, serve(t, dashtest.New()), "/p/core/k/activation_rate").Body.String()
	part, _, _ := strings.Cut(section(t, page, "h-why"), "Newest record")
	// By hand, W37 and W38. Shares of 1,170 and 1,284: SMB 630 and 702, in the mean .54260;
	// its rate 37.619 and 36.182: −1.437 · .54260 = −0.780. Sales-assisted .19366 · +0.098
	// = +0.019, mid-market .18141 · −0.670 = −0.122, Enterprise .06764 · +0.626 = +0.042;
	// Partner-led 6 of 18 both times: 0. They are −0.840; the change is −0.913, so the mix
	// is −0.073.
	same(t, "the change", cells(part), []string{"Where the −0.9 pts came from|Rate|Share|Effect",
		"Self-serve SMB|37.6 → 36.2%|55%|−0.8", "Sales-assisted mid-market|51.5 → 51.6%|19%|±0.0", "Self-serve mid-market|44.4 → 43.7%|18%|−0.1",
		"Enterprise|55.7 → 56.3%|7%|±0.0", "All other|–|1%|±0.0", "Mix of segments|||−0.1", "All|42.7 → 41.8%|100%|−0.9"})
	if !strings.Contains(part, "The sum is from unrounded values.") {
		t.Error("−0.8 − 0.1 − 0.1 is −1.0, and nothing says why")
	}
}

func TestContributionOfOtherMeasures(t *testing.T) {
	reader := dashtest.New()
	agg := kpi.Median
	reader.Edit = func(c *scorecard.Scorecard) {
		for i := range c.KPIs {
			if c.KPIs[i].ID == "activation_rate" {
				d := *c.KPIs[i].Def
				d.Measures = []kpi.Measure{{ID: "rate", Agg: agg, Unit: "accounts", Digits: 0, MinN: 0, Scale: 1}}
				c.KPIs[i].Def = &d
			}
		}
	}
	h := serve(t, reader)
	why := func() string { return section(t, get(t, h, "/p/core/k/activation_rate").Body.String(), "h-why") }
	for a, want := range map[kpi.Agg]string{kpi.Median: "The change of a median is not split", kpi.Mean: "The change of a mean is not split", kpi.NPS: "The change of a score is not split"} {
		if agg = a; !strings.Contains(why(), want) {
			t.Errorf("%s: %q is missing", a, want)
		}
	}
	reader.Parts = func(s *scorecard.Segments) { // what is counted is the numerator
		for i := range s.All {
			s.All[i].Value = s.All[i].Num
		}
		for _, one := range s.Of {
			for i := range one.Points {
				one.Points[i].Value = one.Points[i].Num
			}
		}
		s.Of = s.Of[:4] // 6 accounts name no channel, before as now
	}
	agg = kpi.Count
	part, _, _ := strings.Cut(why(), "Newest record")
	// 500 after 537: 17, 9, 6 and 5 more
	same(t, "a count", cells(part), []string{"Where the +37 came from|Number|Effect", "Self-serve SMB|237 → 254 accounts|+17", "Sales-assisted mid-market|118 → 127 accounts|+9",
		"Self-serve mid-market|95 → 101 accounts|+6", "Enterprise|44 → 49 accounts|+5", "All other|–|±0", "All|500 → 537 accounts|+37"})
	agg = kpi.Distinct
	if !strings.Contains(why(), "Counted in several or in none") {
		t.Error("distinct accounts of two segments may be the same")
	}
	reader.Parts = func(s *scorecard.Segments) { s.All[4].Value = nil }
	if !strings.Contains(why(), "There is no change to split") {
		t.Error("without the period before there is no change")
	}
}

func TestNewestRecords(t *testing.T) {
	h := serve(t, dashtest.New())
	page := get(t, h, "/p/core/k/activation_rate").Body.String()
	part := section(t, page, "h-why")
	_, table, _ := strings.Cut(part, `<caption class="vh">The newest records`)
	same(t, "newest", cells(table), []string{"Newest record|Channel|When|Adds|Counts|Source row",
		"acc_88213|Self-serve SMB|4 Sep|0/1|counts|events.csv:41877", "acc_88209|Self-serve SMB|4 Sep|0/1|counts|events.csv:41840", "acc_88197|Enterprise|3 Sep|1/1|counts|events.csv:41803",
		"acc_88190|Self-serve mid-market|3 Sep|1/1|counts|events.csv:41766", "acc_88184&lt;/code&gt;&lt;script&gt;|Self-serve SMB|3 Sep|0/1|left out: internal|events.csv:41729",
		"acc_88176|Sales-assisted mid-market|2 Sep|1/1|counts|events.csv:41692"})
	if !strings.Contains(part, `<a href="/p/core/k/activation_rate/why">All 1,284 records</a>`) {
		t.Error("no link to all of them")
	}
	if part := section(t, get(t, h, "/p/core/k/pm_capability_growth").Body.String(), "h-why"); !strings.Contains(part, "No record in this period.") {
		t.Error("without a number there is nothing to list")
	}
}

func TestHostileSegment(t *testing.T) {
	reader := dashtest.New()
	reader.Parts = func(s *scorecard.Segments) {
		for i := range s.Of {
			s.Of[i].Name, s.Of[i].ID = `"><script>`+strings.Repeat("Wörter", 30), `channel="&<script>`
		}
	}
	page := get(t, serve(t, reader), "/p/core/k/activation_rate").Body.String()
	if strings.Contains(page, `"><script>W`) || !strings.Contains(page, `segment=channel%3D%22%26%3Cscript%3E`) {
		t.Error("a hostile name is markup, or its link is broken")
	}
}
