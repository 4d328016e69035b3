package dashboards_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// beside is the company of the page tests with something else beside its KPIs.
type beside struct {
	*dashtest.Reader
	field *dashboards.Field
	err   error
}

func (b beside) Field(context.Context, dashboards.Query, scorecard.Row) (*dashboards.Field, error) {
	return b.field, b.err
}

// panelOf is the part of a page under a heading.
func panelOf(t *testing.T, doc *html.Node, heading string) *html.Node {
	t.Helper()
	return byID(t, doc, heading).Parent.Parent
}

// tableRows are the cells of a table as a reader sees them.
func tableRows(n *html.Node) [][]string {
	var out [][]string
	for _, tr := range byTag(n, "tr") {
		var cells []string
		for _, c := range all(tr, func(d *html.Node) bool { return d.Data == "td" || d.Data == "th" }) {
			if !strings.Contains(attr(c, "class"), "fbar") {
				cells = append(cells, words(c))
			}
		}
		out = append(out, cells)
	}
	return out
}

// column adds a column of counts up, the head and the line of the sum left out.
func column(t *testing.T, rows [][]string, i int) (sum, total int) {
	t.Helper()
	number := func(s string) int {
		n, err := strconv.Atoi(strings.ReplaceAll(strings.ReplaceAll(s, ",", ""), "−", "-"))
		if err != nil {
			t.Fatalf("%q is no number", s)
		}
		return n
	}
	for _, r := range rows[1 : len(rows)-1] {
		sum += number(r[i])
	}
	return sum, number(rows[len(rows)-1][i])
}

func kpiDoc(t *testing.T, r dashboards.Reader, path string) *html.Node {
	t.Helper()
	return parse(t, get(t, serve(t, r), path).Body.String())
}

func TestDriversAddUp(t *testing.T) {
	doc := kpiDoc(t, dashtest.New(), "/p/core/k/gross_retention")
	panel := panelOf(t, doc, "h-drivers")
	rows := tableRows(panel)
	want := "Reason|Left|Share|Pay less|Lost, USD a month|Left, change on Jul 2026"
	if got := strings.Join(rows[0], "|"); got != want {
		t.Errorf("head %q, want %q", got, want)
	}
	// the row of the page is 40 of 3,310
	for i, want := range map[int]int{1: 40, 3: 16, 4: 48200} {
		if sum, total := column(t, rows, i); sum != want || total != want {
			t.Errorf("column %d adds up to %d, its last line says %d, want %d", i, sum, total, want)
		}
	}
	if got := strings.Join(rows[1], "|"); got != "price|13|33%|4|18,400|+4" { // 13 of 40; 9 in July
		t.Errorf("price: %q", got)
	}
	if got := strings.Join(rows[2], "|"); got != "</script><b>'missing' feature|11|28%|2|12,100|−1" {
		t.Errorf("a hostile reason: %q", got)
	}
	if got := strings.Join(rows[4], "|") + " " + strings.Join(rows[5], "|"); got != "Other 3 reasons|4|10%|1|4,100|+2 No reason given|5|13%|9|7,200|−1" {
		t.Errorf("what is not named: %q", got)
	}
	if got := words(byTag(panel, "header")[0]); got != "Why customers leave or pay less 40 accounts left and 16 pay less, Aug 2026" {
		t.Errorf("caption %q", got)
	}
	for _, n := range all(panel, func(n *html.Node) bool { return n.Type == html.ElementNode }) {
		if strings.Contains(attr(n, "class"), "st-") {
			t.Errorf("<%s class=%q>: a reason has no status", n.Data, attr(n, "class"))
		}
	}

	rows = tableRows(panelOf(t, kpiDoc(t, dashtest.New(), "/p/core/k/ticket_rate"), "h-drivers"))
	if sum, total := column(t, rows, 1); sum != 176 || total != 176 { // 176 ÷ 3,310
		t.Errorf("%d tickets by topic, %d in all, want 176", sum, total)
	}
	if got := strings.Join(rows[len(rows)-2], "|"); got != "No topic|18|10%|−1" {
		t.Errorf("tickets without a topic: %q", got)
	}
	panel = panelOf(t, kpiDoc(t, dashtest.New(), "/p/core/k/change_incidents"), "h-drivers")
	if got := words(panel); !strings.Contains(got, "1 of 3 incidents count, Aug 2026") || !strings.Contains(got, "capacity not counted") || !strings.Contains(got, "Cause not known not counted") {
		t.Errorf("causes: %q", got)
	}
}

