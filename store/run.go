package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"

	"github.com/jmoiron/sqlx"
	"github.com/klauspost/compress/zstd"
	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// Reach lists the cells that records of a fact reach, given their product (""
// is every product) and the local day [from, to) they lie in. The engine knows;
// the store only asks.
type Reach func(factName, product string, from, to kpi.Millis) []kpi.Cell

// SinkConfig of Store.Sink.
type SinkConfig struct {
	Reach    Reach
	Segments []kpi.SegmentRule
	Identity Identity
}

// Sink stores what sources bring.
func (s *Store) Sink(cfg SinkConfig) ingest.Sink { return &sink{store: s, cfg: cfg, kind: "ingest"} }

// ReplaySink stores what is made anew of records that were kept.
func (s *Store) ReplaySink(cfg SinkConfig) ingest.Sink {
	return &sink{store: s, cfg: cfg, kind: "replay"}
}

type sink struct {
	store *Store
	cfg   SinkConfig
	kind  string // of its runs
}

// run is one open ingest run.
type run struct {
	store   *Store
	cfg     SinkConfig
	id      int64
	source  string
	cursors map[string]json.RawMessage
	codes   coder
	days    *dayIndex
	aliases map[string]string // of a source that does not name accounts: what it calls them
	replay  bool              // of what was delivered: it contradicts nothing
	pack    *zstd.Encoder     // of what is kept of records; see packer
}

// BeginRun opens a run; one that an earlier process left open is closed as failed.
func (k *sink) BeginRun(ctx context.Context, source string, asOf kpi.Millis) (ingest.Run, error) {
	return k.begin(ctx, source, k.kind, asOf)
}

// begin opens a run of a kind: ingest, or replay of what is there.
func (k *sink) begin(ctx context.Context, source, kind string, asOf kpi.Millis) (*run, error) {
	r := &run{store: k.store, cfg: k.cfg, source: source, replay: kind == "replay", cursors: map[string]json.RawMessage{}, codes: coder{}, days: newDayIndex(k.store.cfg.Calendar)}
	err := k.store.transact(ctx, func(tx *sqlx.Tx) error {
		now := k.store.cfg.Now()
		if _, err := tx.ExecContext(ctx, tx.Rebind(`UPDATE run SET result = 'failed', ended_at = ?, message = 'the process ended before the run did'
			WHERE source = ? AND kind = ? AND ended_at IS NULL`), int64(now), source, kind); err != nil {
			return err
		}
		id, err := scalar[int64](ctx, tx, `INSERT INTO run (source, kind, as_of, started_at, heartbeat_at) VALUES (?, ?, ?, ?, ?) RETURNING id`,
			source, kind, int64(asOf), int64(now), int64(now))
		if err != nil {
			return err
		}
		r.id = id
		if err := r.loadAliases(ctx, tx); err != nil {
			return err
		}
		return r.loadCursors(ctx, tx)
	})
	if err != nil {
		return nil, fmt.Errorf("begin run of %s: %w", source, err)
	}
	return r, nil
}

func (r *run) loadCursors(ctx context.Context, tx *sqlx.Tx) error {
	var rows []struct{ Stream, Cursor string }
	if err := tx.SelectContext(ctx, &rows, tx.Rebind("SELECT stream, cursor FROM source_state WHERE source = ?"), r.source); err != nil {
		return err
	}
	for _, row := range rows {
		r.cursors[row.Stream] = json.RawMessage(row.Cursor)
	}
	return nil
}

// ID of the run.
func (r *run) ID() int64 { return r.id }

// Cursor that was committed with the last page of the stream.
func (r *run) Cursor(stream string) json.RawMessage { return r.cursors[stream] }

// page is one transaction of a run.
type page struct {
	run *run
	tx  *sqlx.Tx
	now kpi.Millis
}

