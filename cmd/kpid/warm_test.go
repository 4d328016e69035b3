package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// workedOut are the breakdowns, and what stands beside numbers, that a reader remembers.
func workedOut(r *reader) []string {
	var out []string
	for _, question := range r.answers.order {
		if strings.HasPrefix(question, "segments ") || strings.HasPrefix(question, "field ") {
			out = append(out, question)
		}
	}
	slices.Sort(out)
	return out
}

// TestWarm: once it has run, no page of a KPI works out a part: all of them are
// remembered, with the numbers that a page would have come to by itself.
func TestWarm(t *testing.T) {
	d := newDiary(t)
	a := d.open()
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	w35 := kpi.At(time.Date(2026, 8, 25, 9, 0, 0, 0, time.UTC))
	rows := append(cohort(t, "team", w35, 40, 20), cohort(t, "solo", w35, 40, 30)...)
	storetest.Load(t, a.store, store.SinkConfig{Reach: a.engine.Reach(a.now())}, "test", rows...)

	told := 0
	sched := newScheduler(a, io.Discard, slog.New(slog.DiscardHandler))
	sched.evaluated = func() { told++ }
	for range 2 { // the second time nothing waits
		if err := sched.compute(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if told != 1 {
		t.Errorf("told of %d evaluations, want 1", told)
	}

	warmed, cold, q := newReader(a), newReader(a), dashboards.Query{Portfolio: "core"}
	if err := warmed.warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := workedOut(warmed)
	if !slices.ContainsFunc(before, func(s string) bool {
		return strings.HasPrefix(s, "segments activation_rate ") && strings.Contains(s, " plan ")
	}) {
		t.Errorf("activation by plan is not among what was worked out: %q", before)
	}
	card, err := cold.Scorecard(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range card.KPIs {
		one, err := warmed.Segments(t.Context(), q, row, "")
		beside, err2 := warmed.Field(t.Context(), q, row)
		other, err3 := cold.Segments(t.Context(), q, row, "")
		otherwise, err4 := cold.Field(t.Context(), q, row)
		if err := errors.Join(err, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		if digest(one) != digest(other) || digest(beside) != digest(otherwise) {
			t.Errorf("%s: warmed and asked for differ", row.ID)
		}
	}
	if after := workedOut(warmed); !slices.Equal(before, after) {
		t.Errorf("pages worked out %q, but %q was remembered", after, before)
	}

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	late := newReader(a)
	if err := late.warm(gone); !errors.Is(err, context.Canceled) || len(workedOut(late)) > 0 {
		t.Errorf("after the end: %v, %q", err, workedOut(late))
	}
}

// TestWarmerFollowsEvaluations: what ends while it works is one reason to work again, a
// failure stops it not, and the end of the server does.
func TestWarmerFollowsEvaluations(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var w *warmer
	times := 0
	w = newWarmer(func(context.Context) error {
		switch times++; times {
		case 1:
			w.evaluated()
			w.evaluated()
			return errors.New("one KPI failed")
		default:
			cancel()
			return ctx.Err()
		}
	}, slog.New(slog.DiscardHandler))
	w.evaluated()
	w.run(ctx)
	if times != 2 {
		t.Errorf("worked %d times, want 2", times)
	}
}
