package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
	"github.com/spf13/cobra"
)

func ingestCommand(o *options) *cobra.Command {
	var full, dry, replay bool
	var since string
	var accept int64
	c := &cobra.Command{
		Use:   "ingest [SOURCE...]",
		Short: "Run sources now, then compute what their records reach",
		Long: `Run the named sources, or all that are enabled. A source that fails stops no other;
bad records are put aside with where they stand, field, what was found and what is
allowed. Exit status 1 when a source failed.`,
		Example: "  kpid ingest\n  kpid ingest warehouse crm\n  kpid ingest --full billing    read everything again, files that are known, too\n" +
			"  kpid ingest --since 2026-01-01 jira    ask a vendor from a day on, whatever was read\n  kpid ingest --dry-run jira    read and map, store nothing\n" +
			"  kpid ingest --replay jira    map what was kept of jira's records again, after its manifest was corrected",
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd.Context(), dry, func(a *app) error {
				how := reading{full: full, replay: replay}
				if replay && (full || since != "" || accept != 0) {
					return misuse(errors.New("--replay asks no source, so it goes without --full, --since and --accept"))
				}
				if since != "" {
					day, err := kpi.ParseDate(since)
					if err != nil {
						return misuse(fmt.Errorf("--since %q is no day; write 2026-01-01", since))
					}
					how.since = a.cal.Midnight(day)
				}
				if accept != 0 {
					id, err := a.held(cmd.Context(), accept)
					if err != nil {
						return err
					}
					args, how.accept = []string{id}, &acceptance{run: accept, by: account()}
				}
				if dry {
					return a.dryRun(cmd.Context(), o.term, args, how)
				}
				failed, err := a.ingest(cmd.Context(), o.term.err, args, how)
				if err != nil {
					return err
				}
				if _, err := a.evaluate(cmd.Context(), o.term.err); err != nil {
					return err
				}
				if failed > 0 {
					return fmt.Errorf("%d of the sources failed; the others are stored", failed)
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&full, "full", false, "read everything again, whatever is known of it")
	c.Flags().StringVar(&since, "since", "", "of sources over HTTP: read from this day on, whatever was read")
	c.Flags().Int64Var(&accept, "accept", 0, "number of a run that was held: read its source again and take what is missing as gone")
	c.Flags().BoolVar(&replay, "replay", false, "map the records that were kept again, without asking where they came from")
	c.Flags().BoolVar(&dry, "dry-run", false, "read and map, say what would come, store nothing")
	return c
}

// held is the source of a run that was held back.
func (a *app) held(ctx context.Context, run int64) (string, error) {
	source, result, ok, err := a.store.RunOf(ctx, run)
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "", misuse(fmt.Errorf("--accept %d: there is no such run", run))
	case result != string(ingest.Held):
		return "", misuse(fmt.Errorf("--accept %d: that run of %s ended %s, there is nothing to accept", run, source, result))
	}
	return source, nil
}

// sideBySide is how many sources are read at once: a vendor that hangs keeps the
// others waiting no longer than one of these.
const sideBySide = 6

// ingest runs sources and says how many failed.
func (a *app) ingest(ctx context.Context, w io.Writer, ids []string, how reading) (failed int, err error) {
	sources, err := a.named(ids, how)
	if err != nil {
		return 0, err
	}
	if err := a.followConfig(ctx); err != nil {
		return 0, err
	}
	stored := store.SinkConfig{Reach: a.engine.Reach(a.now()), Segments: a.rules(), Identity: a.identity}
	if err := a.match(ctx, stored); err != nil { // what the map says now holds for what comes now
		return 0, err
	}
	added, sink := 0, a.store.Sink(stored)
	if how.replay {
		sink = a.store.ReplaySink(stored)
	}
	for _, r := range ingest.RunAll(ctx, how.accept.signing(gated{sink, &a.gate}), sources, a.now(), a.parallel(ids), a.progress(ctx, w)) {
		if r.Result == ingest.Failed || r.Result == ingest.Held {
			failed++
		}
		added += r.Counts.New
	}
	if err := a.match(ctx, stored); err != nil {
		return failed, err
	}
	if err := a.tellUnmatched(ctx, w); err != nil {
		return failed, err
	}
	if err := a.forgetRaw(ctx); err != nil {
		return failed, err
	}
	if added > 10_000 {
		if err := a.store.Optimize(ctx); err != nil {
			return failed, err
		}
	}
	return failed, ctx.Err()
}

// forgetRaw drops records that were kept for long enough.
func (a *app) forgetRaw(ctx context.Context) error {
	const day = 24 * 3_600_000
	_, err := a.store.ForgetRaw(ctx, a.now()-kpi.Millis(a.cfg.Store.RawDays)*day)
	return err
}

// parallel is 1 for files: there is one writer, and running them side by side would
// only make them wait. What waits for vendors is read side by side.
func (a *app) parallel(ids []string) int {
	for _, s := range a.sources {
		if s.remote() && (len(ids) == 0 || slices.Contains(ids, s.ID)) {
			return sideBySide
		}
	}
	return 1
}

// gated is a sink whose pages wait while an evaluation runs.
type gated struct {
	ingest.Sink
	gate *sync.RWMutex
}

// BeginRun opens a run whose pages go through the gate.
func (g gated) BeginRun(ctx context.Context, source string, asOf kpi.Millis) (ingest.Run, error) {
	run, err := g.Sink.BeginRun(ctx, source, asOf)
	if err != nil {
		return nil, err
	}
	return gatedRun{run, g.gate}, nil
}

type gatedRun struct {
	ingest.Run
	gate *sync.RWMutex
}

// Commit waits for the evaluation that runs, if one does.
func (r gatedRun) Commit(ctx context.Context, p ingest.Page) (ingest.Counts, error) {
	r.gate.RLock()
	defer r.gate.RUnlock()
	return r.Run.Commit(ctx, p)
}

// followConfig rebuilds what was derived with an earlier configuration.
func (a *app) followConfig(ctx context.Context) error {
	a.gate.Lock()
	defer a.gate.Unlock()
	zone := "UTC"
	if a.cal.Zone != nil {
		zone = a.cal.Zone.String()
	}
	for _, step := range []struct {
		kind, key, hash string
		rebuild         func() error
	}{
		{"params", "zone of usage days", digest(zone), func() error { return a.store.RebuildUsage(ctx) }},
		{"segment", "named segments", digest(a.rules()), func() error { return a.store.RebuildSegments(ctx, a.rules()) }},
	} {
		last, ok, err := a.store.LastVersion(ctx, step.kind, step.key)
		if err != nil {
			return err
		}
		if ok && last.Hash != step.hash {
			if err := step.rebuild(); err != nil {
				return err
			}
		}
		if _, err := a.store.RecordVersion(ctx, store.ConfigVersion{Kind: step.kind, Key: step.key, Hash: step.hash, Body: "{}", Since: a.now(), By: "kpid", Reason: "configuration"}); err != nil {
			return err
		}
	}
	return nil
}

// shownRejections is how many rejected records a run prints; the store has all.
const shownRejections = 5

// progress prints one line a finished source with the records it put aside, and
// on a terminal a moving line while it runs.
func (a *app) progress(ctx context.Context, w io.Writer) func(ingest.Progress) {
	moving := isTerminal(w)
	began := map[string]time.Time{} // streams
	return func(p ingest.Progress) {
		if _, ok := began[p.Source+" "+p.Stream]; !ok {
			began[p.Source+" "+p.Stream] = time.Now()
		}
		switch r := p.Report; {
		case r != nil:
			if moving {
				fmt.Fprint(w, "\r\033[K")
			}
			fmt.Fprintln(w, reportLine(*r))
			a.printRejected(ctx, w, *r)
			a.tellDrifts(ctx, w, r.Source)
		case moving:
			fmt.Fprint(w, "\r\033[K"+progressLine(p, time.Since(began[p.Source+" "+p.Stream])))
		}
	}
}

// progressLine says where a run stands, and how long its stream takes at the pace so far.
func progressLine(p ingest.Progress, elapsed time.Duration) string {
	line := fmt.Sprintf("%s: %s, page %d, %d records", p.Source, p.Stream, p.Pages, p.Counts.Records)
	if p.Share <= 0 || p.Share >= 1 {
		return line
	}
	line += fmt.Sprintf(", %.0f %%", 100*p.Share)
	const least = 3 * time.Second // before that a pace says nothing
	if elapsed < least {
		return line
	}
	left := time.Duration(float64(elapsed) * (1 - p.Share) / p.Share)
	switch {
	case left < time.Minute:
		return line + fmt.Sprintf(", about %d s left", 1+int(left/time.Second))
	case left < 100*time.Minute:
		return line + fmt.Sprintf(", about %d min left", int((left+30*time.Second)/time.Minute))
	}
	return line + fmt.Sprintf(", about %.0f h left", left.Hours())
}

// printRejected shows the first rejected records of a run: where, which field,
// what was found, what is allowed.
func (a *app) printRejected(ctx context.Context, w io.Writer, r ingest.Report) {
	if r.Counts.Rejected == 0 {
		return
	}
	rows, err := a.store.RejectedRecords(ctx, r.Source, r.Run, shownRejections)
	if err != nil {
		fmt.Fprintf(w, "  the rejected records cannot be listed: %v\n", err)
		return
	}
	for _, row := range rows {
		field := ""
		if row.Field != "" {
			field = row.Field + ": "
		}
		fmt.Fprintf(w, "  %s: %sfound %q; allowed: %s\n", row.Locator, field, row.Found, row.Allowed)
	}
	if more := r.Counts.Rejected - len(rows); more > 0 {
		fmt.Fprintf(w, "  and %d more, kept in the store (rejected_record)\n", more)
	}
}

// reportLine says what a run did; a run that changed nothing says so.
func reportLine(r ingest.Report) string {
	line := resultLine(r)
	if r.Err == nil && r.Summary.Message != "" {
		line += " (" + r.Summary.Message + ")"
	}
	return line
}

func resultLine(r ingest.Report) string {
	c := r.Counts
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{c.New, "new"}, {c.Changed, "changed"}, {c.Superseded, "older than known"}, {c.Duplicates, "the same"}, {c.Gone, "gone"},
		{c.Rejected, "rejected"}, {r.Summary.Unchanged, "files unchanged"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	switch {
	case r.Result == ingest.Held:
		return fmt.Sprintf("%s: held: %v: kpid ingest --accept %d", r.Source, r.Err, r.Run)
	case r.Err != nil:
		return fmt.Sprintf("%s: failed: %v", r.Source, r.Err)
	case c.New+c.Changed+c.Superseded+c.Rejected == 0:
		if c.Gone > 0 {
			break
		}
		return fmt.Sprintf("%s: nothing new (%s)", r.Source, strings.Join(append([]string{fmt.Sprintf("%d records", c.Records)}, parts...), ", "))
	}
	return fmt.Sprintf("%s: %d records, %s", r.Source, c.Records, strings.Join(parts, ", "))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
