package engine

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// Unit is one counted thing behind a number, with the reason when it does not count.
type Unit struct {
	Unit     string
	Num      *float64
	Den      *float64
	Value    *float64
	Pending  bool
	Excluded string // "" when it counts
	At       *kpi.Millis
	Ref      string // source/id of the deciding fact, when the SQL gives it
	Note     string // what else there is to say of it
}

// Units lists what one number is made of, in unit order. It is the KPI's own
// SQL without the sum, so it cannot disagree with the number.
func (e *Engine) Units(ctx context.Context, d *kpi.Definition, m kpi.Measure, s kpi.Scope, p kpi.Period, asOf kpi.Millis) ([]Unit, error) {
	have := e.columns[d.ID+"/"+m.ID]
	number := func(name string) string {
		if !have[name] {
			return "CAST(NULL AS DOUBLE PRECISION)"
		}
		return "CAST(" + name + " AS DOUBLE PRECISION)"
	}
	r := relations{periods: []kpi.Period{p}, members: members(e.cfg.Tree, []kpi.Scope{s}), rates: e.rates(d, m, []kpi.Period{p})}
	tail := "SELECT unit, " + number("num") + ", " + number("den") + ", " + number("value") + ", " + column(have, "pending", "0") + ", " +
		column(have, "excluded", "CAST(NULL AS TEXT)") + ", " + column(have, "at", "CAST(NULL AS BIGINT)") + ", " +
		column(have, "ref", "CAST(NULL AS TEXT)") + ", " + column(have, "note", "CAST(NULL AS TEXT)") + "\nFROM unit ORDER BY unit"
	query, args, err := e.bound(d, r, m, tail, asOf)
	if err != nil {
		return nil, err
	}
	var out []Unit
	err = e.cfg.Store.Query(ctx, query, args, func(scan func(...any) error) error {
		var u Unit
		var pending int64
		var excluded, ref, note *string
		if err := scan(&u.Unit, &u.Num, &u.Den, &u.Value, &pending, &excluded, &u.At, &ref, &note); err != nil {
			return err
		}
		u.Pending = pending == 1
		u.Excluded, u.Ref, u.Note = deref(excluded), deref(ref), deref(note)
		out = append(out, u)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("units of %s in %s: %w", d.ID, p.ID, err)
	}
	return out, nil
}
