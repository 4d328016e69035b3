package kpi

import (
	"slices"
	"testing"
)

// entryOf makes an entry of the revisions given as state and day of 2026.
func entryOf(id int64, kind RegisterKind, turns ...any) RegisterEntry {
	var all []RegisterEntry
	for i := 0; i < len(turns); i += 2 {
		day := turns[i+1].([2]int)
		all = append(all, RegisterEntry{Said: Said{ID: id, Revision: i/2 + 1, RecordedAt: Millis(i + 1)}, Kind: kind,
			State: turns[i].(RegisterState), At: Date{2026, 0, 0}.on(day)})
	}
	e := all[len(all)-1]
	e.Earlier = all[:len(all)-1]
	return e
}

func (d Date) on(day [2]int) Date {
	return civil(dayNumber(Date{d.Year, 1, 1}) + int64(day[0]-1)*31 + int64(day[1]-1))
}

func ids(all []RegisterEntry) []int64 {
	var out []int64
	for _, e := range all {
		out = append(out, e.ID)
	}
	return out
}

// TestRegisterFromQuarterToQuarter has one entry for each way through the second
// quarter of a year, whose first day is q2 and whose end is q3.
func TestRegisterFromQuarterToQuarter(t *testing.T) {
	before, within, after := [2]int{2, 1}, [2]int{5, 1}, [2]int{8, 1}
	q2, q3 := Date{2026, 4, 1}, Date{2026, 7, 1}
	all := []RegisterEntry{
		entryOf(1, Risk, Raised, before),                                             // open all the time
		entryOf(2, Risk, Raised, before, Mitigated, within),                          // still watched
		entryOf(3, Risk, Raised, before, RiskClosed, within),                         // settled in it
		entryOf(4, Escalation, Raised, within, Answered, after),                      // raised in it
		entryOf(5, Decision, Decided, within),                                        // decided at once
		entryOf(6, Ask, Raised, before, Granted, before),                             // settled before it
		entryOf(7, Risk, Raised, before, RiskClosed, within, Raised, within),         // opened again
		entryOf(8, Decision, Decided, before, Reversed, within),                      // was not open when it was reversed
		entryOf(9, Escalation, Raised, after),                                        // not raised yet
		entryOf(10, Ask, Raised, before, Declined, before, Declined, within),         // the day was mended: it was carried after all
		entryOf(11, Risk, Raised, before, Raised, [2]int{6, 20}, RiskClosed, within), // a day mended past the next one
	}
	for _, c := range []struct {
		name string
		got  []RegisterEntry
		want []int64
	}{
		{"carried into it", RegisterCarried(all, q2), []int64{1, 2, 3, 7, 10}},
		{"settled in it", RegisterSettled(all, q2, q3), []int64{11, 10, 8, 5, 3}},
		{"carried on", RegisterCarried(all, q3), []int64{1, 2, 7, 4}},
		{"open on the last day of the year", RegisterOpen(all, Date{2026, 12, 31}), []int64{1, 2, 7, 9}},
		{"open before the first", RegisterOpen(all, Date{2026, 1, 1}), nil},
	} {
		if got := ids(c.got); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRegisterIsOrderedByDue(t *testing.T) {
	a, b, c := entryOf(1, Risk, Raised, [2]int{1, 1}), entryOf(2, Risk, Raised, [2]int{1, 1}), entryOf(3, Risk, Raised, [2]int{1, 1})
	b.Due, c.Due = Date{2026, 9, 1}, Date{2026, 8, 1}
	if got := ids(RegisterOpen([]RegisterEntry{a, b, c}, Date{2026, 3, 1})); !slices.Equal(got, []int64{3, 2, 1}) {
		t.Errorf("%v", got)
	}
	if b.Overdue(b.Due) || !b.Overdue(Date{2026, 9, 2}) || a.Overdue(Date{2030, 1, 1}) {
		t.Error("an entry is overdue the day after its due day, and never without one")
	}
	b.State = Happened
	if b.Overdue(Date{2030, 1, 1}) {
		t.Error("what is settled is not overdue")
	}
}

func TestRegisterAsRecorded(t *testing.T) {
	e := entryOf(1, Risk, Raised, [2]int{1, 1}, Mitigated, [2]int{2, 1}, RiskClosed, [2]int{3, 1}) // recorded at 1, 3 and 5
	was, ok := e.AsRecorded(4)
	if !ok || was.State != Mitigated || was.Revision != 2 || len(was.Earlier) != 1 {
		t.Errorf("%+v, %v", was, ok)
	}
	if _, ok := e.AsRecorded(0); ok {
		t.Error("nothing had been written")
	}
	if now, _ := e.AsRecorded(5); now.State != RiskClosed || len(now.Earlier) != 2 {
		t.Errorf("%+v", now)
	}
}

// TestRegisterStates holds that each kind begins open and has states of its own.
func TestRegisterStates(t *testing.T) {
	for _, k := range RegisterKinds() {
		states := k.States()
		if !states[0].Open() || states[len(states)-1].Open() {
			t.Errorf("%s: %v", k, states)
		}
	}
	if RegisterKind("poem").States() != nil {
		t.Error("a kind that there is not has states")
	}
}
