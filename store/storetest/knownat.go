package storetest

import (
	"context"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// knownAt: of each number the last revision that had been recorded by an instant, the
// evaluation and the completeness of then.
func knownAt(b *bench) {
	one := func(scope int64, period string, starts, revision int) kpi.Observation {
		o := observation(period, revision, kpi.Final)
		o.Scope, o.Starts = scope, kpi.Millis(starts)
		return o
	}
	write := func(at kpi.Millis, obs ...kpi.Observation) {
		b.now = at
		if err := b.store.SaveObservations(b.Context(), obs, nil); err != nil {
			b.Fatal(err)
		}
	}
	write(100, one(1, "2026-06", 6, 1), one(1, "2026-07", 7, 1), one(2, "2026-07", 7, 1))
	write(200, one(1, "2026-07", 7, 2), one(1, "2026-08", 8, 1))
	write(300, one(1, "2026-07", 7, 3))
	for at, want := range map[kpi.Millis][]string{
		99: nil, 100: {"2026-06 1", "2026-07 1"}, 199: {"2026-06 1", "2026-07 1"}, 200: {"2026-06 1", "2026-07 2", "2026-08 1"}, 300: {"2026-06 1", "2026-07 3", "2026-08 1"},
	} {
		all := must(b, func(ctx context.Context) ([]kpi.Observation, error) { return b.store.ObservationsAt(ctx, "k", 1, at) })
		var got []string
		for _, o := range all {
			got = append(got, o.Period+" "+string(rune('0'+o.Revision)))
		}
		equal(b, "known at "+at.String(), got, want)
	}
	of := must(b, func(ctx context.Context) ([]kpi.Observation, error) {
		return b.store.ObservationsOfAt(ctx, "k", "m", []int64{1, 2}, 7, 199)
	})
	if len(of) != 2 || of[0].Scope != 1 || of[0].Revision != 1 || of[1].Scope != 2 {
		b.Errorf("of two scopes: %+v", of)
	}

	b.now = 400
	run := must(b, func(ctx context.Context) (int64, error) { return b.store.BeginEvaluation(ctx, 400) })
	b.now = 410
	if err := b.store.FinishEvaluation(b.Context(), run, 1, 1, nil); err != nil {
		b.Fatal(err)
	}
	by := func(at kpi.Millis) int64 {
		return must(b, func(ctx context.Context) (int64, error) { return b.store.EvaluatedBy(ctx, at) })
	}
	equal(b, "evaluations that had ended", []int64{by(409), by(410)}, []int64{0, run})

	for _, through := range []kpi.Millis{500, 600} {
		b.now = through + 50
		r := b.begin("crm", store.SinkConfig{})
		b.commit(r, ingest.Page{Stream: "all", Cursor: []byte("1"), CompleteThrough: &through})
		if err := r.Finish(b.Context(), ingest.Report{Result: ingest.OK, Summary: ingest.Summary{CompleteThrough: &through}}); err != nil {
			b.Fatal(err)
		}
	}
	complete := func(at kpi.Millis) map[string]kpi.Millis {
		return must(b, func(ctx context.Context) (map[string]kpi.Millis, error) { return b.store.ThroughBy(ctx, at) })
	}
	equal(b, "before the first run", complete(549), map[string]kpi.Millis{})
	equal(b, "after it", complete(649), map[string]kpi.Millis{"crm": 500})
	equal(b, "now", complete(650), map[string]kpi.Millis{"crm": 600})
}
