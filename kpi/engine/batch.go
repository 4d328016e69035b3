package engine

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// batch is one run of a SQL text, for all the measures that share it.
type batch struct {
	of       *kpi.Definition
	measures []kpi.Measure
	have     map[string]bool // columns
	periods  []kpi.Period
	scopes   []kpi.Scope
	away     Warehouse // where it runs; nil: in the store
}

// totals computes measures for all wanted cells: one query for each SQL text
// and, where some cells take a longer window, a second one.
func (e *Engine) totals(ctx context.Context, d *kpi.Definition, measures []kpi.Measure, w *wanted, st instantState) ([]map[cellKey]*total, error) {
	if d.Warehouse != nil {
		return e.delivered(ctx, d, measures)
	}
	out := make([]map[cellKey]*total, len(measures))
	for _, group := range e.together(d, measures) {
		first := measures[group[0]]
		b := batch{of: d, have: e.columns[d.ID+"/"+first.ID], periods: w.periodsOf(d, first), scopes: w.scopes}
		for _, i := range group {
			b.measures = append(b.measures, measures[i])
		}
		totals, err := e.read(ctx, b, st)
		if err != nil {
			return nil, fmt.Errorf("measure %s: %w", first.ID, err)
		}
		for k, i := range group {
			out[i] = totals[k]
			if measures[i].Trailing.Span.N == 0 {
				continue
			}
			if err := e.widen(ctx, d, measures[i], w, st, out[i]); err != nil {
				return nil, fmt.Errorf("measure %s: %w", measures[i].ID, err)
			}
		}
	}
	return out, nil
}

// together lists the measures, by place, that are read in one query: those of
// the same text over the same periods at the same rates of exchange.
func (e *Engine) together(d *kpi.Definition, measures []kpi.Measure) [][]int {
	type key struct {
		sql, fx  string
		cadence  kpi.Grain
		gathered bool
	}
	place := map[key]int{}
	var out [][]int
	for i, m := range measures {
		k := key{m.SQL, fxAt(d, m), d.CadenceOf(m), gathered(m, e.columns[d.ID+"/"+m.ID])}
		at, known := place[k]
		if !known {
			at = len(out)
			place[k], out = at, append(out, nil)
		}
		out[at] = append(out[at], i)
	}
	return out
}

// read runs a SQL text over some periods and scopes; the totals of each measure
// stand at its place. A product is worked out once, whatever nodes it is shown
// under.
func (e *Engine) read(ctx context.Context, b batch, st instantState) ([]map[cellKey]*total, error) {
	if len(b.periods) == 0 || len(b.scopes) == 0 {
		out := make([]map[cellKey]*total, len(b.measures))
		for i := range out {
			out[i] = map[cellKey]*total{}
		}
		return out, nil
	}
	var alike map[int64][]int64
	b.scopes, alike = distinct(b.scopes)
	supply := relations{form: b.form(), periods: b.periods, members: members(e.cfg.Tree, b.scopes), rates: e.rates(b.of, b.measures[0], b.periods)}
	out, err := e.run(ctx, b, supply, st)
	if err != nil {
		return nil, err
	}
	for _, totals := range out {
		spread(totals, alike)
	}
	return out, nil
}

// run lets the database add the units up, or fetches them.
func (e *Engine) run(ctx context.Context, b batch, supply relations, st instantState) ([]map[cellKey]*total, error) {
	if gathered(b.measures[0], b.have) {
		return e.readUnits(ctx, b, supply, st)
	}
	return e.readSums(ctx, b, supply, st)
}

// form of the database the batch runs in.
func (b batch) form() kpi.SQLForm {
	if b.away != nil {
		return b.away.Form()
	}
	return kpi.LocalForm()
}

// ask runs a query of the batch where it belongs.
func (e *Engine) ask(ctx context.Context, b batch, query string, args []any, each func(scan func(dest ...any) error) error) error {
	if b.away != nil {
		return b.away.Query(ctx, query, args, each)
	}
	return e.query(ctx, b.of, query, args, each)
}

// distinct leaves one scope of those that hold the same product: under each of
// its nodes a product's number is the same.
func distinct(scopes []kpi.Scope) (some []kpi.Scope, alike map[int64][]int64) {
	type key struct{ product, segment string }
	first := map[key]int64{}
	alike = map[int64][]int64{}
	for _, s := range scopes {
		k := key{s.Product, s.Segment}
		at, known := first[k]
		switch {
		case s.Product == "":
		case known:
			alike[at] = append(alike[at], s.ID)
			continue
		default:
			first[k] = s.ID
		}
		some = append(some, s)
	}
	return some, alike
}

// spread gives the totals of a product to its other scopes.
func spread(totals map[cellKey]*total, alike map[int64][]int64) {
	more := map[cellKey]*total{}
	for c, t := range totals {
		for _, id := range alike[c.scope] {
			again := *t
			more[cellKey{id, c.period}] = &again
		}
	}
	for c, t := range more {
		totals[c] = t
	}
}

// own is the column of a measure: num_<measure> where the SQL has it, since
// several measures may share a text, else num.
func own(have map[string]bool, name string, m kpi.Measure) string {
	if mine := name + "_" + m.ID; have[mine] {
		return mine
	}
	return name
}

// readSums lets the database add up: share, count, sum, distinct.
func (e *Engine) readSums(ctx context.Context, b batch, supply relations, st instantState) ([]map[cellKey]*total, error) {
	form := b.form()
	excluded := column(b.have, "excluded", "CAST(NULL AS "+form.Text+")")
	pending := column(b.have, "pending", "0")
	tail := "SELECT period, scope"
	for _, m := range b.measures {
		num := own(b.have, "num", m)
		den := column(b.have, own(b.have, "den", m), "0")
		unit := ""
		if num != "num" {
			unit = " AND " + num + " IS NOT NULL"
		}
		counted := "CASE WHEN " + excluded + " IS NULL" + unit
		tail += `,
       CAST(COALESCE(SUM(` + counted + ` THEN ` + num + ` END), 0) AS ` + form.Real + `),
       CAST(COALESCE(SUM(` + counted + ` THEN ` + den + ` END), 0) AS ` + form.Real + `),
       COUNT(` + counted + ` THEN 1 END),
       COUNT(` + counted + ` AND ` + num + ` <> 0 THEN 1 END),
       COUNT(` + counted + ` AND ` + pending + ` = 1 AND ` + num + ` = 0 THEN 1 END),
       COUNT(CASE WHEN ` + excluded + ` IS NOT NULL` + unit + ` THEN 1 END)`
	}
	query, args, err := e.bound(b.of, supply, b.measures[0], tail+"\nFROM unit GROUP BY period, scope", st.asOf)
	if err != nil {
		return nil, err
	}
	out := make([]map[cellKey]*total, len(b.measures))
	for i := range out {
		out[i] = map[cellKey]*total{}
	}
	err = e.ask(ctx, b, query, args, func(scan func(...any) error) error {
		var key cellKey
		dest := []any{&key.period, &key.scope}
		all := make([]total, len(b.measures))
		for i := range all {
			t := &all[i]
			dest = append(dest, &t.num, &t.den, &t.units, &t.nonzero, &t.pending, &t.excluded)
		}
		if err := scan(dest...); err != nil {
			return err
		}
		for i := range all {
			out[i][key] = &all[i]
			if err := finite(all[i].num, all[i].den); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
