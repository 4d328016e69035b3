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
	form    kpi.SQLForm
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
	l := &lists{form: r.sqlForm()}
	l.begin("period", "id", "starts", "ends", "year_ago")
	for _, p := range r.periods {
		l.row(p.ID, int64(p.Starts), int64(p.Ends), int64(c.Sub(p.Ends, kpi.Span{N: 12, Unit: 'm'})))
	}
	if strings.Contains(sql, "period_day") {
		r.days(l, c)
	}
	if strings.Contains(sql, "period_month") {
		r.months(l, c)
	}
	l.begin("member", "scope", "product", "segment")
	for _, m := range r.members {
		l.row(m.scope, m.product, m.segment)
	}
	l.begin("fx", "period", "currency", "ppm")
	for _, x := range r.rates {
		l.row(x.period, x.currency, x.ppm)
	}
	return "WITH " + l.end() + ",\n     "
}

// sqlForm is that of the database the relations are for; of none, the store's.
func (r relations) sqlForm() kpi.SQLForm {
	if r.form.Mark == nil {
		return kpi.LocalForm()
	}
	return r.form
}

// days writes period_day.
func (r relations) days(l *lists, c kpi.Calendar) {
	l.begin("period_day", "period", "day", "starts")
	for _, p := range r.periods {
		starts := c.Midnight(c.Date(p.Starts))
		for day := c.Day(p.Starts); day < c.Day(p.Ends); day++ {
			l.row(p.ID, day, int64(starts))
			starts = c.Add(starts, kpi.Span{N: 1, Unit: 'd'})
		}
	}
}

// months writes period_month.
func (r relations) months(l *lists, c kpi.Calendar) {
	l.begin("period_month", "period", "starts")
	for _, p := range r.periods {
		for _, m := range c.Between(kpi.Month, p.Starts, p.Ends) {
			if m.Starts >= p.Starts { // a week may begin inside a month
				l.row(p.ID, int64(m.Starts))
			}
		}
	}
	if l.rows == 0 { // a list may not be empty
		l.row("", int64(0))
	}
}

// lists writes common table expressions of literals.
type lists struct {
	form    kpi.SQLForm
	b       strings.Builder
	columns []string
	rows    int
}

// begin opens a list; the one before it is closed.
func (l *lists) begin(name string, columns ...string) {
	if l.columns != nil {
		l.b.WriteString("),\n     ")
	}
	l.columns, l.rows = columns, 0
	if l.form.Union {
		l.b.WriteString(name + " AS (")
		return
	}
	l.b.WriteString(name + "(" + strings.Join(columns, ", ") + ") AS (VALUES ")
}

// row writes texts and whole numbers; the first row of a list carries types and names.
func (l *lists) row(cells ...any) {
	open, shut, between := "(", ")", ", "
	if l.form.Union {
		open, shut, between = "SELECT ", "", " UNION ALL "
	}
	if l.rows > 0 {
		l.b.WriteString(between)
	}
	l.b.WriteString(open)
	for i, v := range cells {
		if i > 0 {
			l.b.WriteString(", ")
		}
		l.b.WriteString(l.cell(v))
		if l.form.Union && l.rows == 0 {
			l.b.WriteString(" AS " + l.columns[i])
		}
	}
	l.b.WriteString(shut)
	l.rows++
}

func (l *lists) cell(v any) string {
	if s, ok := v.(string); ok {
		return quote(s)
	}
	if l.rows == 0 {
		return fmt.Sprintf("CAST(%d AS %s)", v, l.form.Whole)
	}
	return fmt.Sprint(v)
}

func (l *lists) end() string { return l.b.String() + ")" }

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// unitQuery wraps a KPI's SQL, which returns one row per counted unit.
func (r relations) unitQuery(c kpi.Calendar, sql, tail string) string {
	return r.with(c, sql) + "unit AS (\n" + strings.TrimSpace(sql) + "\n)\n" + tail
}
