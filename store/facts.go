package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi/fact"
)

// entry is a key of a page: the version that stands for it, beside what the table has.
type entry struct {
	row   *fact.Row // of the page; nil while the table's stands
	hash  string    // of the version that stands
	fault string

	known    bool   // the key is in the table already
	oldHash  string // of the table's version
	changes  int    // versions of the page that took over
	updated  *int64
	firstRun int64
	old      []any // values in the table; loaded when the page brings others
	oldGone  *int64
}

// upsert is the outcome for one fact of a page.
type upsert struct {
	table   *table
	added   []*entry
	changed []*entry
	counts  ingest.Counts
	stale   map[*fact.Row]bool // older than what was there
}

// putRows brings rows of one fact into their table, idempotently by (source, id):
// the same content is a duplicate, newer content replaces and the loser is kept
// as a revision, older content is only kept.
func (p *page) putRows(ctx context.Context, t *table, rows []*fact.Row) (*upsert, error) {
	u := &upsert{table: t, stale: map[*fact.Row]bool{}}
	entries, order, err := p.entries(ctx, t, rows)
	if err != nil {
		return nil, err
	}
	var losers []loser
	lose := func(id, hash string, values []any, updated, gone *int64, stale bool, contradicts int) error {
		b, err := body(t.spec, values, updated, gone)
		losers = append(losers, loser{id, hash, b, stale, contradicts})
		return err
	}
	for _, r := range rows {
		e, hash := entries[r.ID], hashRow(r.Values, r.Gone)
		switch {
		case e.row == nil && !e.known:
			e.take(r, hash)
		case hash == e.hash:
			u.counts.Duplicates++
		case older(r.UpdatedAt, e.updated):
			u.stale[r] = true
			kept, err := p.kept(ctx, t, r.ID, hash)
			if err != nil {
				return nil, err
			}
			if kept { // delivered before, and too old then already
				u.counts.Duplicates++
				continue
			}
			u.counts.Superseded++
			if err := lose(r.ID, hash, r.Values, r.UpdatedAt, r.Gone, true, 0); err != nil {
				return nil, err
			}
		default:
			e.changes++
			values, gone := e.standing()
			contradicts := 0
			if !p.run.replay && e.contradicts(t.spec, r) {
				contradicts = 1
			}
			if err := lose(r.ID, e.hash, values, e.updated, gone, false, contradicts); err != nil {
				return nil, err
			}
			e.take(r, hash)
		}
	}
	u.settle(entries, order)
	if err := p.writeRows(ctx, t, slices.Concat(u.added, u.changed)); err != nil {
		return nil, err
	}
	if losers, err = p.lost(ctx, u, entries, losers); err != nil {
		return nil, err
	}
	return u, p.writeRevisions(ctx, t, losers)
}

// lost leaves out of the losers what is no news: for a key that ended where it
// began, the version that stands and those kept before. A re-delivery of both
// versions of a conflict thus changes nothing.
func (p *page) lost(ctx context.Context, u *upsert, entries map[string]*entry, losers []loser) ([]loser, error) {
	var out []loser
	for _, l := range losers {
		e := entries[l.id]
		if l.stale || !e.known || e.hash != e.oldHash {
			out = append(out, l)
			continue
		}
		kept, err := p.kept(ctx, u.table, l.id, l.hash)
		switch {
		case err != nil:
			return nil, err
		case kept || l.hash == e.hash:
			u.counts.Duplicates++
		default:
			u.counts.Superseded++
			out = append(out, l)
		}
	}
	return out, nil
}

// settle sorts the keys of a page by what became of them.
func (u *upsert) settle(entries map[string]*entry, order []string) {
	for _, id := range order {
		e := entries[id]
		switch {
		case e.row == nil, e.known && e.hash == e.oldHash: // it ended where it began
		case e.known:
			u.counts.Changed += e.changes
			u.changed = append(u.changed, e)
		default:
			u.counts.Changed += e.changes
			u.added = append(u.added, e)
			u.counts.New++
		}
	}
}

// loser is a version that does not stand.
type loser struct {
	id, hash, body string
	stale          bool // older than what stood when it came; counted already
	contradicts    int  // 1: both were delivered as the state of one moment
}

// kept says whether a version is among the revisions already.
func (p *page) kept(ctx context.Context, t *table, id, hash string) (bool, error) {
	n, err := scalar[int64](ctx, p.tx, "SELECT COUNT(*) FROM fact_revision WHERE fact = ? AND source = ? AND id = ? AND hash = ?", t.spec.Name, p.run.source, id, hash)
	return n > 0, err
}

// contradicts says whether a row and the version that stands claim the same
// moment: the same updated_at or, where none is given, the same page. That an account
// is called otherwise by us is no claim of the source.
func (e *entry) contradicts(spec *fact.Spec, r *fact.Row) bool {
	same := r.UpdatedAt == nil && e.updated == nil && e.row != nil
	if r.UpdatedAt != nil && e.updated != nil {
		same = *r.UpdatedAt == *e.updated
	}
	return same && (r.Said == "" || !e.butAccount(spec, r))
}

// butAccount says that a row differs from the version that stands in nothing but the
// account.
func (e *entry) butAccount(spec *fact.Spec, r *fact.Row) bool {
	old, gone := e.standing()
	if i := spec.Index("account_id"); len(old) > i {
		old = slices.Clone(old)
		old[i] = r.Values[i]
	}
	return hashRow(old, gone) == hashRow(r.Values, r.Gone)
}