func TestBridgeCloses(t *testing.T) {
	doc := kpiDoc(t, dashtest.New(), "/p/core/k/nrr_influence")
	panel := panelOf(t, doc, "h-bridge")
	rows := tableRows(panel)
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join(r, "|"))
	}
	want := "Step|Accounts|USD a month|Of the opening Opening|412|4,119,000|100% Expansion|171|+682,000|17% Contraction|38|−148,000|−4% Churn|26|−192,000|−5% Closing|386|4,461,000|108%"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("\ngot  %s\nwant %s", s, want)
	}
	if !strings.Contains(words(panel), "USD 4,461,000 ÷ USD 4,119,000 = 108.3%") || words(byClass(doc, "value")[0]) != "108.3%" {
		t.Error("the closing over the opening is not the number of the page")
	}
	if !strings.Contains(words(panel), "1 Jul 2025 – 30 Jun 2026") {
		t.Errorf("the days are not named: %q", words(panel))
	}
	for _, svg := range byTag(panel, "svg") {
		if attr(svg, "role") != "img" || !strings.Contains(attr(svg, "aria-label"), "= 108.3%") {
			t.Errorf("a drawing says %q", attr(svg, "aria-label"))
		}
	}
	// what was lost is what the reasons add up to: 148,000 + 192,000
	if sum, total := column(t, tableRows(panelOf(t, doc, "h-drivers")), 1); sum != 340000 || total != 340000 {
		t.Errorf("the reasons add up to %d, %d", sum, total)
	}

	yen := beside{Reader: dashtest.New(), field: &dashboards.Field{Periods: []string{"2026-Q2"}, Bridge: &dashboards.Bridge{Money: scorecard.Money{Currency: "JPY"},
		Bridge: kpi.Bridge{Opening: 500, Returned: 40, Contraction: 20, Closing: 520, Accounts: 2, CameBack: 1, Contracted: 1}}}}
	rows = tableRows(panelOf(t, kpiDoc(t, yen, "/p/core/k/nrr_influence"), "h-bridge"))
	if s := strings.Join(rows[1], "|") + " " + strings.Join(rows[3], "|") + " " + strings.Join(rows[6], "|"); s != "Opening|2|500|100% Came back|1|+40|8% Closing|3|520|104%" {
		t.Errorf("a currency without minor units: %q", s)
	}
	yen.field.Bridge.Bridge = kpi.Bridge{}
	if got := words(panelOf(t, kpiDoc(t, yen, "/p/core/k/nrr_influence"), "h-bridge")); !strings.HasSuffix(got, "Nothing was paid at the opening.") {
		t.Errorf("of nothing: %q", got)
	}
}

