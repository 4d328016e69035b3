package storetest

import (
	"context"

	"github.com/kpid/kpid/kpi"
)

// restated: all revisions of the periods that were restated, and none of the others;
// the mark stays on a period whose last revision changed nothing more.
func restated(b *bench) {
	one := func(period string, month, revision int, state kpi.State, again bool) kpi.Observation {
		o := observation(period, revision, state)
		o.Starts, o.Restated = kpi.Millis(month), again
		return o
	}
	other := one("2026-07", 7, 1, kpi.Final, true)
	other.Measure = "other"
	elsewhere := one("2026-07", 7, 1, kpi.Final, true)
	elsewhere.Scope = 2
	if err := b.store.SaveObservations(b.Context(), []kpi.Observation{
		one("2026-08", 8, 1, kpi.Final, false), one("2026-08", 8, 2, kpi.Final, true),
		one("2026-06", 6, 1, kpi.Final, false), other, elsewhere,
		one("2026-07", 7, 1, kpi.Provisional, false), one("2026-07", 7, 2, kpi.Final, false), one("2026-07", 7, 3, kpi.Final, true), one("2026-07", 7, 4, kpi.Final, true),
	}, nil); err != nil {
		b.Fatal(err)
	}
	all := must(b, func(ctx context.Context) ([]kpi.Observation, error) { return b.store.Restated(ctx, "k", "m", 1) })
	var got []string
	for _, o := range all {
		got = append(got, o.Period+" "+string(rune('0'+o.Revision)))
	}
	equal(b, "revisions", got, []string{"2026-07 1", "2026-07 2", "2026-07 3", "2026-07 4", "2026-08 1", "2026-08 2"})
	none := must(b, func(ctx context.Context) ([]kpi.Observation, error) { return b.store.Restated(ctx, "k", "m", 3) })
	equal(b, "of another scope", len(none), 0)
}
