package engine

import (
	"context"
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// Unit is one counted thing behind a number, with the reason when it does not count.
type Unit struct {
	Unit     string
	Num      *float64 // as the engine adds it up: amounts in the company's currency
	Den      *float64
	Value    *float64
	Own      [2]*float64 // num and den in Currency, when it has one
	Currency string
	Cluster  string // of the interval, when it differs from the unit
	Censored bool
	Pending  bool
	Excluded string // "" when it counts
	At       *kpi.Millis
	Ref      string // source/id of the deciding fact, when the SQL gives it
	Note     string // what else there is to say of it
}

// Units lists what one number is made of, in unit order. It is the KPI's own
// SQL without the sum, so it cannot disagree with the number. trailing asks for
// the longer window that an observation may say it took.
func (e *Engine) Units(ctx context.Context, d *kpi.Definition, m kpi.Measure, s kpi.Scope, p kpi.Period, trailing bool, asOf kpi.Millis) ([]Unit, error) {
	if trailing {
		p = e.trailing(m, p)
	}
	all, err := e.UnitsIn(ctx, d, m, s, []kpi.Period{p}, asOf)
	return all[p.ID], err
}

// UnitsIn lists what the numbers of some periods (at least one) are made of, by period
// and in unit order, with one question to the database.
func (e *Engine) UnitsIn(ctx context.Context, d *kpi.Definition, m kpi.Measure, s kpi.Scope, periods []kpi.Period, asOf kpi.Millis) (map[string][]Unit, error) {
	if d.Warehouse != nil {
		return nil, &AwayError{d.ID, d.Warehouse.Source}
	}
	opens := map[string]kpi.Millis{}
	for _, p := range periods {
		opens[p.ID] = e.opens(d, m, p)
	}
	have := e.columns[d.ID+"/"+m.ID]
	number := func(name string) string {
		if !have[name] {
			return "CAST(NULL AS DOUBLE PRECISION)"
		}
		return "CAST(" + name + " AS DOUBLE PRECISION)"
	}
	text := func(name string) string { return column(have, name, "CAST(NULL AS TEXT)") }
	r := relations{periods: periods, members: members(e.cfg.Tree, []kpi.Scope{s}), rates: e.rates(d, m, periods)}
	num := own(have, "num", m)
	tail := "SELECT period, unit, " + number(num) + ", " + number(own(have, "den", m)) + ", " + number("value") + ", " + column(have, "pending", "0") + ", " +
		column(have, "censored", "0") + ", " + text("excluded") + ", " + column(have, "at", "CAST(NULL AS BIGINT)") + ", " +
		text("ref") + ", " + text("note") + ", " + text("currency") + ", " + text("cluster") + "\nFROM unit"
	if num != "num" {
		tail += " WHERE " + num + " IS NOT NULL"
	}
	tail += " ORDER BY period, unit"
	query, args, err := e.bound(d, r, m, tail, asOf)
	if err != nil {
		return nil, err
	}
	out := map[string][]Unit{}
	err = e.query(ctx, d, query, args, func(scan func(...any) error) error {
		var u Unit
		var period string
		var pending, censored int64
		var excluded, ref, note, currency, cluster *string
		if err := scan(&period, &u.Unit, &u.Num, &u.Den, &u.Value, &pending, &censored, &excluded, &u.At, &ref, &note, &currency, &cluster); err != nil {
			return err
		}
		u.Pending, u.Censored = pending == 1, censored == 1
		u.Excluded, u.Ref, u.Note, u.Currency, u.Cluster = deref(excluded), deref(ref), deref(note), deref(currency), deref(cluster)
		if u.Cluster == u.Unit {
			u.Cluster = ""
		}
		e.exchange(&u, opens[period])
		out[period] = append(out[period], u)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("units of %s in %s: %w", d.ID, periods[0].ID, err)
	}
	return out, nil
}

// exchange keeps an amount in its own currency and gives it in the company's.
func (e *Engine) exchange(u *Unit, opens kpi.Millis) {
	if u.Currency == "" {
		return
	}
	ppm, ok := e.cfg.Rate(u.Currency, opens)
	if !ok {
		if u.Excluded == "" {
			u.Excluded = "no_rate"
		}
		return
	}
	for i, v := range []*float64{u.Num, u.Den} {
		if v != nil {
			u.Own[i] = ptr(*v)
			convert(v, ppm)
		}
	}
}
