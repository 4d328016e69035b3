package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/store"
)

// reader answers pages, API and metrics from stored observations. What it has
// built it keeps until the data version changes.
type reader struct {
	app *app

	answers keeper
	plans   plans
}

func newReader(a *app) *reader { return &reader{app: a} }

// Site is fixed for the life of the process.
func (r *reader) Site() dashboards.Site {
	a := r.app
	s := dashboards.Site{
		Company: a.cfg.Company.Name, Tree: a.tree, Calendar: a.cal, Now: a.now,
		Sample: a.cfg.Server.AsOf != 0, Version: version,
	}
	for _, p := range a.cfg.People {
		s.Persons = append(s.Persons, dashboards.Person{ID: p.ID, Name: p.Name, Role: p.Role})
		if p.ID == a.cfg.Server.Person {
			s.Person = s.Persons[len(s.Persons)-1]
		}
	}
	for _, d := range a.shown() {
		s.KPIs = append(s.KPIs, dashboards.KPIName{ID: d.ID, Name: d.Name})
	}
	for _, t := range a.cfg.Targets {
		if t.Segment != "all" && !slices.Contains(s.Segments, t.Segment) {
			s.Segments = append(s.Segments, t.Segment)
		}
	}
	for _, c := range a.cfg.Scorecards {
		if !slices.Contains(s.Judged, c.Portfolio) {
			s.Judged = append(s.Judged, c.Portfolio)
		}
	}
	// the reader's own portfolio is where a page begins
	slices.SortStableFunc(s.Judged, func(x, y string) int {
		return r.distance(x, s.Person.ID) - r.distance(y, s.Person.ID)
	})
	return s
}

func (r *reader) distance(portfolio, person string) int {
	if p, ok := r.app.tree.Portfolio(portfolio); ok && person != "" && p.Owner == person {
		return 0
	}
	return 1
}

// Version changes with every run that ended, everything that is written, and every
// message that was sent.
func (r *reader) Version(ctx context.Context) (string, error) {
	version, err := r.app.store.Version(ctx)
	if err != nil || len(r.app.cfg.Notify) == 0 {
		return version, err
	}
	posts, err := r.app.store.Posts(ctx)
	return version + "-" + digest(posts)[:8], err
}

// Definition in force.
func (r *reader) Definition(id string) (*kpi.Definition, bool) { return r.app.definition(id) }

// Scorecard of a node for a week. What people noted goes into its headline.
func (r *reader) Scorecard(ctx context.Context, q dashboards.Query) (*scorecard.Scorecard, error) {
	card, err := r.card(ctx, q)
	if err != nil || q.KnownAt != 0 {
		return card, err
	}
	notes, err := r.app.store.Notes(ctx, q.Portfolio)
	if err != nil || len(notes) == 0 {
		return card, err
	}
	said := *card // what is remembered stays as it was built
	said.Headline = card.Since(r.app.cal, notes)
	return &said, nil
}

// card is a scorecard without what people noted, built once for each data version.
func (r *reader) card(ctx context.Context, q dashboards.Query) (*scorecard.Scorecard, error) {
	if q.Segment == "" {
		q.Segment = "all"
	}
	view, err := r.asKnown(ctx, q.KnownAt)
	if err != nil {
		return nil, err
	}
	week, err := view.week(q.Week)
	if err != nil {
		return nil, err
	}
	q.Week = week.ID
	return kept(ctx, r, fmt.Sprintf("card %+v", q), func() (*scorecard.Scorecard, error) {
		in, err := view.whole(ctx, q, week)
		if err != nil {
			return nil, err
		}
		s := scorecard.Build(in)
		return &s, nil
	})
}

// week of a page; "" is the last whole one.
func (r *reader) week(id string) (kpi.Period, error) {
	a := r.app
	if id == "" {
		return a.cal.Ended(kpi.Week, a.now()), nil
	}
	return a.cal.Period(id)
}

func (r *reader) input(ctx context.Context, q dashboards.Query, week kpi.Period, version string) (scorecard.Input, error) {
	return r.inputOf(ctx, q, week, version, r.app.shown())
}

