package dashtest

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
)

// Notebook keeps notes and actions in memory, as a store does.
type Notebook struct {
	Now func() kpi.Millis
	Err error // every write fails with it

	mu       sync.Mutex
	notes    []kpi.Note
	actions  []kpi.Action
	register []kpi.RegisterEntry
	goals    []kpi.Objective
	items    []kpi.Milestone
	written  int
}

// NewNotebook is what Larkfield wrote: support tickets and instrumentation are
// explained by their owners, the other three misses are not.
func NewNotebook() *Notebook {
	b := &Notebook{Now: Now}
	note := func(k, author string, month time.Month, day int, text string, links ...string) {
		b.notes = append(b.notes, kpi.Note{At: kpi.Date{Year: 2026, Month: month, Day: day}, Said: kpi.Said{ID: int64(len(b.notes) + 1), Revision: 1,
			Portfolio: "core", KPI: k, Text: text, Links: append([]string{}, links...), Author: author, RecordedAt: Day(2026, month, day) + 9*3600_000}})
	}
	note("activation_rate", "p.nair", 5, 12, "Guided setup to 60% of new accounts; bet, expected +1.5 pts", "https://www.figma.com/file/guided-setup")
	note("activation_rate", "p.nair", 9, 1, "Workspace roles v2 released", "https://larkfield.atlassian.net/wiki/spaces/ROLES", "https://miro.com/app/board/roles")
	note("activation_rate", "j.lind", 9, 17, "Duplicate events removed; weeks 35–37 restated")
	note("ticket_rate", "l.brandt", 9, 18, "5 of 7 new topics name workspace roles. The help page is being rewritten.", "https://help.larkfield.example/roles")
	note("instrumentation_coverage", "j.lind", 8, 20, "18 events of the export journey wait for the new SDK.")
	first := b.notes[1]
	first.Text = "Workspace roles released"
	b.notes[1].Revision, b.notes[1].Earlier = 2, []kpi.Note{first}
	action := func(owner, text string, state kpi.ActionState, month time.Month, day int, k string) {
		b.actions = append(b.actions, kpi.Action{Due: kpi.Date{Year: 2026, Month: month, Day: day}, Owner: owner, State: state, Said: kpi.Said{ID: int64(len(b.actions) + 1),
			Revision: 1, Portfolio: "core", KPI: k, Text: text, Links: []string{}, Author: "p.nair", RecordedAt: Day(2026, 9, 14)}})
	}
	action("s.patel", "Interview ten accounts that stopped at roles", kpi.ActionOpen, 10, 2, "activation_rate")
	action("m.okafor", "Take the roles step out of the first setup", kpi.ActionOpen, 9, 18, "activation_rate")
	action("r.meyer", "Agree on a limit for work in progress", kpi.ActionDone, 9, 11, "cycle_time")
	b.seedGoals()
	return b
}

// Journal implements dashboards.Reader.
func (r *Reader) Journal(_ context.Context, portfolio string) (*dashboards.Journal, error) {
	j := &dashboards.Journal{}
	if r.Err != nil || r.Book == nil {
		return j, r.Err
	}
	r.Book.mu.Lock()
	defer r.Book.mu.Unlock()
	for _, n := range r.Book.notes {
		if n.Portfolio == portfolio {
			j.Notes = append(j.Notes, n)
		}
	}
	for _, a := range r.Book.actions {
		if a.Portfolio == portfolio {
			j.Actions = append(j.Actions, a)
		}
	}
	for _, e := range r.Book.register {
		if e.Portfolio == portfolio {
			e.Text = r.hostile(e.Text)
			j.Register = append(j.Register, e)
		}
	}
	return j, nil
}

// version adds what was written since the test began.
func (b *Notebook) version(data string) string {
	if b == nil {
		return data
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.written == 0 {
		return data
	}
	return data + "." + strconv.Itoa(b.written)
}

// SaveNote implements dashboards.Notes.
func (b *Notebook) SaveNote(_ context.Context, n kpi.Note) (kpi.Note, error) {
	return keepNext(b, &b.notes, n, func(n *kpi.Note) *kpi.Said { return &n.Said }, func(now, was kpi.Note) kpi.Note {
		now.Earlier, was.Earlier = was.Earlier, nil
		now.Earlier = append(now.Earlier, was)
		return now
	})
}

// SaveAction implements dashboards.Notes.
func (b *Notebook) SaveAction(_ context.Context, a kpi.Action) (kpi.Action, error) {
	return keepNext(b, &b.actions, a, func(a *kpi.Action) *kpi.Said { return &a.Said }, func(now, was kpi.Action) kpi.Action {
		now.Earlier, was.Earlier = was.Earlier, nil
		now.Earlier = append(now.Earlier, was)
		return now
	})
}

// keepNext appends a revision, or something new, as a store does.
func keepNext[T any](b *Notebook, list *[]T, next T, said func(*T) *kpi.Said, join func(now, was T) T) (T, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.Err != nil {
		return next, b.Err
	}
	s := said(&next)
	s.RecordedAt = b.Now()
	if s.ID == 0 {
		s.ID, s.Revision = int64(len(*list)+1), 1
		*list = append(*list, next)
		b.written++
		return next, nil
	}
	if s.ID > int64(len(*list)) || said(&(*list)[s.ID-1]).Portfolio != s.Portfolio {
		return next, kpi.ErrNoNote
	}
	was := (*list)[s.ID-1]
	if said(&was).Revision != s.Revision {
		return was, kpi.ErrStale
	}
	s.Revision++
	next = join(next, was)
	(*list)[s.ID-1] = next
	b.written++
	return next, nil
}
