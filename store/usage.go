package store

import (
	"context"
	"fmt"
	"sort"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// Positions of product_event's values in its spec; a test holds them to it.
const (
	evAccount = iota
	evUser
	evProduct
	evName
	evOccurred
	evReceived
	evQuantity
	evSuccess
	evBot
)

// coder gives texts their integer codes; code 0 stands for "not given".
type coder map[[2]string]int64

func (p *page) eventTable(spec *fact.Spec) *table {
	code := func(kind string, v any) any {
		s, ok := v.(string)
		if !ok {
			return int64(0)
		}
		return p.run.codes[[2]string{kind, s}]
	}
	text := func(column string) string { return "(SELECT c.text FROM code c WHERE c.id = r." + column + ")" }
	return &table{
		spec: spec, name: "product_event_row",
		columns: []string{"account", "person", "product", "name", "occurred_at", "received_at", "quantity", "success", "is_bot"},
		selects: []string{text("account"), text("person"), text("product"), text("name"), "r.occurred_at", "r.received_at", "r.quantity", "r.success", "r.is_bot"},
		encode: func(v []any) ([]any, error) {
			return []any{code("account", v[evAccount]), code("user", v[evUser]), code("product", v[evProduct]), code("event", v[evName]),
				v[evOccurred], v[evReceived], v[evQuantity], v[evSuccess], v[evBot]}, nil
		},
	}
}

// learnCodes makes sure every dimension of some events has its code.
func (p *page) learnCodes(ctx context.Context, events [][]any) error {
	missing := map[string]map[string]bool{"account": {}, "user": {}, "product": {}, "event": {}}
	for _, values := range events {
		for kind, at := range map[string]int{"account": evAccount, "user": evUser, "product": evProduct, "event": evName} {
			if s, ok := values[at].(string); ok && p.run.codes[[2]string{kind, s}] == 0 {
				missing[kind][s] = true
			}
		}
	}
	for _, kind := range []string{"account", "user", "product", "event"} {
		texts := make([]string, 0, len(missing[kind]))
		for s := range missing[kind] {
			texts = append(texts, s)
		}
		sort.Strings(texts)
		if err := p.codeAll(ctx, kind, texts); err != nil {
			return fmt.Errorf("code %s names: %w", kind, err)
		}
	}
	return nil
}

func (p *page) codeAll(ctx context.Context, kind string, texts []string) error {
	return chunks(texts, 1000, func(part []string) error {
		rows := make([][]any, len(part))
		for i, s := range part {
			rows[i] = []any{kind, s}
		}
		if err := insertMany(ctx, p.tx, "code", []string{"kind", "text"}, rows, "ON CONFLICT (kind, text) DO NOTHING"); err != nil {
			return err
		}
		found, err := p.tx.QueryContext(ctx, p.tx.Rebind("SELECT id, text FROM code WHERE kind = ? AND text IN ("+marks(len(part))+")"), append([]any{kind}, anys(part)...)...)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var id int64
			var text string
			if err := found.Scan(&id, &text); err != nil {
				return err
			}
			p.run.codes[[2]string{kind, text}] = id
		}
		return found.Err()
	})
}

// cell is one account's use of one event in one product on one local day.
type cell struct{ name, day, product, account int64 }

// usage is what a cell holds.
type usage struct {
	uses, successes           int64
	quantity, successQuantity float64
	first, last               int64
	firstSuccess              *int64
}

func (u *usage) add(at int64, quantity float64, success bool) {
	if u.uses == 0 || at < u.first {
		u.first = at
	}
	if u.uses == 0 || at > u.last {
		u.last = at
	}
	u.uses++
	u.quantity += quantity
	if !success {
		return
	}
	u.successes++
	u.successQuantity += quantity
	if u.firstSuccess == nil || at < *u.firstSuccess {
		u.firstSuccess = &at
	}
}

