package storetest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

func observation(period string, revision int, state kpi.State) kpi.Observation {
	return kpi.Observation{KPI: "k", Measure: "m", Scope: 1, Period: period, Starts: noon(time.July, 1), Ends: noon(time.August, 1), Revision: revision,
		Num: ptr(1.5), Den: ptr(3.0), Value: ptr(0.5), N: ptr(int64(3)), CILo: ptr(0.1), BoundHi: ptr(0.9), Pending: 1, Excluded: 2, State: state,
		Reason: ptr("why"), AsOf: noon(time.August, 2), DefinitionHash: "h", Run: 7, Cause: ptr("1 late row")}
}

// workList: marks add up, and are cleared only as far as they were read.
func workList(b *bench) {
	run := b.begin("test", store.SinkConfig{Reach: func(factName, product string, from, to kpi.Millis) []kpi.Cell {
		if from > noon(time.July, 1) || to <= noon(time.July, 1) || to-from != 86_400_000 || factName != "product_event" || product != "flows" {
			b.Errorf("asked for %s of %q in [%s, %s)", factName, product, from, to)
		}
		return []kpi.Cell{{KPI: "k", Scope: 1, Period: "2026-07"}, {KPI: "k", Scope: 2, Period: "2026-07"}, {KPI: "other", Scope: 1, Period: "2026-07"}}
	}})
	page := func(quantity float64, ids ...string) ingest.Page {
		p := ingest.Page{Stream: "s"}
		for _, id := range ids {
			p.Rows = append(p.Rows, b.event(id, Values{"quantity": quantity}))
		}
		return p
	}
	read := func() []kpi.Touch {
		return must(b, func(ctx context.Context) ([]kpi.Touch, error) { return b.store.Touched(ctx, "k") })
	}
	touch := func(scope int64, late, corrected int) kpi.Touch {
		return kpi.Touch{Cell: kpi.Cell{KPI: "k", Scope: scope, Period: "2026-07"}, Late: late, Corrected: corrected}
	}
	equal(b, "no work", must(b, b.store.HasWork), false)
	b.commit(run, page(1, "e1", "e2"))
	b.commit(run, page(1, "e1", "e2")) // duplicates reach nothing
	equal(b, "two late", read(), []kpi.Touch{touch(1, 2, 0), touch(2, 2, 0)})
	done := read()
	b.commit(run, page(5, "e1"))
	equal(b, "and one corrected", read(), []kpi.Touch{touch(1, 2, 1), touch(2, 2, 1)})

	save := func(obs []kpi.Observation, done []kpi.Touch) {
		b.Helper()
		if err := b.store.SaveObservations(b.Context(), obs, done); err != nil {
			b.Fatal(err)
		}
	}
	save(nil, done)
	equal(b, "marks that grew stay", read(), []kpi.Touch{touch(1, 2, 1), touch(2, 2, 1)})
	save([]kpi.Observation{observation("2026-07", 1, kpi.Open)}, read()[:1])
	equal(b, "one cell done", read(), []kpi.Touch{touch(2, 2, 1)})
	// an observation that cannot be written leaves the marks
	if err := b.store.SaveObservations(b.Context(), []kpi.Observation{observation("2026-06", 1, kpi.Open), observation("2026-07", 2, "odd")}, read()); err == nil {
		b.Error("a state nobody knows was stored")
	}
	equal(b, "after a failure", read(), []kpi.Touch{touch(2, 2, 1)})
	b.want("SELECT period, revision FROM observation", "2026-07|1")
	equal(b, "work is left", must(b, b.store.HasWork), true)
}

