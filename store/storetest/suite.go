package storetest

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// Run is what every database must do alike. dsn gives an empty database each time.
func Run(t *testing.T, dsn func(testing.TB) string) {
	for _, test := range []struct {
		name string
		run  func(*bench)
	}{
		{"facts keep what was written", roundTrip},
		{"upsert", upsert},
		{"upsert against a model", upsertModel},
		{"a page is stored whole or not at all", atomicPage},
		{"usage is what the events say", usageModel},
		{"an event moves to another cell", usageMoves},
		{"segments are what the attributes say", segmentModel},
		{"flat attributes", flatAttributes},
		{"capabilities", capabilities},
		{"faults", faults},
		{"runs and cursors", runs},
		{"runs that were held back", heldRuns},
		{"rejected records", rejected},
		{"completeness", completeness},
		{"work list", workList},
		{"evaluations", evaluations},
		{"what was restated", restated},
		{"values of segments", segmentValues},
		{"what was known at an instant", knownAt},
		{"versions", versions},
		{"verdicts", verdicts},
		{"signed definitions", signed},
		{"contradictions", contradictions},
		{"evidence", evidence},
		{"what stands beside a KPI", besideKPI},
		{"accounts of several sources", matching},
		{"accounts that were called otherwise", crew},
		{"records that are kept", raw},
		{"records that change their form", drift},
		{"roadmap and bets", roadmap},
		{"notes and actions", notes},
		{"messages on their way", outbox},
		{"frozen reports", frozen},
		{"narrative of a review", narrative},
		{"decisions and risks", register},
		{"objectives and milestones", goals},
		{"the business case of a bet", betCases},
		{"reviews of incidents", reviews},
		{"measured lifts of bets", lifts},
		{"the change before an incident", changeBefore},
		{"reading cannot write", readOnly},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(newBench(t, dsn(t))) })
	}
}

// bench is a store under test with a clock that stands still until it is moved.
type bench struct {
	*testing.T
	dsn   string
	now   kpi.Millis
	store *store.Store
}

// noon of a day in 2026, where most tests happen.
func noon(month time.Month, day int) kpi.Millis {
	return kpi.At(time.Date(2026, month, day, 12, 0, 0, 0, time.UTC))
}

func newBench(t *testing.T, dsn string) *bench {
	b := &bench{T: t, dsn: dsn, now: noon(time.September, 1)}
	b.store = open(t, b.config(Calendar()))
	t.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return b
}

func (b *bench) config(c kpi.Calendar) store.Config {
	return store.Config{DSN: b.dsn, Calendar: c, Now: func() kpi.Millis { return b.now }}
}

// in opens the same database again with another zone.
func (b *bench) in(zone string) {
	b.Helper()
	c := Calendar()
	var err error
	if c.Zone, err = time.LoadLocation(zone); err != nil {
		b.Fatal(err)
	}
	b.store = reopen(b, b.store, b.config(c))
}

func (b *bench) load(rows ...fact.Row) ingest.Counts {
	b.Helper()
	return Load(b, b.store, store.SinkConfig{}, "test", rows...)
}

// begin opens a run that nobody has finished yet.
func (b *bench) begin(source string, cfg store.SinkConfig) ingest.Run {
	b.Helper()
	run, err := b.store.Sink(cfg).BeginRun(b.Context(), source, b.now)
	if err != nil {
		b.Fatal(err)
	}
	return run
}

func (b *bench) commit(run ingest.Run, p ingest.Page) ingest.Counts {
	b.Helper()
	counts, err := run.Commit(b.Context(), p)
	if err != nil {
		b.Fatal(err)
	}
	return counts
}

// want compares what a query gives, line by line and in order.
func (b *bench) want(query string, lines ...string) {
	b.Helper()
	got := Select(b, b.store, query)
	if !slices.Equal(got, lines) {
		b.Errorf("%s (-want +got):\n%s", query, cmp.Diff(lines, got))
	}
}

// equal compares what an action gave.
func equal[T any](b *bench, what string, got, want T) {
	b.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func must[T any](b *bench, ctxCall func(context.Context) (T, error)) T {
	b.Helper()
	v, err := ctxCall(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return v
}

func cursor(text string) json.RawMessage { return json.RawMessage(text) }

func ptr[T any](v T) *T { return &v }
