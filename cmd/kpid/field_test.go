package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// field is a company small enough to work every number out by hand; the clock stands on
// 21 September 2026. Euros are worth two dollars.
type fieldLab struct {
	*testing.T
	rows []fact.Row
	app  *app
	r    *reader
}

func (l *fieldLab) at(text string) int64 {
	l.Helper()
	at, err := time.Parse("2006-01-02", text)
	if err != nil {
		l.Fatal(err)
	}
	return at.UnixMilli()
}

func (l *fieldLab) add(name string, values storetest.Values) {
	l.rows = append(l.rows, storetest.Row(l, name, fmt.Sprintf("%s%03d", name[:1], len(l.rows)), values))
}

func (l *fieldLab) account(id string, values storetest.Values) {
	if values == nil {
		values = storetest.Values{}
	}
	values["created_at"] = l.at("2025-01-01")
	l.rows = append(l.rows, storetest.Row(l, "account", id, values))
}

// pays moves what an account pays; "" is no reason.
func (l *fieldLab) pays(account, at string, delta int, reason string) {
	v := storetest.Values{"account_id": account, "product_id": "app", "subscription_ref": account, "effective_at": l.at(at), "mrr_delta": delta, "currency": "USD"}
	if account == "a6" {
		v["currency"] = "EUR"
	}
	if reason != "" {
		v["reason"] = reason
	}
	l.add("subscription_movement", v)
}

func (l *fieldLab) event(account, name, at string) {
	l.add("product_event", storetest.Values{"account_id": account, "product_id": "app", "name": name, "occurred_at": l.at(at), "received_at": l.at(at)})
}

func (l *fieldLab) ticket(account, at, topic string, more storetest.Values) {
	v := storetest.Values{"account_id": account, "product_id": "app", "created_at": l.at(at), "channel": "mail", "status": "open"}
	if topic != "" {
		v["topic"] = topic
	}
	for name, x := range more {
		v[name] = x
	}
	l.add("ticket", v)
}

func (l *fieldLab) incident(at, cause string, severity int, group string) {
	v := storetest.Values{"product_id": "app", "severity": severity, "started_at": l.at(at), "cause": cause}
	if group != "" {
		v["group_ref"] = group
	}
	if cause != "unknown" {
		v["reviewed_at"] = l.at(at) + 86_400_000
	}
	l.add("incident", v)
}

func (l *fieldLab) company() {
	for _, id := range []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "t1", "t2", "t3", "s1", "s2", "s3", "s4"} {
		l.account(id, nil)
	}
	for _, id := range []string{"a2", "a3"} {
		l.add("account_attribute", storetest.Values{"account_id": id, "name": "plan", "value": "team", "valid_from": l.at("2025-01-01")})
	}
	l.account("z1", storetest.Values{"is_internal": 1})
	l.pays("a1", "2025-01-10", 10000, "")
	l.pays("a1", "2026-03-01", -10000, "seats added") // the old price ends as the new one begins
	l.pays("a1", "2026-03-01", 15000, "")
	l.pays("a2", "2025-02-10", 8000, "")
	l.pays("a2", "2026-08-10", -8000, "price")
	l.pays("a3", "2025-02-20", 6000, "")
	l.pays("a3", "2026-08-15", -2000, "fewer seats")
	l.pays("a4", "2025-03-05", 7000, "")
	l.pays("a4", "2026-05-10", -7000, "another vendor")
	l.pays("a5", "2025-05-01", 4000, "")
	l.pays("a5", "2026-08-20", -4000, "")
	l.pays("a6", "2025-06-01", 1500, "")
	l.pays("a6", "2026-06-10", -1500, "repriced")
	l.pays("a6", "2026-06-10", 1250, "")
	l.pays("a7", "2026-08-05", 9000, "better search")
	l.pays("a8", "2025-04-01", 2000, "")
	l.pays("a8", "2026-07-10", -2000, "price")
	l.pays("t3", "2026-07-25", 1000, "")
	l.pays("z1", "2025-01-10", 50000, "") // ourselves
	l.pays("z1", "2026-08-11", -50000, "price")
	l.pays("ghost", "2025-01-10", 500, "") // nobody knows this account
	l.pays("ghost", "2026-08-12", -500, "price")

	l.event("a7", "trial_started", "2026-07-10")
	l.event("a7", "milestone", "2026-07-12")
	l.event("t1", "trial_started", "2026-07-15")
	l.event("t1", "milestone", "2026-07-20")
	l.event("t2", "trial_started", "2026-07-20")
	l.event("t3", "trial_started", "2026-07-05")
	l.event("z1", "trial_started", "2026-07-05")
	for account, day := range map[string]string{"s1": "2026-08-04", "s2": "2026-08-05", "s3": "2026-08-07"} { // after 1, 2 and 4 days
		l.event(account, "signup", "2026-08-03")
		l.event(account, "milestone", day)
	}
	l.event("s4", "signup", "2026-08-03")
	l.event("z1", "signup", "2026-08-03")

	l.ticket("a1", "2026-08-04", "billing", nil)
	l.ticket("a1", "2026-08-05", "import", nil)
	l.ticket("a3", "2026-08-06", "billing", nil)
	l.ticket("a6", "2026-08-07", "", nil)
	l.ticket("a1", "2026-08-08", "billing", storetest.Values{"is_spam": 1})
	l.ticket("z1", "2026-08-09", "billing", nil)
	l.ticket("t1", "2026-08-10", "billing", nil) // does not pay
	l.ticket("a1", "2026-07-08", "billing", nil)
	l.add("help_session", storetest.Values{"requester_id": "r9", "product_id": "app", "at": l.at("2026-08-11"), "channel": "article"})

	l.incident("2026-08-02", "change", 1, "")
	l.incident("2026-08-03", "capacity", 2, "G")
	l.incident("2026-08-03", "unknown", 2, "G") // the same incident, seen elsewhere
	l.incident("2026-08-04", "unknown", 2, "")
	l.incident("2026-08-05", "change", 3, "") // too mild
	l.incident("2026-07-05", "change", 2, "")
}