// Commit stores rows, rejections, marks and cursor together, or nothing.
func (r *run) Commit(ctx context.Context, in ingest.Page) (ingest.Counts, error) {
	var counts ingest.Counts
	err := r.store.transact(ctx, func(tx *sqlx.Tx) error {
		p := &page{run: r, tx: tx, now: r.store.cfg.Now()}
		if hint := r.store.dialect.hints().page; hint != "" {
			if _, err := tx.ExecContext(ctx, hint); err != nil {
				return err
			}
		}
		var err error
		counts, err = p.store(ctx, in)
		return err
	})
	if err != nil {
		r.codes = coder{} // codes learned in a transaction that never was
		return ingest.Counts{}, fmt.Errorf("store a page of %s/%s: %w", r.source, in.Stream, err)
	}
	if in.Cursor != nil {
		r.cursors[in.Stream] = in.Cursor
	}
	return counts, nil
}

func (p *page) store(ctx context.Context, in ingest.Page) (ingest.Counts, error) {
	counts := ingest.Counts{Records: in.Records, Rows: len(in.Rows)}
	marks := newMarks(p.run.days)
	accounts := map[string]bool{}
	put := func(rows []*fact.Row) (*upsert, error) {
		u, err := p.putFact(ctx, rows)
		if err == nil {
			counts.Add(u.counts)
			marks.note(u)
			marks.noteFirst(u.table.spec, rows)
			noteAccounts(accounts, u)
		}
		return u, err
	}
	rows, err := p.canonical(ctx, in.Rows)
	if err != nil {
		return counts, err
	}
	for _, group := range byFact(rows) {
		u, err := put(group)
		if err != nil {
			return counts, err
		}
		if err := p.keepSaid(ctx, u, group); err != nil {
			return counts, err
		}
		flat, err := p.flatAttributes(ctx, group, u.stale)
		if err != nil {
			return counts, err
		}
		for _, attributes := range byFact(flat) {
			if _, err := put(attributes); err != nil {
				return counts, err
			}
		}
	}
	gone, err := p.vanished(ctx, in)
	if err != nil {
		return counts, err
	}
	for _, group := range byFact(gone) {
		if _, err := put(group); err != nil {
			return counts, err
		}
	}
	counts.Gone = len(gone)
	if err := p.rebuildSegments(ctx, sortedKeys(accounts)); err != nil {
		return counts, err
	}
	if err := p.writeMarks(ctx, marks); err != nil {
		return counts, err
	}
	if err := p.keepRaw(ctx, in); err != nil {
		return counts, err
	}
	if err := p.saveDrift(ctx, in); err != nil {
		return counts, err
	}
	if err := p.saveTotals(ctx, in, &counts); err != nil {
		return counts, err
	}
	if counts.Rejected, err = p.reject(ctx, in.Rejected); err != nil {
		return counts, err
	}
	if err := p.resolve(ctx, in.Stream, in.Whole, in.Rows); err != nil {
		return counts, err
	}
	return counts, p.saveCursor(ctx, in, counts)
}

// putFact stores the rows of one fact and whatever is derived from them.
func (p *page) putFact(ctx context.Context, rows []*fact.Row) (*upsert, error) {
	spec, ok := fact.Find(rows[0].Fact)
	if !ok {
		return nil, fmt.Errorf("no fact is called %q", rows[0].Fact)
	}
	if spec.Name != "product_event" {
		return p.putRows(ctx, plainTable(spec), rows)
	}
	events := make([][]any, len(rows))
	for i, r := range rows {
		events[i] = r.Values
	}
	if err := p.learnCodes(ctx, events); err != nil {
		return nil, err
	}
	u, err := p.putRows(ctx, p.eventTable(spec), rows)
	if err != nil {
		return nil, err
	}
	return u, p.foldEvents(ctx, u)
}

func (p *page) reject(ctx context.Context, rejected []ingest.Rejection) (int, error) {
	rows := make([][]any, 0, len(rejected))
	seen := map[ingest.Rejection]bool{}
	for _, r := range rejected {
		key := ingest.Rejection{Stream: r.Stream, Locator: r.Locator, Field: r.Field, Found: r.Found}
		if seen[key] {
			continue
		}
		seen[key] = true
		rows = append(rows, []any{p.run.id, p.run.source, r.Stream, r.Locator, r.Field, r.Found, r.Allowed, r.Body})
	}
	// the same record refused again is the same line of the list
	return len(rejected), insertMany(ctx, p.tx, "rejected_record",
		[]string{"run", "source", "stream", "locator", "field", "found", "allowed", "body"}, rows,
		"ON CONFLICT (source, stream, locator, field, found) DO UPDATE SET run = excluded.run, allowed = excluded.allowed, resolved_at = NULL")
}

