package main

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/store"
)

// ticketTopics says what the tickets of the rate were about. The units are accounts with
// their number of tickets, so topics are read beside them and must add up to it.
func (f *fielding) ticketTopics() error {
	return f.topics("tickets", func(counted, left []engine.Unit) (want int, counts func(store.Topic) bool) {
		asking, out := map[string]bool{}, map[string]bool{}
		for _, u := range counted {
			asking[u.Unit] = true
			want += int(minor(u.Num))
		}
		for _, u := range left {
			out[u.Ref] = true
		}
		return want, func(t store.Topic) bool { return asking[t.Account] && !out[t.Ref] }
	})
}

// askedTopics says what the tickets were about that stand against self-service: they are
// units themselves.
func (f *fielding) askedTopics() error {
	return f.topics("rate", func(counted, _ []engine.Unit) (int, func(store.Topic) bool) {
		asked := map[string]bool{}
		for _, u := range counted {
			if strings.HasPrefix(u.Unit, "ticket ") {
				asked[u.Ref] = true
			}
		}
		return len(asked), func(t store.Topic) bool { return asked[t.Ref] }
	})
}

// topics counts the tickets by topic. of says which count, and how many they must be; a
// segment that a ticket alone does not show (tenure) gives others, and then none are shown.
func (f *fielding) topics(measure string, of func(counted, left []engine.Unit) (int, func(store.Topic) bool)) error {
	before := f.before()
	counted, left, err := f.units(f.d, measure, append(slices.Clone(f.periods), before...))
	if err != nil {
		return err
	}
	list := func(periods []kpi.Period) (out []kpi.Driver, ok bool, err error) {
		wanted := 0
		for _, p := range periods {
			want, counts := of(counted[p.ID], left[p.ID])
			wanted += want
			topics, err := f.app.store.Topics(f.ctx, f.within(p))
			if err != nil {
				return nil, false, err
			}
			for _, t := range topics {
				if counts(t) {
					out = append(out, kpi.Driver{Name: t.Topic, Count: 1})
				}
			}
		}
		return out, len(out) == wanted, nil
	}
	now, ok, err := list(f.periods)
	if err != nil || !ok {
		return err
	}
	then, ok, err := list(before)
	if err != nil {
		return err
	}
	d := &dashboards.Drivers{Kind: dashboards.TicketTopics, Measured: true}
	if ok && len(then) > 0 {
		d.Before = ids(before)
		now = compared(now, then)
	}
	d.Rows = kpi.Drivers(now, mostDrivers, false)
	f.out.Drivers = d
	return nil
}

// causes says what incidents were laid to. Beside the service levels it is the incidents
// of the same span, which are no part of that number.
func (f *fielding) causes() error {
	d, ok := f.Definition("change_incidents")
	if !ok || d.Warehouse != nil {
		return nil
	}
	periods, before := f.periods, f.before()
	if f.d.ID != d.ID {
		periods, before = f.widened(periods), nil
	}
	counted, left, err := f.units(d, "count", append(slices.Clone(periods), before...))
	if err != nil {
		return err
	}
	list := func(periods []kpi.Period) ([]kpi.Driver, error) {
		var out []kpi.Driver
		for _, p := range periods {
			causes, err := f.causesOf(d, p)
			if err != nil {
				return nil, err
			}
			for _, u := range slices.Concat(counted[p.ID], left[p.ID]) {
				out = append(out, kpi.Driver{Name: causes[u.Unit], Count: 1, Out: u.Excluded != "" || u.Num == nil || *u.Num == 0})
			}
		}
		return out, nil
	}
	now, err := list(periods)
	if err != nil {
		return err
	}
	then, err := list(before)
	if err != nil {
		return err
	}
	out := &dashboards.Drivers{Kind: dashboards.IncidentCauses, Measured: f.d.ID == d.ID}
	if !out.Measured {
		out.Starts, out.Ends = periods[0].Starts, periods[len(periods)-1].Ends
	}
	if len(then) > 0 {
		out.Before = ids(before)
		now = compared(now, then)
	}
	out.Rows = kpi.Drivers(now, mostDrivers, false)
	f.out.Drivers = out
	return nil
}

// widened are the windows that trailing numbers are of.
func (f *fielding) widened(periods []kpi.Period) []kpi.Period {
	out := slices.Clone(periods)
	for i, p := range out {
		if f.m.Trailing.At(p.Grain) && f.m.Trailing.Below == 0 {
			out[i].Starts = f.app.cal.Sub(p.Ends, f.m.Trailing.Span)
		}
	}
	return out
}

// causesOf the incidents of a period, by unit; "" where nobody found one.
func (f *fielding) causesOf(d *kpi.Definition, p kpi.Period) (map[string]string, error) {
	severities, _ := d.Values["severities"].([]int64)
	counting, _ := d.Values["count_causes"].([]string)
	causes, err := f.app.store.Causes(f.ctx, f.within(p))
	out := map[string]string{}
	for _, c := range causes {
		if slices.Contains(severities, c.Severity) {
			out[c.Unit] = weightier(out[c.Unit], c.Cause, counting)
		}
	}
	for unit, c := range out {
		if c == "unknown" && !slices.Contains(counting, c) {
			out[unit] = ""
		}
	}
	return out, err
}

// weightier is the cause of an incident over several products: one that counts, else one
// that is known.
func weightier(a, b string, counting []string) string {
	rank := func(c string) int {
		switch {
		case slices.Contains(counting, c):
			return 3
		case c != "" && c != "unknown":
			return 2
		case c != "":
			return 1
		}
		return 0
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}