// inputOf is the input of a scorecard that has some of the KPIs.
func (r *reader) inputOf(ctx context.Context, q dashboards.Query, week kpi.Period, version string, defs []*kpi.Definition) (scorecard.Input, error) {
	a := r.app
	node, ok := a.tree.Portfolio(q.Portfolio)
	if !ok {
		return scorecard.Input{}, fmt.Errorf("there is no portfolio %q", q.Portfolio)
	}
	in := scorecard.Input{
		Calendar: a.cal, AsOf: a.now(), Week: week, Product: q.Product, Segment: q.Segment,
		Portfolio: scorecard.PortfolioRef{ID: node.ID, Name: node.Name, Owner: node.Owner},
		KnownAt:   a.knownAt, DataVersion: version, Sample: a.cfg.Server.AsOf != 0, Dimensions: a.dimensions(node.ID, week),
	}
	frozen, err := a.baselines(ctx)
	if err != nil {
		return in, err
	}
	versions, err := a.definitionVersions(ctx)
	if err != nil {
		return in, err
	}
	last, err := a.lastEvaluation(ctx)
	if err != nil {
		return in, err
	}
	for i, d := range defs {
		k, err := r.row(ctx, q, d, frozen)
		if err != nil {
			return in, err
		}
		k.Order, k.Version, k.Run = i, versions[d.ID], &last
		in.KPIs = append(in.KPIs, k)
	}
	in.Sources, err = r.sources(ctx)
	return in, err
}

// row gathers what one KPI's row rests on: the target's measure and segment
// decide which series is judged.
func (r *reader) row(ctx context.Context, q dashboards.Query, d *kpi.Definition, frozen map[string]kpi.Baseline) (scorecard.KPI, error) {
	a := r.app
	k := scorecard.KPI{Definition: d, Measure: d.Primary(), Sources: a.feeding(d), Owner: a.owner(q.Portfolio)}
	for _, h := range a.cfg.Company.Holidays {
		k.Holidays = append(k.Holidays, scorecard.Holiday{Day: h.Date, Name: h.Name})
	}
	if d.FxAt != "" { // what is converted is money
		digits, _ := mapping.Decimals(a.cfg.Company.Currency)
		k.Money = &scorecard.Money{Currency: a.cfg.Company.Currency, Digits: digits}
	}
	segment := q.Segment
	k.Targets = a.targetsFor(d.ID, q.Portfolio, q.Product, segment)
	if len(k.Targets) == 0 && segment == "all" {
		// the promise may be about one segment only; then that is the row
		if other := a.targetsFor(d.ID, q.Portfolio, q.Product, ""); len(other) > 0 {
			segment = other[0].Segment
			k.Targets = a.targetsFor(d.ID, q.Portfolio, q.Product, segment)
		}
	}
	for _, t := range k.Targets {
		k.Weight = t.Weight
		if t.Owner != "" {
			k.Owner = t.Owner
		}
		if m, ok := d.Measure(t.Measure); ok {
			k.Measure = m
		}
	}
	if p, ok := a.cfg.Person(k.Owner); ok {
		k.OwnerName = p.Name
	}
	var err error
	if err = r.beside(ctx, q, d, segment, &k); err != nil {
		return k, err
	}
	if err = r.parts(ctx, q, d, segment, frozen, &k); err != nil {
		return k, err
	}
	k.Observations, err = a.series(ctx, d, k.Measure, q.Portfolio, q.Product, segment, d.CadenceOf(k.Measure))
	if s, ok := a.engine.Scope(d.ID, q.Portfolio, q.Product, segment); ok {
		k.Baselines = scoped(frozen, d.ID, k.Measure.ID, s.ID)
	}
	if err != nil {
		return k, err
	}
	return k, r.rare(ctx, q, segment, &k)
}