const fieldConfig = `[server]
as_of = "2026-09-21T06:00:00Z"
[company]
currency = "USD"
zone = "UTC"
[[company.fx]]
currency = "EUR"
since    = 2020-01-01
rate     = "2"
[store]
dsn = "@DSN@"
[[portfolio]]
id = "core"
name = "Core"
[[product]]
id = "app"
name = "App"
portfolio = "core"
[[scorecard]]
portfolio = "core"
`

func newFieldLab(t *testing.T, more ...string) *fieldLab {
	l := &fieldLab{T: t}
	l.company()
	dsn, config := storetest.DSN(t), filepath.Join(t.TempDir(), "config.toml")
	write(t, config, strings.Replace(fieldConfig, "@DSN@", dsn, 1)+strings.Join(more, ""))
	o := &options{config: config, term: terminal{out: io.Discard, err: io.Discard}}
	a, err := o.open(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Load(t, a.store, store.SinkConfig{}, "test", l.rows...)
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	out := new(bytes.Buffer)
	if got := run(t.Context(), []string{"evaluate", "--config", config}, terminal{out: out, err: out}); got != 0 {
		t.Fatalf("evaluate: status %d:\n%s", got, out)
	}
	if l.app, err = o.open(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.app.store.Close() })
	l.r = newReader(l.app)
	return l
}

// beside gives a KPI's row and what stands beside it.
func (l *fieldLab) beside(id, period string) (scorecard.Row, *dashboards.Field) {
	l.Helper()
	q := dashboards.Query{Portfolio: "core"}
	card, err := l.r.Scorecard(l.Context(), q)
	if err != nil {
		l.Fatal(err)
	}
	i := slices.IndexFunc(card.KPIs, func(r scorecard.Row) bool { return r.ID == id })
	if i < 0 {
		l.Fatalf("no row %s", id)
	}
	row := card.KPIs[i]
	if row.Period == nil || *row.Period != period {
		l.Fatalf("%s: the judged period is %v, want %s", id, row.Period, period)
	}
	f, err := l.r.Field(l.Context(), q, row)
	if err != nil {
		l.Fatal(err)
	}
	return row, f
}

