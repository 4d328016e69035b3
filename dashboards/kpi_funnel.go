package dashboards

import "github.com/kpid/kpid/kpi/scorecard"

// funnelView is the table of steps.
type funnelView struct {
	Caption, Says, Empty string
	Unit                 string
	HasOpen              bool
	Rows                 []funnelRow
}

type funnelRow struct{ Name, Count, Of, From, Open, Bar, OpenBar string }

func newFunnelView(f *Funnel, row scorecard.Row, when string) *funnelView {
	if f == nil || len(f.Steps) < 2 {
		return nil
	}
	first, last := f.Steps[0], f.Steps[len(f.Steps)-1]
	v := &funnelView{Caption: "begun in " + when, Unit: "Trials", HasOpen: f.Open > 0}
	one, many := "trial", "trials"
	if first.Name == "Lead made" {
		v.Unit, one, many = "Leads", "lead", "leads"
	}
	if first.Count == 0 {
		v.Empty = "No " + one + " began in " + when + "."
		return v
	}
	m := measureOf(row)
	m.Unit = "%" // of whatever measure the row is, these are shares
	of := func(part, whole int) string {
		if whole == 0 {
			return unknown
		}
		return m.Format(100 * float64(part) / float64(whole))
	}
	before := first.Count
	for i, s := range f.Steps {
		r := funnelRow{Name: s.Name, Count: count(s.Count), Of: of(s.Count, first.Count), From: unknown, Open: count(s.Open), Bar: barWidth(float64(s.Count), float64(first.Count))}
		if s.Open > 0 { // those whose window is open may still take the step
			r.Of += " so far"
			r.OpenBar = barWidth(float64(s.Count+s.Open), float64(first.Count))
		}
		if i == 0 {
			r.Open = unknown
		} else {
			r.From = of(s.Through, before)
		}
		before = s.Count
		v.Rows = append(v.Rows, r)
	}
	v.Says = count(last.Count) + " of " + plural(first.Count, one, many) + " became customers: " + of(last.Count, first.Count) + "."
	if around := last.Count - last.Through; around > 0 {
		v.Says += " " + count(around) + " of them without a first result before."
	}
	if f.Open > 0 {
		v.Says = count(last.Count) + " of " + plural(first.Count, one, many) + " became customers so far; of " + count(f.Open) + " the window is still open, and they are not lost."
	}
	return v
}