func (e *entry) take(r *fact.Row, hash string) { e.row, e.hash, e.updated = r, hash, r.UpdatedAt }

func (e *entry) standing() (values []any, gone *int64) {
	if e.row != nil {
		return e.row.Values, e.row.Gone
	}
	return e.old, e.oldGone
}

// older: both say when they were updated, and a lies before b. Without that,
// arrival decides.
func older(a, b *int64) bool { return a != nil && b != nil && *a < *b }

// entries makes one for each key of a page, in key order, with what the table has.
func (p *page) entries(ctx context.Context, t *table, rows []*fact.Row) (map[string]*entry, []string, error) {
	entries := make(map[string]*entry, len(rows))
	for _, r := range rows {
		if entries[r.ID] == nil {
			entries[r.ID] = &entry{firstRun: p.run.id}
		}
	}
	ids := sortedKeys(entries) // in key order the index is walked once
	err := chunks(ids, 2000, func(part []string) error {
		q := "SELECT id, hash, updated_at, first_run FROM " + t.name + " WHERE source = ? AND id IN (" + marks(len(part)) + ")"
		found, err := p.tx.QueryContext(ctx, p.tx.Rebind(q), append([]any{p.run.source}, anys(part)...)...)
		if err != nil {
			return fmt.Errorf("look up %s: %w", t.name, err)
		}
		defer found.Close()
		for found.Next() {
			var id string
			e := entry{known: true}
			if err := found.Scan(&id, &e.hash, &e.updated, &e.firstRun); err != nil {
				return err
			}
			e.oldHash = e.hash
			*entries[id] = e
		}
		return found.Err()
	})
	if err != nil {
		return nil, nil, err
	}
	return entries, ids, p.loadOld(ctx, t, entries, rows)
}

// loadOld reads the values of those keys for which a page brings others.
func (p *page) loadOld(ctx context.Context, t *table, entries map[string]*entry, rows []*fact.Row) error {
	differ := map[string]bool{}
	for _, r := range rows {
		if e := entries[r.ID]; e.known && hashRow(r.Values, r.Gone) != e.hash {
			differ[r.ID] = true
		}
	}
	return chunks(sortedKeys(differ), 500, func(part []string) error {
		q := "SELECT r.id, r.gone_at, " + strings.Join(t.selects, ", ") + " FROM " + t.name +
			" r WHERE r.source = ? AND r.id IN (" + marks(len(part)) + ")"
		found, err := p.tx.QueryContext(ctx, p.tx.Rebind(q), append([]any{p.run.source}, anys(part)...)...)
		if err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
		defer found.Close()
		for found.Next() {
			var id string
			var gone *int64
			values, err := t.scan(found, &id, &gone)
			if err != nil {
				return err
			}
			e := entries[id]
			e.old, e.oldGone = values, gone
		}
		return found.Err()
	})
}

func (p *page) writeRows(ctx context.Context, t *table, entries []*entry) error {
	columns := append(append([]string(nil), head...), t.columns...)
	rows := make([][]any, 0, len(entries))
	for _, e := range entries {
		values, err := t.encode(e.row.Values)
		if err != nil {
			return err
		}
		e.fault = t.spec.Fault(e.row.Values)
		var fault any
		if e.fault != "" {
			fault = e.fault
		}
		row := []any{p.run.source, e.row.ID, e.row.UpdatedAt, e.firstRun, p.run.id, e.hash, e.row.Gone, fault}
		rows = append(rows, append(row, values...))
	}
	var set []string
	for _, c := range columns[2:] {
		if c != "first_run" {
			set = append(set, c+" = excluded."+c)
		}
	}
	return insertMany(ctx, p.tx, t.name, columns, rows, "ON CONFLICT (source, id) DO UPDATE SET "+strings.Join(set, ", "))
}

// writeRevisions numbers each loser after those its key has already.
func (p *page) writeRevisions(ctx context.Context, t *table, losers []loser) error {
	next := map[string]int64{}
	rows := make([][]any, 0, len(losers))
	for _, l := range losers {
		if _, ok := next[l.id]; !ok {
			n, err := scalar[int64](ctx, p.tx, "SELECT COALESCE(MAX(revision), 0) FROM fact_revision WHERE fact = ? AND source = ? AND id = ?", t.spec.Name, p.run.source, l.id)
			if err != nil {
				return err
			}
			next[l.id] = n
		}
		next[l.id]++
		rows = append(rows, []any{t.spec.Name, p.run.source, l.id, next[l.id], p.run.id, l.hash, l.body, int64(p.now), l.contradicts})
	}
	return insertMany(ctx, p.tx, "fact_revision",
		[]string{"fact", "source", "id", "revision", "run", "hash", "body", "superseded_at", "contradicts"}, rows, "")
}

func scalar[T any](ctx context.Context, q sqlx.ExtContext, query string, args ...any) (T, error) {
	var v T
	err := sqlx.GetContext(ctx, q, &v, q.(interface{ Rebind(string) string }).Rebind(query), args...)
	return v, err
}

func product(s *fact.Spec, values []any) string {
	if s.Product == "" {
		return ""
	}
	v, _ := values[s.Index(s.Product)].(string)
	return v
}
