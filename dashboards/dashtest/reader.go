package dashtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// Reader answers from the invented company. Change its fields before use to
// make it empty, broken or hostile.
type Reader struct {
	Company dashboards.Site
	Data    string // version
	Err     error  // every question fails with it
	Late    bool   // the help desk is two days behind
	Silent  bool   // nobody has entered anything
	Typed   string // what somebody typed as the reason of a judgement
	Edit    func(*scorecard.Scorecard)
	Points  func([]scorecard.Point) []scorecard.Point // changes a series
	Define  func(*kpi.Definition)                     // changes a definition
	Source  func(*dashboards.SourceStatus)            // changes a source
	Message func(*dashboards.Delivery)                // changes how messages stand

	Promises func([]dashboards.Bet) []dashboards.Bet // changes the bets
	Plans    func(*dashboards.Roadmap)               // changes the roadmap
	Book     *Notebook                               // nil: nobody wrote anything
	Newer    []dashboards.PastRun                    // runs that are newer than those there are
	Aside    int                                     // rejected rows of the warehouse; 0: 12
	// Parts changes the segments of activation.
	Parts func(*scorecard.Segments)
	// Restated changes what was restated of activation.
	Restated func([]scorecard.Restatement) []scorecard.Restatement

	Written     []kpi.Narrative           // on reviews
	FrozenPacks []kpi.Freeze              // in the order they were frozen
	Causes      map[string][]report.Cause // by KPI, after every freeze
}

// ErrBroken is a failure whose text must never reach a reader.
var ErrBroken = errors.New(`pq: relation "observation" at /var/lib/kpid is broken`)

// Now is where the clock of the company stands: Monday 21 September 2026, 06:10 UTC.
func Now() kpi.Millis { return kpi.At(time.Date(2026, 9, 21, 6, 10, 0, 0, time.UTC)) }

// New is the company as it is in week 38 of 2026.
func New() *Reader {
	site := dashboards.Site{
		Company: "Larkfield",
		Tree: kpi.Tree{
			Portfolios: []kpi.Portfolio{{ID: "all", Name: "Larkfield", Owner: "v.moss"},
				{ID: "core", Name: "Core Workflows", Parent: "all", Owner: "p.nair"},
				{ID: "growth", Name: "Growth", Parent: "all", Owner: "a.cruz"}},
			Products: []kpi.Product{{ID: "flows", Name: "Flows", Portfolio: "core"}, {ID: "forms", Name: "Forms", Portfolio: "core"},
				{ID: "tables", Name: "Tables", Portfolio: "core"}, {ID: "trial", Name: "Trial", Portfolio: "growth"}},
		},
		Person:   dashboards.Person{ID: "p.nair", Name: "Priya Nair", Role: "director"},
		Segments: []string{"plan=team", "plan=enterprise", "target"},
		Calendar: kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday, FiscalStart: time.January},
		Now:      Now, Sample: true, Judged: []string{"core", "growth"}, Version: "0.1.0",
	}
	for id, name := range persons() {
		site.Persons = append(site.Persons, dashboards.Person{ID: id, Name: name})
	}
	for _, l := range lines() {
		site.KPIs = append(site.KPIs, dashboards.KPIName{ID: l.id, Name: l.name})
	}
	return &Reader{Company: site, Data: "9f2c41d7", Late: true, Book: NewNotebook()}
}

// Empty is a company that has configured nothing.
func Empty() *Reader {
	return &Reader{Company: dashboards.Site{Calendar: kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday}, Now: Now, Version: "0.1.0"}, Data: "0"}
}

// Site implements dashboards.Reader.
func (r *Reader) Site() dashboards.Site { return r.Company }

// Version implements dashboards.Reader.
func (r *Reader) Version(context.Context) (string, error) { return r.Book.version(r.Data), r.Err }

// Definition implements dashboards.Reader.
func (r *Reader) Definition(id string) (*kpi.Definition, bool) {
	for _, l := range lines() {
		if l.id == id {
			d := definition(l)
			if r.Define != nil {
				r.Define(d)
			}
			return d, true
		}
	}
	return nil, false
}

// Scorecard implements dashboards.Reader.
func (r *Reader) Scorecard(_ context.Context, q dashboards.Query) (*scorecard.Scorecard, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	card := r.card(q)
	if r.Edit != nil {
		r.Edit(card)
	}
	return card, nil
}

// Series implements dashboards.Reader.
func (r *Reader) Series(_ context.Context, _ dashboards.Query, id, _ string, g kpi.Grain) ([]scorecard.Point, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	for _, l := range lines() {
		if l.id == id && l.status != kpi.NoData {
			points := r.series(l, g, counts()[g])
			if r.Points != nil {
				points = r.Points(points)
			}
			return points, nil
		}
	}
	return nil, nil
}

// counts of periods a series has at each grain: more than two years.
func counts() map[kpi.Grain]int {
	return map[kpi.Grain]int{kpi.Week: 110, kpi.Month: 26, kpi.Quarter: 9, kpi.Half: 5, kpi.Year: 3}
}

