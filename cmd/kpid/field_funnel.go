package main

import (
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/store"
)

// stage is a step of a funnel: the measure of those who took it, of all that took the
// first, and that of those who took it after the one before.
type stage struct{ name, measure, through string }

// funnel shows the steps of the trials or, where the number is of them, of the leads.
func (f *fielding) funnel() error {
	first := "Trial started"
	stages := []stage{{"First result reached", "trial_activated", "trial_activated"}, {"Became a customer", "conversion", "trial_activated_paid"}}
	lead := strings.HasPrefix(f.m.ID, "lead_")
	if lead {
		first = "Lead made"
		stages = []stage{{"Trial started", "lead_trial", "lead_trial"}, {"First result reached", "lead_activated", "lead_activated"}, {"Became a customer", "lead_paid", "lead_paid"}}
	}
	last := stages[len(stages)-1].measure
	read := map[string][]engine.Unit{}
	for _, s := range stages {
		for _, measure := range []string{s.measure, s.through} {
			if _, known := read[measure]; known {
				continue
			}
			counted, _, err := f.units(f.d, measure, f.periods)
			if err != nil {
				return err
			}
			read[measure] = together(counted, f.periods)
		}
	}
	out := &dashboards.Funnel{Steps: []dashboards.FunnelStep{{Name: first, Count: len(read[last])}}}
	for _, u := range read[last] {
		if u.Pending {
			out.Open++
		}
	}
	for _, s := range stages {
		took, open := taken(read[s.measure])
		through, _ := taken(read[s.through])
		out.Steps = append(out.Steps, dashboards.FunnelStep{Name: s.name, Count: took, Through: through, Open: open})
	}
	f.out.Funnel = out
	if lead {
		return nil
	}
	return f.wins(read[last])
}

// taken counts the units that took a step, and those that may still take it.
func taken(units []engine.Unit) (took, open int) {
	for _, u := range units {
		switch {
		case u.Num != nil && *u.Num > 0:
			took++
		case u.Pending:
			open++
		}
	}
	return took, open
}

// wins says why trials became customers, where a source gives first payments a reason.
func (f *fielding) wins(units []engine.Unit) error {
	window, _ := f.d.Values["window_ms"].(int64)
	w := f.within(f.periods[0])
	w.Ends = f.periods[len(f.periods)-1].Ends + kpi.Millis(window)
	moved, err := f.app.store.Movements(f.ctx, w)
	if err != nil {
		return err
	}
	paid := map[string][]store.Moved{}
	for _, m := range moved {
		if m.Delta > 0 {
			paid[m.Account] = append(paid[m.Account], m)
		}
	}
	var out []kpi.Driver
	given := false
	for _, u := range units {
		if u.Num == nil || *u.Num == 0 {
			continue
		}
		reason := firstReason(paid, u)
		given = given || reason != ""
		out = append(out, kpi.Driver{Name: reason, Count: 1})
	}
	if given {
		f.out.Drivers = &dashboards.Drivers{Kind: dashboards.WinReasons, Measured: true, Rows: kpi.Drivers(out, mostDrivers, false)}
	}
	return nil
}

// firstReason is that of the payment that made a trial a conversion.
func firstReason(paid map[string][]store.Moved, u engine.Unit) string {
	at := strings.LastIndex(u.Unit, " ")
	if at < 0 || u.At == nil {
		return ""
	}
	for _, m := range paid[u.Unit[:at]] {
		if m.At >= *u.At && (m.Product == u.Unit[at+1:] || strings.HasPrefix(m.Product, "@")) {
			return m.Reason
		}
	}
	return ""
}

// spread shows how long it took. Kaplan and Meier's quantile of the same units is the
// number itself.
func (f *fielding) spread() error {
	m := f.m
	if m.Agg != kpi.Median { // a share of those that arrived: the same accounts, of the median
		var ok bool
		if m, ok = f.d.Measure("median"); !ok {
			return errNoMeasure
		}
	}
	counted, _, err := f.units(f.d, m.ID, f.periods)
	if err != nil {
		return err
	}
	units := together(counted, f.periods)
	out := &dashboards.Spread{N: len(units), Share: m.Quantile}
	var lives []kpi.Lifetime
	for _, u := range units {
		if u.Value == nil {
			continue
		}
		lives = append(lives, kpi.Lifetime{Took: *u.Value, Censored: u.Censored, Open: u.Pending})
		switch {
		case !u.Censored:
			out.Took = append(out.Took, m.Display(*u.Value))
		case u.Pending:
			out.Waiting++
		default:
			out.Never++
		}
	}
	quantile := func(p float64) *float64 {
		v, ok := kpi.KaplanMeier(lives, p)
		if !ok {
			return nil
		}
		v = m.Display(v)
		return &v
	}
	out.P10, out.P50, out.P90, out.Mark = quantile(.1), quantile(.5), quantile(.9), quantile(m.Quantile)
	f.out.Spread = out
	return nil
}
