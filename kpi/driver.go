package kpi

import (
	"cmp"
	"slices"
)

// Driver is one reason with what is laid to it: a reason to leave, a ticket's topic,
// an incident's cause.
type Driver struct {
	Name   string // "" where none was given
	Count  int    // units
	Less   int    // accounts that stayed and pay less; only where money moved
	Amount int64  // minor units lost; only where money moved
	Before *int   // Count of the period before; nil: nothing is known of it
	Out    bool   // its units are listed and do not count
	Folded int    // reasons that are in this line together; 0 or 1: it is itself
}

// Drivers adds units up by reason, the most frequent first or, byAmount, the dearest (then
// by the other of the two, then by name). At most `most` named reasons stand alone; the others are one line at the end,
// before that of the units without a reason, which is never folded away: the counts
// add up to all units.
func Drivers(all []Driver, most int, byAmount bool) []Driver {
	byName := map[string]*Driver{}
	for _, d := range all {
		at := byName[d.Name]
		if at == nil {
			at = &Driver{Name: d.Name, Out: true}
			byName[d.Name] = at
		}
		at.add(d)
	}
	var named, last []Driver
	for name, d := range byName {
		if d.Count == 0 && d.Less == 0 && d.Amount == 0 && (d.Before == nil || *d.Before == 0) {
			continue // of the period before, and of accounts that only paid less then
		}
		if name == "" {
			last = append(last, *d)
			continue
		}
		named = append(named, *d)
	}
	outs := map[bool]int{true: 1} // of equals, those that count first
	slices.SortFunc(named, func(a, b Driver) int {
		amount := cmp.Compare(b.Amount, a.Amount)
		if !byAmount {
			amount = 0
		}
		return cmp.Or(amount, cmp.Compare(b.Count, a.Count), cmp.Compare(outs[a.Out], outs[b.Out]), cmp.Compare(b.Less, a.Less), cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Name, b.Name))
	})
	if len(named) > most+1 { // one alone is not folded: it would only lose its name
		rest := Driver{Out: true}
		for _, d := range named[most:] {
			rest.add(d)
			rest.Folded++
		}
		named = append(named[:most:most], rest)
	}
	return append(named, last...)
}

// add puts the units of another line into this one.
func (d *Driver) add(more Driver) {
	d.Count, d.Less, d.Amount = d.Count+more.Count, d.Less+more.Less, d.Amount+more.Amount
	d.Out = d.Out && more.Out
	if more.Before != nil {
		n := *more.Before
		if d.Before != nil {
			n += *d.Before
		}
		d.Before = &n
	}
}
