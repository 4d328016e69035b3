package dashboards

import "github.com/kpid/kpid/kpi"

// entrySays writes an entry in one line, for its history.
func (w noteWriter) entrySays(e kpi.RegisterEntry) string {
	text := title(string(e.Kind)) + " " + string(e.State) + ", " + w.day(e.At) + ", " + personName(w.site, e.Owner)
	if !e.Due.IsZero() {
		text += ", due " + w.day(e.Due)
	}
	return text + ": " + e.Text
}

func (w noteWriter) goalSays(o kpi.Objective) string {
	text := title(string(o.State)) + ", " + personName(w.site, o.Owner) + ", by " + w.day(o.Due)
	for _, part := range []string{w.about(o.KPI).Text, o.Measure, o.Expr} {
		if part != "" {
			text += ", " + part
		}
	}
	if o.Text != "" {
		text += ": " + o.Text
	}
	return text
}

func (w noteWriter) milestoneSays(m kpi.Milestone) string {
	text := title(string(m.State))
	if !m.At.IsZero() {
		text += " " + w.day(m.At)
	}
	return text + ", due " + w.day(m.Due) + ": " + m.Text
}
