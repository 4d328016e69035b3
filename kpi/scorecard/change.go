package scorecard

import (
	"strings"

	"github.com/kpid/kpid/kpi"
)

// mostChanges is how many lines What changed has room for.
const mostChanges = 7

// changes compares the displayed statuses of this week and the week before:
// worse, better, other; then signals where the status stands; what was restated; then what waits for a second
// period. Within each the order is that of the page.
func changes(in Input, rows []Row, now, was []judged) []Change {
	var worse, better, other, signals, restated, pending []Change
	for i, r := range rows {
		from, to := was[i].Displayed, now[i].Displayed
		if from != to {
			c := Change{KPI: r.ID, Name: r.Name, From: &from, To: to, Kind: "status", Tag: "Routine", Sentence: r.clause()}
			if from == kpi.NoData || to == kpi.NoData {
				c.Tag = "Data"
			} else if signal := now[i].fresh(was[i]); signal != nil {
				c.Tag, c.Sentence = "Signal", c.Sentence+"; "+r.signalClause(now[i].Chart, *signal)
			}
			switch {
			case !from.Graded() || !to.Graded():
				other = append(other, c)
			case step(to) < step(from):
				worse = append(worse, c)
			default:
				better = append(better, c)
			}
		}
		if signal := now[i].fresh(was[i]); signal != nil && from == to && to != kpi.NoData {
			signals = append(signals, Change{KPI: r.ID, Name: r.Name, From: &from, To: to, Kind: "signal", Tag: "Signal", Sentence: r.signalClause(now[i].Chart, *signal)})
		}
		if s := in.restatement(in.KPIs[i]); s != "" {
			restated = append(restated, Change{KPI: r.ID, Name: r.Name, To: to, Kind: "restated", Tag: "Data", Sentence: s})
		}
		if r.Pending != nil {
			pending = append(pending, Change{KPI: r.ID, Name: r.Name, From: &to, To: *r.Pending, Kind: "pending", Tag: "Routine",
				Sentence: r.clause() + "; " + word(*r.Pending) + " if the next period confirms it"})
		}
	}
	out := []Change{}
	for _, part := range [][]Change{worse, better, other, signals, restated, pending} {
		out = append(out, part...)
	}
	return out[:min(len(out), mostChanges)]
}

// fresh is the signal of a period that has become final since the week before.
func (v judged) fresh(was judged) *kpi.Signal {
	if len(v.Chart.Points) == len(was.Chart.Points) {
		return nil
	}
	return v.Chart.newest()
}

// step ranks the graded statuses, worst first.
func step(s kpi.Status) int {
	switch s {
	case kpi.OffTrack:
		return 0
	case kpi.AtRisk:
		return 1
	case kpi.OnTrack:
		return 2
	}
	return 3
}

// clause states the fact behind a status with its numbers. It says neither
// better nor worse, up nor down: without a signal a movement is noise.
func (r Row) clause() string {
	switch {
	case !r.Status.Graded() || r.Value == nil || r.due() == "":
		return strings.TrimSuffix(r.Sentence, ".")
	case len(r.Caps) > 0:
		return r.shown() + " against " + r.due() + ", held at risk by a broken guardrail"
	}
	return r.shown() + " (" + periods(r.Pooled, *r.Period, r.Cadence) + ") against " + r.due()
}

// restatement says which final periods were revised in the page's week or in
// the one it is read in, and why; "" when none was.
func (in Input) restatement(k KPI) string {
	var names, causes []string
	until := in.Week.Ends + (in.Week.Ends - in.Week.Starts)
	for _, o := range k.Observations {
		if !o.Restated || o.Ends > in.Week.Ends || o.AsOf < in.Week.Starts || o.AsOf >= until || o.AsOf > in.AsOf {
			continue
		}
		names = append(names, period(o.Period))
		if o.Cause != nil && (len(causes) == 0 || causes[len(causes)-1] != *o.Cause) {
			causes = append(causes, *o.Cause)
		}
	}
	if len(names) == 0 {
		return ""
	}
	if len(names) > 3 {
		names = []string{kpi.FormatCount(int64(len(names))) + " periods from " + names[0] + " to " + names[len(names)-1]}
	}
	s := join(names) + " restated"
	if len(causes) > 0 {
		s += ": " + strings.Join(causes, "; ")
	}
	return s
}
