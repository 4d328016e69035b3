package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi/fact"
)

// fewRows is under how many rows a fifth says nothing.
const fewRows = 5

// vanished are the rows that a complete listing does not have any more, marked as
// gone now. They keep their values, and their history has when they went.
func (p *page) vanished(ctx context.Context, in ingest.Page) ([]fact.Row, error) {
	var out []fact.Row
	for _, name := range sortedKeys(in.Listing) {
		spec, ok := fact.Find(name)
		if !ok || name == "product_event" {
			return nil, fmt.Errorf("no listing of %q can be complete", name)
		}
		t := plainTable(spec)
		listed := make(map[string]bool, len(in.Listing[name]))
		for _, id := range in.Listing[name] {
			listed[id] = true
		}
		var have []string
		if err := p.tx.SelectContext(ctx, &have, p.tx.Rebind("SELECT id FROM "+t.name+" WHERE source = ? AND gone_at IS NULL ORDER BY id"), p.run.source); err != nil {
			return nil, err
		}
		var missing []string
		for _, id := range have {
			if !listed[id] {
				missing = append(missing, id)
			}
		}
		if !in.Accept && 5*len(missing) > len(have) && (len(have) >= fewRows || len(listed) == 0) {
			return nil, &ingest.HeldError{Fact: name, Had: len(have), Missing: len(missing)}
		}
		rows, err := p.goneNow(ctx, t, missing)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// goneNow reads rows and marks them. Without a time of change arrival decides, so
// that one that comes back is there again.
func (p *page) goneNow(ctx context.Context, t *table, ids []string) ([]fact.Row, error) {
	var out []fact.Row
	now := int64(p.now)
	err := chunks(ids, 500, func(part []string) error {
		found, err := p.tx.QueryContext(ctx, p.tx.Rebind("SELECT r.id, "+strings.Join(t.selects, ", ")+" FROM "+t.name+
			" r WHERE r.source = ? AND r.id IN ("+marks(len(part))+") ORDER BY r.id"), append([]any{p.run.source}, anys(part)...)...)
		if err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
		defer found.Close()
		for found.Next() {
			row := fact.Row{Fact: t.spec.Name, Gone: &now}
			if row.Values, err = t.scan(found, &row.ID); err != nil {
				return err
			}
			out = append(out, row)
		}
		return found.Err()
	})
	return out, err
}