// evaluations: what was observed is read back whole, newest revision first known.
func evaluations(b *bench) {
	ctx := b.Context()
	if _, ok, err := b.store.Evaluated(ctx); ok || err != nil {
		b.Errorf("evaluated before the first evaluation: %v, %v", ok, err)
	}
	left := must(b, func(ctx context.Context) (int64, error) { return b.store.BeginEvaluation(ctx, noon(time.July, 1)) })
	failed := must(b, func(ctx context.Context) (int64, error) { return b.store.BeginEvaluation(ctx, noon(time.July, 9)) })
	if err := b.store.FinishEvaluation(ctx, failed, 1, 1, errors.New("no")); err != nil {
		b.Fatal(err)
	}
	good := must(b, func(ctx context.Context) (int64, error) { return b.store.BeginEvaluation(ctx, noon(time.July, 2)) })
	if err := b.store.FinishEvaluation(ctx, good, 5, 3, nil); err != nil {
		b.Fatal(err)
	}
	b.want("SELECT id, result, rows, changed, message FROM run ORDER BY id",
		line(left, "failed|0|0|the process ended before the run did"), line(failed, "failed|1|1|no"), line(good, "ok|5|3|"))
	at, ok, err := b.store.Evaluated(ctx)
	equal(b, "evaluated", at, noon(time.July, 2))
	if !ok || err != nil {
		b.Error(ok, err)
	}
	equal(b, "last evaluation", must(b, b.store.LastEvaluation), good)

	first, second := observation("2026-07", 1, kpi.Open), observation("2026-07", 2, kpi.Final)
	second.Restated, second.Value, second.Reason = true, nil, nil
	june := observation("2026-06", 1, kpi.Provisional)
	june.Starts, june.Ends = noon(time.June, 1), noon(time.July, 1)
	for _, o := range []kpi.Observation{first, june, second} {
		if err := b.store.SaveObservations(ctx, []kpi.Observation{o}, nil); err != nil {
			b.Fatal(err)
		}
	}
	first.RecordedAt, second.RecordedAt, june.RecordedAt = b.now, b.now, b.now
	read := func(scope int64, periods []string) []kpi.Observation {
		return must(b, func(ctx context.Context) ([]kpi.Observation, error) {
			return b.store.Observations(ctx, "k", scope, periods)
		})
	}
	equal(b, "newest revisions", read(0, nil), []kpi.Observation{june, second})
	equal(b, "of one period", read(1, []string{"2026-07"}), []kpi.Observation{second})
	equal(b, "of another scope", len(read(2, nil)), 0)
	equal(b, "of no period", len(read(0, []string{})), 0)
	equal(b, "revisions", must(b, func(ctx context.Context) ([]kpi.Observation, error) {
		return b.store.Revisions(ctx, "k", "m", 1, "2026-07")
	}), []kpi.Observation{first, second})
	third := observation("2026-07", 3, kpi.Final)
	if err := b.store.SaveObservations(ctx, []kpi.Observation{third}, nil); err != nil {
		b.Fatal(err)
	}
	equal(b, "first reported", must(b, func(ctx context.Context) ([]kpi.Observation, error) {
		return b.store.FirstReported(ctx, "k", 1)
	}), []kpi.Observation{second})
	equal(b, "unsettled", must(b, func(ctx context.Context) ([]kpi.Cell, error) { return b.store.Unsettled(ctx, "k") }), []kpi.Cell{{KPI: "k", Scope: 1, Period: "2026-06"}})

	scopes := []kpi.Scope{{Portfolio: "all", Segment: "all"}, {Portfolio: "all", Product: "flows", Segment: "plan=team"}}
	once := must(b, func(ctx context.Context) ([]kpi.Scope, error) { return b.store.Scopes(ctx, scopes) })
	more := must(b, func(ctx context.Context) ([]kpi.Scope, error) {
		return b.store.Scopes(ctx, append([]kpi.Scope{{Portfolio: "core", Segment: "all"}}, scopes...))
	})
	equal(b, "scopes keep their ids", more[1:], once)
}