// resolve closes what was rejected of files that have now been read whole without
// being rejected again, and of records that have now been taken.
func (p *page) resolve(ctx context.Context, stream string, files []string, rows []fact.Row) error {
	open, err := scalar[int64](ctx, p.tx, "SELECT COUNT(*) FROM rejected_record WHERE source = ? AND stream = ? AND run < ? AND resolved_at IS NULL", p.run.source, stream, p.run.id)
	if err != nil || open == 0 {
		return err
	}
	taken := map[string]bool{}
	for _, r := range rows {
		taken[r.Locator] = true
	}
	err = chunks(sortedKeys(taken), 500, func(part []string) error {
		_, err := p.tx.ExecContext(ctx, p.tx.Rebind("UPDATE rejected_record SET resolved_at = ? WHERE source = ? AND stream = ? AND run < ? AND resolved_at IS NULL AND locator IN ("+marks(len(part))+")"),
			append([]any{int64(p.now), p.run.source, stream, p.run.id}, anys(part)...)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("close corrected rejections: %w", err)
	}
	for _, f := range files {
		if _, err := p.tx.ExecContext(ctx, p.tx.Rebind(`UPDATE rejected_record SET resolved_at = ?
			WHERE source = ? AND stream = ? AND run < ? AND resolved_at IS NULL AND (locator = ? OR substr(locator, 1, ?) = ?)`),
			int64(p.now), p.run.source, stream, p.run.id, f, len([]rune(f))+1, f+":"); err != nil {
			return fmt.Errorf("close corrected rejections: %w", err)
		}
	}
	return nil
}

func (p *page) saveCursor(ctx context.Context, in ingest.Page, c ingest.Counts) error {
	if in.Cursor != nil {
		if _, err := p.tx.ExecContext(ctx, p.tx.Rebind(`INSERT INTO source_state (source, stream, cursor, complete_through) VALUES (?, ?, ?, ?)
			ON CONFLICT (source, stream) DO UPDATE SET cursor = excluded.cursor,
			  complete_through = COALESCE(excluded.complete_through, source_state.complete_through)`),
			p.run.source, in.Stream, string(in.Cursor), in.CompleteThrough); err != nil {
			return fmt.Errorf("save cursor: %w", err)
		}
	}
	_, err := p.tx.ExecContext(ctx, p.tx.Rebind(`UPDATE run SET pages = pages + 1, rows = rows + ?, added = added + ?, changed = changed + ?,
		duplicates = duplicates + ?, rejected = rejected + ?, heartbeat_at = ? WHERE id = ?`),
		c.Records, c.New, c.Changed, c.Duplicates, c.Rejected, int64(p.now), p.run.id)
	return err
}

// Finish closes the run.
func (r *run) Finish(ctx context.Context, rep ingest.Report) error {
	message := rep.Summary.Message
	if rep.Err != nil {
		message = rep.Err.Error()
	}
	complete := 0
	if rep.Summary.Complete {
		complete = 1
	}
	return r.store.transact(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, tx.Rebind("UPDATE run SET ended_at = ?, result = ?, complete = ?, complete_through = ?, message = ? WHERE id = ?"),
			int64(r.store.cfg.Now()), string(rep.Result), complete, rep.Summary.CompleteThrough, message, r.id)
		if err != nil {
			return err
		}
		return r.judgeFields(ctx, tx, r.store.cfg.Now())
	})
}

// byFact groups rows by fact in the order the facts first appear.
func byFact(rows []fact.Row) [][]*fact.Row {
	at := map[string]int{}
	var out [][]*fact.Row
	for i := range rows {
		k, ok := at[rows[i].Fact]
		if !ok {
			k = len(out)
			at[rows[i].Fact] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], &rows[i])
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