// SixTwelve is a view with numbers in some places and none in others.
func (r *Reader) SixTwelve(_ context.Context, q dashboards.Query, id, measure string) (*kpi.SixTwelve, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	d, ok := r.Definition(id)
	if !ok {
		return nil, fmt.Errorf("there is no KPI %q", id)
	}
	m, ok := d.Measure(measure)
	if !ok {
		return nil, fmt.Errorf("%s has no measure %q", id, measure)
	}
	c := r.Company.Calendar
	week, err := c.Period(q.Week)
	if err != nil {
		week = c.Ended(kpi.Week, r.Company.Now())
	}
	view := m.SixTwelve(c, week, func(p kpi.Period) (kpi.Figure, bool) {
		num, den := float64(p.Starts/86_400_000%7), 10.0
		value := num / den
		return kpi.Figure{Num: &num, Den: &den, Value: &value}, p.Starts/86_400_000%2 == 0
	})
	return &view, nil
}

// Ahead is a forecast of each kind.
func (r *Reader) Ahead(_ context.Context, q dashboards.Query, row scorecard.Row) (*scorecard.Ahead, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	m, _ := row.Def.Measure(row.Measure)
	f := kpi.Forecast{Method: kpi.Late, Value: 42, Interval: kpi.Interval{40, 45}, Error: .03, Origins: 12}
	floor := 41.0
	return &scorecard.Ahead{KPI: row.ID, Measure: row.Measure, Portfolio: q.Portfolio, Segment: "all", Unit: row.Unit,
		Maturing: scorecard.NewForecast(m, "2026-W37", f, &floor), Next: scorecard.NewForecast(m, "", kpi.Forecast{Why: "too few past periods"}, nil)}, nil
}

// Sources implements dashboards.Reader.
func (r *Reader) Sources(context.Context) ([]dashboards.SourceStatus, error) {
	if r.Err != nil || len(r.Company.Judged) == 0 {
		return nil, r.Err
	}
	run, midnight := Now()-25*60_000, kpi.At(time.Date(2026, 9, 21, 0, 0, 0, 0, time.UTC))
	friday := midnight - 2*24*3600_000
	list := []dashboards.SourceStatus{
		{ID: "warehouse", Owner: "Data", State: "on_time", CompleteThrough: &midnight, LastRun: &run, LastSuccess: &run, LastResult: "ok",
			Rows: 48210, Rejected: 12, Results: map[string]int64{"stored": 48210, "rejected": 12}, Seconds: 41.5,
			Feeds: []string{"north_star", "activation_rate", "time_to_value", "nrr_influence"}},
		{ID: "jira", Owner: "Delivery", State: "on_time", CompleteThrough: &midnight, LastRun: &run, LastSuccess: &run, LastResult: "ok",
			Rows: 1822, Results: map[string]int64{"stored": 1822}, Seconds: 8.25, Feeds: []string{"cycle_time", "predictability"},
			Drift: []dashboards.Drift{{Stream: "issues", Field: "fields.duedate", Since: friday, Text: "fields.duedate of issues is missing from the last 120 records; was it renamed? There are: due, id, summary"}}},
	}
	if r.Late {
		list = append(list, dashboards.SourceStatus{ID: "zendesk", Owner: "Support", State: "late", CompleteThrough: &friday, LastRun: &run, LastSuccess: &friday,
			LastResult: "failed", Message: "429 Too Many Requests; the next try is at 06:40.", Rows: 640, Results: map[string]int64{"stored": 640}, Seconds: 2,
			Feeds: []string{"ticket_rate", "deflection_rate"}})
	}
	for i := range list {
		if r.Source != nil {
			r.Source(&list[i])
		}
	}
	return list, nil
}

// Versions implements dashboards.Reader.
func (r *Reader) Versions(_ context.Context, id string) ([]dashboards.DefinitionVersion, error) {
	d, ok := r.Definition(id)
	if !ok {
		return nil, r.Err
	}
	const days = int64(24 * 3_600_000)
	sql := "SELECT p.id AS period,\n  m.scope AS scope,\n  a.id AS unit,\n  a.done_at < a.begun_at + :window_ms AS num,\n"
	was := dashboards.DefinitionText{Name: d.Name, Question: d.Question, Values: map[string]any{"window_ms": 7 * days, "plans": []string{"free", "pro"}},
		SQL: map[string]string{"rate": sql + "  1 AS den\nFROM period p\nJOIN account a ON a.begun_at >= p.starts\n"}}
	is := dashboards.DefinitionText{Name: d.Name, Question: d.Question, Numerator: d.Numerator, Basis: d.Basis, Values: map[string]any{"window_ms": 14 * days, "plans": []string{"free", "pro"}},
		SQL: map[string]string{"rate": sql + "  1 AS den,\n  a.test AS excluded\nFROM period p\nJOIN account a ON a.begun_at >= p.starts\n"}}
	return []dashboards.DefinitionVersion{
		{Number: 1, Hash: "5fdbf89c00", Since: Now() - kpi.Millis(90*days), By: "m.okafor", Reason: r.hostile("first"), Text: was},
		{Number: 2, Hash: "a1b2c3d400", Since: Now() - kpi.Millis(20*days), By: "p.nair", Reason: "the window is 14 days", Text: is}}, r.Err
}

