package report

import "github.com/kpid/kpid/kpi/scorecard"

// Rows are the scorecard of a review as a table with a head, in full precision. Texts
// that a spreadsheet would run are made inert.
func (p *Pack) Rows() [][]string {
	rows := [][]string{{"portfolio", "quarter", "kpi", "measure", "name", "unit", "status", "value", "first_status", "first_value", "value_quarter_before", "value_year_before", "target", "why_restated"}}
	why := map[string]string{}
	for _, m := range p.Moved {
		why[m.KPI] = m.Why
	}
	for _, k := range p.KPIs {
		target := ""
		if k.Now.Target != nil {
			target = k.Now.Target.Expr
		}
		rows = append(rows, []string{scorecard.Inert(p.Portfolio.ID), p.Period.ID, scorecard.Inert(k.ID), scorecard.Inert(k.Measure), scorecard.Inert(k.Name),
			scorecard.Inert(k.Unit), string(k.Now.Status), scorecard.Figure(k.Now.Value), string(k.First.Status), scorecard.Figure(k.First.Value),
			scorecard.Figure(k.Before.value()), scorecard.Figure(k.YearAgo.value()), scorecard.Inert(target), scorecard.Inert(why[k.ID])})
	}
	return rows
}

// value of a standing that may not be there.
func (s *Standing) value() *float64 {
	if s == nil {
		return nil
	}
	return s.Value
}