// versions: one is added when something differs from the newest, so a change
// back is a version of its own.
func versions(b *bench) {
	var added []bool
	for _, hash := range []string{"a", "a", "b", "a"} {
		added = append(added, must(b, func(ctx context.Context) (bool, error) {
			return b.store.RecordVersion(ctx, store.ConfigVersion{Kind: "target", Key: "t", Hash: hash, Body: "{}", Since: 5, By: "me", Reason: "r"})
		}))
	}
	equal(b, "added", added, []bool{true, false, true, true})
	all := must(b, func(ctx context.Context) ([]store.ConfigVersion, error) { return b.store.Versions(ctx, "target") })
	equal(b, "all", len(all), 3)
	last, ok, err := b.store.LastVersion(b.Context(), "target", "t")
	if !ok || err != nil {
		b.Error(ok, err)
	}
	equal(b, "last", last, store.ConfigVersion{Kind: "target", Key: "t", Hash: "a", Body: "{}", Since: 5, RecordedAt: b.now, By: "me", Reason: "r"})
	if _, ok, err := b.store.LastVersion(b.Context(), "target", "u"); ok || err != nil {
		b.Error(ok, err)
	}
	if _, err := b.store.RecordVersion(b.Context(), store.ConfigVersion{Kind: "mood", Key: "t", Hash: "x"}); err == nil {
		b.Error("a kind nobody knows was stored")
	}
}

// verdicts are written when they differ from what was last shown.
func verdicts(b *bench) {
	v := store.Verdict{KPI: "k", Measure: "m", Scope: 1, Period: "2026-07", TargetHash: "t", Raw: "on_track", Status: "on_track", Displayed: "on_track", Caps: "[]", Detail: "{}", Sentence: "Fine."}
	save := func(v ...store.Verdict) int {
		b.Helper()
		return must(b, func(ctx context.Context) (int, error) { return b.store.SaveVerdicts(ctx, v) })
	}
	other := v
	other.Period = "2026-08"
	equal(b, "first", save(v, other), 2)
	v.Run = 9
	equal(b, "the same in another run", save(v, other), 0)
	v.Pending = ptr("at_risk")
	equal(b, "pending", save(v, other), 1)
	v.Sentence = "Not so fine."
	equal(b, "sentence", save(v, v), 1)
	b.want("SELECT period, revision, pending, sentence FROM verdict ORDER BY period, revision",
		"2026-07|1|-|Fine.", "2026-07|2|at_risk|Fine.", "2026-07|3|at_risk|Not so fine.", "2026-08|1|-|Fine.")
}

// readOnly: KPI SQL cannot write or read what is no fact, whatever it tries, and
// a store opened for reading says so.
func readOnly(b *bench) {
	const write = "INSERT INTO scope (portfolio, product, segment) VALUES ('x', 'x', 'x') RETURNING id"
	none := func(func(...any) error) error { return nil }
	tries := []string{write, "DELETE FROM account_row RETURNING id", "CREATE TABLE x (y INTEGER)"}
	if b.store.Dialect() == "sqlite" {
		outside := filepath.Join(b.TempDir(), "out.db")
		tries = append(tries, "ATTACH DATABASE '"+outside+"' AS y", "VACUUM INTO '"+outside+"'", "PRAGMA query_only = 0", "PRAGMA journal_mode = DELETE",
			"SELECT load_extension('x')", "SELECT * FROM observation", "SELECT * FROM sqlite_master", "SELECT * FROM pragma_table_info('run')", "SELECT (SELECT COUNT(*) FROM config_version)")
	}
	for _, try := range tries {
		if err := b.store.Query(b.Context(), try, nil, none); err == nil {
			b.Errorf("KPI SQL may run %s", try)
		}
	}
	if err := b.store.Query(b.Context(), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT COUNT(*), COALESCE(MAX(i), 0) FROM n, account", nil, none); err != nil {
		b.Errorf("KPI SQL may not read facts: %v", err)
	}
	if _, err := b.store.Columns(b.Context(), write, nil); err == nil {
		b.Error("asking for columns wrote")
	}
	cfg := b.config(Calendar())
	cfg.ReadOnly = true
	reader := open(b, cfg)
	defer reader.Close()
	if _, err := reader.Sink(store.SinkConfig{}).BeginRun(b.Context(), "x", 0); !errors.Is(err, store.ErrReadOnly) {
		b.Errorf("a run on a reader: %v", err)
	}
	if err := reader.Query(b.Context(), write, nil, none); err == nil {
		b.Error("a reader wrote")
	}
	b.want("SELECT id FROM scope")
	b.load(b.event("e1", nil))
	equal(b, "the reader sees what was written", Select(b, reader, "SELECT id FROM product_event"), []string{"e1"})
}

func line(id int64, rest string) string { return fmt.Sprint(id) + "|" + rest }
