package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/store"
)

// diary is a store in which things are written on several days.
type diary struct {
	*testing.T
	config string
	dir    string
}

func newDiary(t *testing.T) *diary {
	d := &diary{T: t, dir: t.TempDir()}
	d.config = filepath.Join(d.dir, "config.toml")
	write(t, d.config, `[server]
as_of = "2026-09-21T06:10:00Z"
[[portfolio]]
id = "core"
name = "Core"
[[product]]
id = "flows"
name = "Flows"
portfolio = "core"
[[product]]
id = "forms"
name = "Forms"
portfolio = "core"
[[scorecard]]
portfolio = "core"
[[target]]
kpi = "activation_rate"
expr = "level >= 50 %"
`)
	return d
}

// open the program over the store, as on 21 September.
func (d *diary) open() *app {
	d.Helper()
	o := &options{config: d.config, term: terminal{err: &strings.Builder{}}}
	a, err := o.open(d.Context(), false)
	if err != nil {
		d.Fatal(err)
	}
	return a
}

// on a day in September 2026, at noon, something is written.
func (d *diary) on(day int, a *app, do func(*store.Store) error) {
	d.Helper()
	s, err := store.Open(d.Context(), store.Config{DSN: a.cfg.StoreDSN(), Calendar: a.cal, Now: func() kpi.Millis { return september(day, 12) }})
	if err != nil {
		d.Fatal(err)
	}
	if err := do(s); err != nil {
		d.Error(err)
	}
	if err := s.Close(); err != nil {
		d.Fatal(err)
	}
}

func september(day, hour int) kpi.Millis {
	return kpi.At(time.Date(2026, 9, day, hour, 0, 0, 0, time.UTC))
}

// share is a final observation of a week: num of 500.
func (d *diary) share(a *app, product, week string, revision int, num float64, cause string) kpi.Observation {
	d.Helper()
	s, ok := a.engine.Scope("activation_rate", "core", product, "all")
	p, err := a.cal.Period(week)
	if !ok || err != nil {
		d.Fatalf("no scope of %q, or %v", product, err)
	}
	den, value, n := 500.0, num/500, int64(500)
	o := kpi.Observation{KPI: "activation_rate", Measure: "rate", Scope: s.ID, Period: p.ID, Starts: p.Starts, Ends: p.Ends, Revision: revision,
		Num: &num, Den: &den, Value: &value, N: &n, State: kpi.Final, DefinitionHash: "h"}
	if cause != "" {
		o.Cause, o.Restated = &cause, true
	}
	return o
}

// TestKnownAt: 300 of 500 were reported on 8 September against a target of 30%; on the
// 17th three rows came late and it was 100 of 500, against 50% since the 15th.
func TestKnownAt(t *testing.T) {
	d := newDiary(t)
	a := d.open()
	if err := a.close(); err != nil { // a store has one writer: only the names of its scopes are needed
		t.Fatal(err)
	}
	key := ""
	for _, v := range a.cfg.TargetVersions() {
		key = v.Key
	}
	save := func(obs ...kpi.Observation) func(*store.Store) error {
		return func(s *store.Store) error { return s.SaveObservations(t.Context(), obs, nil) }
	}
	record := func(body, hash string) func(*store.Store) error {
		return func(s *store.Store) error {
			_, err := s.RecordVersion(t.Context(), store.ConfigVersion{Kind: "target", Key: key, Hash: hash, Body: body})
			return err
		}
	}
	d.on(7, a, record(`{"expr":"level >= 30 %","kpi":"activation_rate"}`, "old"))
	d.on(8, a, save(d.share(a, "", "2026-W35", 1, 290, ""), d.share(a, "", "2026-W36", 1, 300, ""), d.share(a, "flows", "2026-W36", 1, 200, "")))
	d.on(15, a, record(a.cfg.TargetVersions()[0].Body, a.cfg.TargetVersions()[0].Hash))
	d.on(17, a, save(d.share(a, "", "2026-W36", 2, 100, "3 late rows"), d.share(a, "flows", "2026-W36", 2, 100, "3 late rows")))

	a = d.open()
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	r := newReader(a)
	for _, c := range []struct {
		name     string
		at       kpi.Millis
		week     string
		value    float64 // of weeks 35 and 36 together, 1,000 accounts; below 0: none
		single   float64 // of week 36
		target   string
		status   kpi.Status
		restated int
		flows    float64
	}{
		{"now", 0, "2026-W36", 39, 20, "level >= 50 %", kpi.OffTrack, 1, 20},
		{"after the late rows", september(17, 12), "2026-W36", 39, 20, "level >= 50 %", kpi.OffTrack, 1, 20},
		{"a moment before them", september(17, 12) - 1, "2026-W36", 59, 60, "level >= 50 %", kpi.OnTrack, 0, 40},
		{"before the target was changed", september(14, 0), "2026-W36", 59, 60, "level >= 30 %", kpi.OnTrack, 0, 40},
		{"before anything", september(1, 0), "2026-W35", -1, -1, "", kpi.NoData, 0, -1},
	} {
		q := dashboards.Query{Portfolio: "core", Week: c.week, KnownAt: c.at}
		card, err := r.Scorecard(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		row := rowOf(t, card, "activation_rate")
		if row.Raw != c.status || shownAs(row.Value) != c.value {
			t.Errorf("%s: %s at %v, want %s at %v", c.name, row.Raw, shownAs(row.Value), c.status, c.value)
		}
		if c.target != "" && row.Target.Expr != c.target || c.target == "" && row.Target != nil && row.Target.Expr != "" {
			t.Errorf("%s: the target is %+v, want %q", c.name, row.Target, c.target)
		}
		if (card.KnownAt != nil) != (c.at != 0) || c.at != 0 && card.AsOf != c.at.String() {
			t.Errorf("%s: known at %v as of %s", c.name, card.KnownAt, card.AsOf)
		}
		all, err := r.Restatements(t.Context(), q, row)
		if err != nil || len(all) != c.restated {
			t.Errorf("%s: %d restatements, want %d (%v)", c.name, len(all), c.restated, err)
		}
		for _, one := range all {
			if *one.First != 60 || *one.Now != 20 || one.Cause != "3 late rows" || one.At != september(17, 12) {
				t.Errorf("%s: restated %+v", c.name, one)
			}
		}
		series, err := r.Series(t.Context(), q, "activation_rate", "rate", kpi.Week)
		if err != nil || len(series) > 0 && shownAs(series[len(series)-1].Value) != c.single {
			t.Errorf("%s: series %+v, %v", c.name, series, err)
		}
		segments, err := r.Segments(t.Context(), q, row, byProduct)
		if err != nil {
			t.Fatal(err)
		}
		flows := -1.0
		for _, s := range segments.Of {
			if s.Name == "Flows" {
				flows = shownAs(s.Points[len(s.Points)-1].Value)
			}
		}
		if flows != c.flows {
			t.Errorf("%s: Flows is %v, want %v", c.name, flows, c.flows)
		}
		newest, err := r.Newest(t.Context(), q, row, "", 6)
		if err != nil || c.at != 0 && row.Period != nil && newest.Says == "" {
			t.Errorf("%s: records are shown as they are now: %+v, %v", c.name, newest, err)
		}
	}
}

func rowOf(t *testing.T, card *scorecard.Scorecard, id string) scorecard.Row {
	t.Helper()
	for _, r := range card.KPIs {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no row %s", id)
	return scorecard.Row{}
}

// shownAs gives a value to nine digits, -1 for none.
func shownAs(v *float64) float64 {
	if v == nil {
		return -1
	}
	return float64(int64(*v*1e9+0.5)) / 1e9
}
