package dashboards

import (
	"errors"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// readEntry makes an entry of the register of the fields, and notes what one field alone
// does not tell.
func (d *desk) readEntry(w *sheetWrite) kpi.RegisterEntry {
	today := d.out.today()
	e := kpi.RegisterEntry{Said: w.said, Kind: kpi.RegisterKind(w.values["kind"]), State: kpi.RegisterState(w.values["state"]), Owner: w.values["owner"],
		At: w.day("at"), Due: w.day("due"), Bet: w.values["bet"]}
	e.KPI = w.values["kpi"]
	states := e.Kind.States()
	if e.State == "" && len(states) > 0 {
		e.State = states[0]
	}
	if w.fine("kind") && e.State != "" && !hasOption(stateOptions(states), string(e.State)) {
		w.bad("state", title(string(e.Kind))+" is none that can be "+string(e.State)+". Choose "+strings.Join(optionValues(stateOptions(states)), ", ")+".")
	}
	w.past("at", today)
	if e.ID == 0 && e.State.Open() && w.fine("due") && e.Due.Before(today) {
		w.bad("due", "This day has passed. Choose today or a day to come, or leave it out.")
	}
	for _, b := range d.bets {
		if b.Key() != e.Bet {
			continue
		}
		if e.KPI == "" {
			e.KPI = b.KPI // whoever may not read of the KPI may not read of this
		}
		if e.KPI != b.KPI {
			w.bad("kpi", "The bet is on "+b.KPI+". Choose that, or leave the KPI out.")
		}
	}
	return e
}

func stateOptions(states []kpi.RegisterState) []inputOption {
	var out []inputOption
	for _, s := range states {
		out = append(out, inputOption{string(s), string(s)})
	}
	return out
}

func (d *desk) readObjective(w *sheetWrite, result bool) kpi.Objective {
	o := kpi.Objective{Said: w.said, Owner: w.values["owner"], Due: w.day("due"), State: kpi.GoalState(w.values["state"])}
	if o.State == "" {
		o.State = kpi.GoalOpen
	}
	if !result {
		if o.ID == 0 && w.fine("due") && o.Due.Before(d.out.today()) {
			w.bad("due", "This day has passed. Choose today or a day to come.")
		}
		return o
	}
	o.KPI, o.Measure, o.Expr = w.values["kpi"], w.values["measure"], w.values["expr"]
	if id, err := strconv.ParseInt(w.values["objective"], 10, 64); err == nil && w.fine("objective") {
		top, _ := d.goal(id)
		o.Parent, o.Due = id, top.Due
	}
	if w.fine("kpi") && o.State == kpi.GoalOpen { // what is over may be closed whatever became of its KPI
		d.checkTarget(w, o)
	}
	return o
}

// checkTarget holds a key result against its KPI: what it names must be judged.
func (d *desk) checkTarget(w *sheetWrite, o kpi.Objective) {
	def, ok := d.reader.Definition(o.KPI)
	if !ok {
		w.bad("kpi", "There is no KPI called "+cut(o.KPI, 80)+".")
		return
	}
	m, ok := def.Measure(o.Measure)
	if !ok {
		var ids []string
		for _, one := range def.Measures {
			ids = append(ids, one.ID)
		}
		w.bad("measure", def.Name+" has no measure "+cut(o.Measure, 40)+". It has "+strings.Join(ids, ", ")+".")
		return
	}
	if o.Expr == "" {
		for _, r := range d.card.KPIs {
			if r.ID == o.KPI && r.Target != nil && (o.Measure == "" || r.Measure == m.ID) {
				return
			}
		}
		w.bad("expr", "The scorecard has no target for this. Write one here, such as level > 45 %.")
		return
	}
	expr, err := kpi.ParseExpr(o.Expr)
	if err == nil {
		err = kpi.Target{KPI: o.KPI, Measure: o.Measure, Segment: "all", Text: o.Expr, Expr: expr}.Check(m, def.Measures...)
	}
	if err != nil {
		w.bad("expr", noteFault(errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))))
	}
}

func (d *desk) readMilestone(w *sheetWrite) kpi.Milestone {
	m := kpi.Milestone{Said: w.said, Key: w.values["item"], Due: w.day("due"), State: kpi.MilestoneState(w.values["state"]), At: w.day("at")}
	if m.State == "" {
		m.State = kpi.MilestoneOpen
	}
	w.past("at", d.out.today())
	switch {
	case m.State == kpi.MilestoneOpen:
		m.At = kpi.Date{}
	case m.At.IsZero():
		m.At = d.out.today()
	}
	return m
}
