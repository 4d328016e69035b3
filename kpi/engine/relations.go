package engine

import (
	"fmt"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// relations is what the engine supplies to a KPI's SQL as common table
// expressions. Only integers and checked names are written as literals.
//
//	period(id, starts, ends, year_ago)
//	period_day(period, day, starts)
//	period_month(period, starts)
//	member(scope, product, segment)
//	fx(period, currency, ppm)
//
// year_ago is 12 calendar months before ends, which SQL without date functions
// could not work out. period_day lists the local days of each period and when
// they start, so that the rollup's day is joined by equality: both planners are
// good at that, and neither at a range over thousands of rows. period_month lists the instants at
// which the calendar months within a period begin. Both are supplied to SQL that
// names them.
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

// with gives the text of the relations a query needs, beginning with WITH.
func (r relations) with(c kpi.Calendar, sql string) string {
	var b strings.Builder
	b.WriteString("WITH period(id, starts, ends, year_ago) AS (VALUES ")
	for i, p := range r.periods {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%s, %s, %s, %s)", quote(p.ID), whole(i, int64(p.Starts)), whole(i, int64(p.Ends)),
			whole(i, int64(c.Sub(p.Ends, kpi.Span{N: 12, Unit: 'm'}))))
	}
	if strings.Contains(sql, "period_day") {
		r.days(&b, c)
	}
	if strings.Contains(sql, "period_month") {
		r.months(&b, c)
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

// days writes period_day.
func (r relations) days(b *strings.Builder, c kpi.Calendar) {
	b.WriteString("),\n     period_day(period, day, starts) AS (VALUES ")
	row := 0
	for _, p := range r.periods {
		starts := c.Midnight(c.Date(p.Starts))
		for day := c.Day(p.Starts); day < c.Day(p.Ends); day++ {
			if row > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(b, "(%s, %s, %s)", quote(p.ID), whole(row, day), whole(row, int64(starts)))
			starts = c.Add(starts, kpi.Span{N: 1, Unit: 'd'})
			row++
		}
	}
}

// months writes period_month.
func (r relations) months(b *strings.Builder, c kpi.Calendar) {
	b.WriteString("),\n     period_month(period, starts) AS (VALUES ")
	row := 0
	for _, p := range r.periods {
		for _, m := range c.Between(kpi.Month, p.Starts, p.Ends) {
			if m.Starts < p.Starts { // a week may begin inside a month
				continue
			}
			if row > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(b, "(%s, %s)", quote(p.ID), whole(row, int64(m.Starts)))
			row++
		}
	}
	if row == 0 { // a VALUES list may not be empty
		b.WriteString("('', CAST(0 AS BIGINT))")
	}
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
	return r.with(c, sql) + "unit AS (\n" + strings.TrimSpace(sql) + "\n)\n" + tail
}
