package storetest

import (
	"context"
	"errors"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

func september(day int) kpi.Date { return kpi.Date{Year: 2026, Month: time.September, Day: day} }

// register: an entry keeps every state it was in, with its day and who said so.
func register(b *bench) {
	t1, t2 := noon(time.September, 14), noon(time.September, 15)
	before := must(b, b.store.Version)
	b.now = t1
	risk := kpi.RegisterEntry{Said: said(0, 0, "O'Hara leaves <b>in</b> October", "p.nair", 0, "https://www.figma.com/board/1"), Kind: kpi.Risk, State: kpi.Raised, Owner: "m.okafor",
		At: september(1), Due: september(30), Bet: "roadmap/b1"}
	save := func(e kpi.RegisterEntry) (kpi.RegisterEntry, error) { return b.store.SaveRegisterEntry(b.Context(), e) }
	first, err := save(risk)
	want := risk
	want.Said = said(1, 1, risk.Text, "p.nair", t1, risk.Links...)
	equal(b, "keeping", err, nil)
	equal(b, "a new entry", first, want)
	again, _ := save(risk)
	equal(b, "the same form twice", again, want)
	b.now = t2
	second := first
	second.State, second.At, second.Due, second.Author = kpi.Mitigated, september(15), kpi.Date{}, "m.okafor"
	stands, err := save(second)
	want2 := second
	want2.Revision, want2.RecordedAt, want2.Earlier = 2, t2, []kpi.RegisterEntry{want}
	equal(b, "changing", err, nil)
	equal(b, "another state", stands, want2)
	_, err = save(first)
	equal(b, "what says what an old revision said is refused", errors.Is(err, kpi.ErrStale), true)
	wrong := first
	wrong.ID, wrong.Kind, wrong.State = 0, kpi.Decision, kpi.Granted
	if _, err := save(wrong); err == nil {
		b.Error("a decision was granted")
	}
	all, err := b.store.Register(b.Context(), "core")
	equal(b, "reading", err, nil)
	equal(b, "the register", all, []kpi.RegisterEntry{want2})
	none, err := b.store.Register(b.Context(), "growth")
	equal(b, "that of another portfolio", len(none) == 0 && err == nil, true)
	if must(b, b.store.Version) == before {
		b.Error("pages are not made anew")
	}
}

// goals: objectives with key results, and the checklist, are kept as notes are.
func goals(b *bench) {
	b.now = noon(time.September, 14)
	o := kpi.Objective{Said: said(0, 0, "New customers see the value", "p.nair", 0), Owner: "p.nair", Due: september(30), State: kpi.GoalOpen}
	o.KPI = ""
	top, err := b.store.SaveObjective(b.Context(), o)
	equal(b, "an objective", err, nil)
	k := kpi.Objective{Said: said(0, 0, "", "p.nair", 0), Parent: top.ID, Owner: "m.okafor", Due: september(30), State: kpi.GoalOpen, Measure: "rate", Expr: "level > 45 %"}
	result, err := b.store.SaveObjective(b.Context(), k)
	equal(b, "a key result", err, nil)
	b.now++
	changed := result
	changed.Expr, changed.State = "", kpi.GoalDropped
	stands, err := b.store.SaveObjective(b.Context(), changed)
	equal(b, "changing", err, nil)
	want := changed
	want.Revision, want.RecordedAt, want.Earlier = 2, b.now, []kpi.Objective{result}
	equal(b, "a changed key result", stands, want)
	all, err := b.store.Objectives(b.Context(), "core")
	equal(b, "reading", err, nil)
	equal(b, "objectives", all, []kpi.Objective{top, want})
	for name, bad := range map[string]kpi.Objective{"an objective that is a KPI": {Said: said(0, 0, "x", "p.nair", 0), Due: september(1), State: kpi.GoalOpen},
		"a state that is not": {Said: kpi.Said{Portfolio: "core", Text: "x"}, Due: september(1), State: "reached"}} {
		if _, err := b.store.SaveObjective(b.Context(), bad); err == nil {
			b.Errorf("%s was kept", name)
		}
	}
	b.checklist()
}

func (b *bench) checklist() {
	item := kpi.Milestone{Said: said(0, 0, "The dashboard is published", "p.nair", 0), Key: "60d-published", Due: september(30), State: kpi.MilestoneDone, At: september(12)}
	item.KPI = ""
	done, err := b.store.SaveMilestone(b.Context(), item)
	equal(b, "a milestone", err, nil)
	other := item
	other.State, other.At = kpi.MilestoneDropped, september(13)
	stands, err := b.store.SaveMilestone(b.Context(), other)
	equal(b, "an item of the usual set is there once", errors.Is(err, kpi.ErrStale), true)
	equal(b, "and what stands comes back", stands, done)
	other.ID, other.Revision = done.ID, done.Revision
	stands, err = b.store.SaveMilestone(b.Context(), other)
	equal(b, "changing", err, nil)
	equal(b, "revision", stands.Revision, 2)
	other.ID, other.Key, other.State = 0, "", kpi.MilestoneOpen
	if _, err := b.store.SaveMilestone(b.Context(), other); err == nil {
		b.Error("an open one has a day it was done on")
	}
	all, err := b.store.Milestones(b.Context(), "core")
	equal(b, "reading", err, nil)
	equal(b, "the checklist", all, []kpi.Milestone{stands})
}

// betCases: what people say of a bet's worth stands beside the vendor's word.
func betCases(b *bench) {
	Load(b, b.store, store.SinkConfig{}, "roadmap", Row(b, "initiative", "b1", Values{"product_id": "flows", "name": "B", "size": "major"}))
	b.now = noon(time.September, 14)
	before, data := must(b, b.store.Version), must(b, b.store.DataVersion)
	save := func(e kpi.CaseEntry) bool {
		b.Helper()
		return must(b, func(ctx context.Context) (bool, error) { return b.store.SaveCase(ctx, e) })
	}
	expected := kpi.CaseEntry{Source: "roadmap", ID: "b1", Line: kpi.CaseExpected, Minor: 12_500_000, Currency: "USD", Digits: 2, At: september(1), Text: "<b>12</b> seats", Links: []string{"https://miro.com/x"}, Author: "p.nair"}
	seen := kpi.CaseEntry{Source: "roadmap", ID: "b1", Line: kpi.CaseEvidence, At: september(2), Links: []string{}, Author: "p.nair"}
	equal(b, "first", save(expected), true)
	equal(b, "the same again", save(expected), false)
	equal(b, "evidence", save(seen), true)
	equal(b, "the same after another line", save(expected), false)
	more := expected
	more.Minor = -1
	equal(b, "another amount", save(more), true)
	if _, err := b.store.SaveCase(b.Context(), kpi.CaseEntry{Source: "roadmap", ID: "none", Line: kpi.CaseEvidence, At: september(1)}); !errors.Is(err, store.ErrNoFact) {
		b.Errorf("a bet that is not: %v", err)
	}
	wrong := seen
	wrong.Minor = 5
	if _, err := b.store.SaveCase(b.Context(), wrong); err == nil {
		b.Error("evidence has an amount")
	}
	expected.Revision, seen.Revision, more.Revision = 1, 2, 3
	for _, e := range []*kpi.CaseEntry{&expected, &seen, &more} {
		e.RecordedAt = b.now
	}
	equal(b, "all lines", must(b, b.store.Cases), []kpi.CaseEntry{expected, seen, more})
	if must(b, b.store.Version) == before {
		b.Error("pages are not made anew")
	}
	equal(b, "no number is worked out again", must(b, b.store.DataVersion), data)
}
