package dashtest

import (
	"context"
	"fmt"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// State is a condition that every page must show well.
type State struct {
	ID, Says string
	Reader   *Reader
}

// States of the invented company, from a good Monday to the worst one.
func States() []State {
	onTime := New()
	onTime.Late = false
	broken := New()
	broken.Err = ErrBroken
	states := []State{
		{"sample", "Monday of week 38: every status, one source two days late", New()},
		{"ontime", "the same week with every source in", onTime},
		{"aside", "a listing was held back, and more rows were put aside than a page shows", Aside()},
		{"empty", "nothing is set up", Empty()},
		{"nodata", "everything is set up and nothing was received", NoData()},
		{"hostile", "names that try to be markup, code, formulas, or backwards", Hostile()},
		{"large", "500 KPIs", Large(500)},
		{"broken", "the store does not answer", broken},
	}
	for _, state := range states {
		if state.ID != "broken" && state.ID != "empty" {
			state.Reader.Reviewed()
		}
	}
	return states
}

// FrozenID is the id of the first review that is frozen over a Reader.
const FrozenID = "00000000000000000000000000000001"

// Reviewed writes on the review of the second quarter and freezes it; since then late
// rows moved activation.
func (r *Reader) Reviewed() *Reader {
	quarter, err := r.Company.Calendar.Period("2026-Q2")
	if err != nil {
		panic(err) // a literal
	}
	said := func(section kpi.Section, text string) {
		r.Written = append(r.Written, kpi.Narrative{Portfolio: "core", Period: quarter.ID, Section: section, Revision: 1, Text: text,
			Numbers: map[string]string{"{activation_rate}": "42.6%"}, Author: "p.nair", RecordedAt: Now()})
	}
	said(kpi.SectionLearned, "Activation is {activation_rate}, {activation_rate.change} on the quarter before.")
	said(kpi.SectionAsked, "Two engineers for onboarding.\n\nA decision on the price of the team plan.")
	if _, _, err := (&Reviews{Reader: r}).Freeze(context.Background(), "core", quarter, "p.nair"); err != nil {
		panic(err) // nothing in it can fail
	}
	r.Causes = map[string][]report.Cause{"activation_rate": {{Kind: report.CauseRows, Says: "12 late rows took W26 from 42.6% to 41.8%.", At: "2026-09-22T06:00:00Z"},
		{Kind: report.CauseDefinition, Says: "Version 2 of the definition: the window is 14 days.", By: "p.nair"}}}
	return r
}

// Aside is the company when Zendesk listed 4 of 6 tickets only, and 437 rows of the
// warehouse were put aside.
func Aside() *Reader {
	r := New()
	r.Aside = 437
	r.Source = func(s *dashboards.SourceStatus) {
		switch s.ID {
		case "zendesk":
			s.LastResult, s.Message = "held", "4 of 6 rows of ticket are missing from a listing that calls itself complete; nothing was taken away. If they are gone for good, accept it"
			s.Held = &dashboards.HeldRun{Run: 35, At: Now(), Why: s.Message}
		case "warehouse":
			s.Rejected = int64(r.Aside)
		}
	}
	r.Newer = []dashboards.PastRun{{ID: 35, Source: "zendesk", Kind: "ingest", At: Now(), Seconds: 1.5, Result: "held", Rows: 2, Message: "4 of 6 rows of ticket are missing"}}
	return r
}

// NoData is the company before its first record.
func NoData() *Reader {
	r := New()
	r.Edit = func(c *scorecard.Scorecard) {
		for i := range c.KPIs {
			row := &c.KPIs[i]
			row.Value, row.Num, row.Den, row.N, row.CI, row.Period, row.State, row.Change, row.Trend = nil, nil, nil, nil, nil, nil, nil, nil, nil
			row.Status, row.Published, row.Raw, row.Restated, row.Pooled = kpi.NoData, kpi.NoData, kpi.NoData, false, []string{}
			row.Sentence, row.Freshness.State = "No data yet.", "never"
		}
		c.Headline, c.Second, c.Changed = "No KPI can be judged yet. 24 have no data.", "", nil
		c.Counts = count(c.KPIs)
	}
	r.Points = func([]scorecard.Point) []scorecard.Point { return nil }
	return r
}

// HostileNames are texts that a careless page would run, draw outside of its place, or
// turn around.
func HostileNames() []string {
	return []string{
		`</script><img src=x onerror=alert(1)>`,
		`__f__document.title='owned'__f__`,
		"\u202etxet drawkcab\u202c \u2066isolate",
		strings.Repeat("Wide", 50),
		"👩‍🚀🇩🇪 e\u0301\u0301\u0301\u0301\u0301 ﷽",
		`=HYPERLINK("https://example.com","x")`,
		`'"><svg onload=alert(1)> {{.}} <!--`,
	}
}

// Hostile is the company with such a name in every place where people write one.
func Hostile() *Reader {
	r := New()
	names, n := HostileNames(), 0
	bad := func() string { n++; return names[n%len(names)] }
	r.Typed = strings.Join(names, " ")
	site := &r.Company
	site.Company, site.Person.Name = bad(), bad()
	for i := range site.Tree.Portfolios {
		site.Tree.Portfolios[i].Name = bad()
	}
	for i := range site.Tree.Products {
		site.Tree.Products[i].Name = bad()
	}
	for i := range site.Persons {
		site.Persons[i].Name = bad()
	}
	for i := range site.KPIs {
		site.KPIs[i].Name = bad()
	}
	r.Define = func(d *kpi.Definition) {
		d.Name, d.Question, d.Numerator, d.Basis, d.None = names[0], names[1], names[2], names[3], names[4]
		d.Measures[0].Unit = names[6]
	}
	r.Source = func(s *dashboards.SourceStatus) {
		s.Owner, s.Message = names[0], names[3]
		for i := range s.Drift {
			s.Drift[i].Text = names[6]
		}
	}
	r.Message = func(d *dashboards.Delivery) { d.Error = names[0] + names[3] }
	r.Edit = func(c *scorecard.Scorecard) {
		c.Headline, c.Second = names[0]+" is off track.", names[3]
		for i := range c.KPIs {
			row := &c.KPIs[i]
			name := names[i%len(names)]
			row.Name, row.Sentence, row.OwnerName, row.Notice = name, name, name, name
			row.Guards, row.Target.Expr, row.Target.Short = []string{name}, name, name
			row.DQ.Says = []string{name}
			if i%3 == 0 {
				row.Unit = name
			}
		}
		for i := range c.Changed {
			c.Changed[i].Name, c.Changed[i].Sentence = names[i%len(names)], names[(i+1)%len(names)]
		}
	}
	return r
}

// Large is a company with n KPIs.
func Large(n int) *Reader {
	r := New()
	more := func(i int, name string) string { return fmt.Sprintf("%s, variant %d", name, i) }
	for i, have := 0, len(r.Company.KPIs); len(r.Company.KPIs) < n; i++ {
		k := r.Company.KPIs[i%have]
		r.Company.KPIs = append(r.Company.KPIs, dashboards.KPIName{ID: fmt.Sprintf("%s_%d", k.ID, i), Name: more(i, k.Name)})
	}
	r.Edit = func(c *scorecard.Scorecard) {
		for i, have := 0, len(c.KPIs); len(c.KPIs) < n; i++ {
			row := c.KPIs[i%have]
			row.ID, row.Name = fmt.Sprintf("%s_%d", row.ID, i), more(i, row.Name)
			c.KPIs = append(c.KPIs, row)
		}
		was := c.Counts.Was
		c.Counts = count(c.KPIs)
		c.Counts.Was = was
	}
	return r
}