// Series of one measure at one grain, with the target each period had.
func (r *reader) Series(ctx context.Context, q dashboards.Query, kpiID, measure string, g kpi.Grain) ([]scorecard.Point, error) {
	r, err := r.asKnown(ctx, q.KnownAt)
	if err != nil {
		return nil, err
	}
	a := r.app
	d, ok := r.Definition(kpiID)
	if !ok {
		return nil, fmt.Errorf("there is no KPI %q", kpiID)
	}
	if q.Segment == "" {
		q.Segment = "all"
	}
	frozen, err := a.baselines(ctx)
	if err != nil {
		return nil, err
	}
	k, err := r.row(ctx, q, d, frozen)
	if err != nil {
		return nil, err
	}
	segment := q.Segment
	if len(k.Targets) > 0 {
		segment = k.Targets[0].Segment
	}
	if measure != "" && measure != k.Measure.ID {
		if k.Measure, ok = d.Measure(measure); !ok {
			return nil, fmt.Errorf("%s has no measure %q", kpiID, measure)
		}
		k.Targets, k.Others, k.Units = nil, nil, nil
	}
	if k.Observations, err = a.series(ctx, d, k.Measure, q.Portfolio, q.Product, segment, g); err != nil {
		return nil, err
	}
	return scorecard.Points(a.cal, k, g, a.now()), nil
}

// Sources and how they stand.
func (r *reader) Sources(ctx context.Context) ([]dashboards.SourceStatus, error) {
	a := r.app
	states, err := a.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	drifts, err := a.drifts(ctx)
	if err != nil {
		return nil, err
	}
	held, err := a.store.HeldRuns(ctx)
	if err != nil {
		return nil, err
	}
	var out []dashboards.SourceStatus
	for _, s := range a.sources {
		st := dashboards.SourceStatus{ID: s.ID, Connector: s.Connector, Owner: s.Owner, State: "never", Drift: drifts[s.ID]}
		for _, have := range states {
			if have.Source != s.ID {
				continue
			}
			at := have.StartedAt
			st.CompleteThrough, st.LastRun, st.LastSuccess = have.Through, &at, have.LastSuccess
			st.LastResult, st.Message, st.Rejected = have.Result, have.Message, have.Rejected
			st.Rows = have.Records
			st.Results = map[string]int64{"added": have.Added, "changed": have.Changed, "duplicate": have.Duplicates, "rejected": have.Refused}
			if have.EndedAt != nil {
				st.Seconds = float64(*have.EndedAt-have.StartedAt) / 1000
			}
		}
		if h, ok := held[s.ID]; ok {
			st.Held = &dashboards.HeldRun{Run: h.ID, At: h.StartedAt, Why: h.Message}
		}
		st.State, _ = a.state(s, st.CompleteThrough)
		if st.Expected, err = a.expected(s, st.LastRun, st.CompleteThrough); err != nil {
			return nil, err
		}
		if st.LastResult == "failed" {
			st.State = "failed"
		}
		for _, d := range a.shown() {
			if slices.Contains(a.feeding(d), s.ID) {
				st.Feeds = append(st.Feeds, d.ID)
			}
		}
		out = append(out, st)
	}
	return append(out, a.enteredHere(states)...), nil
}

// enteredHere is the line of what people enter, once they have: it is never late, and
// nothing waits for it. It has no last success, for no alert is to fire when nobody
// has anything to say.
func (a *app) enteredHere(states []store.SourceState) []dashboards.SourceStatus {
	for _, s := range states {
		if s.Source != ownSource || s.Added+s.Changed == 0 {
			continue
		}
		at, now := s.StartedAt, a.now()
		return []dashboards.SourceStatus{{ID: ownSource, Connector: "entered here", State: "on_time", CompleteThrough: &now, LastRun: &at,
			LastResult: s.Result, Message: s.Message, Rows: s.Records,
			Results: map[string]int64{"added": s.Added, "changed": s.Changed, "duplicate": s.Duplicates, "rejected": s.Refused}}}
	}
	return nil
}

func (r *reader) sources(ctx context.Context) ([]scorecard.Source, error) {
	a := r.app
	states, err := a.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	var through map[string]kpi.Millis
	if a.knownAt != 0 { // what was put aside is kept as it is now only
		states = nil
		if through, err = a.store.ThroughBy(ctx, a.knownAt); err != nil {
			return nil, err
		}
	}
	var out []scorecard.Source
	for _, s := range a.sources {
		one := scorecard.Source{ID: s.ID}
		if at, ok := through[s.ID]; ok {
			one.CompleteThrough = &at
		}
		for _, have := range states {
			if have.Source == s.ID {
				one.CompleteThrough, one.Rejected = have.Through, int(have.Rejected)
			}
		}
		one.State, one.Behind = a.state(s, one.CompleteThrough)
		out = append(out, one)
	}
	return out, nil
}
