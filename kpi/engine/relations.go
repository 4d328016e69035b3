package engine

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// relations is what the engine supplies to a KPI's SQL as common table
// expressions. Only integers and checked names are written as literals.
//
//	period(id, starts, ends, first_day, end_day, year_ago)
//	member(scope, product, segment)
//	fx(period, currency, ppm)
//
// first_day and end_day (exclusive) are the period as local days, so that SQL
// can use the rollup's index on day; year_ago is 12 calendar months before
// ends, which SQL without date functions could not work out.
type relations struct {
	periods []kpi.Period
	members []member
	rates   []rate
}

// member puts a product (or the pseudo-product of a node) into a scope.
type member struct {
	scope            int64
	product, segment string
}

// rate of a currency for a period: millionths of the reporting currency.
type rate struct {
	period, currency string
	ppm              int64
}

// with gives the text of the relations, beginning with WITH.
func (r relations) with(c kpi.Calendar) string {
	var b strings.Builder
	b.WriteString("WITH period(id, starts, ends, first_day, end_day, year_ago) AS (VALUES ")
	for i, p := range r.periods {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%s, %s, %s, %s, %s, %s)", quote(p.ID), whole(i, int64(p.Starts)), whole(i, int64(p.Ends)),
			whole(i, c.Day(p.Starts)), whole(i, c.Day(p.Ends)), whole(i, int64(c.Sub(p.Ends, kpi.Span{N: 12, Unit: 'm'}))))
	}
	b.WriteString("),\n     member(scope, product, segment) AS (VALUES ")
	for i, m := range r.members {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%s, %s, %s)", whole(i, m.scope), quote(m.product), quote(m.segment))
	}
	b.WriteString("),\n     fx(period, currency, ppm) AS (VALUES ")
	for i, x := range r.rates {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%s, %s, %s)", quote(x.period), quote(x.currency), whole(i, x.ppm))
	}
	b.WriteString("),\n     ")
	return b.String()
}

// whole writes an integer; the first row of a VALUES list carries the type.
func whole(row int, v int64) string {
	if row == 0 {
		return fmt.Sprintf("CAST(%d AS BIGINT)", v)
	}
	return fmt.Sprint(v)
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// unitQuery wraps a KPI's SQL, which returns one row per counted unit.
func (r relations) unitQuery(c kpi.Calendar, sql, tail string) string {
	return r.with(c) + "unit AS (\n" + strings.TrimSpace(sql) + "\n)\n" + tail
}