// History implements dashboards.Reader: Zendesk fails at the end, Jira was late once.
func (r *Reader) History(ctx context.Context, days int, source string, rejected int) (*dashboards.History, error) {
	h := &dashboards.History{Timeline: map[string][]string{}, Unmatched: map[string]int{"zendesk": 7}}
	if r.Err != nil || len(r.Company.Judged) == 0 {
		return h, r.Err
	}
	for i := range days {
		h.Days = append(h.Days, time.Date(2026, 9, 21-days+i+1, 12, 0, 0, 0, time.UTC).Format("2 Jan"))
		late, failed, partial := "on_time", "on_time", "none"
		if i == days/4 {
			late = "late"
		}
		if i >= days-3 {
			failed = "failed"
		}
		if i >= days/2 {
			partial = "on_time"
		}
		if i == days/2 || i == days/2+1 {
			partial = "partial"
		}
		for id, word := range map[string]string{"jira": late, "zendesk": failed, "warehouse": partial} {
			h.Timeline[id] = append(h.Timeline[id], word)
		}
	}
	list, _ := r.Rejected(ctx, dashboards.RejectedQuery{Source: source, Limit: rejected})
	h.Rejected, h.Open, h.Runs = list.Rows, list.Open, r.runs(source)
	return h, nil
}

// Deliveries implements dashboards.Reader: the channel of a team is gone.
func (r *Reader) Deliveries(context.Context) ([]dashboards.Delivery, error) {
	if r.Err != nil || len(r.Company.Judged) == 0 {
		return nil, r.Err
	}
	sent := Now() - 40*60_000
	out := []dashboards.Delivery{{ID: "monday", Kind: "slack", Sent: 31, LastSent: &sent},
		{ID: "growth-team", Kind: "slack", Waiting: 1, GivenUp: 2, Error: "hooks.slack.com answers 404: no_service"}}
	if r.Message != nil {
		for i := range out {
			r.Message(&out[i])
		}
	}
	return out, nil
}

// series bends from the baseline to the value with a small wobble, the same on
// every run; its last period is still open.
func (r *Reader) series(l line, g kpi.Grain, count int) []scorecard.Point {
	cal := r.Company.Calendar
	open := cal.Containing(g, Now())
	if g == kpi.Week {
		open = cal.Prev(open) // the page of week 38 ends before Monday's week
	}
	periods := []kpi.Period{open}
	for len(periods) < count {
		periods = append(periods, cal.Prev(periods[len(periods)-1]))
	}
	points := make([]scorecard.Point, 0, count)
	for i := count - 1; i >= 0; i-- {
		points = append(points, l.point(periods[i], i, g))
	}
	return points
}

// point of a line, age periods before the newest one.
func (l line) point(p kpi.Period, age int, g kpi.Grain) scorecard.Point {
	years := float64(age) / map[kpi.Grain]float64{kpi.Week: 52, kpi.Month: 12, kpi.Quarter: 4, kpi.Half: 2, kpi.Year: 1}[g]
	value := l.value + (l.baseline-l.value)*math.Min(1, years*2) + l.wobble(age, years)
	switch {
	case age == 0:
		value = l.value
	case age == 1 && g == l.cadence:
		value = l.before
	}
	out := scorecard.Point{Period: p.ID, Starts: p.Starts, Ends: p.Ends, Value: &value, State: kpi.Final}
	if p.Ends > Now() {
		out.State = kpi.Open
	}
	if l.den != 0 {
		den := l.den
		num := math.Round(value / l.scale() * den)
		out.Num, out.Den, out.N = &num, &den, &l.n
	}
	if years <= 0.5 && l.near != 0 {
		near := l.near + (l.baseline-l.near)*years*2
		out.Floor = &near
		if l.far != l.near {
			far := l.far + (l.baseline-l.far)*years*2
			out.Stretch = &far
		}
	}
	return out
}

// wobble is the movement around the straight line: a little noise, a slow rise
// towards the baseline before the target began, and a hump in activation.
func (l line) wobble(age int, years float64) float64 {
	drift := -0.045 * math.Abs(l.baseline) * math.Max(0, years-0.5)
	if l.down {
		drift = -drift
	}
	if l.id == "activation_rate" && years < 0.5 {
		drift += 2.4 * math.Sin(math.Pi*math.Pow(years*2, 0.6))
	}
	return drift + math.Sin(float64(age)*2.4)*(l.value-l.baseline)*0.08
}

// scale of the measure: 100 for percent and for "per 100".
func (l line) scale() float64 {
	if l.unit == "%" || l.id == "ticket_rate" {
		return 100
	}
	return 1
}