// foldEvents keeps usage_day in step: new events are added to their cells,
// changed ones have their old and new cells built again from the events.
func (p *page) foldEvents(ctx context.Context, u *upsert) error {
	added := map[cell]*usage{}
	for _, e := range u.added {
		v := e.row.Values
		if e.row.Gone != nil || e.fault != "" || v[evBot].(int64) == 1 {
			continue
		}
		c, err := p.cellOf(u.table, v)
		if err != nil {
			return err
		}
		if added[c] == nil {
			added[c] = &usage{}
		}
		added[c].add(v[evOccurred].(int64), v[evQuantity].(float64), v[evSuccess].(int64) == 1)
	}
	if err := p.addCells(ctx, added); err != nil {
		return err
	}
	var left [][]any // what events were before, in words this run may not have met
	for _, e := range u.changed {
		left = append(left, e.old)
	}
	if err := p.learnCodes(ctx, left); err != nil {
		return err
	}
	again := map[cell]bool{}
	for _, e := range u.changed {
		for _, v := range [][]any{e.old, e.row.Values} {
			c, err := p.cellOf(u.table, v)
			if err != nil {
				return err
			}
			again[c] = true
		}
	}
	return p.rebuildCells(ctx, again)
}

func (p *page) cellOf(t *table, values []any) (cell, error) {
	coded, err := t.encode(values)
	if err != nil {
		return cell{}, err
	}
	day := p.run.days.of(kpi.Millis(values[evOccurred].(int64)))
	return cell{name: coded[3].(int64), day: day, product: coded[2].(int64), account: coded[0].(int64)}, nil
}

func (p *page) addCells(ctx context.Context, cells map[cell]*usage) error {
	rows := make([][]any, 0, len(cells))
	for _, c := range sortedCells(cells) {
		u := cells[c]
		rows = append(rows, []any{c.name, c.day, c.product, c.account, u.uses, u.successes, u.quantity, u.successQuantity, u.first, u.firstSuccess, u.last})
	}
	const t = "usage_day_cell."
	return insertMany(ctx, p.tx, "usage_day_cell",
		[]string{"name", "day", "product", "account", "uses", "successes", "quantity", "success_quantity", "first_at", "first_success_at", "last_at"}, rows,
		`ON CONFLICT (name, day, product, account) DO UPDATE SET
		   uses = `+t+`uses + excluded.uses, successes = `+t+`successes + excluded.successes,
		   quantity = `+t+`quantity + excluded.quantity, success_quantity = `+t+`success_quantity + excluded.success_quantity,
		   first_at = CASE WHEN excluded.first_at < `+t+`first_at THEN excluded.first_at ELSE `+t+`first_at END,
		   first_success_at = CASE WHEN `+t+`first_success_at IS NULL OR excluded.first_success_at < `+t+`first_success_at THEN excluded.first_success_at ELSE `+t+`first_success_at END,
		   last_at = CASE WHEN excluded.last_at > `+t+`last_at THEN excluded.last_at ELSE `+t+`last_at END`)
}

func (p *page) rebuildCells(ctx context.Context, cells map[cell]bool) error {
	for _, c := range sortedCells(cells) {
		from, to := p.run.days.bounds(c.day)
		if _, err := p.tx.ExecContext(ctx, p.tx.Rebind("DELETE FROM usage_day_cell WHERE name = ? AND day = ? AND product = ? AND account = ?"), c.name, c.day, c.product, c.account); err != nil {
			return err
		}
		if _, err := p.tx.ExecContext(ctx, p.tx.Rebind(`INSERT INTO usage_day_cell (name, day, product, account, uses, successes, quantity, success_quantity, first_at, first_success_at, last_at)
			SELECT name, CAST(? AS BIGINT), product, account, COUNT(*), SUM(success), SUM(quantity), SUM(success * quantity),
			       MIN(occurred_at), MIN(CASE WHEN success = 1 THEN occurred_at END), MAX(occurred_at)
			FROM product_event_row
			WHERE product = ? AND name = ? AND account = ? AND occurred_at >= ? AND occurred_at < ?
			  AND is_bot = 0 AND gone_at IS NULL AND fault IS NULL
			GROUP BY name, product, account`), c.day, c.product, c.name, c.account, int64(from), int64(to)); err != nil {
			return fmt.Errorf("rebuild usage: %w", err)
		}
	}
	return nil
}

func sortedCells[V any](m map[cell]V) []cell {
	out := make([]cell, 0, len(m))
	for c := range m {
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		switch {
		case a.name != b.name:
			return a.name < b.name
		case a.day != b.day:
			return a.day < b.day
		case a.product != b.product:
			return a.product < b.product
		}
		return a.account < b.account
	})
	return out
}
