package kpi

import (
	"cmp"
	"slices"
)

// RegisterKind is what an entry of the register is.
type RegisterKind string

// The kinds of entries, in the order of a form.
const (
	Decision   RegisterKind = "decision"
	Risk       RegisterKind = "risk"
	Escalation RegisterKind = "escalation"
	Ask        RegisterKind = "ask"
)

// RegisterKinds in the order of a form.
func RegisterKinds() []RegisterKind { return []RegisterKind{Risk, Escalation, Ask, Decision} }

// RegisterState is how far an entry is. Which states there are depends on its kind.
type RegisterState string

// The states. An entry in one of the first three is carried from pack to pack: a
// risk that is mitigated is still watched.
const (
	Proposed  RegisterState = "proposed"
	Raised    RegisterState = "open"
	Mitigated RegisterState = "mitigated"

	Decided    RegisterState = "decided"
	Reversed   RegisterState = "reversed"
	Happened   RegisterState = "happened"
	RiskClosed RegisterState = "closed" // of a risk: it cannot happen any more
	Answered   RegisterState = "answered"
	Withdrawn  RegisterState = "withdrawn"
	Granted    RegisterState = "granted"
	Declined   RegisterState = "declined"
)

// States of a kind, the one it begins in first; none for a kind that there is not.
func (k RegisterKind) States() []RegisterState {
	switch k {
	case Decision:
		return []RegisterState{Proposed, Decided, Reversed}
	case Risk:
		return []RegisterState{Raised, Mitigated, Happened, RiskClosed}
	case Escalation:
		return []RegisterState{Raised, Answered, Withdrawn}
	case Ask:
		return []RegisterState{Raised, Granted, Declined}
	}
	return nil
}

// Open says that an entry in this state still asks for something.
func (s RegisterState) Open() bool { return s == Proposed || s == Raised || s == Mitigated }

// RegisterEntry is a decision, a risk, an escalation or an ask. The days are of the
// company's zone. A revision in another state says on which day the entry came into
// it; one in the same state mends what the revision before it said.
type RegisterEntry struct {
	Said
	Kind    RegisterKind
	State   RegisterState
	Owner   string          // a person's id: who decides, watches or asks
	At      Date            // when it came into its state
	Due     Date            // zero: none; when it is to be decided, answered or looked at again
	Bet     string          // source/id of the bet it is about; "" for none
	Earlier []RegisterEntry // revisions before this one, oldest first
}

// Same says whether two revisions say the same, whoever wrote them and when.
func (e RegisterEntry) Same(o RegisterEntry) bool {
	return e.same(o.Said) && e.Kind == o.Kind && e.State == o.State && e.Owner == o.Owner && e.At == o.At && e.Due == o.Due && e.Bet == o.Bet
}

// Overdue says whether an open entry should have been settled before a day.
func (e RegisterEntry) Overdue(today Date) bool {
	return e.State.Open() && !e.Due.IsZero() && e.Due.Before(today)
}

// RegisterTurn is a state with the day an entry came into it.
type RegisterTurn struct {
	State RegisterState
	At    Date
}

// Turns are the states an entry has been in, oldest first. Of revisions in one state
// that follow each other the last one counts.
func (e RegisterEntry) Turns() []RegisterTurn {
	var out []RegisterTurn
	add := func(r RegisterEntry) {
		if n := len(out); n > 0 && out[n-1].State == r.State {
			out = out[:n-1]
		}
		out = append(out, RegisterTurn{r.State, r.At})
	}
	for _, r := range e.Earlier {
		add(r)
	}
	add(e)
	return out
}

// RaisedAt is the day of the first state.
func (e RegisterEntry) RaisedAt() Date { return e.Turns()[0].At }

// StateOn is the state at the end of a day; ok is false while it was not raised.
func (e RegisterEntry) StateOn(day Date) (state RegisterState, ok bool) {
	for _, t := range e.Turns() {
		if !day.Before(t.At) {
			state, ok = t.State, true
		}
	}
	return state, ok
}

// AsRecorded is the entry as it stood at an instant, from what had been written by
// then; ok is false where nothing had.
func (e RegisterEntry) AsRecorded(at Millis) (was RegisterEntry, ok bool) {
	all := append(slices.Clone(e.Earlier), e)
	n := len(all)
	for n > 0 && all[n-1].RecordedAt > at {
		n--
	}
	if n == 0 {
		return was, false
	}
	was = all[n-1]
	was.Earlier = slices.Clone(all[:n-1])
	return was, true
}

// openOn says that an entry was open at the end of a day.
func (e RegisterEntry) openOn(day Date) bool {
	state, ok := e.StateOn(day)
	return ok && state.Open()
}

// RegisterOpen are the entries that were open at the end of a day, the one due first
// first and those without a due day last.
func RegisterOpen(all []RegisterEntry, day Date) []RegisterEntry {
	var out []RegisterEntry
	for _, e := range all {
		if e.openOn(day) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b RegisterEntry) int {
		return cmp.Or(cmp.Compare(dueOrder(a.Due), dueOrder(b.Due)), cmp.Compare(dayNumber(a.RaisedAt()), dayNumber(b.RaisedAt())), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func dueOrder(due Date) int64 {
	if due.IsZero() {
		return 1 << 40
	}
	return dayNumber(due)
}

// RegisterCarried are the entries that a pack takes over from the one before it: open
// when its first day began.
func RegisterCarried(all []RegisterEntry, first Date) []RegisterEntry {
	return RegisterOpen(all, civil(dayNumber(first)-1))
}

// RegisterSettled are the entries that came into a state that is not open from the
// day first on and before the day end, and were in it on the last of these days; the
// one settled last first.
func RegisterSettled(all []RegisterEntry, first, end Date) []RegisterEntry {
	last := civil(dayNumber(end) - 1)
	var out []RegisterEntry
	for _, e := range all {
		if at, ok := e.settledBy(last); ok && !at.Before(first) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b RegisterEntry) int {
		x, _ := a.settledBy(last)
		y, _ := b.settledBy(last)
		return cmp.Or(cmp.Compare(dayNumber(y), dayNumber(x)), cmp.Compare(b.ID, a.ID))
	})
	return out
}

// settledBy is when the entry came into the settled state it was in on a day.
func (e RegisterEntry) settledBy(day Date) (at Date, ok bool) {
	for _, t := range e.Turns() {
		if !day.Before(t.At) {
			at, ok = t.At, !t.State.Open()
		}
	}
	return at, ok
}