func TestFunnelEndsAtTheNumber(t *testing.T) {
	doc := kpiDoc(t, dashtest.New(), "/p/core/k/trial_conversion")
	rows := tableRows(panelOf(t, doc, "h-funnel"))
	// 240 ÷ 1,932 = 12.42%; 911 ÷ 1,932 = 47.15%; of the 911, 203 paid: 22.28%
	for i, want := range []string{"Step|Trials|Of all|Of the step before", "Trial started|1,932|100.0%|–", "First result reached|911|47.2%|47.2%", "Became a customer|240|12.4%|22.3%"} {
		if got := strings.Join(rows[i], "|"); got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
	if got := words(byClass(doc, "value")[0]); !strings.HasPrefix(got, rows[3][2]) {
		t.Errorf("the funnel ends at %s, the page shows %s", rows[3][2], got)
	}
	open := beside{Reader: dashtest.New(), field: &dashboards.Field{Periods: []string{"2026-07", "2026-08"}, Funnel: &dashboards.Funnel{Open: 3,
		Steps: []dashboards.FunnelStep{{Name: "Trial started", Count: 10}, {Name: "First result reached", Count: 4, Through: 4, Open: 2}, {Name: "Became a customer", Count: 2, Through: 2, Open: 3}}}}}
	panel := panelOf(t, kpiDoc(t, open, "/p/core/k/trial_conversion"), "h-funnel")
	if got := strings.Join(tableRows(panel)[3], "|"); got != "Became a customer|2|20.0% so far|50.0%|3" {
		t.Errorf("an open window: %q", got)
	}
	if got := words(panel); !strings.Contains(got, "2 of 10 trials became customers so far; of 3 the window is still open, and they are not lost.") || !strings.Contains(got, "begun in Jul 2026 to Aug 2026") {
		t.Errorf("an open window is no loss: %q", got)
	}
	open.field.Funnel = &dashboards.Funnel{Steps: []dashboards.FunnelStep{{Name: "Lead made"}, {Name: "Trial started"}}}
	if got := words(panelOf(t, kpiDoc(t, open, "/p/core/k/trial_conversion"), "h-funnel")); !strings.HasSuffix(got, "No lead began in Jul 2026 to Aug 2026.") {
		t.Errorf("nobody: %q", got)
	}
}

func TestSpreadHoldsEveryAccount(t *testing.T) {
	doc := kpiDoc(t, dashtest.New(), "/p/core/k/time_to_value")
	panel := panelOf(t, doc, "h-spread")
	rows, sum := tableRows(byClass(panel, "fmore")[0]), 0
	for _, r := range rows[1:] {
		n, err := strconv.Atoi(r[1])
		if err != nil {
			t.Fatalf("%q is no count", r)
		}
		sum += n
	}
	if sum != 1107 || !strings.Contains(words(doc), "n 1,107") {
		t.Errorf("the bars hold %d accounts, the number has 1,107", sum)
	}
	if last := rows[len(rows)-2:]; strings.Join(last[0], " ")+", "+strings.Join(last[1], " ") != "not yet 61, never 188" {
		t.Errorf("those who are not there: %q", last)
	}
	if got := words(byClass(panel, "ffacts")[0]); got != "10% after 1.5 days of all accounts are there 50% after 6.8 days of all accounts are there 90% after – too few are there yet" {
		t.Errorf("quantiles %q", got)
	}
	if got := words(byTag(panel, "svg")[0]); !strings.HasPrefix(got, "0 ") || !strings.Contains(got, "half of all: 6.8 days") {
		t.Errorf("drawing %q", got)
	}
	if got := words(byClass(doc, "value")[0]); !strings.HasPrefix(got, "6.8 days") {
		t.Errorf("the page shows %q", got)
	}
	few := beside{Reader: dashtest.New(), field: &dashboards.Field{Periods: []string{"2026-W38"}, Spread: &dashboards.Spread{N: 2, Waiting: 2, Share: .75}}}
	if got := words(panelOf(t, kpiDoc(t, few, "/p/core/k/time_to_value"), "h-spread")); !strings.Contains(got, "0 of 2 accounts got there; 2 are still waited for.") {
		t.Errorf("nobody yet: %q", got)
	}
	few.field.Spread = &dashboards.Spread{}
	if got := words(panelOf(t, kpiDoc(t, few, "/p/core/k/time_to_value"), "h-spread")); !strings.HasSuffix(got, "No account signed up in week 38.") {
		t.Errorf("nobody: %q", got)
	}
}

func TestCohorts(t *testing.T) {
	panel := panelOf(t, kpiDoc(t, dashtest.New(), "/p/core/k/gross_retention"), "h-grid")
	rows := tableRows(panel)
	for i, want := range []string{
		"Began|n|same quarter|1 quarter on|2 quarters on|3 quarters on|4 quarters on",
		"Q3 2025|214|98% 210|94% 201|89% 190|85% 182|80% 171 so far", // 210 ÷ 214 = 98.1%
		"Q4 2025|205|97% 198|92% 188|86% 176|81% 166 so far|",
		"Q1 2026|97|n 97|n 97|n 97 so far|", // under the sample that a share needs
		"Q2 2026|261|98% 256|93% 243 so far|", "Q3 2026|122|99% 121 so far|",
	} {
		if got := strings.Join(rows[i], "|"); got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
	if got := words(panel); !strings.Contains(got, "1,116 customers paid at the end of Q2 2026, 412 of them from before Q3 2025.") { // 412 + 182 + 176 + 90 + 256
		t.Errorf("the diagonal: %q", got)
	}
	if n := len(byClass(panel, "copen")) - 1; n != 5 { // one is the key
		t.Errorf("%d cells are of the running quarter, want one in each row", n)
	}
}

func TestFieldStates(t *testing.T) {
	// nothing happened: a sentence, not an empty table
	for kind, want := range map[dashboards.DriverKind]string{
		dashboards.LossReasons: "No account left or paid less in Aug 2026.", dashboards.TicketTopics: "No ticket counts in Aug 2026.",
		dashboards.IncidentCauses: "No incident of the severities that count in Aug 2026.", dashboards.WinReasons: "No trial became a customer in Aug 2026.",
	} {
		quiet := beside{Reader: dashtest.New(), field: &dashboards.Field{Periods: []string{"2026-08"}, Drivers: &dashboards.Drivers{Kind: kind, Measured: true}}}
		panel := panelOf(t, kpiDoc(t, quiet, "/p/core/k/gross_retention"), "h-drivers")
		if got := words(panel); !strings.HasSuffix(got, want) || len(byTag(panel, "table")) != 0 {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	// cents stand where nothing is large, and in the whole column
	euro := scorecard.Money{Currency: "EUR", Digits: 2}
	cents := beside{Reader: dashtest.New(), field: &dashboards.Field{Periods: []string{"2026-08"}, Drivers: &dashboards.Drivers{Kind: dashboards.LossReasons, Measured: true, Money: &euro,
		ByAmount: true, Rows: []kpi.Driver{{Name: "price", Count: 1, Amount: 55450}, {Less: 1, Amount: 4405}}}}}
	rows := tableRows(panelOf(t, kpiDoc(t, cents, "/p/core/k/gross_retention"), "h-drivers"))
	if got := strings.Join(rows[0], "|") + " " + strings.Join(rows[1], "|") + " " + strings.Join(rows[2], "|") + " " + strings.Join(rows[3], "|"); got !=
		"Reason|Lost, EUR a month|Share|Left|Pay less price|554.50|93%|1|0 No reason given|44.05|7%|0|1 All|598.55|100%|1|1" {
		t.Errorf("cents: %q", got)
	}
	cents.field.Drivers.Rows[1].Amount = 60000 // 1,154.50 in all
	rows = tableRows(panelOf(t, kpiDoc(t, cents, "/p/core/k/gross_retention"), "h-drivers"))
	if got := rows[1][1] + " " + rows[2][1] + " " + rows[3][1]; got != "555 600 1,155" {
		t.Errorf("beside thousands: %q", got)
	}
	// incidents beside the service levels are no part of that number
	slo := beside{Reader: dashtest.New(), field: &dashboards.Field{Periods: []string{"2026-W38"}, Drivers: &dashboards.Drivers{Kind: dashboards.IncidentCauses,
		Starts: dashtest.Day(2026, 8, 24), Ends: dashtest.Day(2026, 9, 21), Rows: []kpi.Driver{{Name: "change", Count: 2}, {Name: "capacity", Count: 1, Out: true}}}}}
	if got := words(panelOf(t, kpiDoc(t, slo, "/p/core/k/slo_attainment"), "h-drivers")); !strings.Contains(got, "3 incidents, 24 Aug – 20 Sep 2026; not part of the number above") || strings.Contains(got, "not counted") {
		t.Errorf("beside the service levels: %q", got)
	}
	// a KPI that nothing belongs to, and one without a number, show nothing
	for _, path := range []string{"/p/core/k/activation_rate", "/p/core/k/pm_capability_growth"} {
		if n := len(byClass(kpiDoc(t, dashtest.New(), path), "fieldpart")); n != 0 {
			t.Errorf("%s has %d parts", path, n)
		}
	}
	if code := get(t, serve(t, beside{Reader: dashtest.New(), err: dashtest.ErrBroken}), "/p/core/k/gross_retention").Code; code != 500 {
		t.Errorf("a part that fails: status %d", code)
	}
}