// drivers writes lines as name:count/less/amount(before), out marked.
func drivers(d *dashboards.Drivers) string {
	if d == nil {
		return "none"
	}
	var out []string
	for _, r := range d.Rows {
		text := fmt.Sprintf("%s:%d/%d/%d", r.Name, r.Count, r.Less, r.Amount)
		if r.Before != nil {
			text += fmt.Sprintf("(%d)", *r.Before)
		}
		if r.Out {
			text += " out"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// TestField holds what stands beside each KPI to numbers worked out by hand, and to the
// number of the row itself.
func TestField(t *testing.T) {
	l := newFieldLab(t)
	is := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
		}
	}

	// A year to the end of June. Opening: 10000 + 8000 + 6000 + 7000 + 4000 + 2·1500 + 2000.
	// a1 grew by 5000, a6 pays 2·250 less, a4 left.
	row, f := l.beside("nrr_influence", "2026-Q2")
	want := kpi.Bridge{Opening: 40000, Expansion: 5000, Contraction: 500, Churn: 7000, Closing: 37500, Accounts: 7, Expanded: 1, Contracted: 1, Churned: 1}
	if f.Bridge == nil || f.Bridge.Bridge != want {
		t.Fatalf("bridge %+v, want %+v", f.Bridge, want)
	}
	if ratio, _ := f.Bridge.Ratio(); *row.Value != 100*ratio || *row.Value != 93.75 || *row.Num != 37500 || *row.Den != 40000 {
		t.Errorf("the bridge gives %v, the page shows %v", 100*ratio, *row.Value)
	}
	is("why revenue was lost", drivers(f.Drivers), "another vendor:1/0/7000, repriced:0/1/500")
	if f.Bridge.Opens != kpi.Millis(l.at("2025-07-01")) || f.Bridge.Ends != kpi.Millis(l.at("2026-07-01")) {
		t.Errorf("the bridge leads from %s to %s", f.Bridge.Opens, f.Bridge.Ends)
	}

	// August: of a1 a2 a3 a5 a6 t3 two left; in July a8 left. z1 and ghost do not count.
	row, f = l.beside("gross_retention", "2026-08")
	is("why accounts left", drivers(f.Drivers), "price:1/0/8000(1), fewer seats:0/1/2000(0), :1/0/4000(0)")
	if *row.Num != 2 || *row.Den != 6 {
		t.Errorf("logo churn is %v of %v, want 2 of 6", *row.Num, *row.Den)
	}
	var cohorts []string
	for _, c := range f.Grid.Cohorts {
		cohorts = append(cohorts, fmt.Sprint(c.Period.ID, " n", c.Size, " ", c.Kept))
	}
	is("cohorts", strings.Join(cohorts, "; "), "2025-Q1 n4 [4 4 4 4 4 3 2]; 2025-Q2 n3 [3 3 3 3 3 1]; 2025-Q3 n0 [0 0 0 0 0]; 2025-Q4 n0 [0 0 0 0]; 2026-Q1 n0 [0 0 0]; 2026-Q2 n0 [0 0]; 2026-Q3 n2 [2]")
	// all that pay at the end of June are who can leave in July
	july, err := l.r.Explain(t.Context(), dashboards.Question{Query: dashboards.Query{Portfolio: "core"}, KPI: "gross_retention", Period: "2026-07"})
	if err != nil || july.Den == nil || f.Grid.Paying != 6 || *july.Den != 6 {
		t.Errorf("%d pay at the end of June; July begins with %+v, %v", f.Grid.Paying, july.Den, err)
	}

	// July's trials: a7 t1 t2 t3; t3 pays without a first result
	row, f = l.beside("funnel_conversion", "2026-07")
	is("funnel", fmt.Sprint(f.Funnel.Steps, f.Funnel.Open), "[{Trial started 4 0 0} {First result reached 2 2 0} {Became a customer 2 1 0}] 0")
	if *row.Num != 2 || *row.Den != 4 || *row.Value != 50 {
		t.Errorf("conversion is %v of %v", *row.Num, *row.Den)
	}
	is("why trials became customers", drivers(f.Drivers), "better search:1/0/0, :1/0/0")

	// after 1, 2 and 4 days, and one still waited for: half of four is there after two days
	row, f = l.beside("time_to_value", "2026-08")
	s := f.Spread
	slices.Sort(s.Took)
	if fmt.Sprint(s.Took) != "[1 2 4]" || s.Waiting != 1 || s.Never != 0 || s.N != 4 || int64(s.N) != *row.N {
		t.Errorf("spread %+v", s)
	}
	if *s.P10 != 1 || *s.P50 != 2 || s.P90 != nil || *s.Mark != 2 || *row.Value != *s.Mark {
		t.Errorf("quantiles %v %v %v, the page shows %v", *s.P10, *s.P50, s.P90, *row.Value)
	}

	row, f = l.beside("ticket_rate", "2026-08")
	is("topics", drivers(f.Drivers), "billing:2/0/0(1), import:1/0/0(0), :1/0/0(0)")
	if *row.Num != 4 || *row.Den != 7 {
		t.Errorf("%v tickets of %v accounts", *row.Num, *row.Den)
	}
	row, f = l.beside("deflection_rate", "2026-08")
	is("topics against self-service", drivers(f.Drivers), "billing:2/0/0(1), import:1/0/0(0), :1/0/0(0)")
	if *row.Den-*row.Num != 4 {
		t.Errorf("%v of %v got along without asking, want 1 of 5", *row.Num, *row.Den)
	}
	row, f = l.beside("change_incidents", "2026-08")
	is("causes", drivers(f.Drivers), "change:1/0/0(1), capacity:1/0/0(0) out, :1/0/0(0) out")
	if *row.Value != 1 {
		t.Errorf("%v incidents count", *row.Value)
	}

	// what was worked out is kept until the data changes
	_, again := l.beside("change_incidents", "2026-08")
	if again != f {
		t.Error("it was worked out twice")
	}
	if f, err := l.r.Field(t.Context(), dashboards.Query{Portfolio: "core"}, scorecard.Row{ID: "gross_retention"}); err != nil || f.Drivers != nil {
		t.Errorf("a row without a period: %+v, %v", f, err)
	}
}

// TestFieldOfOtherScopes: in a segment, of a product, of several periods and of other
// measures the parts add up to what the engine gives there.
func TestFieldOfOtherScopes(t *testing.T) {
	l := newFieldLab(t)
	of := func(q dashboards.Query, id, measure string, periods ...string) *dashboards.Field {
		t.Helper()
		q.Portfolio = "core"
		d, _ := l.r.Definition(id)
		f, err := l.r.Field(t.Context(), q, scorecard.Row{ID: id, Measure: measure, Period: &periods[len(periods)-1], Pooled: periods, Def: d})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	explain := func(q dashboards.Query, id, measure, period string) *scorecard.Explanation {
		t.Helper()
		q.Portfolio = "core"
		x, err := l.r.Explain(t.Context(), dashboards.Question{Query: q, KPI: id, Measure: measure, Period: period})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	sums := func(d *dashboards.Drivers) (count, less int, amount int64) {
		for _, r := range d.Rows {
			count, less, amount = count+r.Count, less+r.Less, amount+r.Amount
		}
		return count, less, amount
	}
	team, app := dashboards.Query{Segment: "plan=team"}, dashboards.Query{Product: "app"}

	// a2 and a3 are on the plan team: one left, one pays 2000 less
	f := of(team, "gross_retention", "gross_mrr_churn", "2026-08")
	count, less, amount := sums(f.Drivers)
	if x := explain(team, "gross_retention", "gross_mrr_churn", "2026-08"); count != 1 || less != 1 || amount != 10000 || *x.Num != 10000 || !f.Drivers.ByAmount {
		t.Errorf("plan=team: %s; the number has %v", drivers(f.Drivers), *x.Num)
	}
	if f.Grid == nil || len(f.Grid.Cohorts) != 7 || f.Grid.Cohorts[0].Size != 2 || f.Grid.Paying != 2 {
		t.Errorf("cohorts of plan=team: %+v", f.Grid)
	}
	if f := of(dashboards.Query{Segment: "tenure=13+"}, "gross_retention", "logo_churn_monthly", "2026-08"); f.Grid != nil {
		t.Error("tenure is no property of a customer: its cohorts change")
	}
	if f := of(team, "ticket_rate", "rate", "2026-08"); drivers(f.Drivers) != "billing:1/0/0" {
		t.Errorf("topics of plan=team: %s", drivers(f.Drivers))
	}
	if f := of(dashboards.Query{Segment: "topic=billing"}, "ticket_rate", "rate", "2026-08"); drivers(f.Drivers) != "billing:2/0/0(1)" {
		t.Errorf("topics of a topic: %s", drivers(f.Drivers))
	}
	// existing accounts asked four times, and a ticket does not show whose it is
	if f := of(dashboards.Query{Segment: "tenure=existing"}, "ticket_rate", "rate", "2026-08"); f.Drivers != nil {
		t.Errorf("topics that do not add up are shown: %s", drivers(f.Drivers))
	}

	// two months: a8 left in July, a2 and a5 in August; before them a4 in May
	f = of(app, "gross_retention", "logo_churn_monthly", "2026-07", "2026-08")
	if drivers(f.Drivers) != "price:2/0/10000(0), fewer seats:0/1/2000(0), another vendor:0/0/0(1), :1/0/4000(0)" {
		t.Errorf("pooled: %s", drivers(f.Drivers))
	}
	count, _, amount = sums(f.Drivers)
	july, august := explain(app, "gross_retention", "logo_churn_monthly", "2026-07"), explain(app, "gross_retention", "logo_churn_monthly", "2026-08")
	if count != 3 || *july.Num+*august.Num != 3 || amount != 16000 {
		t.Errorf("two months: %d left, the numbers have %v and %v; %d lost", count, *july.Num, *august.Num, amount)
	}

	// the bridge of one month begins where the month does
	f = of(app, "nrr_influence", "period_nrr", "2026-08")
	x := explain(app, "nrr_influence", "period_nrr", "2026-08")
	if b := f.Bridge; float64(b.Opening) != *x.Den || float64(b.Closing) != *x.Num || b.Churn != 12000 || b.Contraction != 2000 || b.Opens != kpi.Millis(l.at("2026-08-01")) {
		t.Errorf("one month: %+v; the number is %v of %v", b, *x.Num, *x.Den)
	}
	if f := of(app, "nrr_influence", "top_expansion_share", "2026-Q2"); f.Bridge != nil || f.Drivers != nil {
		t.Error("what expansion is concentrated in has no opening and closing")
	}

	// the same accounts, another quantile: three of four are there after four days
	f = of(app, "time_to_value", "p75", "2026-08")
	if x := explain(app, "time_to_value", "p75", "2026-08"); *f.Spread.Mark != 4 || *x.Value != 4 || f.Spread.Share != .75 {
		t.Errorf("p75 is at %v, the number is %v", *f.Spread.Mark, *x.Value)
	}
	// the service levels of a week are of the 28 days that end with it, 3 to 30 August: the
	// incident of the 2nd is before them
	f = of(app, "slo_attainment", "worst", "2026-W35")
	if drivers(f.Drivers) != "capacity:1/0/0 out, :1/0/0 out" || f.Drivers.Measured || f.Drivers.Starts != kpi.Millis(l.at("2026-08-03")) || f.Drivers.Ends != kpi.Millis(l.at("2026-08-31")) {
		t.Errorf("incidents beside the service levels: %s, %s to %s", drivers(f.Drivers), f.Drivers.Starts, f.Drivers.Ends)
	}
	// August's trials: none
	if f := of(app, "funnel_conversion", "conversion", "2026-08"); f.Funnel.Steps[0].Count != 0 || f.Drivers != nil {
		t.Errorf("a month without a trial: %+v", f.Funnel)
	}
	if f := of(app, "funnel_conversion", "lead_paid", "2026-07"); len(f.Funnel.Steps) != 4 || f.Funnel.Steps[0].Name != "Lead made" {
		t.Errorf("leads: %+v", f.Funnel)
	}
}

// TestFieldLinkedByUsage: all revenue of those who used the product counts, wherever it
// comes from, and there are no cohorts.
func TestFieldLinkedByUsage(t *testing.T) {
	l := newFieldLab(t, "[kpi.gross_retention]\nlinked = \"usage\"\n")
	row, f := l.beside("gross_retention", "2026-08")
	// of those who paid on 1 August only t3 had used it in the 90 days before, and stays
	if f.Grid != nil || drivers(f.Drivers) != "" || *row.Den != 1 || *row.Num != 0 {
		t.Errorf("drivers %s, grid %+v, %v of %v", drivers(f.Drivers), f.Grid, *row.Num, *row.Den)
	}
}
